//! The reviewers in OWNERS files. They own nothing, but Prow asks them.

use bstr::ByteSlice as _;

use super::{
    DIALECT,
    answer::{aliases, owner_name},
    parse::{document, login},
};
use crate::{
    claims::OwnerName,
    dialects::Tree,
    inventory::Files,
    prow::{Owners, OwnersConfig, is_skipped},
    text::directory,
};

/// Returns the reviewers in the files of a tree, each at its place.
pub(super) fn reviewers(tree: &Tree<'_>, files: &Files) -> Vec<OwnerName> {
    let problems = &mut Vec::new();
    let aliases = aliases(tree, problems);
    let mut names = Vec::new();
    for file in files.named(DIALECT.locations) {
        let folder = directory(file.path);
        let folder = folder.strip_suffix(b"/").unwrap_or(folder).as_bstr();
        if is_skipped(folder) {
            continue;
        }
        let Some(source) = tree.of_folder(folder, DIALECT.locations[0], problems) else {
            continue;
        };
        let Some(value) = document(&source, problems) else {
            continue;
        };
        let config = OwnersConfig::of(&value);
        let simple = config.simple.iter().map(|config| &config.owners);
        let simple: Vec<&Owners> = simple.filter(|owners| !owners.is_empty()).collect();
        let filters = config.full.iter().flat_map(|config| &config.filters);
        let filters = filters.map(|(_, _, owners)| owners);
        // Filters count only in files without owners of everything.
        let counted = match simple.is_empty() {
            true => filters.collect(),
            false => simple,
        };
        let reviewers = counted.into_iter().flat_map(Owners::reviewers);
        names.extend(
            reviewers.map(|(text, span)| owner_name(&login(text), *span, &source, &aliases)),
        );
    }
    names
}
