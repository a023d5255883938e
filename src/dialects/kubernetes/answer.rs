use std::sync::Arc;

use bstr::{BStr, BString, ByteSlice};

use super::{
    DIALECT,
    aliases::Aliases,
    parse::{OwnersFile, is_nobody, parse},
};
use crate::{
    dialects::{
        Answer, Answers, Tree,
        folders::{Folders, relative},
        regexes::KnownRegexes,
        tree::{folder_of, join},
    },
    text::{Place, Source},
};

struct FolderWithOwners {
    path: BString,
    source: Arc<Source>,
    owners: OwnersFile,
}

/// What prow says of `paths`.
pub(super) fn answer(tree: &Tree<'_>, paths: &[&BStr]) -> Answers {
    let mut answers = Answers::default();
    let mut read = Vec::new();
    let mut known = KnownRegexes::default();
    let folders = Folders::of(paths, |path| {
        if is_skipped(path) {
            return None;
        }
        let name = DIALECT.locations[0];
        let source = tree.of_folder(path, name, &mut answers.problems)?;
        read.push(join(path, name.as_bytes()));
        let owners = parse(&source, &mut known, &mut answers.problems);
        Some(FolderWithOwners {
            path: path.to_owned(),
            source,
            owners,
        })
    });
    let aliases = tree
        .read(BStr::new("OWNERS_ALIASES"), &mut answers.problems)
        .map(|source| Aliases::parse(&source, &mut answers.problems))
        .unwrap_or_default();
    answers.read = read;
    let (mut key, mut found) = (Vec::new(), Vec::new());
    // The folder of the last path, if all that is in it has the same answer.
    let mut alike = None;
    for path in paths {
        let own_folder = folder_of(path);
        if alike == Some(own_folder) {
            answers.again();
            continue;
        }
        alike = Some(own_folder);
        key.clear();
        let mut is_found = false;
        for at in folders.chain(path) {
            let FolderWithOwners {
                path: folder,
                owners,
                ..
            } = &folders.list[*at as usize];
            found.clear();
            if let Some(filters) = &owners.filters {
                alike = None;
                filters.all(relative(path, folder.as_bstr()), &mut found);
            }
            key.push(*at);
            key.push(u32::try_from(found.len()).unwrap_or(u32::MAX));
            key.extend(&found);
            is_found |= !owners.approvers.is_empty();
            is_found |= found
                .iter()
                .any(|id| !owners.filtered[*id as usize].is_empty());
            // The walk goes on as long as there is nobody, whatever a file says.
            if owners.no_parent.is_some() && is_found {
                break;
            }
        }
        answers.push(&key, || told(&folders.list, &aliases, &key));
    }
    answers.finish()
}

/// The answer where these folders count with these of their filters: folder, how many, which.
fn told(folders: &[FolderWithOwners], aliases: &Aliases, key: &[u32]) -> Answer {
    let mut owners: Vec<&str> = Vec::new();
    let mut rules = Vec::new();
    let mut rest = key;
    while let [at, count, more @ ..] = rest {
        let FolderWithOwners {
            source,
            owners: own,
            ..
        } = &folders[*at as usize];
        let (found, after) = more.split_at((*count as usize).min(more.len()));
        rest = after;
        let filtered = found.iter().flat_map(|id| &own.filtered[*id as usize]);
        for (login, span) in own.approvers.iter().chain(filtered) {
            let people = aliases.expand(login).iter();
            owners.extend(people.map(String::as_str).filter(|login| !is_nobody(login)));
            rules.push(Place::Text(Arc::clone(source), *span));
        }
        let ends = rest.is_empty() && !owners.is_empty();
        if let Some(span) = own.no_parent.filter(|_| ends) {
            rules.push(Place::Text(Arc::clone(source), span));
        }
    }
    Answer::new(owners, rules)
}

/// Whether prow leaves a folder out unless it is told otherwise: `.git`, `_output`, `vendor/*/*`.
fn is_skipped(folder: &BStr) -> bool {
    let names: Vec<&[u8]> = folder.split_str("/").collect();
    let vendored = names.iter().position(|name| *name == b"vendor");
    names
        .iter()
        .any(|name| matches!(*name, b".git" | b"_output"))
        || vendored.is_some_and(|at| names.len() > at + 2)
}
