use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{
    header::{self, Header, Start},
    section_line::{self, SectionLine},
};
use crate::{
    dialects::{
        FileProblem,
        lines::{Line, lines},
    },
    text::{Source, quoted},
};

/// The section of the lines before the first header.
const DEFAULT: &str = "codeowners";

/// Entries that decide together.
#[derive(Debug)]
pub(super) struct Section {
    /// Its name, as first written.
    pub name: String,
    /// Its entries, the later the stronger.
    pub entries: Vec<SectionLine>,
    by_key: FxHashMap<String, usize>,
}

impl Section {
    fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            entries: Vec::new(),
            by_key: FxHashMap::default(),
        }
    }

    /// Adds an entry. GitLab keeps a section's entries by their keys, so that one with a key used
    /// before takes the place of the earlier one, not the last place.
    fn add(&mut self, entry: SectionLine) {
        match self.by_key.get(&entry.key) {
            Some(known) => self.entries[*known] = entry,
            None => {
                self.by_key.insert(entry.key.clone(), self.entries.len());
                self.entries.push(entry);
            }
        }
    }
}

/// Reads a file into its sections, in their order.
pub(super) fn parse(source: &Arc<Source>, problems: &mut Vec<FileProblem>) -> Vec<Section> {
    let mut sections = vec![Section::new(DEFAULT)];
    let mut at = 0;
    let mut defaults = Vec::new();
    for line in lines(source, problems) {
        if line.text.starts_with('#') {
            continue;
        }
        match header::parse(line) {
            Some(Start::Header(header)) => {
                tell(source, line, &header, problems);
                defaults = section_line::owners(source, header.owners, problems);
                at = section(&mut sections, header.name);
            }
            Some(Start::Unclosed) => {
                let message = "the bracket of this header never closes: the line is skipped";
                problems.push(FileProblem::new(source, line.span, message));
            }
            None => {
                let entry = section_line::parse(source, line, &defaults, problems);
                sections[at].add(entry);
            }
        }
    }
    sections
}

/// The section that a header continues or opens. Letter case does not count, except as long as there
/// is only the default section.
fn section(sections: &mut Vec<Section>, name: &str) -> usize {
    let is_first = sections.len() == 1;
    let lower = name.to_lowercase();
    let same =
        |known: &Section| known.name == name || (!is_first && known.name.to_lowercase() == lower);
    sections.iter().position(same).unwrap_or_else(|| {
        sections.push(Section::new(name));
        sections.len() - 1
    })
}

fn tell(
    source: &Arc<Source>,
    line: Line<'_>,
    header: &Header<'_>,
    problems: &mut Vec<FileProblem>,
) {
    let mut tell = |span, message: String| problems.push(FileProblem::new(source, span, message));
    if header.name.trim().is_empty() {
        tell(line.span, "the section has no name".to_owned());
    }
    if let Some(approvals) = header.approvals {
        match header.required() {
            Some(0) => tell(
                approvals.span,
                "an approval count below 1 counts as 1".to_owned(),
            ),
            Some(_) if header.is_optional => tell(
                approvals.span,
                "an optional section needs no approvals: the count is ignored".to_owned(),
            ),
            _ => {}
        }
    }
    if !header.ignored.text.is_empty() {
        let message = format!(
            "a line that begins with `[` is a header: {} is ignored",
            quoted(header.ignored.text)
        );
        tell(header.ignored.span, message);
    }
}
