use crate::{
    config::{TeamId, Teams},
    inventory::{Declaration, Declarations, Effect, Name},
    text::Place,
};

/// What a component's declarations come to once names have become teams.
#[derive(Debug, Default)]
pub struct ResolvedDeclarations {
    /// The declared owners, the primary one first.
    pub owners: Vec<TeamId>,
    /// Where they are declared, the first in authority first.
    pub statements: Vec<Statement>,
    /// Names of owners that stand for no team.
    pub unresolved: Vec<Unresolved>,
}

/// One place that names owners.
#[derive(Debug, Clone)]
pub struct Statement {
    /// The owners it names.
    pub owners: Vec<TeamId>,
    /// Where.
    pub place: Place,
}

/// A name that stands for no team of the map.
#[derive(Debug, Clone)]
pub struct Unresolved {
    /// As written.
    pub raw: String,
    /// Where.
    pub place: Place,
    /// Whether it could be a team's at all: it is no person's, and not left behind by a template.
    pub could_be_team: bool,
}

/// The owners that `declarations` name: those of the statements that say so, else the teams among
/// those that may.
pub fn resolve_declarations(declarations: &Declarations, teams: &Teams) -> ResolvedDeclarations {
    let mut resolved_declarations = ResolvedDeclarations::default();
    if declarations.is_vendored {
        return resolved_declarations;
    }
    let said = |effect| {
        let declarations = declarations.declarations.iter();
        declarations.filter(move |declaration| declaration.effect == effect)
    };
    let counts = match said(Effect::Owner).next() {
        Some(_) => Effect::Owner,
        None => Effect::Hint,
    };
    for declaration in said(counts) {
        resolved_declarations.take(declaration, teams);
    }
    resolved_declarations
}

/// The spelling that stands at the place of a name; of a list in one value that is a part, not the
/// whole.
fn as_written(name: &Name) -> String {
    let mut spellings = name.spellings.iter();
    let raw = spellings.find(|spelling| *spelling == name.place.words());
    raw.or(name.spellings.first()).cloned().unwrap_or_default()
}

impl ResolvedDeclarations {
    /// Adds the teams that a statement names.
    fn take(&mut self, declaration: &Declaration, teams: &Teams) {
        let mut owners = Vec::new();
        for name in declaration.names.iter().filter(|name| !name.is_template) {
            match team(name, teams) {
                Some(team) if owners.contains(&team) => {}
                Some(team) => owners.push(team),
                // Whoever may be a person need not be a team.
                None if declaration.effect == Effect::Hint => {}
                None => self.unresolved.push(Unresolved {
                    could_be_team: !name.is_person() && !name.is_placeholder(),
                    raw: as_written(name),
                    place: name.place.clone(),
                }),
            }
        }
        if owners.is_empty() {
            return;
        }
        for owner in &owners {
            if !self.owners.contains(owner) {
                self.owners.push(*owner);
            }
        }
        self.statements.push(Statement {
            owners,
            place: declaration.exact_place().clone(),
        });
    }
}

/// The team that a name stands for, by the first of its spellings that does; else that of the person.
pub fn team(name: &Name, teams: &Teams) -> Option<TeamId> {
    let spellings = || name.spellings.iter();
    spellings()
        .find_map(|spelling| teams.resolve(spelling))
        .or_else(|| spellings().find_map(|spelling| Some(teams.person(spelling)?.team)))
}
