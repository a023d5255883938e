use crate::{
    config::{TeamId, Teams},
    inventory::{Declarations, Name, Standing, Voice},
    text::Place,
};

/// What a component's declarations come to once names have become teams.
#[derive(Debug, Default)]
pub struct Heard {
    /// The declared owners, the primary one first.
    pub owners: Vec<TeamId>,
    /// Where they are declared.
    pub place: Option<Place>,
    /// Names of owners that stand for no team.
    pub unresolved: Vec<Unresolved>,
}

/// A name that stands for no team of the map.
#[derive(Debug, Clone)]
pub struct Unresolved {
    /// As written.
    pub raw: String,
    /// Where.
    pub place: Place,
    /// Whether it is written where people are named, or as people are.
    pub is_person: bool,
}

/// The owners that `declarations` name: those of the statements that say so, else the teams among
/// those that may.
pub fn hear(declarations: &Declarations, teams: &Teams) -> Heard {
    let mut heard = Heard::default();
    if declarations.is_upstream {
        return heard;
    }
    let said = |standing| {
        declarations
            .voices
            .iter()
            .filter(move |v| v.standing == standing)
    };
    for voice in said(Standing::Owner) {
        for name in voice.names.iter().filter(|name| !name.is_template) {
            if !heard.take(voice, name, teams) {
                heard.unresolved.push(Unresolved {
                    is_person: name.may_be_person || name.spellings.iter().any(|s| s.contains('@')),
                    raw: as_written(name),
                    place: name.place.clone(),
                });
            }
        }
        heard.place.get_or_insert_with(|| voice.place.clone());
    }
    if said(Standing::Owner).next().is_none() {
        for voice in said(Standing::Hint) {
            for name in &voice.names {
                heard.take(voice, name, teams);
            }
        }
    }
    heard
}

/// The spelling that stands at the place of a name; of a list in one value that is a part, not the
/// whole.
fn as_written(name: &Name) -> String {
    let there = match &name.place {
        Place::Text(source, span) => source.text().get(span.range()),
        Place::Path(..) => None,
    };
    let spellings = || name.spellings.iter();
    let raw = spellings().find(|spelling| Some(spelling.as_str()) == there);
    raw.or_else(|| spellings().next())
        .cloned()
        .unwrap_or_default()
}

impl Heard {
    /// Adds the team of a name, if it stands for one.
    fn take(&mut self, voice: &Voice, name: &Name, teams: &Teams) -> bool {
        let Some(team) = team(name, teams) else {
            return false;
        };
        if self.owners.is_empty() {
            self.place = Some(if voice.names.len() == 1 {
                name.place.clone()
            } else {
                voice.place.clone()
            });
        }
        if !self.owners.contains(&team) {
            self.owners.push(team);
        }
        true
    }
}

/// The team that a name stands for, by the first of its spellings that does; else that of the person.
pub fn team(name: &Name, teams: &Teams) -> Option<TeamId> {
    let spellings = || name.spellings.iter();
    spellings()
        .find_map(|spelling| teams.resolve(spelling))
        .or_else(|| spellings().find_map(|spelling| Some(teams.person(spelling)?.team)))
}
