use std::{borrow::Cow, collections::BTreeSet, sync::Arc};

use bstr::{BStr, ByteSlice};

use super::{
    DIALECT, GROUPS,
    aliases::Aliases,
    filters::FilterCache,
    parse::{OwnersFile, is_blank, parse},
};
use crate::{
    claims::{FileStatement, OwnerName},
    dialects::{
        Answer, Answers, FileProblem, FileProblemKind, Tree, folders::Folders, statement,
        tree::join,
    },
    prow::is_skipped,
    text::{Place, Source, Span, quoted},
};

struct FolderWithOwners {
    source: Arc<Source>,
    owners: Arc<OwnersFile>,
    /// The approvers for all files, with aliases expanded.
    approvers: BTreeSet<String>,
    /// The approvers of each filter, with aliases expanded.
    filtered: Vec<BTreeSet<String>>,
}

/// Returns the answers of Prow for `paths`.
pub(super) fn answer(tree: &Tree<'_>, paths: &[&BStr]) -> Answers {
    let mut answers = Answers::default();
    let mut cache = FilterCache::default();
    let aliases = aliases(tree, &mut answers.problems);
    let meant_alias = aliases.typos();
    let expanded = |logins: &[(String, Span)]| {
        let logins = logins.iter().map(|(login, _)| login.clone());
        aliases.expand(&logins.collect())
    };
    let folders = Folders::new(paths, |path| {
        if is_skipped(path) {
            return None;
        }
        let name = DIALECT.locations[0];
        let file = join(path, name.as_bytes());
        if let Some(kind) = tree.not_a_file(file.as_bstr()) {
            answers.problems.push(FileProblem {
                place: tree.place(file.as_bstr()),
                message: format!("it is a {kind}, so Prow ignores it"),
                kind: FileProblemKind::Line,
            });
            return None;
        }
        let source = tree.of_folder(path, name, &mut answers.problems)?;
        answers.read.push(file);
        let owners = tree.parsed(&DIALECT, &source, &mut answers.problems, |problems| {
            parse(&source, &mut cache, problems)
        });
        let names = owners
            .approvers
            .iter()
            .chain(owners.filtered.iter().flatten());
        let misspelled = names.filter_map(|(login, span)| {
            let message = format!(
                "{} is not an alias in `OWNERS_ALIASES`; did you mean {}?",
                quoted(login),
                quoted(meant_alias(login)?)
            );
            Some(FileProblem::new(&source, *span, message))
        });
        answers.problems.extend(misspelled);
        Some(FolderWithOwners {
            approvers: expanded(&owners.approvers),
            filtered: owners.filtered.iter().map(|of| expanded(of)).collect(),
            source,
            owners,
        })
    });
    let find = |at: usize, path: &BStr, found: &mut Vec<u32>| {
        let filters = &folders.list[at].1.owners.filters;
        // Relative to itself, a directory is `.` to Go.
        let path = if path.is_empty() { ".".into() } else { path };
        if let Some(filters) = filters {
            filters.all(as_characters(path).as_ref().as_ref(), found);
        }
        filters.is_some()
    };
    // Prow continues upwards until it finds an owner, even with `no_parent_owners`.
    let is_last = |folder: &FolderWithOwners, found: &[u32], is_found: &mut bool| {
        let mut filtered = found.iter().map(|id| &folder.filtered[*id as usize]);
        *is_found |= !folder.approvers.is_empty() || filtered.any(|of| !of.is_empty());
        folder.owners.no_parent.is_some() && *is_found
    };
    let combine = |folders: Vec<(&FolderWithOwners, &[u32])>| {
        let statement = stated(&folders, &aliases);
        combine(folders).stating(statement)
    };
    folders.answer(paths, &mut answers, find, is_last, combine);
    answers.finish()
}

/// Reads the aliases of a tree.
pub(super) fn aliases(tree: &Tree<'_>, problems: &mut Vec<FileProblem>) -> Aliases {
    let path = BStr::new(GROUPS);
    match tree.read_through_links(path, problems) {
        Some(source) => Aliases::parse(&source, problems),
        None => {
            if tree.not_a_file(path) == Some("symbolic link") {
                problems.push(FileProblem {
                    place: tree.place(path),
                    message: "it is a symbolic link that does not lead to a file of the \
                              repository, so Prow may not find any aliases"
                        .to_owned(),
                    kind: FileProblemKind::Line,
                });
            }
            Aliases::default()
        }
    }
}

/// Returns a path as expressions in Go programs see it: each invalid byte is a replacement character.
pub(in crate::dialects) fn as_characters(path: &[u8]) -> Cow<'_, str> {
    if let Ok(path) = std::str::from_utf8(path) {
        return Cow::Borrowed(path);
    }
    let mut text = String::with_capacity(path.len());
    for chunk in path.utf8_chunks() {
        text += chunk.valid();
        text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    Cow::Owned(text)
}

/// Returns a login in a file, or the alias with this name.
pub(super) fn owner_name(
    login: &str,
    span: Span,
    source: &Arc<Source>,
    aliases: &Aliases,
) -> OwnerName {
    let definition = aliases.definition(login);
    OwnerName {
        text: login.to_owned(),
        is_group: definition.is_some(),
        definition: definition.cloned(),
        place: Place::Text(Arc::clone(source), span),
    }
}

/// Returns what the folders that count state.
fn stated(
    folders: &[(&FolderWithOwners, &[u32])],
    aliases: &Aliases,
) -> Option<Box<FileStatement>> {
    let names = |(folder, found): &(&FolderWithOwners, &[u32])| {
        let own = &folder.owners;
        let filtered = found.iter().flat_map(|id| &own.filtered[*id as usize]);
        let written = own.approvers.iter().chain(filtered);
        let names = written.map(|(login, span)| owner_name(login, *span, &folder.source, aliases));
        let is_somebody = |name: &OwnerName| match name.is_group {
            true => name.members().iter().any(|member| !is_blank(member)),
            false => !is_blank(&name.text),
        };
        names.filter(is_somebody).collect::<Vec<_>>()
    };
    let all = folders.iter();
    statement::of_folders(all.map(|folder| (&folder.0.source, names(folder))))
}

/// Combines the folders that count, each with its matching filters, into an answer.
fn combine(folders: Vec<(&FolderWithOwners, &[u32])>) -> Answer {
    let mut owners: Vec<&str> = Vec::new();
    let mut rules = Vec::new();
    let last = folders.len().saturating_sub(1);
    for (at, (folder, found)) in folders.into_iter().enumerate() {
        let own = &folder.owners;
        let place = |span| Place::Text(Arc::clone(&folder.source), span);
        let filtered = found.iter().flat_map(|id| &own.filtered[*id as usize]);
        let written = own.approvers.iter().chain(filtered);
        rules.extend(written.map(|(_, span)| place(*span)));
        let of_filters = found.iter().flat_map(|id| &folder.filtered[*id as usize]);
        let people = folder.approvers.iter().chain(of_filters);
        owners.extend(people.map(String::as_str).filter(|login| !is_blank(login)));
        let ends = at == last && !owners.is_empty();
        rules.extend(own.no_parent.filter(|_| ends).map(place));
    }
    Answer::new(owners, rules)
}
