//! Verifies a generated file: compares the owners that the forge would return for every file with the map.

use std::{collections::BTreeSet, sync::Arc};

use bstr::{BStr, BString};
use rustc_hash::FxHashMap;

use super::{Answers, Dialect, FileProblem, Ownership, Tree, Written};
use crate::text::{Place, Source, SourceOrigin};

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
    /// Why the forge fails instead, because of a file that ownlint did not write.
    pub failure: Option<FileProblem>,
    /// The lines that the forge would use.
    pub rules: Vec<Place>,
}

/// Returns all differences. For dialects with a file per folder, existing files that ownlint did not write
/// are read as well.
pub fn prove(dialect: &Dialect, ownership: &Ownership<'_>, written: &Written) -> Vec<Difference> {
    let paths: Vec<&BStr> = ownership.files.iter().map(|file| file.path).collect();
    let Some(answers) = answers(dialect, ownership, written, &paths) else {
        return Vec::new();
    };
    let mut known = FxHashMap::default();
    let mut differences = Vec::new();
    for (file, at) in ownership.files.iter().zip(0..) {
        let answer = answers.of(at);
        let expected = &written.expected[file.owners as usize];
        // Many files share both.
        let pair = (answers.id_of(at), file.owners);
        let same = *known.entry(pair).or_insert_with(|| {
            answer.failure.is_none()
                && answer.owners.len() == expected.len()
                && answer.owners.iter().all(|owner| expected.contains(owner))
        });
        if !same {
            differences.push(Difference {
                path: file.path.to_owned(),
                expected: expected.clone(),
                answered: answer.owners.iter().cloned().collect(),
                place: ownership.place(file).cloned(),
                failure: answer.failure.clone(),
                rules: answer.rules.clone(),
            });
        }
    }
    differences
}

/// Returns the owners of `paths` by the written files; `None` if the dialect has no owners of paths.
pub(super) fn answers(
    dialect: &Dialect,
    ownership: &Ownership<'_>,
    written: &Written,
    paths: &[&BStr],
) -> Option<Answers> {
    let answer = dialect.answer?;
    let new = written.files.iter().map(|(path, text)| {
        let origin = SourceOrigin::Repository(".".into());
        let (source, _) = Source::new(origin, path.clone(), text.clone().into_bytes());
        Arc::new(source)
    });
    let files = ownership.existing.iter().map(Arc::clone).chain(new);
    Some(answer(&Tree::of_sources(files), paths))
}
