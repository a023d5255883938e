//! Finds who can approve changes by the existing ownership files, but not by the files that replace them.

use std::collections::BTreeSet;

use bstr::{BStr, BString};
use rustc_hash::FxHashMap;

use super::{Answer, Answers, Dialect, Ownership, Tree, Written, proof};

/// The people and groups that can no longer approve some changes.
#[derive(Debug)]
pub struct LostApprovers {
    /// Their names, or those of the members of groups.
    pub names: BTreeSet<String>,
    /// The number of files that lose some of them.
    pub files: usize,
    /// The first of these files.
    pub first: BString,
}

/// Returns those who can approve changes of existing files by the files in the tree `before`, but not by the written
/// files; `None` if there are none.
pub fn lost_approvers(
    dialect: &Dialect,
    ownership: &Ownership<'_>,
    written: &Written,
    before: &Tree<'_>,
) -> Option<LostApprovers> {
    let paths: Vec<&BStr> = ownership.files.iter().map(|file| file.path).collect();
    let before = (dialect.answer?)(before, &paths);
    let after = proof::answers(dialect, ownership, written, &paths)?;
    let mut names = BTreeSet::new();
    let mut known: FxHashMap<(u32, u32), bool> = FxHashMap::default();
    let mut loses = |at: &usize| {
        let pair = (before.id_of(*at), after.id_of(*at));
        *known.entry(pair).or_insert_with(|| {
            let mut lost = difference(&before, &after, *at);
            let is_lossy = !lost.is_empty();
            names.append(&mut lost);
            is_lossy
        })
    };
    let files: Vec<usize> = (0..paths.len()).filter(|at| loses(at)).collect();
    Some(LostApprovers {
        names,
        files: files.len(),
        first: paths[*files.first()?].to_owned(),
    })
}

/// Returns the names that only the first answer for a path contains.
fn difference(before: &Answers, after: &Answers, at: usize) -> BTreeSet<String> {
    let [before, after] = [before, after].map(|answers| approvers(answers.of(at)));
    before.difference(&after).cloned().collect()
}

/// Returns the people who can approve, and the groups whose members are not known.
fn approvers(answer: &Answer) -> BTreeSet<String> {
    let statement = answer.statement.as_deref();
    let names = statement
        .into_iter()
        .flat_map(|it| it.owners().chain(&it.may_also_approve));
    let people = names.flat_map(|name| match name.members() {
        [] => std::slice::from_ref(&name.text),
        members => members,
    });
    people.map(|person| person.to_lowercase()).collect()
}
