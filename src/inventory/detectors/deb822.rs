//! The format of Debian's control files: paragraphs of fields. Lines that begin with a space continue a field; `#` in
//! the first column begins a comment.

use std::sync::Arc;

use crate::{
    config::name_and_mail,
    inventory::Name,
    text::{Place, Source, Span},
};

/// A field of a paragraph.
#[derive(Debug)]
pub(super) struct Field<'s> {
    /// The name as written; letter case does not matter.
    pub name: &'s str,
    /// From the first to the last character of the value, possibly over several lines.
    pub span: Span,
    /// The lines of the value, trimmed, each with its start.
    lines: Vec<(usize, &'s str)>,
}

/// Returns the paragraphs of a control file. Lines that are not part of a field are ignored.
pub(super) fn paragraphs(text: &str) -> Vec<Vec<Field<'_>>> {
    let mut paragraphs = vec![Vec::new()];
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let at = start;
        start += line.len();
        let content = line.trim_end();
        if content.is_empty() {
            paragraphs.push(Vec::new());
            continue;
        }
        let Some(paragraph) = paragraphs.last_mut() else {
            break;
        };
        if content.starts_with('#') {
            continue;
        }
        if content.starts_with([' ', '\t']) {
            if let Some(field) = paragraph.last_mut() {
                add_line(field, at, content);
            }
        } else if let Some((name, value)) = content.split_once(':') {
            let mut field = Field {
                name: name.trim(),
                span: Span::new(at + name.len() + 1, at + name.len() + 1),
                lines: Vec::new(),
            };
            add_line(&mut field, at + name.len() + 1, value);
            paragraph.push(field);
        }
    }
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    paragraphs
}

fn add_line<'s>(field: &mut Field<'s>, at: usize, line: &'s str) {
    let value = line.trim_start();
    let at = at + line.len() - value.len();
    let value = value.trim_end();
    if value.is_empty() {
        return;
    }
    let span = Span::new(at, at + value.len());
    field.span = match field.lines.is_empty() {
        true => span,
        false => field.span.to(span),
    };
    field.lines.push((at, value));
}

/// Returns the field with this name in a paragraph.
pub(super) fn field<'p, 's>(paragraph: &'p [Field<'s>], name: &str) -> Option<&'p Field<'s>> {
    paragraph
        .iter()
        .find(|field| field.name.eq_ignore_ascii_case(name))
}

impl<'s> Field<'s> {
    /// Returns the first line of the value.
    pub fn value(&self) -> Option<&'s str> {
        self.lines.first().map(|(_, value)| *value)
    }

    /// Returns the people or teams that it names: `Name <email>`, separated by commas.
    pub fn names(&self, source: &Arc<Source>) -> Vec<Name> {
        self.lines
            .iter()
            .flat_map(|(at, line)| split(line).map(move |(offset, part)| (at + offset, part)))
            .filter_map(|(at, part)| name(source, at, part))
            .collect()
    }
}

/// Splits a line at commas outside of quotes, and returns the parts with their starts.
fn split(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut is_quoted = false;
    let mut start = 0;
    line.split(move |char| {
        is_quoted ^= char == '"';
        char == ',' && !is_quoted
    })
    .map(move |part| {
        let at = start;
        start += part.len() + 1;
        (at, part)
    })
}

fn name(source: &Arc<Source>, at: usize, part: &str) -> Option<Name> {
    let written = part.trim();
    let at = at + part.find(written)?;
    if !written.contains(char::is_alphanumeric) {
        return None;
    }
    let mut spellings = vec![written.to_owned()];
    if let Some((name, _)) = name_and_mail(written).filter(|(name, _)| name.starts_with('"')) {
        spellings.push(name.trim_matches('"').to_owned());
    }
    let place = Place::Text(Arc::clone(source), Span::new(at, at + written.len()));
    Some(Name {
        may_be_person: true,
        ..Name::new(spellings, place)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::SourceOrigin;

    fn names(text: &str) -> Vec<(Vec<String>, String)> {
        let (source, _) = Source::new(SourceOrigin::Map, "control".into(), text.into());
        let source = Arc::new(source);
        let paragraphs = paragraphs(source.text());
        let fields = paragraphs.iter().flatten();
        fields
            .flat_map(|field| field.names(&source))
            .map(|name| match name.place {
                Place::Text(_, span) => (name.spellings, text[span.range()].to_owned()),
                Place::Path(..) => unreachable!(),
            })
            .collect()
    }

    #[test]
    fn returns_names_with_their_places() {
        for (text, expected) in [
            (
                "M: Jo Doe <jo@x.org>\n",
                &[(&["Jo Doe <jo@x.org>"][..], "Jo Doe <jo@x.org>")][..],
            ),
            ("M:<jo@x.org>", &[(&["<jo@x.org>"], "<jo@x.org>")]),
            (
                "M: \"Doe, Jo\" <jo@x.org>, Al\r\n",
                &[
                    (
                        &["\"Doe, Jo\" <jo@x.org>", "Doe, Jo"],
                        "\"Doe, Jo\" <jo@x.org>",
                    ),
                    (&["Al"], "Al"),
                ],
            ),
            (
                "# M: No\nM: A <a@x.org>,\n# No\n   B <b@x.org>,\n",
                &[
                    (&["A <a@x.org>"], "A <a@x.org>"),
                    (&["B <b@x.org>"], "B <b@x.org>"),
                ],
            ),
            ("M:\nno field\n  stray\n", &[(&["stray"], "stray")]),
            ("", &[]),
        ] {
            let expected: Vec<(Vec<String>, String)> = expected
                .iter()
                .map(|(names, place)| {
                    let names = names.iter().map(|name| (*name).to_owned());
                    (names.collect(), (*place).to_owned())
                })
                .collect();
            assert_eq!(names(text), expected, "{text}");
        }
    }

    #[test]
    fn paragraphs_end_at_empty_lines() {
        let text = "Source: a\n\n \nPackage: b\nDescription: x\n more\n .\n";
        let paragraphs = paragraphs(text);
        assert_eq!(paragraphs.len(), 2);
        assert_eq!(
            field(&paragraphs[0], "source").and_then(Field::value),
            Some("a")
        );
        let description = field(&paragraphs[1], "Description").map(|field| field.span.range());
        assert_eq!(description.map(|range| &text[range]), Some("x\n more\n ."));
    }
}
