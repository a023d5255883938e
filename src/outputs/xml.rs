//! Escapes text for XML 1.0.

use crate::text::steers;

/// Escapes `text` for use between tags and in attributes. Line ends and tabs are escaped too, because a
/// parser replaces them by spaces in attributes. Characters that XML does not allow, even as references (XML
/// 1.0, production 2), are written as in Rust: `\u{1b}`.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            '\t' => out.push_str("&#9;"),
            '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => out.extend(char.escape_unicode()),
            // Allowed, but discouraged.
            '\x7f'..='\u{9f}' => out.extend(char.escape_unicode()),
            // Characters that reorder or hide text are part of a name, so they are kept as references.
            char if steers(char) => out.push_str(&format!("&#x{:x};", u32::from(char))),
            char => out.push(char),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_markup_and_invalid_characters() {
        assert_eq!(
            escaped("a]]>\"<'&\n\u{1b}\u{ffff}ü\u{202e}"),
            "a]]&gt;&quot;&lt;&apos;&amp;&#10;\\u{1b}\\u{ffff}ü&#x202e;"
        );
    }
}
