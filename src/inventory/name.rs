use std::sync::Arc;

use super::OwnerReference;
use crate::{
    config::is_team_handle,
    text::{Place, Span},
};

/// A name in a file.
#[derive(Debug, Clone)]
pub struct Name {
    /// The spellings of the name; several if the file gives more than one (name, URL).
    pub spellings: Vec<String>,
    /// Whether the name is filled in from a template.
    pub is_template: bool,
    /// Whether such a place can name people as well as teams.
    pub may_be_person: bool,
    /// The group or user of a catalog to which it refers.
    pub reference: Option<Arc<OwnerReference>>,
    /// The place of the name.
    pub place: Place,
}

impl Name {
    /// Creates a name. It is filled in from a template if a spelling contains the syntax of one.
    pub fn new(spellings: Vec<String>, place: Place) -> Self {
        Self {
            is_template: spellings.iter().any(|text| is_template(text)),
            spellings,
            may_be_person: false,
            reference: None,
            place,
        }
    }

    /// Returns the names in the value at `place`. A value of several words may be one team or several, so each of
    /// several names has the whole value as its first spelling.
    pub fn list(value: &str, place: Place) -> Vec<Self> {
        let whole = Self::new(vec![value.to_owned()], place);
        let parts = match whole.is_template {
            true => Vec::new(),
            false => parts(value),
        };
        if parts.len() < 2 {
            return vec![whole];
        }
        let mut after = 0;
        let parts = parts.into_iter().map(|part| {
            let place = within(&whole.place, part, &mut after);
            Self::new(vec![value.to_owned(), part.to_owned()], place)
        });
        parts.collect()
    }

    /// Returns the names in `part` of the value at `place`.
    pub fn in_part(part: &str, place: &Place) -> Vec<Self> {
        Self::list(part, within(place, part, &mut 0))
    }

    /// Returns the spelling at the place of the name. If one value lists several names, that is a part of the value.
    pub fn as_written(&self) -> &str {
        let mut spellings = self.spellings.iter();
        let words = self.place.words().trim_matches(['"', '\'']);
        let raw = spellings.find(|spelling| *spelling == words);
        raw.or(self.spellings.first()).map_or("", String::as_str)
    }

    /// Returns all spellings, in groups: as written, then those that count only if the map does not know the ones before.
    pub fn all_spellings(&self) -> impl Iterator<Item = &[String]> {
        let further = self.reference.iter().flat_map(|of| &of.spellings);
        std::iter::once(&self.spellings)
            .chain(further)
            .map(Vec::as_slice)
    }

    /// Returns whether it may be a person: it is in a place for people, or contains an email address. The handle
    /// `@organization/team` is never a person.
    pub fn is_person(&self) -> bool {
        let any = |is: fn(&str) -> bool| self.spellings.iter().any(|text| is(text));
        !any(is_team_handle) && (self.may_be_person || any(|text| text.contains('@')))
    }
}

/// Returns whether a value is filled in from a template: it contains an expression, or is a variable to replace.
pub(super) fn is_template(text: &str) -> bool {
    const EXPRESSIONS: [&str; 8] = ["{{", "{%", "%{", "<%", "${", "$(", "#{", "[["];
    const VARIABLES: [(&str, &str); 4] = [("$", ""), ("@", "@"), ("__", "__"), ("%", "%")];
    // Most names contain none of the marks.
    if !text.bytes().any(|byte| b"{%<$#[@_".contains(&byte)) {
        return false;
    }
    let text = text.trim();
    let is_word = |text: &str| {
        let mut chars = text.chars();
        !text.is_empty() && chars.all(|char| char.is_alphanumeric() || "_-.".contains(char))
    };
    EXPRESSIONS.iter().any(|mark| text.contains(mark))
        || VARIABLES.iter().any(|(start, end)| {
            let inside = text.strip_prefix(start);
            inside
                .and_then(|text| text.strip_suffix(end))
                .is_some_and(is_word)
        })
}

/// Splits a value at commas, semicolons and line ends outside of quotes and brackets. Spaces separate only words that
/// cannot be parts of one name, such as `team-a team-b`.
fn parts(whole: &str) -> Vec<&str> {
    if !whole.contains([',', ';', '\n', ' ', '\t']) {
        return vec![whole];
    }
    let (mut depth, mut is_quoted) = (0_usize, false);
    let is_separator = |char: char| {
        match char {
            '(' | '<' => depth += 1,
            ')' | '>' => depth = depth.saturating_sub(1),
            '"' => is_quoted = !is_quoted,
            _ => {}
        }
        depth == 0 && !is_quoted && [',', ';', '\n'].contains(&char)
    };
    let parts = whole.split(is_separator).map(str::trim);
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    let words: Vec<&str> = whole.split_whitespace().collect();
    let is_id = |word: &&str| {
        let mut chars = word.chars();
        word.contains(['-', '_', '/', '@'])
            && word.len() > 1
            && chars.all(|char| char.is_alphanumeric() || "-_/@.".contains(char))
    };
    if parts.len() < 2 && words.len() > 1 && words.iter().all(is_id) {
        return words;
    }
    parts
}

/// Returns the place of a part of a value, or of the whole value if the part is not written literally.
fn within(place: &Place, part: &str, after: &mut usize) -> Place {
    let Place::Text(source, span) = place else {
        return place.clone();
    };
    let raw = source.text().get(span.range()).unwrap_or_default();
    let Some(at) = raw.get(*after..).and_then(|rest| rest.find(part)) else {
        return place.clone();
    };
    let from = *after + at;
    *after = from + part.len();
    let start = span.start as usize;
    Place::Text(
        Arc::clone(source),
        Span::new(start + from, start + from + part.len()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_only_values_with_several_names() {
        for (text, expected) in [
            (
                "hosting-migrations,zaizi-devs",
                &["hosting-migrations", "zaizi-devs"][..],
            ),
            ("a, b; c", &["a", "b", "c"]),
            ("A <a@x.org>, B: b@x.org", &["A <a@x.org>", "B: b@x.org"]),
            ("A (https://x.org/?a,b)", &["A (https://x.org/?a,b)"]),
            ("\"Doe, Jo\" <jo@x.org>", &["\"Doe, Jo\" <jo@x.org>"]),
            ("team-a team-b", &["team-a", "team-b"]),
            ("@o/team-a @o/team-b", &["@o/team-a", "@o/team-b"]),
            ("Data Platform", &["Data Platform"]),
            ("A-team: a@x.org", &["A-team: a@x.org"]),
            ("sre,", &["sre"]),
        ] {
            assert_eq!(parts(text), expected, "{text}");
        }
    }

    #[test]
    fn recognizes_templates() {
        for text in [
            "{{ .Values.team }}",
            "team-{{ x }}",
            "{% if x %}",
            "%{lookup('x')}",
            "<%= @team %>",
            "${{ values.owner }}",
            "$(TEAM)",
            "#{team}",
            "[[ .Team ]]",
            "$TEAM",
            "@TEAM@",
            "__TEAM__",
            "%team%",
        ] {
            assert!(is_template(text), "{text}");
        }
        for text in [
            "sre",
            "@o/team",
            "@team",
            "#team",
            "a@x.org",
            "R&D",
            "100% uptime",
            "$",
            "[a]",
        ] {
            assert!(!is_template(text), "{text}");
        }
    }
}
