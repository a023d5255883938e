//! Text that is safe for a terminal: control characters, escape sequences and invisible direction
//! marks from a repository are escaped.

use std::{borrow::Cow, path::Path};

use super::code_span;

/// Returns whether a character controls a terminal, is invisible, or changes how the characters next to it
/// are read. This includes all characters that YAML and XML do not allow.
pub fn steers(char: char) -> bool {
    char.is_control()
        || matches!(char,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
            | '\u{e0000}'..='\u{e007f}')
}

/// Returns `text` on one line, with characters that control a terminal as escapes (`\n`, `\u{1b}`).
pub fn printable(text: &str) -> String {
    printable_bytes(text.as_bytes())
}

/// Like [`printable`], for bytes: bytes that are not UTF-8 become `\xNN`.
pub fn printable_bytes(bytes: &[u8]) -> String {
    // Nearly all names are plain, and a check of all bytes is faster than one that stops early.
    let is_plain = |all, byte: &u8| all & (b' '..=b'~').contains(byte);
    if bytes.iter().fold(true, is_plain)
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        return text.to_owned();
    }
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for char in chunk.valid().chars() {
            if steers(char) {
                out.extend(char.escape_default());
            } else {
                out.push(char);
            }
        }
        for byte in chunk.invalid() {
            out.push_str(&format!("\\x{byte:02x}"));
        }
    }
    out
}

/// Like [`printable`], but keeps line ends.
pub fn printable_lines(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(printable).collect();
    lines.join("\n")
}

/// Formats a name or path for messages: printable and in backticks, more of them than the name has in a
/// row; shortened if it is longer than any path.
pub fn quoted(bytes: impl AsRef<[u8]>) -> String {
    const LONGEST: usize = 4_096;
    let text = printable_bytes(bytes.as_ref());
    match text.len() > LONGEST {
        true => quoted_in_brief(&text),
        false => code_span(&text),
    }
}

/// Quotes a word for a shell command.
pub fn shell_word(word: impl AsRef<[u8]>) -> String {
    let text = printable_bytes(word.as_ref());
    // Only a NUL byte cannot be quoted, and it is already escaped here.
    shlex::try_quote(&text).map_or_else(|_| text.clone(), Cow::into_owned)
}

/// Like [`quoted`], for a path of the system.
pub fn quoted_path(path: &Path) -> String {
    quoted(path.as_os_str().as_encoded_bytes())
}

/// Like [`quoted`], but shortens a long text, such as a pattern with many braces, to its start and end.
pub fn quoted_in_brief(text: &str) -> String {
    const START: usize = 40;
    const END: usize = 16;
    if text.len() <= START + END + 1 {
        return quoted(text);
    }
    let chars: Vec<char> = text.chars().collect();
    if chars.len() <= START + END + 1 {
        return quoted(text);
    }
    let start: String = chars[..START].iter().collect();
    let end: String = chars[chars.len() - END..].iter().collect();
    quoted(format!("{start}…{end}"))
}

/// Replaces each character of `text` that controls a terminal with as many `?` as it has bytes, except line
/// ends and tabs. Returns `None` if it has only printable ASCII, `\n` and tabs.
pub(crate) fn neutral(text: &str) -> Option<String> {
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~' | b'\n' | b'\t');
    if text.as_bytes().iter().all(is_plain) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        let line_end = char == '\n' || (char == '\r' && chars.peek() == Some(&'\n'));
        if line_end || char == '\t' || !steers(char) {
            out.push(char);
        } else {
            out.extend(std::iter::repeat_n('?', char.len_utf8()));
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_terminal_controls() {
        assert_eq!(printable("a\u{1b}[31mb\n"), "a\\u{1b}[31mb\\n");
        assert_eq!(printable("x\u{202e}y"), "x\\u{202e}y");
        assert_eq!(printable("modules/übung"), "modules/übung");
        let unseen = "\u{ad}\u{61c}\u{180e}\u{fff9}\u{e0041}";
        assert_eq!(
            printable(unseen),
            "\\u{ad}\\u{61c}\\u{180e}\\u{fff9}\\u{e0041}"
        );
        assert_eq!(printable_lines("a\nb\u{7}"), "a\nb\\u{7}");
        assert_eq!(printable_bytes(b"caf\xe9"), "caf\\xe9");
    }

    #[test]
    fn shortens_what_is_longer_than_any_path() {
        let path = "a".repeat(4_096);
        assert_eq!(quoted(&path).len(), path.len() + 2);
        let long = "\u{1b}`".repeat(1 << 20);
        assert!(quoted(&long).len() < 100, "{}", quoted(&long));
        assert!(quoted(b"\xff".repeat(2_000)).ends_with("xff`"));
    }

    #[test]
    fn neutral_text_keeps_every_offset() {
        let text = "a\u{1b}[2Jb\u{202e}c\u{85}\r\n\td\r";
        let harmless = neutral(text).unwrap();
        assert_eq!(harmless.len(), text.len());
        assert_eq!(harmless, "a?[2Jb???c??\r\n\td?");
        assert_eq!(neutral("a: b\n\t~"), None);
    }
}
