use std::sync::Arc;

use bstr::BStr;

use super::{Answer, Answers, FileProblem, OwnershipLine, Tree, glob::Glob, index::Index};
use crate::text::{Place, Source, Span};

/// A line of CODEOWNERS that gives what it matches its owners.
#[derive(Debug)]
pub(super) struct PatternLine {
    /// What it matches.
    pub glob: Glob,
    /// The owners as written, or the defaults; none says that what matches is unowned.
    pub owners: Vec<String>,
    /// The lines that decide together: the owners of all sections add up.
    pub section: usize,
    /// Whether what matches gets nothing from the section.
    pub is_exclusion: bool,
    /// The line.
    pub span: Span,
}

/// Reads the lines of a file.
type Parse = fn(&Arc<Source>, &mut Vec<FileProblem>) -> Vec<PatternLine>;

/// What the lines of the first of `locations` that exists, section by section, say of `paths`.
pub(super) fn answer(
    tree: &Tree<'_>,
    locations: &[&str],
    parse: Parse,
    paths: &[&BStr],
) -> Answers {
    Answers::of_first(tree, locations, paths, |source, answers| {
        let mut lines = parse(source, &mut answers.problems);
        let globs = lines.iter_mut().map(|line| std::mem::take(&mut line.glob));
        let index = Index::new(globs.collect());
        let mut lookup = index.lookup();
        // Most files have one section, of which the last line decides alone.
        let mut all = lines.iter();
        let is_one = all.all(|line| line.section == 0 && !line.is_exclusion);
        let line = |id: &u32| &lines[*id as usize];
        let (mut found, mut key) = (Vec::new(), Vec::new());
        for path in paths {
            key.clear();
            if is_one {
                key.extend(lookup.last(path));
            } else {
                lookup.all(path, &mut found);
            }
            // Of each section its last line that matches, unless one that matches excludes the path.
            for of_section in found.chunk_by(|a, b| line(a).section == line(b).section) {
                let excluded = of_section.iter().any(|id| line(id).is_exclusion);
                key.extend(of_section.last().filter(|_| !excluded));
            }
            answers.push(&key, || {
                let found = || key.iter().map(line);
                let owners = found().flat_map(|line| line.owners.iter().map(String::as_str));
                let place = |line: &PatternLine| Place::Text(Arc::clone(source), line.span);
                Answer::new(owners, found().map(place).collect())
            });
        }
    })
}

/// The lines of the first of `locations` that exists, section by section. What excludes paths
/// overrules its whole section, so it comes last.
pub(super) fn entries(tree: &Tree<'_>, locations: &[&str], parse: Parse) -> Vec<OwnershipLine> {
    let mut problems = Vec::new();
    let Some(source) = tree.first(locations, &mut problems) else {
        return Vec::new();
    };
    let mut lines = parse(&source, &mut problems);
    lines.sort_by_key(|line| (line.section, line.is_exclusion));
    OwnershipLine::all(&source, lines)
}
