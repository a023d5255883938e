use bstr::BStr;

use super::{DIALECT, parse::parse, section_line::SectionLine};
use crate::{
    dialects::{Answer, Answers, Tree, glob::Glob, index::Index},
    text::Place,
};

/// What GitLab says of `paths`.
pub(super) fn answer(tree: &Tree<'_>, paths: &[&BStr]) -> Answers {
    let mut answers = Answers::default();
    let Some(source) = tree.first(DIALECT.locations, &mut answers.problems) else {
        return Answers::same(paths.len(), answers.problems);
    };
    answers.read.push(source.path.clone());
    let sections = parse(&source, &mut answers.problems);
    let mut entries: Vec<(usize, SectionLine)> = (0..)
        .zip(sections)
        .flat_map(|(at, section)| section.entries.into_iter().map(move |entry| (at, entry)))
        .filter(|(_, entry)| entry.glob.is_some())
        .collect();
    let globs: Vec<Glob> = entries
        .iter_mut()
        .filter_map(|(_, entry)| entry.glob.take())
        .collect();
    let index = Index::new(globs);
    let mut lookup = index.lookup();
    let (mut found, mut key) = (Vec::new(), Vec::new());
    for path in paths {
        lookup.all(path, &mut found);
        key.clear();
        // Of each section its last entry that matches, unless one that matches excludes the path.
        for of_section in found.chunk_by(|a, b| entries[*a as usize].0 == entries[*b as usize].0) {
            let excluded = of_section
                .iter()
                .any(|id| entries[*id as usize].1.is_exclusion);
            key.extend(of_section.last().filter(|_| !excluded));
        }
        answers.push(&key, || {
            let found = || key.iter().map(|id| &entries[*id as usize].1);
            let owners = found().flat_map(|entry| entry.owners.iter().map(String::as_str));
            let place = |entry: &SectionLine| Place::Text(source.clone(), entry.span);
            Answer::new(owners, found().map(place).collect())
        });
    }
    answers.finish()
}
