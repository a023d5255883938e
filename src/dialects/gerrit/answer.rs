use std::collections::BTreeSet;

use bstr::{BStr, ByteSlice};

use super::folder::{FolderReader, GerritFolder};
use crate::{
    dialects::{
        Answer, Answers, Tree,
        folders::{Folders, relative},
        index::Lookup,
        tree::folder_of,
    },
    text::Place,
};

/// What Gerrit says of `paths`.
pub(super) fn answer(tree: &Tree<'_>, paths: &[&BStr]) -> Answers {
    let mut reader = FolderReader::new(tree);
    let folders = Folders::of(paths, |path| reader.folder(path));
    let mut lookups: Vec<Option<Lookup<'_>>> = folders
        .list
        .iter()
        .map(|folder| (!folder.of_glob.is_empty()).then(|| folder.index.lookup()))
        .collect();
    let mut answers = Answers::default();
    answers.problems = reader.problems;
    answers.read = reader.read;
    let (mut key, mut globs, mut found) = (Vec::new(), Vec::new(), Vec::new());
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
        for at in folders.chain(path) {
            let folder: &GerritFolder = &folders.list[*at as usize];
            found.clear();
            if let Some(lookup) = &mut lookups[*at as usize] {
                alike = None;
                lookup.all(relative(path, folder.path.as_bstr()), &mut globs);
                found.extend(globs.iter().map(|glob| folder.of_glob[*glob as usize]));
                found.dedup();
            }
            key.push(*at);
            key.push(u32::try_from(found.len()).unwrap_or(u32::MAX));
            key.extend(&found);
            let is_alone = |id: &u32| folder.per_file[*id as usize].owners.is_none();
            if folder.no_parent.is_some() || found.iter().any(is_alone) {
                break;
            }
        }
        answers.push(&key, || told(&folders.list, &key));
    }
    answers.finish()
}

/// The answer where these folders count with these of their `per-file` lines: folder, how many, which.
fn told(folders: &[GerritFolder], key: &[u32]) -> Answer {
    let mut owners: Vec<&str> = Vec::new();
    let mut rules: Vec<&Place> = Vec::new();
    let mut rest = key;
    while let [at, count, more @ ..] = rest {
        let folder = &folders[*at as usize];
        let (found, after) = more.split_at((*count as usize).min(more.len()));
        rest = after;
        let per_file = || found.iter().map(|id| &folder.per_file[*id as usize]);
        let alone = || per_file().filter(|per_file| per_file.owners.is_none());
        let is_alone = alone().next().is_some();
        let of_folder = Some(&folder.owners).filter(|_| !is_alone);
        let all = per_file().filter_map(|per_file| per_file.owners.as_ref());
        for (owner, place) in all.chain(of_folder).flatten() {
            owners.push(owner);
            rules.push(place);
        }
        rules.extend(alone().map(|per_file| &per_file.place));
        rules.extend(folder.no_parent.iter().filter(|_| !is_alone));
    }
    let mut known = BTreeSet::new();
    rules.retain(|place| known.insert(place.key()));
    Answer::new(owners, rules.into_iter().cloned().collect())
}
