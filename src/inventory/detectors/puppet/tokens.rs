//! A tokenizer for Puppet, just enough to find the classes that a manifest names: words, strings and signs, without
//! comments.

/// A piece of a manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ManifestToken<'t> {
    /// A name or keyword, including colons; a variable includes its `$`.
    Word(&'t str),
    /// The text between quotes, with escapes unchanged.
    Text(&'t str),
    /// The text between the slashes of a regular expression.
    Pattern(&'t str),
    /// Any other character.
    Sign(u8),
}

/// The start of a token, and the token.
pub(super) type Placed<'t> = (usize, ManifestToken<'t>);

/// Returns the tokens of a manifest.
pub(super) fn tokens(text: &str) -> Vec<Placed<'_>> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        match bytes[at] {
            byte if byte.is_ascii_whitespace() => at += 1,
            b'#' => at = end_of(bytes, at, |byte| byte != b'\n'),
            quote @ (b'\'' | b'"') => {
                let end = end_of_string(bytes, at + 1, quote);
                // Quotes are ASCII, so the text between them is valid UTF-8.
                if let Some(inner) = text.get(start + 1..end) {
                    tokens.push((start + 1, ManifestToken::Text(inner)));
                }
                at = end + 1;
            }
            b'/' => match end_of_pattern(bytes, at + 1, &tokens) {
                Some(end) => {
                    tokens.push((start + 1, ManifestToken::Pattern(&text[start + 1..end])));
                    at = end + 1;
                }
                None => {
                    at += 1;
                    tokens.push((start, ManifestToken::Sign(b'/')));
                }
            },
            byte if is_word(byte) => {
                at = end_of(bytes, at, is_word);
                // The colon after a title is a sign of its own.
                let word = &text[start..at];
                let name = word.trim_end_matches(':');
                if name.is_empty() {
                    tokens.push((start, ManifestToken::Sign(b':')));
                } else {
                    tokens.push((start, ManifestToken::Word(name)));
                    if name.len() < word.len() {
                        tokens.push((start + name.len(), ManifestToken::Sign(b':')));
                    }
                }
            }
            byte => {
                at += 1;
                tokens.push((start, ManifestToken::Sign(byte)));
            }
        }
    }
    tokens
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'$')
}

fn end_of(bytes: &[u8], at: usize, belongs: fn(u8) -> bool) -> usize {
    bytes[at..]
        .iter()
        .position(|byte| !belongs(*byte))
        .map_or(bytes.len(), |length| at + length)
}

/// Returns the position of the closing quote, or the end of the text.
fn end_of_string(bytes: &[u8], mut at: usize, quote: u8) -> usize {
    while at < bytes.len() && bytes[at] != quote {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at.min(bytes.len())
}

/// Returns the position of the closing slash of a regular expression that begins at `at`, after the other tokens; `None`
/// if the slash is a division.
fn end_of_pattern(bytes: &[u8], at: usize, before: &[Placed<'_>]) -> Option<usize> {
    let can_begin = match before.last()?.1 {
        ManifestToken::Word(word) => OPERATORS.contains(&word),
        ManifestToken::Sign(sign) => !matches!(sign, b')' | b']'),
        ManifestToken::Text(_) | ManifestToken::Pattern(_) => false,
    };
    let end = end_of_string(bytes, at, b'/');
    let is_one_line = !bytes[at..end].contains(&b'\n');
    (can_begin && is_one_line && end < bytes.len() && end > at).then_some(end)
}

/// The words that a regular expression can follow.
const OPERATORS: [&str; 8] = ["node", "and", "or", "in", "if", "unless", "elsif", "case"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skips_comments_and_keeps_strings_whole() {
        let text = "class { 'a::b': # include x\n  y => \"include # z\\\"\", $v => é }\n";
        let found: Vec<ManifestToken<'_>> =
            tokens(text).into_iter().map(|(_, token)| token).collect();
        let signs = |token: &&ManifestToken<'_>| !matches!(token, ManifestToken::Sign(_));
        let words: Vec<&ManifestToken<'_>> = found.iter().filter(signs).collect();
        assert_eq!(
            words,
            [
                &ManifestToken::Word("class"),
                &ManifestToken::Text("a::b"),
                &ManifestToken::Word("y"),
                &ManifestToken::Text("include # z\\\""),
                &ManifestToken::Word("$v"),
            ]
        );
        assert_eq!(tokens("'open"), [(1, ManifestToken::Text("open"))]);
    }

    #[test]
    fn distinguishes_regular_expressions_from_divisions() {
        for (text, expected) in [
            ("node /^a'[#{]\\/$/ {", &["^a'[#{]\\/$"][..]),
            ("$x =~ /a/ or /b/", &["a", "b"]),
            ("case $x { /a/: { } /b/, /c/: { } }", &["a", "b", "c"]),
            ("$x / 2 / 3\n(1) / 2 / $a[1] / 4 / 'x'", &[]),
            ("node /a\n/", &[]),
            ("/a/", &[]),
        ] {
            let found = tokens(text)
                .into_iter()
                .filter_map(|(_, token)| match token {
                    ManifestToken::Pattern(pattern) => Some(pattern),
                    _ => None,
                });
            assert_eq!(found.collect::<Vec<_>>(), expected, "{text}");
        }
    }
}
