//! Fixes that set the priority of a rule or exemption.

use crate::{
    advice::{Edit, Fix},
    config::Spanned,
    text::{Place, Span},
};

/// Returns the fix that gives the `entry` of the map a priority, which replaces its `current` one. `None` if a person
/// must adapt the layout.
pub(super) fn set_priority(
    entry: &Place,
    current: Option<&Spanned<i64>>,
    priority: i64,
) -> Option<Fix> {
    let edit = match current {
        Some(current) => Edit {
            place: current.place.clone(),
            replacement: priority.to_string(),
        },
        None => added(entry, priority)?,
    };
    Some(Fix {
        description: format!("set `priority: {priority}`"),
        edits: vec![edit],
    })
}

/// Returns the edit that adds a priority at the end of an entry.
fn added(entry: &Place, priority: i64) -> Option<Edit> {
    let Place::Text(source, span) = entry else {
        return None;
    };
    let text = source.text();
    let written = &text[span.range()];
    let (at, replacement) = match written
        .strip_suffix('}')
        .filter(|_| written.starts_with('{'))
    {
        Some(flow) => {
            let flow = flow.trim_end();
            if flow.rsplit('\n').next()?.contains('#') {
                return None;
            }
            let comma = if flow.ends_with(',') { "" } else { "," };
            let at = span.start as usize + flow.len();
            (at, format!("{comma} priority: {priority}"))
        }
        None => {
            let start = span.start as usize;
            let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
            let before = &text[line..start];
            // An alias or an anchor: other entries may have the same text.
            if !before.chars().all(|char| matches!(char, ' ' | '-')) || written.starts_with('*') {
                return None;
            }
            let end = start + written.trim_end().len();
            let at = text[end..].find('\n').map_or(text.len(), |at| end + at);
            let indent = " ".repeat(before.len());
            (at, format!("\n{indent}priority: {priority}"))
        }
    };
    Some(Edit {
        place: Place::Text(source.clone(), Span::new(at, at)),
        replacement,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{fixed, marked};

    #[test]
    fn adds_a_priority_in_each_style() {
        for (text, expected) in [
            (
                "e:\n- <p: [x]\n  r: y> # c\n- z",
                Some("e:\n- p: [x]\n  r: y # c\n  priority: 2\n- z"),
            ),
            ("e:\n  - <p: x>", Some("e:\n  - p: x\n    priority: 2")),
            (
                "- <r: |\n    a\n  p: [\n    x,\n  ]>\n",
                Some("- r: |\n    a\n  p: [\n    x,\n  ]\n  priority: 2\n"),
            ),
            ("e: [<{p: x}>]", Some("e: [{p: x, priority: 2}]")),
            ("e: [<{p: x, }>]", Some("e: [{p: x, priority: 2 }]")),
            ("e:\n- <{\n  p: x # c\n}>", None),
            ("e: [<*a>]", None),
            ("e:\n- &a <p: x>", None),
        ] {
            let (plain, place) = marked("m", text);
            let fix = set_priority(&place, None, 2);
            let found = fix.map(|fix| fixed(plain, fix));
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn replaces_a_priority() {
        let (plain, place) = marked("m", "- {p: x, priority: <-1>}");
        let current = Spanned {
            value: -1,
            place: place.clone(),
        };
        let fix = set_priority(&place, Some(&current), 0).unwrap();
        assert_eq!(fixed(plain, fix), "- {p: x, priority: 0}");
    }
}
