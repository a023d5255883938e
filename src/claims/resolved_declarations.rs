use std::sync::Arc;

use super::UnknownName;
use crate::{
    config::{TeamId, TeamName, Teams},
    inventory::{Declaration, Declarations, Effect, Name, OwnerReference},
    text::Place,
};

/// The declarations of a component, with names resolved to teams.
#[derive(Debug, Default)]
pub struct ResolvedDeclarations {
    /// The declared owners, the primary one first.
    pub owners: Vec<TeamId>,
    /// The declarations, the most authoritative first.
    pub statements: Vec<Statement>,
    /// Names that do not resolve to a team.
    pub unresolved: Vec<Unresolved>,
    /// By declaration: the team of each of its names.
    pub teams: Vec<Vec<Option<TeamName>>>,
}

/// A declaration of owners.
#[derive(Debug, Clone)]
pub struct Statement {
    /// The owners it names.
    pub owners: Vec<TeamId>,
    /// The place.
    pub place: Place,
}

/// A name that does not resolve to a team in the map.
#[derive(Debug, Clone)]
pub struct Unresolved {
    /// The name as written.
    pub raw: String,
    /// The group or user of a catalog to which it refers.
    pub reference: Option<Arc<OwnerReference>>,
    /// The place.
    pub place: Place,
    /// What it seems to be.
    pub seems: UnknownName,
    /// The effect of its declaration.
    pub effect: Effect,
}

/// Resolves the owners in `declarations`: those of statements that name an owner, or else the teams in
/// statements that are only hints.
pub fn resolve_declarations(declarations: &Declarations, teams: &Teams) -> ResolvedDeclarations {
    let of_each = declarations.declarations.iter().map(|declaration| {
        let names = declaration.names.iter();
        names.map(|name| team(name, teams)).collect()
    });
    let mut resolved_declarations = ResolvedDeclarations {
        teams: of_each.collect(),
        ..ResolvedDeclarations::default()
    };
    if declarations.is_vendored {
        return resolved_declarations;
    }
    for (declaration, at) in declarations.counting() {
        resolved_declarations.add_unknown(declaration, at, teams);
        resolved_declarations.add_owners(declaration, at);
    }
    // The teams of single alerts, whatever the file declares. If it declares no owner, they are added already.
    if declarations.declares_owner() {
        let all = declarations.declarations.iter().zip(0..);
        for (declaration, at) in all.filter(|(it, _)| it.effect == Effect::TeamHint) {
            resolved_declarations.add_unknown(declaration, at, teams);
        }
    }
    resolved_declarations
}

impl Unresolved {
    /// Returns whether it is declared as an owner, and could be a team.
    pub fn could_be_team(&self) -> bool {
        let could_be = matches!(self.seems, UnknownName::Team | UnknownName::ProbableTeam);
        could_be && !self.effect.is_hint()
    }
}

impl ResolvedDeclarations {
    /// Adds the names in the declaration at a position that are not teams in the map.
    fn add_unknown(&mut self, declaration: &Declaration, at: usize, teams: &Teams) {
        let names = declaration.names.iter().zip(&self.teams[at]);
        let unknown = names.filter(|(name, team)| !name.is_template && team.is_none());
        self.unresolved.extend(unknown.map(|(name, _)| Unresolved {
            seems: UnknownName::of(name, teams),
            effect: declaration.effect,
            raw: name.as_written().to_owned(),
            reference: name.reference.clone(),
            place: name.place.clone(),
        }));
    }

    /// Adds the teams that the declaration at a position names.
    fn add_owners(&mut self, declaration: &Declaration, at: usize) {
        let mut owners = Vec::new();
        let mut known = Vec::new();
        let names = declaration.names.iter().zip(&self.teams[at]);
        for (name, team) in names.filter(|(name, _)| !name.is_template) {
            let Some(team) = team else {
                continue;
            };
            known.push(&name.place);
            if !owners.contains(&team.team) {
                owners.push(team.team);
            }
        }
        let place = match known[..] {
            [] => return,
            _ if known.len() == declaration.names.len() => declaration.exact_place(),
            // The declaration may start with a name that is not a team.
            [first, ..] => first,
        };
        for owner in &owners {
            if !self.owners.contains(owner) {
                self.owners.push(*owner);
            }
        }
        self.statements.push(Statement {
            owners,
            place: place.clone(),
        });
    }
}

/// Returns the teams that names refer to, without the names of unknown teams.
pub fn teams_of(names: &[Name], teams: &Teams) -> Vec<TeamId> {
    let known = names.iter().filter_map(|name| team(name, teams));
    known.map(|known| known.team).collect()
}

/// Returns the team that a name refers to: the one with one of its spellings, or else the team of the person. Names
/// from a catalog count only if the map does not know the name as written, except for the full reference, because groups
/// in several namespaces can have the same name. Only the name as written can be a former one.
pub fn team(name: &Name, teams: &Teams) -> Option<TeamName> {
    let find = |spellings: &[String]| teams.find(spellings.iter().map(String::as_str));
    let person = |spellings: &[String]| {
        let mut people = spellings.iter().filter_map(|it| teams.person(it));
        people.next().map(|person| person.team)
    };
    let written = find(&name.spellings);
    let reference = name.reference.as_ref();
    let exact = reference.and_then(|it| teams.with_spelling(&it.entity));
    let written_team = || {
        written
            .map(|known| known.team)
            .or_else(|| person(&name.spellings))
    };
    let further = || {
        let mut spellings = name.all_spellings().skip(1);
        spellings.find_map(|of| find(of).map(|known| known.team).or_else(|| person(of)))
    };
    let team = exact.or_else(written_team).or_else(further)?;
    Some(TeamName {
        team,
        is_former: written.is_some_and(|known| known.is_former),
    })
}
