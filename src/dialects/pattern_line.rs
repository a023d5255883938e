use std::sync::Arc;

use bstr::BStr;

use super::{
    Answer, Answers, Dialect, FileProblem, OwnershipLine, Tree, glob::Glob, index::Index,
    lines::Line, statement, tree::is_directory,
};
use crate::{
    claims::FileStatement,
    text::{Place, Source, Span},
};

/// A line of CODEOWNERS with a pattern and its owners.
#[derive(Debug)]
pub(super) struct PatternLine {
    /// The pattern.
    pub glob: Glob,
    /// The owners as written, or the default owners; empty if the files are unowned.
    pub owners: Vec<String>,
    /// The section: the owners of all sections add up.
    pub section: usize,
    /// Whether it excludes the matching files from its section.
    pub is_exclusion: bool,
    /// The span of the line.
    pub span: Span,
}

/// A parsed file.
struct PatternFile {
    /// The lines, without their patterns.
    lines: Vec<PatternLine>,
    /// The pattern of each line.
    index: Index,
    /// Whether the last match wins, as in most files.
    is_one_section: bool,
}

impl PatternFile {
    fn new(mut lines: Vec<PatternLine>) -> Self {
        let globs = lines.iter_mut().map(|line| std::mem::take(&mut line.glob));
        let index = Index::new(globs.collect());
        let mut all = lines.iter();
        Self {
            index,
            is_one_section: all.all(|line| line.section == 0 && !line.is_exclusion),
            lines,
        }
    }
}

/// Reads the lines of a file.
type Parse = fn(&Arc<Source>, &mut Vec<FileProblem>) -> Vec<PatternLine>;

/// Returns the answers for `paths` from the file of a dialect. For a directory, only the lines that match everything in it
/// count.
pub(super) fn answer(tree: &Tree<'_>, dialect: &Dialect, parse: Parse, paths: &[&BStr]) -> Answers {
    Answers::from_first(tree, dialect.locations, paths, |source, answers| {
        let file = tree.parsed(dialect, source, &mut answers.problems, |problems| {
            PatternFile::new(parse(source, problems))
        });
        let PatternFile {
            lines,
            index,
            is_one_section,
        } = &*file;
        let mut lookup = index.lookup();
        let line = |id: &u32| &lines[*id as usize];
        let (mut found, mut key) = (Vec::new(), Vec::new());
        for path in paths {
            key.clear();
            found.clear();
            match (is_directory(path), *is_one_section) {
                (true, _) => lookup.all_in(path, &mut found),
                (false, true) => key.extend(lookup.last(path)),
                (false, false) => lookup.all(path, &mut found),
            }
            // The last matching line of each section, unless a line that excludes the path matches.
            for of_section in found.chunk_by(|a, b| line(a).section == line(b).section) {
                let mut exclusions = of_section.iter().filter(|id| line(id).is_exclusion);
                key.extend(exclusions.next_back().or(of_section.last()));
            }
            answers.push(&key, || {
                let found = || key.iter().map(line);
                let owners = found().flat_map(|line| line.owners.iter().map(String::as_str));
                let place = |line: &PatternLine| Place::Text(Arc::clone(source), line.span);
                let deciding = key.iter().map(|id| (line(id), index.glob(*id)));
                Answer::new(owners, found().map(place).collect()).stating(stated(source, deciding))
            });
        }
    })
}

/// Returns what lines state, each with its glob. Those without owners state nothing.
fn stated<'l>(
    source: &Arc<Source>,
    lines: impl Iterator<Item = (&'l PatternLine, &'l Glob)>,
) -> Option<Box<FileStatement>> {
    let (mut owners, mut deciding) = (Vec::new(), Vec::new());
    for (line, glob) in lines.filter(|(line, _)| !line.owners.is_empty()) {
        let place = Place::Text(Arc::clone(source), line.span);
        let names = line.owners.iter();
        owners.extend(names.map(|owner| statement::name(owner, &place)));
        let text = Line {
            text: place.words(),
            span: line.span,
            source,
        };
        let (about, _) = text.split_pattern();
        deciding.push(statement::line(about.text, &[glob], place.clone()));
    }
    statement::statement(owners, Vec::new(), deciding)
}

/// Returns the lines of the first of `locations` that exists, by section. Exclusions override their
/// whole section, so they come last.
pub(super) fn entries(tree: &Tree<'_>, locations: &[&str], parse: Parse) -> Vec<OwnershipLine> {
    let mut problems = Vec::new();
    let Some(source) = tree.first(locations, &mut problems) else {
        return Vec::new();
    };
    let mut lines = parse(&source, &mut problems);
    lines.sort_by_key(|line| (line.section, line.is_exclusion));
    OwnershipLine::all(&source, lines)
}
