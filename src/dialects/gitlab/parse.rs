use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{
    header::{self, Header, Start},
    section_line,
};
use crate::{
    dialects::{
        FileProblem,
        lines::{Line, lines},
        pattern_line::PatternLine,
    },
    text::{Source, quoted},
};

/// The section of the lines before the first header.
const DEFAULT: &str = "codeowners";

/// Reads a file: its lines that match something, section by section.
pub(super) fn parse(source: &Arc<Source>, problems: &mut Vec<FileProblem>) -> Vec<PatternLine> {
    let mut names = vec![DEFAULT];
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
                tell(line, &header, problems);
                defaults = section_line::owners(header.owners, problems);
                section = position(&mut names, header.name);
            }
            Some(Start::Unclosed) => {
                let message = "the bracket of this header never closes: the line is skipped";
                problems.push(line.problem(message));
            }
            None => {
                let read = section_line::parse(line, section, &defaults, problems);
                let Some((key, entry)) = read else {
                    continue;
                };
                // GitLab keeps a section's entries by their keys, so that one with a key used before
                // takes the place of the earlier one, not the last place.
                let at = *by_key.entry((section, key)).or_insert(entries.len());
                match entries.get_mut(at) {
                    Some(known) => *known = entry,
                    None => entries.push(entry),
                }
            }
        }
    }
    entries.sort_by_key(|entry| entry.section);
    entries
}

/// The section that a header continues or opens. Letter case does not count, except as long as there
/// is only the default section.
fn position<'s>(names: &mut Vec<&'s str>, name: &'s str) -> usize {
    let is_first = names.len() == 1;
    let lower = name.to_lowercase();
    let same = |known: &&str| *known == name || (!is_first && known.to_lowercase() == lower);
    names.iter().position(same).unwrap_or_else(|| {
        names.push(name);
        names.len() - 1
    })
}

fn tell(line: Line<'_>, header: &Header<'_>, problems: &mut Vec<FileProblem>) {
    let mut tell = |of: Line<'_>, message: &str| problems.push(of.problem(message));
    if header.name.trim().is_empty() {
        tell(line, "the section has no name");
    }
    if let Some(approvals) = header.approvals {
        match header.required() {
            Some(0) => tell(approvals, "an approval count below 1 counts as 1"),
            Some(_) if header.is_optional => tell(
                approvals,
                "an optional section needs no approvals: the count is ignored",
            ),
            _ => {}
        }
    }
    if !header.ignored.text.is_empty() {
        let message = format!(
            "a line that begins with `[` is a header: {} is ignored",
            quoted(header.ignored.text)
        );
        tell(header.ignored, &message);
    }
}
