use std::sync::Arc;

use bstr::BStr;

use super::{
    DIALECT,
    aliases::Aliases,
    filters::FilterCache,
    parse::{OwnersFile, is_blank, parse},
};
use crate::{
    dialects::{Answer, Answers, Tree, folders::Folders, tree::join},
    inventory::detectors::owners_folder::is_skipped,
    text::{Place, Source},
};

struct FolderWithOwners {
    source: Arc<Source>,
    owners: OwnersFile,
}

/// Returns the answers of Prow for `paths`.
pub(super) fn answer(tree: &Tree<'_>, paths: &[&BStr]) -> Answers {
    let mut answers = Answers::default();
    let mut cache = FilterCache::default();
    let folders = Folders::new(paths, |path| {
        if is_skipped(path) {
            return None;
        }
        let name = DIALECT.locations[0];
        let source = tree.of_folder(path, name, &mut answers.problems)?;
        answers.read.push(join(path, name.as_bytes()));
        let owners = parse(&source, &mut cache, &mut answers.problems);
        Some(FolderWithOwners { source, owners })
    });
    let aliases = tree
        .read(BStr::new("OWNERS_ALIASES"), &mut answers.problems)
        .map(|source| Aliases::parse(&source, &mut answers.problems))
        .unwrap_or_default();
    let find = |at: usize, path: &BStr, found: &mut Vec<u32>| {
        let filters = &folders.list[at].1.owners.filters;
        // Relative to itself, a directory is `.` to Go.
        let path = if path.is_empty() { ".".into() } else { path };
        filters.iter().for_each(|filters| filters.all(path, found));
        filters.is_some()
    };
    // Prow continues upwards until it finds an owner, even with `no_parent_owners`.
    let is_last = |folder: &FolderWithOwners, found: &[u32], is_found: &mut bool| {
        let owners = &folder.owners;
        let mut filtered = found.iter().map(|id| &owners.filtered[*id as usize]);
        *is_found |= !owners.approvers.is_empty() || filtered.any(|of| !of.is_empty());
        owners.no_parent.is_some() && *is_found
    };
    let combine = |folders: Vec<(&FolderWithOwners, &[u32])>| combine(folders, &aliases);
    folders.answer(paths, &mut answers, find, is_last, combine);
    answers.finish()
}

/// Combines the folders that count, each with its matching filters, into an answer.
fn combine(folders: Vec<(&FolderWithOwners, &[u32])>, aliases: &Aliases) -> Answer {
    let mut owners: Vec<&str> = Vec::new();
    let mut rules = Vec::new();
    let last = folders.len().saturating_sub(1);
    for (at, (folder, found)) in folders.into_iter().enumerate() {
        let own = &folder.owners;
        let place = |span| Place::Text(Arc::clone(&folder.source), span);
        let filtered = found.iter().flat_map(|id| &own.filtered[*id as usize]);
        for (login, span) in own.approvers.iter().chain(filtered) {
            let people = aliases.expand(login).iter();
            owners.extend(people.map(String::as_str).filter(|login| !is_blank(login)));
            rules.push(place(*span));
        }
        let ends = at == last && !owners.is_empty();
        rules.extend(own.no_parent.filter(|_| ends).map(place));
    }
    Answer::new(owners, rules)
}
