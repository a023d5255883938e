use std::sync::Arc;

use bstr::ByteSlice;
use rustc_hash::FxHashMap;

use super::{
    DIALECT,
    header::{self, Header, Start},
    section_line,
};
use crate::{
    dialects::{
        FileProblem, FileProblemKind, OwnerSection, Tree,
        lines::{Line, lines},
        pattern_line::PatternLine,
    },
    text::{Source, Span, quoted},
};

/// The section of the lines before the first header.
const DEFAULT: &str = "codeowners";

/// GitLab takes a file with a NUL character in its first bytes for a binary file.
const SEARCHED_BYTES: usize = 8000;

/// Parses a file and returns its lines that can match a path, by section.
pub(super) fn parse(source: &Arc<Source>, problems: &mut Vec<FileProblem>) -> Vec<PatternLine> {
    parse_with_names(source, problems).0
}

/// Returns the sections; the title of the default section is empty.
pub(super) fn sections(tree: &Tree<'_>) -> Vec<OwnerSection> {
    let mut problems = Vec::new();
    let Some(source) = tree.first(DIALECT.locations, &mut problems) else {
        return Vec::new();
    };
    let (lines, names) = parse_with_names(&source, &mut problems);
    let section = |lines: &[PatternLine]| OwnerSection {
        title: names[lines[0].section].trim().to_owned(),
        lines: lines.iter().map(|line| line.owners.clone()).collect(),
    };
    let sections = lines.chunk_by(|a, b| a.section == b.section);
    sections.map(section).collect()
}

/// Parses a file and returns its lines that can match a path, by section, and the names of the sections.
fn parse_with_names(
    source: &Arc<Source>,
    problems: &mut Vec<FileProblem>,
) -> (Vec<PatternLine>, Vec<String>) {
    let bytes = source.bytes();
    if let Some(at) = bytes[..bytes.len().min(SEARCHED_BYTES)].find_byte(0) {
        let message =
            "GitLab ignores the file because it contains a NUL character, like a binary file";
        problems.push(FileProblem::new(source, Span::new(at, at + 1), message));
        return (Vec::new(), Vec::new());
    }
    let mut sections = Sections::new();
    let mut entries: Vec<PatternLine> = Vec::new();
    let mut by_key: FxHashMap<(usize, String), usize> = FxHashMap::default();
    let mut section = 0;
    let mut defaults = Vec::new();
    for line in lines(source, problems) {
        if line.text.starts_with('#') {
            continue;
        }
        match header::parse(line) {
            Some(Start::Header(header)) => {
                check_header(line, &header, problems);
                defaults = section_line::owners(header.owners, problems);
                section = sections.position(header.name);
            }
            Some(Start::Unclosed) => {
                let message = "section header has no closing bracket: the line is skipped";
                problems.push(line.problem(message));
            }
            None => {
                let read = section_line::parse(line, section, &defaults, problems);
                let Some((key, entry)) = read else {
                    continue;
                };
                // GitLab keeps the entries of a section by key: a later entry with the same key replaces the earlier
                // one at its position.
                let at = *by_key.entry((section, key)).or_insert(entries.len());
                match entries.get_mut(at) {
                    Some(earlier) => {
                        problems.push(replaced(source, earlier.span, entry.span));
                        *earlier = entry;
                    }
                    None => entries.push(entry),
                }
            }
        }
    }
    entries.sort_by_key(|entry| entry.section);
    (entries, sections.names)
}

/// Returns the problem of a line whose owners a later line replaces.
fn replaced(source: &Arc<Source>, earlier: Span, later: Span) -> FileProblem {
    let number = source.line_column(later.start).line;
    let message =
        format!("line {number} has the same pattern, so GitLab uses the owners of that line here");
    FileProblem {
        kind: FileProblemKind::Overridden,
        ..FileProblem::new(source, earlier, message)
    }
}

/// The sections of a file.
struct Sections {
    /// The position of the first section with a name, by the name in lower case.
    by_name: FxHashMap<String, usize>,
    /// The names as in the first header; empty for the default section.
    names: Vec<String>,
}

impl Sections {
    /// Creates the default section, whose position is 0.
    fn new() -> Self {
        Self {
            by_name: FxHashMap::from_iter([(DEFAULT.to_owned(), 0)]),
            names: vec![String::new()],
        }
    }

    /// Returns the section that a header continues or opens. Names are case-insensitive, except while only the default
    /// section exists.
    fn position(&mut self, name: &str) -> usize {
        // Like in Ruby, and unlike `str::to_lowercase`, the characters around a character don't matter.
        let lower: String = name.chars().flat_map(char::to_lowercase).collect();
        if let Some(at) = self.by_name.get(&lower)
            && (self.names.len() > 1 || name == DEFAULT)
        {
            return *at;
        }
        let at = self.names.len();
        self.names.push(name.to_owned());
        self.by_name.entry(lower).or_insert(at);
        at
    }
}

fn check_header(line: Line<'_>, header: &Header<'_>, problems: &mut Vec<FileProblem>) {
    let mut report = |of: Line<'_>, message: &str| problems.push(of.problem(message));
    if header.name.trim().is_empty() {
        report(line, "section has no name");
    }
    if let Some(approvals) = header.approvals {
        match header.required() {
            Some(0) => report(approvals, "approval count is below 1 and is treated as 1"),
            Some(_) if header.is_optional => report(
                approvals,
                "the approval count is ignored, because an optional section requires no approvals",
            ),
            _ => {}
        }
    }
    if !header.ignored.text.is_empty() {
        let message = format!(
            "{} is ignored, because a line that starts with `[` is a section header",
            quoted(header.ignored.text)
        );
        report(header.ignored, &message);
    }
}
