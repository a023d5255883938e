use crate::{
    advice::{Advice, NewAlias},
    config::{SimilarTeams, TeamId, Teams, slug, spelling_parts},
    text::quoted,
};

/// More would not help the reader to choose.
const MAX_NAMED: usize = 3;

/// Other ids are unreadable.
const MAX_ID: usize = 100;

/// The teams that a name that is not in the map could belong to.
#[derive(Debug, Default)]
pub(super) struct TeamCandidates {
    /// The team to which it most likely belongs.
    pub clear: Option<TeamId>,
    /// All candidates, if none of them is clear.
    pub possible: Vec<TeamId>,
}

impl TeamCandidates {
    /// Returns the candidates for a name, given those for which there is evidence other than their names, and whether
    /// this evidence suffices. A team with the same name, except for words such as `team`, needs no other evidence.
    /// Evidence for many teams, such as the owners of a file that everybody owns, is evidence for none of them.
    pub fn new(teams: &Teams, raw: &str, evidence: &[(TeamId, bool)]) -> Self {
        let SimilarTeams { same, longer } = teams.similar(raw);
        if let [team] = same[..] {
            return Self {
                clear: Some(team),
                ..Self::default()
            };
        }
        let evidence = match evidence.len() > MAX_NAMED {
            true => &[],
            false => evidence,
        };
        let mut possible = [same, longer].concat();
        let mut sufficient = evidence.iter().filter(|(_, suffices)| *suffices);
        let sufficient = (sufficient.next(), sufficient.next());
        let is_candidate = |team: &TeamId| evidence.iter().any(|(other, _)| other == team);
        let clear = match (&possible[..], sufficient) {
            ([], (Some((team, _)), None)) => Some(*team),
            ([team], (None, None)) if is_candidate(team) => Some(*team),
            ([team], (Some((other, _)), None)) if team == other => Some(*team),
            _ => None,
        };
        let others = evidence.iter().map(|(team, _)| *team);
        let others: Vec<TeamId> = others.filter(|team| !possible.contains(team)).collect();
        possible.extend(others);
        Self { clear, possible }
    }

    /// Returns the advice to add the name to the aliases of its team.
    pub fn alias(&self, teams: &Teams, raw: &str) -> Advice {
        let advice = Advice::add_alias(NewAlias {
            alias: raw.to_owned(),
            team: self.clear.map(|team| teams.name(team).to_owned()),
        });
        let question = self.question(teams, "is it");
        Advice {
            text: advice.text + &question,
            ..advice
        }
    }

    /// Returns the question which candidate the name belongs to, in parentheses after a space. Empty if there are no
    /// candidates, or a clear one.
    pub fn question(&self, teams: &Teams, is_it: &str) -> String {
        let named = self.possible.iter().take(MAX_NAMED);
        let mut named: Vec<String> = named.map(|team| quoted(teams.name(*team))).collect();
        if self.possible.len() > MAX_NAMED {
            named.push("another team".to_owned());
        }
        match (self.clear, named.split_last()) {
            (None, Some((last, []))) => format!(" ({is_it} {last}?)"),
            (None, Some((last, others))) => {
                format!(" ({is_it} {} or {last}?)", others.join(", "))
            }
            _ => String::new(),
        }
    }
}

/// Returns the id of a new team with this name.
pub(super) fn new_id(teams: &Teams, name: &str) -> Option<String> {
    let is_id = |id: &String| {
        id.len() <= MAX_ID
            && id.starts_with(|char: char| char.is_ascii_alphabetic())
            && id
                .chars()
                .all(|char| char.is_ascii_alphanumeric() || char == '-')
            && teams.resolve(id).is_none()
    };
    // People mostly use the shortest spelling.
    let ids = spelling_parts(name).map(slug).filter(is_id);
    ids.min_by_key(String::len)
}
