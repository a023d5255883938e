use std::sync::Arc;

use super::owner::{OwnerProblem, owner_problem};
use crate::{
    dialects::{
        FileProblem, ignore_lines,
        ignore_pattern::FinalStar,
        lines::{Line, is_blank},
        pattern_line::PatternLine,
    },
    text::{Source, quoted},
};

/// Parses a file. Invalid lines and lines that match no path are skipped, the others count.
pub(super) fn parse(source: &Arc<Source>, problems: &mut Vec<FileProblem>) -> Vec<PatternLine> {
    ignore_lines::parse(source, FinalStar::Files, owners, problems)
}

fn owners(line: &Line<'_>, problems: &mut Vec<FileProblem>) -> Option<Vec<String>> {
    let (pattern, rest) = line.split_pattern();
    let mut owners = Vec::new();
    let mut is_valid = true;
    for word in rest.words(is_blank) {
        if word.text.starts_with('#') {
            break;
        }
        match owner_problem(word.text) {
            None => owners.push(word.text.to_owned()),
            Some(OwnerProblem::TwoHandles) => {
                let message = format!(
                    "{} contains two handles, so GitHub ignores it",
                    quoted(word.text)
                );
                problems.push(word.problem(message));
            }
            // The documentation implies that the whole line is skipped, but does not state it.
            Some(OwnerProblem::Malformed) => {
                let hint = match is_valid {
                    true => hint(pattern.text, word.text),
                    false => None,
                };
                let hint = hint.map_or_else(String::new, |hint| format!("; {hint}"));
                let message = format!(
                    "{} is not a valid owner (`@user`, `@org/team` or an email address): the line is skipped{hint}",
                    quoted(word.text)
                );
                problems.push(word.problem(message));
                is_valid = false;
            }
        }
    }
    is_valid.then_some(owners)
}

/// Says what a line was probably meant to be, given its pattern and the first word that is not an owner.
fn hint(pattern: &str, word: &str) -> Option<String> {
    let without_comma = word
        .strip_suffix(',')
        .filter(|it| owner_problem(it).is_none());
    if without_comma.is_some() {
        return Some("separate owners with blanks, not with commas".to_owned());
    }
    if pattern.starts_with('@') && !word.contains('@') {
        let line = quoted(format!("{word} {pattern}"));
        return Some(format!("write the pattern before the owners: {line}"));
    }
    if word.contains('@') {
        return None;
    }
    let path = format!("{pattern}\\ {word}").replace('"', "");
    let path = quoted(path);
    // Other words are rather the names of owners without `@`.
    let is_path = word.ends_with('/') || word.contains('/') && !pattern.ends_with('/');
    match pattern.starts_with('"') {
        true => Some(format!(
            "quotes are part of the pattern: write {path} instead"
        )),
        false => is_path.then(|| format!("if the pattern contains a blank, write {path}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_a_line_was_meant_to_be() {
        for (pattern, word, expected) in [
            (
                "docs/",
                "@o/a,",
                Some("separate owners with blanks, not with commas"),
            ),
            (
                "@o/a",
                "docs/",
                Some("write the pattern before the owners: `docs/ @o/a`"),
            ),
            (
                "\"/my",
                "docs/\"",
                Some("quotes are part of the pattern: write `/my\\ docs/` instead"),
            ),
            (
                "/my",
                "docs/",
                Some("if the pattern contains a blank, write `/my\\ docs/`"),
            ),
            ("docs/", "@@o", None),
            ("docs/", "o", None),
            ("docs/", "o/a", None),
        ] {
            assert_eq!(hint(pattern, word).as_deref(), expected, "{pattern} {word}");
        }
    }
}
