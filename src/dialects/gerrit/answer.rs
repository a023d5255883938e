use std::collections::BTreeSet;

use bstr::{BStr, ByteSlice};

use super::folder::{FolderReader, GerritFolder, Member};
use crate::{
    dialects::{Answer, Answers, Tree, folders::Folders, index::Lookup, statement},
    text::Place,
};

/// Returns Gerrit's answers for `paths`.
pub(super) fn answer(tree: &Tree<'_>, paths: &[&BStr]) -> Answers {
    let mut reader = FolderReader::new(tree);
    let folders = Folders::new(paths, |path| reader.folder(path));
    let mut answers = Answers::default();
    answers.problems = reader.problems;
    answers.read = reader.read;
    let members = reader.members;
    let mut globs = Vec::new();
    let list = folders.list.iter();
    let mut lookups: Vec<Option<Lookup<'_>>> = list
        .map(|(_, folder)| (!folder.lines.of_glob.is_empty()).then(|| folder.lines.index.lookup()))
        .collect();
    let find = |at: usize, path: &BStr, found: &mut Vec<u32>| {
        let Some(lookup) = &mut lookups[at] else {
            return false;
        };
        // Gerrit's globs match no path with a line break.
        if path.find_byte(b'\n').is_none() {
            lookup.all(path, &mut globs);
            let of_glob = &folders.list[at].1.lines.of_glob;
            found.extend(globs.iter().map(|glob| of_glob[*glob as usize]));
            found.dedup();
        }
        true
    };
    let is_last = |folder: &GerritFolder, found: &[u32], _: &mut bool| {
        let statements = folder.statements(&members, found);
        !statements.no_parent.is_empty() || !statements.per_file_no_parent.is_empty()
    };
    let combine = |folders: Vec<(&GerritFolder, &[u32])>| combine(folders, &members);
    folders.answer(paths, &mut answers, find, is_last, combine);
    answers.finish()
}

/// The answer of these folders, with these of their `per-file` lines. If Gerrit rejects a file, it fails; the owners are
/// those of the valid lines.
fn combine(folders: Vec<(&GerritFolder, &[u32])>, members: &[Member]) -> Answer {
    let mut owners: Vec<&str> = Vec::new();
    let mut rules: Vec<Place> = Vec::new();
    let mut names = Vec::new();
    let mut rejection = None;
    for (folder, found) in folders {
        let mut statements = folder.statements(members, found);
        rejection = rejection.or(statements.rejection);
        if !statements.per_file_no_parent.is_empty() {
            statements.owners.clear();
            statements.no_parent.clear();
        }
        let mut of_folder = Vec::new();
        for (owner, place) in statements.per_file.into_iter().chain(statements.owners) {
            owners.push(owner);
            // It stands for everybody, and names nobody.
            if owner != "*" {
                of_folder.push(statement::name(owner, &place));
            }
            rules.push(place);
        }
        names.push((folder.source(members), of_folder));
        rules.extend(statements.per_file_no_parent);
        rules.extend(statements.no_parent);
    }
    let mut known = BTreeSet::new();
    let unique = rules.iter().filter(|place| known.insert(place.key()));
    let answer = Answer::new(owners, unique.cloned().collect());
    Answer {
        failure: rejection.cloned(),
        ..answer.stating(statement::of_folders(names.into_iter()))
    }
}
