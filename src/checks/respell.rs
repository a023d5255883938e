//! Fixes that replace one word with another.

use crate::{
    advice::{Edit, Fix},
    inventory::{Component, detectors},
    text::{Place, Source, Span, quoted},
    yaml::{Quotes, is_plain},
};

/// Returns a fix that replaces `old` (or, if it is `None`, any text) at `place` with `new`, in the same
/// style of quotes. `None` if the text contains escapes, or if a person must adapt the quotes.
pub(super) fn respell(place: &Place, old: Option<&str>, new: &str) -> Option<Fix> {
    let Place::Text(source, span) = place else {
        return None;
    };
    let text = source.text().get(span.range())?;
    let (span, quote) = inside(source, *span, text);
    let written = source.text().get(span.range())?;
    let is_meant = old.map_or(!written.is_empty(), |old| written == old);
    if !is_meant || written == new || written.contains('\n') {
        return None;
    }
    let replacement = match quote {
        Some(_) => is_same_quoted(written) && is_same_quoted(new),
        None => is_yaml(source) && is_plain(new),
    };
    let replacement = match (replacement, quote) {
        (true, _) => new.to_owned(),
        (false, None) if is_yaml(source) && is_whole(source, span) && !has_controls(new) => {
            Quotes::Single.around(new)
        }
        (false, _) => return None,
    };
    Some(Fix {
        description: format!("replace {} with {}", quoted(written), quoted(new)),
        edits: vec![Edit {
            place: Place::Text(source.clone(), span),
            replacement,
        }],
    })
}

/// Like [`respell`], for a name that a component declares. `None` if `new` is not valid there.
pub(super) fn respell_declared(
    component: &Component,
    place: &Place,
    old: &str,
    new: &str,
) -> Option<Fix> {
    // Values of labels (kubernetes.io/docs/concepts/overview/working-with-objects/labels).
    let is_label = |char: char| char.is_ascii_alphanumeric() || "-_.".contains(char);
    let is_strict = detectors::of(component).in_labels;
    if is_strict && !new.chars().all(is_label) {
        return None;
    }
    respell(place, Some(old), new)
}

/// Returns a span without the quotes at its ends, and the kind of quotes in or around it.
fn inside(source: &Source, span: Span, text: &str) -> (Span, Option<u8>) {
    let quote = |byte: Option<&u8>| byte.copied().filter(|byte| matches!(byte, b'"' | b'\''));
    let bytes = text.as_bytes();
    let (first, last) = (quote(bytes.first()), quote(bytes.last()));
    if bytes.len() >= 2 && first.is_some() && first == last {
        return (span.slice(1, bytes.len() - 1), first);
    }
    let all = source.text().as_bytes();
    let before = (span.start as usize).checked_sub(1);
    let around = (
        quote(before.and_then(|at| all.get(at))),
        quote(all.get(span.end as usize)),
    );
    (span, around.0.filter(|_| around.0 == around.1))
}

/// Returns whether quoted text is literal in all languages in which owners are declared: it contains no
/// quote, no escape and no interpolation.
fn is_same_quoted(text: &str) -> bool {
    !has_controls(text)
        && !text.contains(['"', '\'', '\\'])
        && !["${", "%{", "#{", "{{"].iter().any(|it| text.contains(it))
}

fn has_controls(text: &str) -> bool {
    text.chars().any(char::is_control)
}

fn is_yaml(source: &Source) -> bool {
    [".yaml", ".yml"]
        .iter()
        .any(|ending| source.path.ends_with(ending.as_bytes()))
}

/// Returns whether a span without quotes is a whole value and not a part of one: only YAML syntax is
/// around it on its line.
fn is_whole(source: &Source, span: Span) -> bool {
    let text = source.text();
    let before = text[..span.start as usize]
        .rsplit('\n')
        .next()
        .unwrap_or("");
    let after = text[span.end as usize..].split('\n').next().unwrap_or("");
    let (before, after) = (before.trim_end(), after.trim());
    // In a block scalar, quotes belong to the value.
    let header = text[..span.start as usize].trim_end().lines().next_back();
    let header = header.and_then(|line| line.split(" #").next()?.split_whitespace().next_back());
    let is_block = before.is_empty() && header.is_some_and(|it| it.starts_with(['|', '>']));
    !is_block
        && (before.is_empty() || before.ends_with([':', '-', '[', '{']))
        && (after.is_empty() || after.starts_with([',', ']', '}', '#']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{fixed, marked};

    /// Returns `text` with the part between `<` and `>` replaced with `new`.
    fn respelt(file: &str, text: &str, old: Option<&str>, new: &str) -> Option<String> {
        let (plain, place) = marked(file, text);
        respell(&place, old, new).map(|fix| fixed(plain, fix))
    }

    #[test]
    fn keeps_the_quotes_of_the_old_word() {
        for (text, new, expected) in [
            ("a: <sre>", "dba", Some("a: dba")),
            ("a: <'sre'> # x", "dba", Some("a: 'dba' # x")),
            ("a: \"<sre>\"", "Größe 😀", Some("a: \"Größe 😀\"")),
            ("[<sre>, x]", "SRE (all)", Some("[SRE (all), x]")),
            ("a: <sre>", "**/x", Some("a: '**/x'")),
            ("a: <sre>", "it's: x", Some("a: 'it''s: x'")),
            ("a:\n  <sre>", "**/x", Some("a:\n  '**/x'")),
            ("a: |-\n  <sre>", "dba", Some("a: |-\n  dba")),
            ("a: |-\n  <sre>", "**/x", None),
            ("a: <sre>", "no", Some("a: 'no'")),
            ("a: <sre>", "1e3", Some("a: '1e3'")),
            ("a: <sre>", "https://x/y", Some("a: https://x/y")),
            ("a: x, <sre>", "dba", Some("a: x, dba")),
            ("a: x, <sre>", "b: c", None),
            ("a: '<sre>'", "it's", None),
            ("a: \"<sre>\"", "${x}", None),
            ("a: <sre>", "sre", None),
        ] {
            let shown = respelt("x.yaml", text, Some("sre"), new);
            assert_eq!(shown.as_deref(), expected, "{text} {new}");
        }
        assert_eq!(respelt("x.yaml", "<dba>", Some("sre"), "x"), None);
        assert_eq!(respelt("x.yaml", "<dba>", None, "x").as_deref(), Some("x"));
        assert_eq!(respelt("x.tf", "a = <sre>", None, "x"), None);
        let tf = respelt("x.tf", "a = <\"sre\">", None, "x");
        assert_eq!(tf.as_deref(), Some("a = \"x\""));
        assert_eq!(respelt("x.yaml", "a: <\"s\\u00e4\">", None, "x"), None);
    }
}
