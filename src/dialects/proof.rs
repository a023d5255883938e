//! Verifies a generated file: compares the owners that the forge would return for every file with the map.

use std::{collections::BTreeSet, path::Path};

use bstr::{BStr, BString, ByteSlice};
use rustc_hash::FxHashMap;

use super::{Answers, Dialect, Ownership, Tree, Written};
use crate::text::{Place, file_name};

/// A file with different owners by the forge and by the map.
#[derive(Debug, Clone)]
pub struct Difference {
    /// The file.
    pub path: BString,
    /// The owners by the map, as handles on the forge.
    pub expected: BTreeSet<String>,
    /// The owners that the forge would return.
    pub answered: BTreeSet<String>,
    /// The line in the map.
    pub place: Option<Place>,
    /// The lines that the forge would use.
    pub rules: Vec<Place>,
}

/// Returns the content of a regular file.
fn read(root: &Path, path: &BStr) -> Option<Vec<u8>> {
    let full = root.join(path.to_path().ok()?);
    let is_file = full
        .symlink_metadata()
        .is_ok_and(|metadata| metadata.is_file());
    is_file.then(|| std::fs::read(full).ok()).flatten()
}

/// Returns all differences. For dialects with a file per folder, existing files that ownlint did not write
/// are read as well.
pub fn prove(dialect: &Dialect, ownership: &Ownership<'_>, written: &Written) -> Vec<Difference> {
    let Some(answer) = dialect.answer else {
        return Vec::new();
    };
    let paths: Vec<&BStr> = ownership.files.iter().map(|file| file.path).collect();
    let mut files: Vec<(BString, Vec<u8>)> = Vec::new();
    if dialect.is_per_folder {
        // `paths` does not contain files that ownlint generated before. A file may import others, whose names
        // contain that of the dialect's.
        let traces = dialect.signature.as_ref().map_or(&[][..], |it| it.traces);
        let is_read = |path: &BStr| {
            file_name(path).contains_str(dialect.file_name()) || traces.iter().any(|it| path == it)
        };
        let existing = paths.iter().filter(|path| is_read(path));
        files.extend(existing.filter_map(|path| {
            let bytes = read(&ownership.repository.root, path)?;
            Some(((*path).to_owned(), bytes))
        }));
    }
    let new = written.files.iter();
    files.extend(new.map(|(path, text)| (path.clone(), text.clone().into_bytes())));
    let answers: Answers = answer(&Tree::in_memory(files), &paths);
    let mut known = FxHashMap::default();
    let mut differences = Vec::new();
    for (file, at) in ownership.files.iter().zip(0..) {
        let answer = answers.of(at);
        let expected = &written.expected[file.owners as usize];
        // Many files share both.
        let pair = (answers.id_of(at), file.owners);
        let same = *known.entry(pair).or_insert_with(|| {
            answer.owners.len() == expected.len()
                && answer.owners.iter().all(|owner| expected.contains(owner))
        });
        if !same {
            differences.push(Difference {
                path: file.path.to_owned(),
                expected: expected.clone(),
                answered: answer.owners.iter().cloned().collect(),
                place: ownership.place(file).cloned(),
                rules: answer.rules.clone(),
            });
        }
    }
    differences
}
