//! Fixes that remove an entry from the map.

use std::ops::Range;

use crate::{
    advice::{Edit, Fix},
    text::{Place, Span, quoted},
};

/// Returns the fix that removes the item at `place` from the list `key`, which has `items`, in the entry `whole`. The
/// list disappears with its only item, and so does the entry if it has no `others` in another list. `None` if a person
/// must adapt the layout.
pub(super) fn remove_item(
    (key, items): (&str, usize),
    others: usize,
    whole: &Place,
    place: &Place,
) -> Option<Fix> {
    match items {
        1 if others == 0 => remove(whole),
        1 => fix(place, place.words(), |text, span| {
            let (start, end) = with_key(text, key, span.range())?;
            around(text, start..end, "")
        }),
        _ => remove(place),
    }
}

/// Returns the fix that removes the item of a list at `place`. `None` if a person must adapt the layout.
pub(super) fn remove(place: &Place) -> Option<Fix> {
    let words = place.words();
    fix(
        place,
        words.lines().next().unwrap_or(words),
        |text, span| around(text, span.range(), "-"),
    )
}

fn fix(
    place: &Place,
    shown: &str,
    removed: impl Fn(&str, Span) -> Option<Range<usize>>,
) -> Option<Fix> {
    let Place::Text(source, span) = place else {
        return None;
    };
    let removed = removed(source.text(), *span)?;
    let has_anchor = source.text()[removed.clone()]
        .split([' ', '\n', '[', '{', ','])
        .any(|word| word.starts_with('&'));
    (!has_anchor).then(|| Fix {
        description: format!("remove {}", quoted(shown)),
        edits: vec![Edit {
            place: Place::Text(source.clone(), Span::new(removed.start, removed.end)),
            replacement: String::new(),
        }],
    })
}

/// Returns the bytes to delete so that the element at `span` disappears from the list or mapping that contains it. In
/// block style, `lead` precedes it on its line.
fn around(text: &str, span: Range<usize>, lead: &str) -> Option<Range<usize>> {
    let Range { start, end } = span;
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
    let (before, after) = (text[line..start].trim(), text[end..line_end].trim());
    let is_last = after.is_empty() || after.starts_with('#');
    if before == lead && is_last {
        return Some(line..line_end);
    }
    let head = text[..start].trim_end();
    let next = end + (text[end..].len() - text[end..].trim_start().len());
    if lead.is_empty() && before == "-" && is_last && !text[next..].starts_with('#') {
        return Some(start..next);
    }
    let previous_line = head.rsplit('\n').next().unwrap_or_default();
    if head.len() < line && previous_line.contains('#') {
        return None;
    }
    match (head.chars().next_back()?, text[next..].chars().next()?) {
        ('[' | '{' | ',', ',') => {
            let rest = &text[next + 1..];
            let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
            Some(start..next + 1 + blanks)
        }
        (',', ']' | '}') => Some(head.len() - 1..end),
        ('[', ']') => Some(span),
        _ => None,
    }
}

/// Returns the bytes of the list under `key` that contains only the item at `span`, with the key.
fn with_key(text: &str, key: &str, span: Range<usize>) -> Option<(usize, usize)> {
    let head = text[..span.start].trim_end();
    let (head, end) = match head.strip_suffix('[') {
        Some(head) => {
            let rest = text[span.end..].trim_start();
            let close = rest.starts_with(']').then(|| text.len() - rest.len() + 1);
            (head, close?)
        }
        None => (head.strip_suffix('-')?, span.end),
    };
    let head = head.trim_end().strip_suffix(':')?.strip_suffix(key)?;
    Some((head.len(), end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{fixed, marked};

    /// Returns `text` without the item between `<` and `>`, which is the only one of the list `key` if `key` is not
    /// empty.
    fn without(key: &'static str, text: &str) -> Option<String> {
        let (plain, place) = marked("m", text);
        let fix = match key {
            "" => remove(&place),
            _ => remove_item((key, 1), 1, &place, &place),
        };
        fix.map(|fix| fixed(plain, fix))
    }

    #[test]
    fn removes_an_item_in_each_style() {
        for (key, text, expected) in [
            ("", "a:\n  - <x> # c\n  - y\n", Some("a:\n  - y\n")),
            ("", "a:\n- <x>\n", Some("a:\n")),
            ("", "a:\n- <p: x\n  q: y>\n- z", Some("a:\n- z")),
            ("", "a: [<x>, y]", Some("a: [y]")),
            ("", "a: [x, <y>]", Some("a: [x]")),
            ("", "a: [x, <y>, z]", Some("a: [x, z]")),
            ("", "a: [<{p: x}>]", Some("a: []")),
            ("", "a: [\n  x,\n  <y>\n]", Some("a: [\n  x\n]")),
            ("", "a: [\n  x, # c\n  <y>\n]", None),
            ("", "a:\n- &b <x>\n", None),
            ("", "a:\n- <{b: &b x}>\n", None),
            ("p", "- p: [<x>]\n  q: y\n", Some("- q: y\n")),
            ("p", "- q: y\n  p: [<x>] # c\n", Some("- q: y\n")),
            ("p", "- q: y\n  p:\n  - <x>\n", Some("- q: y\n")),
            ("p", "- p:\n    - <x>\n  q: y\n", Some("- q: y\n")),
            ("p", "- {p: [<x>], q: y}", Some("- {q: y}")),
            ("p", "- {q: y, p: [ <x> ]}", Some("- {q: y}")),
            ("p", "- p: <x>\n", None),
        ] {
            assert_eq!(without(key, text).as_deref(), expected, "{text}");
        }
    }
}
