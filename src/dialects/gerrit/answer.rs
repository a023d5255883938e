use std::collections::BTreeSet;

use bstr::BStr;

use super::folder::{FolderReader, GerritFolder};
use crate::{
    dialects::{Answer, Answers, Tree, folders::Folders, index::Lookup},
    text::Place,
};

/// What Gerrit says of `paths`.
pub(super) fn answer(tree: &Tree<'_>, paths: &[&BStr]) -> Answers {
    let mut reader = FolderReader::new(tree);
    let folders = Folders::of(paths, |path| reader.folder(path));
    let mut answers = Answers::default();
    answers.problems = reader.problems;
    answers.read = reader.read;
    let mut globs = Vec::new();
    let said = folders.list.iter();
    let mut lookups: Vec<Option<Lookup<'_>>> = said
        .map(|(_, folder)| (!folder.said.of_glob.is_empty()).then(|| folder.index.lookup()))
        .collect();
    let find = |at: usize, path: &BStr, found: &mut Vec<u32>| {
        let Some(lookup) = &mut lookups[at] else {
            return false;
        };
        lookup.all(path, &mut globs);
        let of_glob = &folders.list[at].1.said.of_glob;
        found.extend(globs.iter().map(|glob| of_glob[*glob as usize]));
        found.dedup();
        true
    };
    let is_last = |folder: &GerritFolder, found: &[u32], _: &mut bool| {
        let is_alone = |id: &u32| folder.said.per_file[*id as usize].owners.is_none();
        folder.said.no_parent.is_some() || found.iter().any(is_alone)
    };
    folders.answer(paths, &mut answers, find, is_last, told);
    answers.finish()
}

/// The answer where these folders count with these of their `per-file` lines.
fn told(folders: Vec<(&GerritFolder, &[u32])>) -> Answer {
    let mut owners: Vec<&str> = Vec::new();
    let mut rules: Vec<&Place> = Vec::new();
    for (folder, found) in folders {
        let said = &folder.said;
        let per_file = || found.iter().map(|id| &said.per_file[*id as usize]);
        let alone = || per_file().filter(|per_file| per_file.owners.is_none());
        let is_alone = alone().next().is_some();
        let of_folder = Some(&said.owners).filter(|_| !is_alone);
        let all = per_file().filter_map(|per_file| per_file.owners.as_ref());
        for (owner, place) in all.chain(of_folder).flatten() {
            owners.push(owner);
            rules.push(place);
        }
        rules.extend(alone().map(|per_file| &per_file.place));
        rules.extend(said.no_parent.iter().filter(|_| !is_alone));
    }
    let mut known = BTreeSet::new();
    rules.retain(|place| known.insert(place.key()));
    Answer::new(owners, rules.into_iter().cloned().collect())
}
