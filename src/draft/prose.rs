//! Teams that descriptions and comments name: "Maintained by the Shop team".

use std::collections::BTreeMap;

use bstr::ByteSlice as _;

use crate::{claims::ComponentId, inventory::State, resolution::ResolvedRepository, text::Place};

/// A sentence about the team of a component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The component.
    pub component: ComponentId,
    /// The name of the team.
    pub team: String,
    /// The phrase with the name.
    pub phrase: String,
    /// The place of the file.
    pub place: Place,
}

/// The words before `by` in a phrase that names who is responsible.
const PARTICIPLES: [&str; 6] = [
    "maintained",
    "managed",
    "operated",
    "owned",
    "run",
    "supported",
];

/// The maximum number of words in the name of a team.
const MAX_WORDS: usize = 4;

/// Returns the teams that the comments and descriptions of components without a declaration name. If the files of a component
/// name several teams, the component is skipped.
pub fn statements(repository: &ResolvedRepository) -> Vec<Statement> {
    let content = repository.content();
    let mut found = Vec::new();
    for (id, component) in repository.listed_components() {
        let state = repository.declarations[id as usize].state();
        if state != State::Missing {
            continue;
        }
        let mut teams: BTreeMap<String, Statement> = BTreeMap::new();
        for path in &component.declares_in {
            // A file that cannot be read is reported elsewhere.
            let Ok(file) = content.keep(path.as_bstr()) else {
                continue;
            };
            for line in file.source.text().lines().filter(|line| is_prose(line)) {
                if let Some((phrase, team)) = named(line) {
                    let statement = Statement {
                        component: id,
                        team: team.clone(),
                        phrase,
                        place: repository.place(path.clone()),
                    };
                    teams.entry(team.to_lowercase()).or_insert(statement);
                }
            }
        }
        if teams.len() == 1 {
            found.extend(teams.into_values());
        }
    }
    found
}

/// Returns whether a line is a comment, or contains a description.
fn is_prose(line: &str) -> bool {
    let line = line.trim_start();
    let is_description = || {
        let key = line.split([':', '=']).next().unwrap_or_default();
        key.trim()
            .trim_matches('"')
            .eq_ignore_ascii_case("description")
    };
    line.starts_with('#') || line.starts_with("//") || is_description()
}

/// Returns the phrase in a line that names a team, and the name: `maintained by the Shop team`, `owned by team Shop`.
fn named(line: &str) -> Option<(String, String)> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let clean = |word: &str| {
        let word = word.trim_matches(|char: char| !char.is_alphanumeric() && char != '&');
        word.to_owned()
    };
    let is = |at: usize, word: &str| {
        words
            .get(at)
            .is_some_and(|it| clean(it).eq_ignore_ascii_case(word))
    };
    let ends_sentence = |word: &str| word.ends_with(['.', ',', ';', ':', '!', '?', ')', '"', '\'']);
    (0..words.len()).find_map(|start| {
        let is_participle = PARTICIPLES.iter().any(|word| is(start, word));
        if !is_participle || !is(start + 1, "by") {
            return None;
        }
        let first = start + 2 + usize::from(is(start + 2, "the"));
        let is_prefix = is(first, "team") || is(first, "squad");
        let from = first + usize::from(is_prefix);
        let mut name = Vec::new();
        for at in from..words.len().min(from + MAX_WORDS + 1) {
            let word = clean(words[at]);
            if is(at, "team") || is(at, "squad") {
                let phrase = words[start..=at].join(" ");
                let phrase = phrase.trim_end_matches(|char: char| !char.is_alphanumeric());
                return (!name.is_empty() && !is_prefix)
                    .then(|| (phrase.to_owned(), name.join(" ")));
            }
            // The name after `team` ends with the sentence, or before a word in lower case.
            let is_of_name = !is_prefix || name.is_empty() || word.starts_with(char::is_uppercase);
            if word.is_empty() || !is_of_name {
                break;
            }
            name.push(word);
            if ends_sentence(words[at]) {
                break;
            }
        }
        let end = from + name.len();
        let phrase = words[start..end].join(" ");
        let phrase = phrase.trim_end_matches(|char: char| !char.is_alphanumeric());
        (is_prefix && !name.is_empty()).then(|| (phrase.to_owned(), name.join(" ")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_teams_in_sentences() {
        for (line, expected) in [
            ("# Maintained by the Shop team.", Some("Shop")),
            (
                "description: Cart, maintained by the Data Platform team",
                Some("Data Platform"),
            ),
            ("// owned by team Shop, since 2020", Some("Shop")),
            (
                "# Owned by Team Data Platform for now",
                Some("Data Platform"),
            ),
            ("# run by the SRE squad", Some("SRE")),
            (
                "description: \"The cart (operated by the R&D team)\"",
                Some("R&D"),
            ),
            ("# Maintained by Jane Doe", None),
            ("# Maintained by the team", None),
            ("# Maintained by team", None),
            ("# Maintained by Jane. The team is away", None),
            ("# the team maintained by hand", None),
            ("# by the Shop team", None),
        ] {
            let team = named(line).map(|(_, team)| team);
            assert_eq!(team.as_deref(), expected, "{line}");
        }
        assert!(is_prose("  # x") && is_prose("Description: x") && is_prose("description = x"));
        assert!(!is_prose("name: x # y"));
    }

    #[test]
    fn the_phrase_ends_with_the_name() {
        let (phrase, _) = named("# It is maintained by the Shop team. Ask.").unwrap();
        assert_eq!(phrase, "maintained by the Shop team");
    }
}
