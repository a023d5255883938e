use rustc_hash::FxHashSet;

use super::{
    Check, Context, Properties,
    near::{Miss, Near},
    ownership_files::line_subject,
};
use crate::{
    advice::Advice,
    dialects::{FileProblemKind, UnmatchedLine},
    finding::{Finding, Severity},
    inventory::Files,
    pattern::{Pattern, PatternTree},
    text::{MAX_SUGGESTIONS, Place, quoted},
};

pub(super) const CHECK: Check = Check {
    name: "unmatched-ownership-line",
    severity: Severity::Warning,
    summary: "A line in a CODEOWNERS file matches no files.",
    what: "A pattern in the CODEOWNERS file that a forge reads matches none of the files in the \
repository. The severity is `info` if the pattern has a wildcard and can match at any depth, because \
such patterns are often meant for future files. Generated files are not checked. ownlint compares \
only with existing files, and looks for similar paths only for the first 100 lines. It does not know which files are in submodules or on other branches.",
    why: "The files were probably moved or deleted, or the pattern is misspelled. The owners in the \
line are not asked to review changes to the files that it was meant for.",
    impact: "The owners in the line are never asked to review changes.",
    fix: "If the files still exist, correct the pattern. Otherwise, remove the line. Directories need a \
final `/` on GitLab, and the letter case matters.",
    example: "\
# CODEOWNERS
/modules/kafak/ @org/data       # the directory is called `kafka`
/modules/kafka/ @org/data",
    properties: Properties::WITHOUT_MAP,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let place = |place: &Place| {
        let (repository, path) = (place.repository().cloned(), place.path().to_owned());
        (repository, path, place.start().line)
    };
    let invalid = context.file_problems().iter();
    let invalid = invalid.filter(|(_, problem)| problem.kind == FileProblemKind::Line);
    let invalid: FxHashSet<_> = invalid.map(|(_, problem)| place(&problem.place)).collect();
    let mut findings = Vec::new();
    for (at, repository) in context.repositories() {
        let lines = context.idle_lines(at);
        let lines = lines.iter().flat_map(|lines| &lines.unmatched);
        // Another check reports what is wrong with invalid lines.
        let lines = lines.filter(|line| !invalid.contains(&place(&line.place)));
        let mut lines: Vec<Unmatched<'_>> = lines.map(Unmatched::new).collect();
        // Patterns that match at any depth take time for each file.
        let examined = lines.len().min(MAX_SUGGESTIONS);
        let near = lines[..examined].iter_mut();
        let near = near.filter_map(|it| Some((Some(at), it.pattern.as_ref()?, &mut it.near)));
        Near::find(context.repositories, near);
        mark_directories(&mut lines[..examined], &repository.listing.files);
        findings.extend(lines.iter().map(Unmatched::finding));
    }
    findings
}

/// A line that matches no files.
struct Unmatched<'l> {
    line: &'l UnmatchedLine,
    /// The closest pattern in the map.
    pattern: Option<Pattern>,
    /// Whether this pattern matches files. In the map, patterns also match everything inside directories.
    is_directory: bool,
    near: Option<Near>,
}

/// Finds the lines that name a directory.
fn mark_directories(lines: &mut [Unmatched<'_>], files: &Files) {
    let known = lines.iter_mut();
    let known = known.filter_map(|it| Some((it.pattern.as_ref()?, &mut it.is_directory)));
    let (patterns, mut marks): (Vec<_>, Vec<_>) = known.unzip();
    let tree = PatternTree::new(patterns);
    let mut walker = tree.walk();
    for file in files.iter() {
        walker.matches(file.path, file.is_directory(), |hits| {
            for hit in hits {
                *marks[*hit as usize] = true;
            }
        });
    }
}

impl<'l> Unmatched<'l> {
    fn new(line: &'l UnmatchedLine) -> Self {
        let pattern = line.pattern.as_deref();
        Self {
            line,
            pattern: pattern.and_then(|pattern| Pattern::parse(pattern).ok()),
            is_directory: false,
            near: None,
        }
    }

    fn finding(&self) -> Finding {
        let place = &self.line.place;
        let written = place.words();
        let pattern = self.line.pattern.as_deref();
        let is_floating = pattern.is_some_and(|pattern| pattern.starts_with("**/"));
        let is_for_future_files = is_floating && written.contains(['*', '?', '[']);
        Finding {
            subject: line_subject(place),
            label: "matches no files".to_owned(),
            at_most: is_for_future_files.then_some(Severity::Info),
            advice: match self.correction() {
                Some(correction) => vec![Advice::in_words(correction)],
                None if written.starts_with('@') => {
                    vec![Advice::in_words("write a pattern before the owners")]
                }
                None => ["correct the pattern", "remove the line"]
                    .map(Advice::in_words)
                    .into(),
            },
            ..CHECK.at(
                place.clone(),
                format!("{} matches no files", quoted(written)),
            )
        }
    }

    /// Returns how to match the files that were probably meant, if there are any.
    fn correction(&self) -> Option<String> {
        let written = self.line.place.words();
        if self.is_directory {
            let directory = format!("{}/", written.trim_end_matches(['*', '/']));
            let directory = quoted(&directory);
            return Some(format!(
                "write {directory} to match everything in the directory"
            ));
        }
        let near = self.near.as_ref()?;
        let file = quoted(near.file());
        Some(match (near.miss, near.new_pattern()) {
            (Miss::LetterCase, _) => format!("correct the letter case to match {file}"),
            (Miss::Spelling, Some(new)) => {
                let start = if written.starts_with('/') { "/" } else { "" };
                format!("write {}", quoted(format!("{start}{new}")))
            }
            _ => format!("write the directory before the pattern to match files such as {file}"),
        })
    }
}
