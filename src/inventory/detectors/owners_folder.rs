//! Folders with an `OWNERS` file of Kubernetes' Prow whose labels name teams, such as `sig/network` or `team/alpha`. The
//! part before the last slash must be an owner key of the map, since most labels do not name owners.
//!
//! Prow adds the labels of all folders above to a change. Here, the nearest folder with such a label decides, because a
//! claim about a folder is more precise than a claim about a folder around it. Labels of filters for some files only are
//! not read: filters are regular expressions, and a claim needs patterns.

use std::sync::Arc;

use bstr::{BStr, ByteSlice};

use super::{
    Detector, catalog,
    detector::Label,
    owner_keys,
    paths::{directory, directory_name},
};
use crate::{
    config::Settings,
    inventory::{
        Component, Declaration, Declarations, Effect, FileReader, Found, Name, Problem, Search,
        SourceFile,
    },
    yaml::Node,
};

pub(super) const DETECTOR: Detector = Detector {
    name: "owners-folder",
    kinds: &["owners-folder"],
    find,
    needles: &["labels"],
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

/// Returns whether Prow skips a folder by default, because it is in one for which Prow finds `\.git$`, `_output$` or
/// `vendor/.*/.*` in its path.
pub fn is_skipped(folder: &BStr) -> bool {
    const VENDOR: &[u8] = b"vendor/";
    let mut names = folder.split_str("/");
    let is_in_vendor = folder.find_iter(VENDOR).any(|at| {
        // `.` does not match line breaks.
        let line = folder[at + VENDOR.len()..].split_str("\n").next();
        line.is_some_and(|line| line.contains(&b'/'))
    });
    names.any(|name| name.ends_with(b".git") || name.ends_with(b"_output")) || is_in_vendor
}

fn read(
    component: Component,
    reader: &FileReader<'_>,
    settings: &Settings,
) -> Option<(Component, Declarations)> {
    // An unreadable file may be anything.
    let file = reader.read(component.path.as_bstr()).ok()?;
    let (file, problems) = catalog::open(&file)?;
    let mut names = Vec::new();
    for label in labels_in(&file.documents) {
        let keys = settings.owner_keys.of(&[DETECTOR.name]);
        let whole = label.as_str().unwrap_or_default();
        if let Some(value) = owner_keys::in_tag(whole, SEPARATOR, keys) {
            let spellings = vec![whole.to_owned(), value.to_owned()];
            names.push(Name::new(spellings, file.place(label)));
        }
    }
    let declarations: Vec<Declaration> = Declaration::of("labels", Effect::Owner, names)
        .into_iter()
        .collect();
    // In a repository with such a file at its root, ownlint reports invalid ones as ownership files.
    let is_reported = reader.links.files.find(FILE.into()).is_some();
    let problems: Vec<Problem> = match is_reported {
        true => Vec::new(),
        false => problems,
    };
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

/// Returns the labels of all files in the folder. As in Prow, filters count only if the file sets nothing else.
fn labels_in(documents: &[Arc<Node>]) -> &[Arc<Node>] {
    let labels = documents.first().and_then(|document| {
        let of_filter = || document.get("filters")?.get(".*")?.get("labels");
        document.get("labels").or_else(of_filter)?.items()
    });
    labels.unwrap_or_default()
}

fn labels(file: &SourceFile) -> Vec<Label> {
    let labels = labels_in(&file.yaml().documents).iter();
    owner_keys::of_tags(labels.filter_map(|label| label.as_str()), SEPARATOR)
}
