//! Corrections of syntax errors in a map.

use crate::{
    text::Span,
    yaml::{self, Quotes},
};

/// A line of the map that has to be written differently.
#[derive(Debug)]
pub(super) struct Correction {
    /// The line, without its indentation.
    pub span: Span,
    /// How to write it.
    pub new: String,
    /// What is wrong with it.
    pub why: String,
}

/// No corrections are searched in larger maps, because each attempt parses the whole map.
const MAX_LENGTH: usize = 1 << 20;

/// No corrections are shown for longer lines, in bytes.
pub(super) const MAX_CORRECTED: usize = 300;

/// How many lines before an error can cause it.
const MAX_LINES: usize = 4;

/// Returns the line to correct so that a syntax error of `text` disappears; `None` if no usual mistake causes it.
pub(super) fn correction(text: &str, error: Span) -> Option<Correction> {
    if text.len() > MAX_LENGTH {
        return None;
    }
    let at = (error.start as usize).min(text.len());
    let mut end = text[at..].find('\n').map_or(text.len(), |end| at + end);
    for _ in 0..MAX_LINES {
        let start = text[..end].rfind('\n').map_or(0, |newline| newline + 1);
        let line = text[start..end].trim_end_matches('\r');
        if line.len() > MAX_CORRECTED {
            return None;
        }
        for (new, why) in candidates(&text[..start], line) {
            let corrected = [&text[..start], &new, &text[start + line.len()..]].concat();
            // The line must not have another error.
            let next = start + new.len();
            let errors = yaml::parse(&corrected).errors;
            let is_fixed = errors.first().is_none_or(|it| {
                let moved = at.max(start + line.len()) - line.len() + new.len();
                it.span.start as usize > next.max(moved)
            });
            if is_fixed {
                let indentation = line.len() - line.trim_start().len();
                return Some(Correction {
                    span: Span::new(start + indentation, start + line.trim_end().len()),
                    new: new.trim().to_owned(),
                    why,
                });
            }
        }
        end = start.checked_sub(1)?;
    }
    None
}

/// Returns other ways to write a line, each with the reason. `before` is the text before the line.
fn candidates(before: &str, line: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut add = |new: Option<String>, why: &str| {
        found.extend(
            new.filter(|new| new != line)
                .map(|new| (new, why.to_owned())),
        );
    };
    let indentation = line.len() - line.trim_start().len();
    let (blanks, content) = line.split_at(indentation);
    let key = previous_key(before);
    let aligned = key.map(|column| " ".repeat(column) + content);
    if blanks.contains('\t') {
        let why = "YAML allows only spaces in indentation";
        add(Some(blanks.replace('\t', "  ") + content), why);
        add(aligned.clone(), why);
    }
    let no_break = ['\u{a0}', '\u{202f}', '\u{feff}'];
    add(
        Some(line.replace(no_break, " ")),
        "a no-break space is not a space in YAML",
    );
    let is_word = content.chars().all(is_of_key) && !content.is_empty();
    add(is_word.then(|| format!("{line}:")), "a key needs a colon");
    let words = content.trim_start_matches("- ").split_once(' ');
    let words = words.filter(|(key, _)| !key.is_empty() && key.chars().all(is_of_key));
    add(
        words.map(|(key, value)| {
            line.replacen(&format!("{key} {value}"), &format!("{key}: {value}"), 1)
        }),
        "a key needs a colon",
    );
    let colon = content.find(':').map(|at| indentation + at + 1);
    let spaced = colon.map(|at| format!("{} {}", &line[..at], &line[at..]));
    add(spaced, "a colon needs a space after it");
    add(
        line.contains('"').then(|| line.replace('\\', "/")),
        "directories are separated by `/`",
    );
    for close in ["]", "}", "\"", "'"] {
        let is_open = is_unclosed(line, close);
        let why = format!("the closing {} is missing", name(close));
        let line = line.trim_end();
        for end in ["]", "}", ""] {
            let inner = line.strip_suffix(end).filter(|_| is_open);
            add(inner.map(|inner| format!("{inner}{close}{end}")), &why);
        }
    }
    for (new, special) in [in_quotes(line), comment_in_quotes(line)]
        .into_iter()
        .flatten()
    {
        let why = match special {
            '#' => "outside of quotes, `#` starts a comment".to_owned(),
            special => format!("outside of quotes, `{special}` has a special meaning in YAML"),
        };
        add(Some(new), &why);
    }
    let is_elsewhere = key.is_some_and(|column| column != indentation);
    let column = key.map_or(1, |column| column + 1);
    add(
        aligned.filter(|_| is_elsewhere),
        &format!("the keys of an entry start in the same column, which is {column} here"),
    );
    found
}

/// Returns the name of a bracket or quote.
fn name(close: &str) -> &'static str {
    match close {
        "]" | "}" => "bracket",
        _ => "quote",
    }
}

/// Returns whether a line has no counterpart for one of its brackets or quotes.
fn is_unclosed(line: &str, close: &str) -> bool {
    let count = |text| line.matches(text).count();
    match opening(close) {
        open if open == close => count(close) % 2 == 1,
        open => count(open) > count(close),
    }
}

fn opening(close: &str) -> &str {
    match close {
        "]" => "[",
        "}" => "{",
        quote => quote,
    }
}

/// Returns the column of the last key before a line. A key after `- ` belongs to the item of a list.
fn previous_key(before: &str) -> Option<usize> {
    let last = before.lines().rev().find(|line| !line.trim().is_empty())?;
    let column = last.len() - last.trim_start_matches([' ', '-']).len();
    last.contains(':').then_some(column)
}

/// Returns a line with its value, or the items of the list in it, in quotes where YAML would misread them, and the first
/// character that needs them. `None` if the line has no value.
fn in_quotes(line: &str) -> Option<(String, char)> {
    let start = value_start(line);
    let (head, value) = line.split_at(start);
    let value = value.trim_end();
    if head.trim().is_empty() || head.contains("<<") || value.starts_with("<<") {
        return None;
    }
    let list = value
        .strip_prefix('[')
        .and_then(|list| list.strip_suffix(']'));
    let Some(list) = list else {
        // A list or mapping with text after it is a single value.
        let is_value = !value.ends_with('}') && value.contains(['}', ']']);
        let is_open = value.starts_with(['[', '{']) && !is_value;
        let (new, special) = item_in_quotes(value).filter(|_| !is_open)?;
        return Some((head.to_owned() + &new, special));
    };
    let mut first = None;
    let items = items(list)
        .into_iter()
        .map(|item| match item_in_quotes(item) {
            Some((new, special)) => {
                first = first.or(Some(special));
                new
            }
            None => item.to_owned(),
        });
    let items: Vec<String> = items.collect();
    Some((format!("{head}[{}]", items.join(", ")), first?))
}

/// Returns a line with the word in quotes that starts a comment.
fn comment_in_quotes(line: &str) -> Option<(String, char)> {
    let at = line
        .find(" #")
        .map(|at| at + 1)
        .filter(|at| line[..*at].contains(['[', '{']))?;
    let end = line[at..].find([',', ']', '}']).map(|end| at + end)?;
    let word = Quotes::Double.around(&line[at..end]);
    Some((format!("{}{word}{}", &line[..at], &line[end..]), '#'))
}

/// Returns the position of the value in a line: behind the indentation, the `-` of an item and the key.
fn value_start(line: &str) -> usize {
    let mut start = line.len() - line.trim_start().len();
    while let Some(rest) = line[start..].strip_prefix("- ") {
        start = line.len() - rest.trim_start().len();
    }
    let rest = &line[start..];
    let key = rest
        .find(": ")
        .filter(|at| rest[..*at].chars().all(is_of_key));
    key.map_or(start, |at| line.len() - rest[at + 1..].trim_start().len())
}

fn is_of_key(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '-' | '_')
}

/// Returns the items of a list in flow style. Commas in braces and quotes do not separate items.
fn items(inner: &str) -> Vec<&str> {
    let (mut depth, mut start, mut quote) = (0_usize, 0, None);
    let mut found = Vec::new();
    for (at, char) in inner.char_indices() {
        match (quote, char) {
            (Some(open), _) => quote = Some(open).filter(|open| *open != char),
            (None, '"' | '\'') if inner[start..at].trim().is_empty() => quote = Some(char),
            (None, '{') => depth += 1,
            (None, '}') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => {
                found.push(inner[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(inner[start..].trim());
    found
}

/// Returns an item in quotes, and its first character with a special meaning; `None` if it needs no quotes, or has some.
fn item_in_quotes(item: &str) -> Option<(String, char)> {
    if item.contains(['"', '\'']) {
        return None;
    }
    let is_special = |char: char| "#*&!|>@`%{}[],?:".contains(char);
    let special = item.chars().find(|char| is_special(*char))?;
    Some((Quotes::Double.around(item), special))
}
