//! The report on a map that can't be used.

use std::{ffi::OsStr, path::PathBuf, sync::Arc};

use bstr::ByteSlice as _;

use super::{Checked, Error, ErrorKind, Options, Places, map_file};
use crate::{
    advice::Advice,
    config::{MAP_NAME, MapError, SeveralMaps},
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
    /// the reason. A missing map is a reason if `is_change`, as the change may delete it, and so are
    /// several maps.
    pub fn of(error: &Error, options: &Options, is_change: bool) -> Option<Self> {
        let here = options.real_here().ok()?;
        let found = options.find_map();
        let why = match &found {
            _ if !is_change => None,
            Ok(None) => {
                let foreign = map_file::foreign_instead(&here);
                Some(foreign.unwrap_or_else(|| format!("no `{MAP_NAME}` found")))
            }
            Ok(Some(_)) => None,
            Err(several) => Some(several.to_string()),
        };
        let (errors, directory) = of_map(error).or_else(|| match error.kind() {
            ErrorKind::Message { help, .. } => {
                let mut error = MapError::unplaced(why?);
                error.help.clone_from(help);
                Some((
                    vec![error],
                    top_around(&here).unwrap_or(&here).to_path_buf(),
                ))
            }
            _ => None,
        })?;
        let found = match found {
            Ok(map) => map.into_iter().collect(),
            Err(SeveralMaps(maps)) => maps,
        };
        let name = found.first().and_then(|map| map.file_name());
        let name = name.map_or(MAP_NAME.as_bytes(), OsStr::as_encoded_bytes);
        let findings = errors.into_iter().map(|error| finding(error, name));
        let findings: Vec<Finding> = findings.collect();
        let file = |finding: &Finding| Some(directory.join(finding.place.path().to_path().ok()?));
        let found = found.iter().filter_map(|map| map.canonicalize().ok());
        Some(Self {
            files: found.chain(findings.iter().filter_map(file)).collect(),
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

/// Returns an error of the map with this file name as a finding.
fn finding(error: MapError, name: &[u8]) -> Finding {
    let place = error.place.unwrap_or_else(|| {
        let (source, _) = Source::new(SourceOrigin::Map, name.into(), Vec::new());
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
