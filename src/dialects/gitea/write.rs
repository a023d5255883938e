//! Writes rules whose owners add up: each excludes the paths that a stronger rule gives other owners.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    DIALECT, globs, is_on_forgejo, owner::is_owner, parse::SIZE_LIMIT, remainder::remainder,
};
use crate::{
    dialects::{
        Ownership, Refusal, Tree, Written,
        glob::{Glob, GlobToken},
        last_match::{self, OrderedLine, Syntax},
        spelling::{self, GlobPart, escaped, parts, plain},
    },
    pattern::{Alternative, ByteSet, Extent, Language, Overlaps, Pattern, Step},
    regexes::dotnet,
    text::quoted,
};

const SYNTAX: Syntax = Syntax {
    pattern: patterns,
    file: |path| escaped(path, escape),
    read,
    can_disown: true,
    is_owner: |handle| handle.starts_with('@') && is_owner(handle),
    owners: "`@user` or `@org/team`",
};

/// What matches everything in a directory, after its path.
const INSIDE: &str = "/.*";

/// What matches a file, and everything in a directory, after its path.
const CONTENT: &str = "(?:/.*)?";

/// Writes CODEOWNERS for Gitea.
pub(super) fn write(ownership: &Ownership<'_>) -> Result<Written, Vec<Refusal>> {
    let written = last_match::write_with(ownership, &DIALECT, &SYNTAX, |lines| {
        add_up(ownership, merged(lines))
    })?;
    let is_too_long = |(_, text): &(_, String)| text.len() > SIZE_LIMIT;
    match written.files.iter().any(is_too_long) {
        false => Ok(written),
        true => Err(vec![Refusal {
            place: None,
            message:
                "the file would have more than 8 MiB, and Gitea ignores what exceeds this limit"
                    .to_owned(),
            help: Some(
                "use fewer overlapping patterns with different owners in the map".to_owned(),
            ),
        }]),
    }
}

/// Returns the patterns for an alternative. A pattern for a path does not match what is inside a directory.
fn patterns(alternative: &Alternative) -> Option<Vec<String>> {
    let (steps, inside) = plain(alternative);
    let mut text = String::new();
    for (at, step) in steps.iter().enumerate() {
        match step {
            Step::AnyDepth => {
                text += "(?:.*/)?";
                continue;
            }
            Step::Literal(name) => text += &escaped(name, escape),
            Step::Glob(glob) => {
                for part in parts(glob) {
                    text += &match part {
                        GlobPart::Star => "[^/]*".to_owned(),
                        GlobPart::One(set) => class(set)?,
                        GlobPart::Bytes(bytes) => escaped(&bytes, escape),
                    };
                }
            }
        }
        if at + 1 < steps.len() {
            text.push('/');
        }
    }
    Some(match (steps.is_empty(), inside, alternative.extent) {
        (true, ..) => vec![".*".to_owned()],
        (false, true, _) => vec![text + INSIDE],
        (false, false, Extent::File) => vec![text],
        (false, false, _) => vec![text.clone(), text + INSIDE],
    })
}

fn read(text: &str) -> Option<Glob> {
    let expression = dotnet::parse(&format!("^{text}$")).ok()?;
    let globs = globs::whole(&expression)?;
    let [glob] = <[Glob; 1]>::try_from(globs).ok()?;
    Some(glob)
}

/// Writes a character in an expression.
pub(super) fn escape(char: char) -> String {
    match char {
        '.' | '+' | '*' | '?' | '(' | ')' | '|' | '[' | ']' | '{' | '}' | '^' | '$' | '\\' => {
            format!("\\{char}")
        }
        ' ' => char.to_string(),
        // Gitea would trim blanks, and replace tabs.
        char if char.is_whitespace() || char.is_control() => {
            format!("\\x{{{:02X}}}", u32::from(char))
        }
        char => char.to_string(),
    }
}

fn class(set: &ByteSet) -> Option<String> {
    if *set == ByteSet::WITHIN_SEGMENT {
        return Some("[^/]".to_owned());
    }
    spelling::bracketed(set, '^', true, |byte| {
        Some(match byte {
            b'-' => "\\-".to_owned(),
            byte => escape(char::from(byte)),
        })
    })
}

/// Joins the lines for a path and for what is inside a directory with this path.
fn merged(lines: Vec<OrderedLine>) -> Vec<OrderedLine> {
    let mut merged: Vec<OrderedLine> = Vec::with_capacity(lines.len());
    for line in lines {
        if let Some(last) = merged.last_mut()
            && last.position == line.position
            && line.pattern.strip_suffix(INSIDE) == Some(&last.pattern)
        {
            last.pattern += CONTENT;
            continue;
        }
        merged.push(line);
    }
    merged
}

/// Converts lines of which the last match wins to rules whose owners add up. A rule excludes what a later line with the
/// same path decides, unless its own owners are among those of that line.
fn add_up(
    ownership: &Ownership<'_>,
    lines: Vec<OrderedLine>,
) -> Result<Vec<OrderedLine>, Vec<Refusal>> {
    let globs: Vec<Glob> = lines
        .iter()
        .map(|line| read(&line.pattern).unwrap_or_default())
        .collect();
    let outline = |glob: &Glob| Pattern::of("", glob.outline().into_iter().collect());
    let outlines: Vec<Pattern> = globs.iter().map(outline).collect();
    // An outline may match more, but these globs match a single file.
    let files: Vec<Option<String>> = globs.iter().map(literal_path).collect();
    let meets = |one: usize, other: usize| {
        let matches = |file: &Option<String>, glob: &Glob| {
            file.as_ref()
                .is_none_or(|path| glob.matches(path.as_bytes()))
        };
        matches(&files[one], &globs[other]) && matches(&files[other], &globs[one])
    };
    let owners: Vec<BTreeSet<_>> = lines
        .iter()
        .map(|line| line.owner_set().into_iter().collect())
        .collect();
    let index = Overlaps::new((0..).zip(&outlines));
    let has_newline = ownership.paths().any(|path| path.contains(&b'\n'));
    let is_on_forgejo = is_on_forgejo(&Tree::of_repository(ownership.repository));
    let mut rules = Vec::new();
    let mut refusals = Vec::new();
    for (at, line) in lines
        .iter()
        .enumerate()
        .filter(|(at, _)| !owners[*at].is_empty())
    {
        let later = index
            .of(&outlines[at])
            .into_iter()
            .map(|other| other as usize);
        let later: Vec<usize> = later
            .filter(|other| *other > at && !owners[at].is_subset(&owners[*other]))
            .filter(|other| meets(at, *other))
            .collect();
        let by_position = later
            .iter()
            .filter_map(|other| Some((lines[*other].position?, *other)));
        let by_position: BTreeMap<usize, usize> = by_position.collect();
        let is_covered = |other: &usize| {
            let mut around = lines[*other].around.iter();
            around.any(|around| {
                let cover = by_position
                    .get(around)
                    .filter(|cover| globs[**cover].is_outlined());
                cover.is_some_and(|cover| {
                    let inner = Language::of([&outlines[*other]]);
                    inner.is_within(&Language::of([&outlines[*cover]])) == Ok(true)
                })
            })
        };
        let excluded = later.iter().copied();
        let excluded: Vec<usize> = excluded.filter(|other| !is_covered(other)).collect();
        let mut text = String::from(if has_newline { "(?s)" } else { "" });
        if excluded.is_empty() {
            text += &line.pattern;
        } else if is_on_forgejo {
            let excluded: Vec<&Glob> = excluded.iter().map(|other| &globs[*other]).collect();
            match remainder(&globs[at], &excluded) {
                Some(remainder) => text += &remainder,
                None => refusals.push(Refusal {
                    place: line.place.clone(),
                    message: format!(
                        "Forgejo has no lookaheads, without which {} cannot exclude the paths of other rules",
                        quoted(&line.pattern)
                    ),
                    help: Some(
                        "use only directories and files in rules that overlap, without wildcards".to_owned(),
                    ),
                }),
            }
        } else {
            let starts = excluded
                .iter()
                .map(|other| start_of(&lines[*other].pattern));
            let starts: Vec<String> = starts.collect();
            text += &format!("(?!{}){}", starts.join("|"), line.pattern);
        }
        rules.push(OrderedLine {
            pattern: as_word(&text),
            ..line.clone()
        });
    }
    match refusals.is_empty() {
        true => Ok(rules),
        false => Err(refusals),
    }
}

/// Returns the only path that a glob matches; `None` if it can match several.
fn literal_path(glob: &Glob) -> Option<String> {
    let chars = glob.tokens.iter().map(|token| match token {
        GlobToken::Char(char) => Some(*char),
        _ => None,
    });
    chars
        .collect::<Option<String>>()
        .filter(|_| !glob.with_content)
}

/// Returns an expression that matches at the start of the paths that a pattern matches as a whole.
fn start_of(pattern: &str) -> String {
    if let Some(path) = pattern.strip_suffix(CONTENT) {
        return format!("{path}(?:/|$)");
    }
    match pattern.strip_suffix(".*") {
        Some(directory) if directory.is_empty() || directory.ends_with('/') => directory.to_owned(),
        _ => format!("{pattern}$"),
    }
}

/// Writes an expression as a word of a line.
fn as_word(expression: &str) -> String {
    let mut word = String::with_capacity(expression.len());
    // At the start, it would negate the rule.
    if expression.starts_with('!') {
        word += "\\\\";
    }
    for char in expression.chars() {
        if matches!(char, '\\' | ' ' | '#') {
            word.push('\\');
        }
        word.push(char);
    }
    word
}
