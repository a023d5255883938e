use std::sync::{Arc, OnceLock};

use bstr::BStr;

use super::{
    Answer, Answers, Dialect, FileProblem, OwnershipLine, Tree, glob::Glob, index::Index,
    lines::Line, statement, tree::is_directory,
};
use crate::{
    claims::{DecidingLine, FileStatement},
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
    /// What each line states, once it is needed.
    stated: Vec<OnceLock<Arc<DecidingLine>>>,
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
            stated: lines.iter().map(|_| OnceLock::new()).collect(),
            is_one_section: all.all(|line| line.section == 0 && !line.is_exclusion),
            lines,
        }
    }

    /// Returns what lines state. Those without owners state nothing.
    fn stated(&self, source: &Arc<Source>, lines: &[u32]) -> Option<Box<FileStatement>> {
        let deciding = lines.iter().filter_map(|id| {
            let line = &self.lines[*id as usize];
            let stated = || {
                let stated = &self.stated[*id as usize];
                let new = || line.stated(self.index.glob(*id), source).into();
                Arc::clone(stated.get_or_init(new))
            };
            (!line.owners.is_empty()).then(stated)
        });
        statement::statement(deciding.collect(), Vec::new())
    }
}

impl PatternLine {
    /// Returns what the line states; `glob` is its pattern.
    fn stated(&self, glob: &Glob, source: &Arc<Source>) -> DecidingLine {
        let place = Place::Text(Arc::clone(source), self.span);
        let owners = statement::names(&self.owners, &place);
        let text = Line {
            text: place.words(),
            span: self.span,
            source,
        };
        let (about, _) = text.split_pattern();
        statement::line(about.text, &[glob], owners, place.clone())
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
            ..
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
                let stated = file.stated(source, &key);
                Answer::new(owners, found().map(place).collect()).stating(stated)
            });
        }
    })
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
