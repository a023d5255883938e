//! Patterns that mean something in other CODEOWNERS files, but something else in a regular expression.

use bstr::BStr;

use super::line::Token;
use crate::{
    dialects::Tree,
    regexes::{Expression, Node},
    text::quoted,
};

/// How Gitea reads a pattern.
pub(super) struct Reading<'r> {
    /// The files of the repository.
    pub tree: &'r Tree<'r>,
    /// The pattern as written.
    pub written: &'r Token,
    /// The pattern without `!` and `/` at its start.
    pub text: &'r str,
    /// What paths are compared with.
    pub expression: &'r Expression,
}

/// Characters with a meaning in expressions.
const SPECIAL: &str = ".+*?()|[]{}^$";

/// Returns what a pattern means if its author probably expects something else.
pub(super) fn problem(reading: &Reading<'_>) -> Option<String> {
    let Reading {
        tree,
        written,
        text,
        expression,
    } = reading;
    if text.starts_with('\u{feff}') {
        return Some(
            "the file starts with a byte order mark, which belongs to this pattern, so the pattern matches no paths"
                .to_owned(),
        );
    }
    let mut escaped = written.chars.iter().filter(|(_, is_escaped)| *is_escaped);
    if let Some((char, _)) =
        escaped.find(|(char, _)| SPECIAL.contains(*char) || char.is_ascii_alphanumeric())
    {
        return Some(format!(
            "Gitea removes a single backslash, so `\\{char}` means `{char}`; to use `\\{char}` in the expression, write \
             `\\\\{char}`"
        ));
    }
    if text.starts_with("./") {
        return Some("paths do not start with `./`, and `.` matches any character".to_owned());
    }
    if let Some(problem) = repeated(text) {
        return Some(problem);
    }
    if has_braces(text) {
        return Some(
            "braces have no special meaning here; for one of several texts, write `(a|b)` instead of `{a,b}`"
                .to_owned(),
        );
    }
    let Some(parts) = whole_parts(expression) else {
        return Some(format!(
            "`^` applies only to the first alternative and `$` only to the last one; to match whole paths, write \
             {}",
            quoted(format!("({text})"))
        ));
    };
    let ends_with_slash = parts.last().and_then(Node::as_char) == Some('/');
    let name: Option<String> = parts.iter().map(plain_char).collect();
    let directory = name.map(|name| name.trim_end_matches('/').to_owned());
    let is_directory = |path: &String| !path.is_empty() && tree.is_directory(BStr::new(path));
    match directory {
        Some(path) if is_directory(&path) => Some(format!(
            "the pattern does not match the files in {}; to match them, write {}",
            quoted(format!("{path}/")),
            quoted(format!("{}/.*", text.trim_end_matches('/')))
        )),
        _ if ends_with_slash => Some(format!(
            "the pattern matches no files, because it ends with `/`; to match the files in a directory, write {}",
            quoted(format!("{text}.*"))
        )),
        _ => None,
    }
}

/// Returns the parts of an expression between the start and the end of the path; `None` if it has several alternatives.
fn whole_parts(expression: &Expression) -> Option<&[Node]> {
    match expression.node() {
        Node::Alternation(_) => None,
        node => match node.parts() {
            [_, parts @ .., _] => Some(parts),
            _ => Some(&[]),
        },
    }
}

/// Returns the character that a part matches, reading a `.` as itself.
fn plain_char(node: &Node) -> Option<char> {
    if node.is_any() {
        return Some('.');
    }
    node.as_char()
}

/// Returns what a `*` repeats if its author probably expects any characters.
fn repeated(text: &str) -> Option<String> {
    let mut before = Before::Start;
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        before = match char {
            '*' => match before {
                Before::Start => {
                    let rest: String = chars.collect();
                    let rest = rest.trim_start_matches('*');
                    return Some(format!(
                        "the `*` at the start has nothing to repeat, so the pattern matches all paths that end with a \
                         match of {}; for any characters, write `.*`",
                        quoted(rest)
                    ));
                }
                Before::Literal(char) => {
                    let shown = quoted(format!("{char}*"));
                    return Some(format!(
                        "{shown} matches only repetitions of {}; for any characters, write `.*`, or `[^/]*` within a \
                         directory",
                        quoted(char.to_string())
                    ));
                }
                Before::Other => Before::Other,
            },
            '\\' => {
                chars.next();
                Before::Other
            }
            '[' => {
                // The first character of a class does not end it.
                let mut previous = '[';
                while let Some(char) = chars.next() {
                    let is_first = matches!(previous, '[' | '^');
                    if char == ']' && !is_first {
                        break;
                    }
                    if char == '\\' {
                        chars.next();
                    }
                    previous = char;
                }
                Before::Other
            }
            '(' | '|' | ')' | '.' | '^' | '$' | '+' | '?' | '{' | '}' => Before::Other,
            char => Before::Literal(char),
        };
    }
    None
}

/// What is before a character.
enum Before {
    Start,
    Literal(char),
    Other,
}

/// Returns whether a text has a list in braces, such as `{a,b}`. Numbers in braces are repetitions.
fn has_braces(text: &str) -> bool {
    let mut parts = text.split('{').skip(1);
    parts.any(|part| {
        let list = part.split_once('}').map(|(list, _)| list);
        list.is_some_and(|list| {
            list.contains(',')
                && !list
                    .chars()
                    .all(|char| char.is_ascii_digit() || char == ',')
        })
    })
}
