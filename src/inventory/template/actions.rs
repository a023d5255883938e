//! The actions of Go and ERB templates in YAML. They are replaced by text of the same length, so that the rest can be
//! parsed and keeps its places.

use bstr::ByteSlice;

/// Returns a Go template without its actions. Lines with only actions become empty lines, comments and control actions at
/// the start of a line become blank, and any other action becomes a word.
pub fn strip(text: &str) -> String {
    replace(text, &go_actions(text))
}

/// Like [`strip`], with the actions of any template language in order.
pub(super) fn replace(text: &str, actions: &[Action]) -> String {
    let mut out = text.as_bytes().to_vec();
    // Whether only list item markers precede an action in its line.
    let mut begins_line = true;
    let mut from = 0;
    for action in actions {
        for byte in &text.as_bytes()[from..action.start] {
            begins_line = match byte {
                b'\n' => true,
                b' ' | b'\t' | b'-' => begins_line,
                _ => false,
            };
        }
        let is_blank = action.is_silent && begins_line;
        begins_line = is_blank;
        from = action.end;
        let mut filler = if is_blank { b' ' } else { b'x' };
        for byte in &mut out[action.start..action.end] {
            match *byte {
                b'\r' | b'\n' => filler = b' ',
                _ => *byte = filler,
            }
        }
    }
    blank_lines(text, actions, &mut out);
    // Actions begin and end with ASCII and were replaced by ASCII, so the result is UTF-8.
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

/// Like [`strip`], for a template of ERB.
pub fn strip_erb(text: &str) -> String {
    replace(text, &erb_actions(text))
}

/// Returns the tags of an ERB template in order.
pub fn erb_actions(text: &str) -> Vec<Action> {
    let mut actions = Vec::new();
    let mut from = 0;
    while let Some(found) = text[from..].find("<%") {
        let start = from + found;
        let rest = &text[start + 2..];
        // `<%%` is written out as `<%`.
        if rest.starts_with('%') {
            from = start + 3;
            continue;
        }
        let Some(end) = rest.find("%>") else {
            break;
        };
        from = start + 2 + end + 2;
        actions.push(Action {
            start,
            end: from,
            is_silent: !rest.starts_with('='),
        });
    }
    actions
}

/// Returns whether a string contains template actions.
pub fn is_template(text: &str) -> bool {
    text.contains("{{")
}

/// An action, including its delimiters.
#[derive(Debug)]
pub struct Action {
    /// The start.
    pub start: usize,
    /// The end.
    pub end: usize,
    /// Whether it produces no output: a comment, a condition, an assignment.
    pub is_silent: bool,
}

/// Returns the actions of a Go template in order.
pub fn go_actions(text: &str) -> Vec<Action> {
    let mut actions = Vec::new();
    let mut from = 0;
    while let Some(found) = text[from..].find("{{") {
        let start = from + found;
        let Some(end) = end_of_action(text.as_bytes(), start + 2) else {
            break;
        };
        let content = text[start + 2..end - 2]
            .trim_matches('-')
            .trim_matches(char::is_whitespace);
        actions.push(Action {
            start,
            end,
            is_silent: is_silent(content),
        });
        from = end;
    }
    actions
}

/// Returns the end of the action with content that begins at `at`. Strings may contain braces.
fn end_of_action(text: &[u8], mut at: usize) -> Option<usize> {
    let comment = text[at..].strip_prefix(b"-").unwrap_or(&text[at..]);
    if comment.trim_ascii_start().starts_with(b"/*") {
        let close = find(text, at, b"*/")? + 2;
        return Some(find(text, close, b"}}")? + 2);
    }
    while at < text.len() {
        match text[at] {
            b'}' if text.get(at + 1) == Some(&b'}') => return Some(at + 2),
            b'`' => at = find(text, at + 1, b"`")? + 1,
            quote @ (b'"' | b'\'') => at = end_of_string(text, at + 1, quote)?,
            _ => at += 1,
        }
    }
    None
}

/// Returns the position after the closing quote, which must be on the same line.
fn end_of_string(text: &[u8], mut at: usize, quote: u8) -> Option<usize> {
    while at < text.len() {
        match text[at] {
            b'\\' => at += 2,
            b'\n' => return None,
            byte if byte == quote => return Some(at + 1),
            _ => at += 1,
        }
    }
    None
}

fn find(text: &[u8], from: usize, what: &[u8]) -> Option<usize> {
    Some(from + text.get(from..)?.find(what)?)
}

fn is_silent(content: &str) -> bool {
    let word = content.split(|char: char| !char.is_ascii_alphabetic());
    content.starts_with("/*")
        || matches!(
            word.into_iter().next(),
            Some(
                "if" | "else"
                    | "end"
                    | "range"
                    | "with"
                    | "define"
                    | "block"
                    | "break"
                    | "continue"
            )
        )
        || (content.starts_with('$') && is_assignment(content))
}

fn is_assignment(content: &str) -> bool {
    content
        .trim_start_matches(|char: char| char == '$' || char == '_' || char.is_alphanumeric())
        .trim_start()
        .starts_with([':', '=', ','])
}

/// Empties the lines that consist only of actions: their output is unknown, and a lone word would rarely be valid YAML.
fn blank_lines(text: &str, actions: &[Action], out: &mut [u8]) {
    let mut actions = actions.iter().peekable();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        let mut rest = start;
        let mut has_action = false;
        let mut is_only = true;
        while let Some(action) = actions.peek().filter(|action| action.start < end) {
            has_action = true;
            let before = &text.as_bytes()[rest.min(action.start)..action.start];
            is_only &= before.trim_ascii().is_empty();
            rest = action.end.min(end);
            if action.end > end {
                break;
            }
            actions.next();
        }
        is_only &= text.as_bytes()[rest..end].trim_ascii().is_empty();
        if has_action && is_only {
            // A line of spaces that begins a block scalar must not be longer than its indent.
            out[start..end].fill(b'\n');
        }
        start = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::within;

    #[test]
    fn replaces_actions_and_keeps_places() {
        for (text, expected) in [
            ("a: {{ .x }}\n", "a: xxxxxxxx\n"),
            ("a: \"{{ .x }}-y\"\n", "a: \"xxxxxxxx-y\"\n"),
            (
                "{{- if .x }}\na: 1\n{{- end }}\n",
                "~~~~~~~~~~~~\na: 1\n~~~~~~~~~~\n",
            ),
            (
                "{{/* a\n}} b */}}\nc: 1\n",
                "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\nc: 1\n",
            ),
            ("  {{ x }}\n", "\n\n\n\n\n\n\n\n\n\n"),
            ("{{ $x := 1 }}a: 1\n", "             a: 1\n"),
            ("- {{ if x }}a: b{{ end }}\n", "-           a: bxxxxxxxxx\n"),
            ("a: {{`{{ b }}`}}\n", "a: xxxxxxxxxxxxx\n"),
            ("a: {{ \"}}\" }}\n", "a: xxxxxxxxxx\n"),
            ("a: {{ dict\n  1 }}\nb: 2\n", "a: xxxxxxx\n~~~~~~\nb: 2\n"),
            ("a: {{ é }}\n", "a: xxxxxxxx\n"),
            ("a: {{ open\n", "a: {{ open\n"),
        ] {
            let stripped = strip(text);
            assert_eq!(stripped, expected.replace('~', "\n"), "{text}");
            assert_eq!(stripped.len(), text.len());
        }
    }

    #[test]
    fn unclosed_quotes_and_braces_are_fast() {
        let texts = [
            "{{ \"",
            "{{ `",
            "{{/*",
            "{{",
            "{{ ' }}",
            "\\\"",
            "{{ $x }}",
            "{{ $x := 1 }}",
        ];
        within(5, || {
            for text in texts {
                strip(&text.repeat(100_000));
            }
        });
    }
}
