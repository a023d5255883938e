//! What a name that is not in the map seems to be.

use crate::{
    config::{Teams, is_team_handle, name_and_address, slug},
    inventory::Name,
    text::joined,
};

/// What a name that is not in the map seems to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnknownName {
    /// A team: only teams are named in its place.
    Team,
    /// Probably a team: its place can also name people, but it looks like the name, the handle or the address of a
    /// team.
    ProbableTeam,
    /// Probably a person.
    Person,
    /// A placeholder of a template.
    Placeholder,
}

/// Words that names of teams contain, and names of people do not.
const TEAM_WORDS: [&str; 42] = [
    "administrators",
    "admins",
    "authors",
    "chapter",
    "committee",
    "contributors",
    "council",
    "department",
    "developers",
    "devops",
    "devs",
    "engineering",
    "engineers",
    "group",
    "groups",
    "guild",
    "infra",
    "infrastructure",
    "maintainers",
    "oncall",
    "operations",
    "operators",
    "ops",
    "org",
    "organization",
    "owners",
    "platform",
    "platforms",
    "project",
    "releng",
    "security",
    "services",
    "sig",
    "squad",
    "sre",
    "staff",
    "support",
    "team",
    "teams",
    "tribe",
    "wg",
    "workgroup",
];

/// Domains of addresses that anybody can have.
const PUBLIC_DOMAINS: [&str; 10] = [
    "gmail.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hotmail.com",
    "icloud.com",
    "outlook.com",
    "proton.me",
    "protonmail.com",
    "yahoo.com",
];

impl UnknownName {
    /// Returns what a name that is not in the map seems to be.
    ///
    /// The domain of an address shows little if the address follows the name of a person, or has the form
    /// `first.last@domain`, so it then counts as the address of a person.
    pub fn of(name: &Name, teams: &Teams) -> Self {
        let spellings = || name.spellings.iter().map(String::as_str);
        if name.is_placeholder() {
            Self::Placeholder
        } else if spellings().any(is_team_handle) {
            Self::ProbableTeam
        } else if !name.is_person() {
            Self::Team
        } else if spellings().any(has_team_word) || is_address_of_team(name, teams) {
            Self::ProbableTeam
        } else {
            Self::Person
        }
    }
}

/// Returns whether a name, an address up to its domain, or the path of a URL contains a word for teams.
fn has_team_word(text: &str) -> bool {
    let paths = text.split_whitespace().map(|word| {
        // The host of a URL does not describe the team.
        let address = word.split_once("://").map(|(_, address)| address);
        address.map_or(word, |it| it.split_once('/').map_or("", |(_, path)| path))
    });
    let text = &*joined(paths, " ");
    // In an address, only a list has such a word in its domain.
    let domain = text.rsplit_once('@').map(|(_, domain)| domain);
    let is_list = domain.is_some_and(|domain| {
        let mut labels = domain.split(['.', '-']);
        labels.any(|label| matches!(label, "lists" | "list" | "groups" | "googlegroups"))
    });
    let text = text.rsplit_once('@').map_or(text, |(text, _)| text);
    let words = split_words(text);
    is_list || words.iter().any(|word| TEAM_WORDS.contains(&&**word))
}

/// Returns the words of a text in lower case. Capitals start words: `DataTeam`.
fn split_words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_after_lower = false;
    for char in text.chars() {
        if !char.is_alphabetic() || (char.is_uppercase() && is_after_lower) {
            words.push(String::new());
        }
        is_after_lower = char.is_lowercase();
        if let Some(word) = words.last_mut().filter(|_| char.is_alphabetic()) {
            word.extend(char.to_lowercase());
        }
    }
    words
}

/// Returns whether a name is the address of a contact in the map, or shares its domain and does not look like the one
/// of a person.
fn is_address_of_team(name: &Name, teams: &Teams) -> bool {
    let written = name.as_written();
    let (label, address) = name_and_address(written).unwrap_or(("", written));
    let Some((local, domain)) = address.rsplit_once('@') else {
        return false;
    };
    if teams.has_contact(address) {
        return true;
    }
    let domain = domain.to_lowercase();
    let is_short_name = label.is_empty() || slug(label) == slug(local);
    let is_of_person = local.contains('.') || !is_short_name;
    !is_of_person && !PUBLIC_DOMAINS.contains(&&*domain) && teams.has_contacts_at(&domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn team_words_are_sorted() {
        assert!(TEAM_WORDS.is_sorted());
        assert!(PUBLIC_DOMAINS.is_sorted());
    }

    #[test]
    fn distinguishes_teams_from_people() {
        for text in [
            "Machine Learning Team",
            "SIG Network",
            "Search Squad <search@x.org>",
            "Release Engineering",
            "DataTeam",
            "team-payments",
            "payments_ops",
            "sre-oncall@x.org",
            "kafka@lists.x.org",
            "kafka-users@googlegroups.com",
            "https://x.com/wiki/Shop_Team",
        ] {
            assert!(has_team_word(text), "{text}");
        }
        for text in [
            "Jane Doe",
            "Jane Doe <jane@x.org>",
            "Steam Boat",
            "Tim Opser",
            "jane@team.org",
            "R. Listman",
            "https://x.org",
            "https://x.org/wiki/User:Jane",
            "Jane Doe (https://x.org/Jane)",
        ] {
            assert!(!has_team_word(text), "{text}");
        }
    }
}
