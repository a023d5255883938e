//! The report on a map that can't be used.

use std::{path::PathBuf, sync::Arc};

use bstr::ByteSlice as _;

use super::{Checked, Error, ErrorKind, Options, Places};
use crate::{
    advice::Advice,
    config::{MAP_NAME, MapError},
    finding::Finding,
    git::top_around,
    lint::Report,
    text::{Place, Source, SourceOrigin, Span},
};

/// The name that errors of the map have in place of a check.
const NAME: &str = "invalid-map";

/// A report with an entry for each error of the map, and where it belongs.
#[derive(Debug)]
pub(crate) struct MapReport {
    pub checked: Checked,
    /// The map and the files that have the errors, which no output may overwrite.
    pub files: Vec<PathBuf>,
    /// The checkout that those who read the report know.
    pub checkout: PathBuf,
}

impl MapReport {
    /// The report on an error that kept a workspace from being opened or resolved. `None` if the map is not
    /// the reason. A missing map is a reason if `is_change`, as the change may delete it.
    pub fn of(error: &Error, options: &Options, is_change: bool) -> Option<Self> {
        let here = options.real_here().ok()?;
        let is_missing = is_change && options.find_map().is_none();
        let (errors, directory) = of_map(error).or_else(|| match error.kind() {
            ErrorKind::Message { help, .. } if is_missing => {
                let mut error = MapError::unplaced(format!("no `{MAP_NAME}` found"));
                error.help.clone_from(help);
                Some((
                    vec![error],
                    top_around(&here).unwrap_or(&here).to_path_buf(),
                ))
            }
            _ => None,
        })?;
        let findings: Vec<Finding> = errors.into_iter().map(finding).collect();
        let file = |finding: &Finding| Some(directory.join(finding.place.path().to_path().ok()?));
        let named = options.find_map().and_then(|map| map.canonicalize().ok());
        Some(Self {
            files: named
                .into_iter()
                .chain(findings.iter().filter_map(file))
                .collect(),
            checkout: top_around(&here).unwrap_or(&directory).to_path_buf(),
            checked: Checked {
                report: Report::without_checks(findings),
                places: Places::of_map(&directory, &here),
                baseline: None,
            },
        })
    }
}

/// The errors of the map, and the directory that it is in.
fn of_map(error: &Error) -> Option<(Vec<MapError>, PathBuf)> {
    match error.kind() {
        ErrorKind::Map { errors, directory } => Some((errors.clone(), directory.clone())),
        ErrorKind::Several(errors) => errors.iter().find_map(of_map),
        ErrorKind::Message { .. } | ErrorKind::Unwritable(_) => None,
    }
}

/// How many characters of the map identify an error in it.
const SUBJECT: usize = 100;

fn finding(error: MapError) -> Finding {
    let place = error.place.unwrap_or_else(|| {
        let (source, _) = Source::new(SourceOrigin::Map, MAP_NAME.into(), Vec::new());
        Place::Text(Arc::new(source), Span::default())
    });
    Finding {
        path: Some(place.path().to_owned()),
        // Neither its message nor its line, which other changes move.
        subject: place.words().chars().take(SUBJECT).collect(),
        advice: error.help.into_iter().map(Advice::in_words).collect(),
        related: error.related,
        ..Finding::new(NAME, place, error.message)
    }
}
