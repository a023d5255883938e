//! Text in XML 1.0.

use crate::text::steers;

/// `text` as it may stand between tags and in an attribute: markup is escaped, and so are line ends
/// and tabs, which a parser would turn into blanks in an attribute. What no XML may hold (control
/// characters, even as references: XML 1.0, production 2) is written as in Rust, `\u{1b}`.
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
            // Allowed, but for no reader's good.
            '\x7f'..='\u{9f}' => out.extend(char.escape_unicode()),
            // What changes how its neighbours are read is for no eye, but part of a name.
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
    fn nothing_breaks_out() {
        assert_eq!(
            escaped("a]]>\"<'&\n\u{1b}\u{ffff}ü\u{202e}"),
            "a]]&gt;&quot;&lt;&apos;&amp;&#10;\\u{1b}\\u{ffff}ü&#x202e;"
        );
    }
}
