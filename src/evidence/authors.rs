use std::collections::BTreeMap;

use bstr::BString;
use rustc_hash::FxHashMap;

use crate::{
    config::{TeamId, Teams},
    git::Authored,
};

/// The minimum number of changes to a team's components for an author to count as a member.
const MEMBER: usize = 5;

/// The teams of the authors of changes.
#[derive(Debug)]
pub(super) struct Authors(FxHashMap<BString, TeamId>);

/// An author of changes.
#[derive(Debug, Default)]
struct Author {
    /// The team that the map names.
    known: Option<TeamId>,
    /// The number of changes to components that declare a team.
    changes: usize,
    /// The number of these changes for each team.
    by_team: BTreeMap<TeamId, usize>,
}

impl Author {
    fn team(self) -> Option<TeamId> {
        let is_member =
            |(_, count): &(&TeamId, &usize)| **count >= MEMBER && is_most(**count, self.changes);
        let mut members = self.by_team.iter().filter(is_member);
        let member = members.next().map(|(team, _)| *team);
        // A person who always changes components of two teams could belong to either.
        let member = member.filter(|_| members.next().is_none());
        self.known.or(member)
    }
}

impl Authors {
    /// Finds the teams of the authors of `changes`, each with the teams whose components it changed. An author belongs
    /// to the team that the map names, or else to the team with more than two thirds of these changes.
    pub fn new<'c>(
        teams: &Teams,
        changes: impl IntoIterator<Item = (&'c Authored, Vec<TeamId>)>,
    ) -> Self {
        let mut all: FxHashMap<BString, Author> = FxHashMap::default();
        for (commit, owners) in changes {
            let author = all.entry(person(commit)).or_insert_with(|| Author {
                known: teams.of_author(&commit.name, &commit.email),
                ..Author::default()
            });
            author.changes += usize::from(!owners.is_empty());
            for owner in owners {
                *author.by_team.entry(owner).or_default() += 1;
            }
        }
        let teams = all.into_iter();
        let teams = teams.filter_map(|(person, author)| Some((person, author.team()?)));
        Self(teams.collect())
    }

    /// Returns the team of the author of a change.
    pub fn team_of(&self, commit: &Authored) -> Option<TeamId> {
        self.0.get(&person(commit)).copied()
    }
}

/// Returns whether a part is more than two thirds of `all`.
pub(super) fn is_most(part: usize, all: usize) -> bool {
    3 * part > 2 * all
}

/// Identifies the author of a change by their address in lower case, or else by their name.
pub(super) fn person(commit: &Authored) -> BString {
    let key = match commit.email.is_empty() {
        true => &commit.name,
        false => &commit.email,
    };
    key.to_lowercase().into()
}

/// The words of names and addresses that show that a program made a change.
const BOTS: [&str; 4] = ["bot", "dependabot", "renovate", "robot"];

/// Returns whether a program made a change: its name or address contains the word `bot`, also at the end of a name in
/// mixed case (`PipelineBot`) or with a number (`bot7`).
pub(super) fn is_bot(commit: &Authored) -> bool {
    let local = commit.email.split('@').next().unwrap_or_default();
    let mut words = [commit.name.as_str(), local]
        .into_iter()
        .flat_map(|text| text.split(|char: char| !char.is_alphanumeric()));
    words.any(|word| {
        let word = word.trim_end_matches(|char: char| char.is_ascii_digit());
        word.ends_with("Bot") || BOTS.contains(&word.to_lowercase().as_str())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(name: &str, email: &str) -> Authored {
        Authored {
            name: name.to_owned(),
            email: email.to_owned(),
            paths: Vec::new(),
        }
    }

    #[test]
    fn recognizes_bots() {
        for (name, email, expected) in [
            (
                "dependabot[bot]",
                "49699333+dependabot[bot]@users.noreply.github.com",
                true,
            ),
            ("PipelineBot", "p@x.org", true),
            ("bot010", "x@x.org", true),
            ("L10n-bot", "l10n@x.org", true),
            ("Updates", "renovate@x.org", true),
            ("Ann Abbot", "ann.abbot@x.org", false),
            ("Talbot", "talbot@bot.org", false),
            ("", "", false),
        ] {
            assert_eq!(is_bot(&by(name, email)), expected, "{name} {email}");
        }
    }
}
