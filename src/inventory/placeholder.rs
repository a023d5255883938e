//! Placeholders that templates and scaffolds have in place of an owner.

use super::Name;
use crate::config::slug;

/// Placeholder words, as slugs.
const WORDS: [&str; 31] = [
    "change-me",
    "changeme",
    "default",
    "example",
    "example-team",
    "fill-me-in",
    "fixme",
    "jane-doe",
    "john-doe",
    "my-team",
    "n-a",
    "na",
    "none",
    "null",
    "owner",
    "owner-name",
    "placeholder",
    "replace-me",
    "replaceme",
    "somebody",
    "someone",
    "tbc",
    "tbd",
    "team",
    "team-name",
    "team-name-or-team-wiki-url",
    "todo",
    "unknown",
    "xxx",
    "your-name",
    "your-team",
];

impl Name {
    /// Returns whether the name is a placeholder from a template.
    pub fn is_placeholder(&self) -> bool {
        self.spellings.iter().any(|text| is_placeholder(text))
    }
}

fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    let in_brackets = text.len() > 2 && text.starts_with('<') && text.ends_with('>');
    let inside = text.trim_matches(['<', '>', '[', ']', '$', '{', '}']);
    let inside = inside.split_once('<').map_or(inside, |(name, _)| name);
    (in_brackets && !text.contains('@')) || WORDS.contains(&slug(inside).as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distinguishes_placeholders_from_names() {
        for text in [
            "TODO",
            "team name or team wiki URL",
            "John Doe <j@x.org>",
            "<team>",
            "N/A",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in [
            "Todoist",
            "ServiceOps",
            "<ops@x.org>",
            "Team Alpha",
            "unknown-services",
        ] {
            assert!(!is_placeholder(text), "{text}");
        }
    }

    #[test]
    fn words_are_sorted_slugs() {
        assert!(WORDS.is_sorted());
        assert!(WORDS.iter().all(|word| slug(word) == *word));
    }
}
