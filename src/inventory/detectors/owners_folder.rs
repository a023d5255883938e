//! Folders with an `OWNERS` file of Kubernetes' Prow whose labels name teams, such as `sig/network` or `team/alpha`. The
//! part before the last slash must be an owner key of the map, since most labels do not name owners.
//!
//! Prow adds the labels of all folders above to a change. Here, the nearest folder with such a label decides, because a
//! claim about a folder is more precise than a claim about a folder around it. Labels of filters for some files only are
//! not read: filters are regular expressions, and a claim needs patterns.

use std::sync::Arc;

use bstr::ByteSlice;

use super::{
    Detector,
    detector::Label,
    owner_keys,
    paths::{directory, directory_name},
};
use crate::{
    config::Settings,
    inventory::{
        Component, Declaration, Declarations, Effect, FileReader, Found, Name, Problem, Search,
        SourceFile, is_generated,
    },
    prow::{Fault, Owners, OwnersConfig, is_skipped},
    text::{Place, Source, Span},
};

pub(super) const DETECTOR: Detector = Detector {
    name: "owners-folder",
    kinds: &["owners-folder"],
    find,
    read: |component, reader, settings| {
        let found = read(component, reader, settings);
        found.into_iter().collect()
    },
    labels: Some(labels),
    ..Detector::PLAIN
};

const FILE: &str = "OWNERS";

fn find(search: &Search<'_>) -> Found {
    let mut keys = search.settings.owner_keys.of(&[DETECTOR.name]);
    if keys.next().is_none() {
        return Found::default();
    }
    let paths = search.files.named(&[FILE]).map(|file| file.path);
    let components = paths.filter_map(|path| {
        let folder = directory(path);
        let is_read = !is_skipped(folder.strip_suffix(b"/").unwrap_or(folder).as_bstr());
        is_read.then(|| Component {
            name: directory_name(folder, ""),
            paths: vec![folder.to_owned()],
            is_listed: false,
            ..DETECTOR.in_file(DETECTOR.kinds[0], path, folder)
        })
    });
    Found::from(components.collect::<Vec<_>>())
}

fn read(
    component: Component,
    reader: &FileReader<'_>,
    settings: &Settings,
) -> Option<(Component, Declarations)> {
    // An unreadable file may be anything.
    let file = reader.read(component.path.as_bstr()).ok()?;
    let source = &file.source;
    if is_generated(source.text()) {
        return None;
    }
    let mut names = Vec::new();
    let config = readable(source);
    for (whole, span) in config.iter().flat_map(labels_of) {
        let keys = settings.owner_keys.of(&[DETECTOR.name]);
        if let Some(value) = owner_keys::in_tag(whole, SEPARATOR, keys) {
            let spellings = vec![whole.clone(), value.to_owned()];
            let place = Place::Text(Arc::clone(source), *span);
            names.push(Name::new(spellings, place));
        }
    }
    let declarations: Vec<Declaration> = Declaration::of("labels", Effect::Owner, names)
        .into_iter()
        .collect();
    let problem = config.err().filter(|_| mentions_labels(source.text()));
    let problem = problem.map(|(span, message)| {
        let message = format!("{message}: Prow ignores the file");
        Problem::in_text(source, span, message)
    });
    let problems = Vec::from_iter(problem);
    (!declarations.is_empty() || !problems.is_empty()).then(|| {
        let declarations = Declarations {
            declarations,
            problems,
            ..Declarations::default()
        };
        (component, declarations)
    })
}

/// Between the key and the value of a label.
const SEPARATOR: char = '/';

/// Returns what a file contains.
///
/// # Errors
/// If Prow ignores it.
fn readable(source: &Source) -> Result<OwnersConfig, Fault> {
    let config = OwnersConfig::read(source.bytes()).map_err(|error| (error.span, error.message))?;
    match (&config.simple, &config.full) {
        (Err(fault), Err(_)) => Err(fault.clone()),
        _ => Ok(config),
    }
}

/// Returns whether the author of a file wanted to set labels: Prow ignores the case of keys.
fn mentions_labels(text: &str) -> bool {
    text.to_lowercase().contains("label")
}

/// Returns the labels of all files in the folder.
fn labels_of(config: &OwnersConfig) -> &[(String, Span)] {
    config
        .of_all_files()
        .map(Owners::labels)
        .unwrap_or_default()
}

fn labels(file: &SourceFile) -> Vec<Label> {
    let config = readable(&file.source);
    let labels = config.iter().flat_map(labels_of);
    owner_keys::of_tags(labels.map(|(label, _)| &**label), SEPARATOR)
}
