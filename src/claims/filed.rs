//! The claims that ownership files make.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::{Claim, DecidingLine, FileStatement, Origin, OwnerName};
use crate::{
    config::{TeamId, Teams},
    pattern::{Language, Pattern, PatternId},
    text::Place,
};

/// What only the claims of ownership files have.
#[derive(Debug, Clone)]
pub struct Filed {
    /// The name of the dialect.
    pub dialect: &'static str,
    /// Owners that are not teams in the map.
    pub people: Vec<Arc<str>>,
    /// Teams and people whose approval is enough, too.
    pub may_also_approve: Approvers,
    /// Whether it applies to the paths of its pattern only, and not to what is inside them.
    pub is_only_files: bool,
    /// The lines that decide, with the names of the owners.
    lines: Vec<Arc<DecidingLine>>,
    /// The names of the others whose approval is enough.
    pub other_names: Vec<OwnerName>,
    /// The key under `handles` for names in the file.
    pub handle_key: &'static str,
}

impl Filed {
    /// Returns the names of the owners in the file.
    pub fn names(&self) -> impl Iterator<Item = &OwnerName> {
        self.lines.iter().flat_map(|line| &line.owners)
    }

    /// Returns the names of groups that are not teams in the map.
    pub fn unknown_groups<'f>(&'f self, teams: &Teams) -> impl Iterator<Item = &'f OwnerName> {
        let groups = self.names().filter(|name| name.is_group);
        groups.filter(|name| self.team_of(name, teams).is_none())
    }

    /// Returns the teams that own the paths, each with a name in the file that says so.
    pub fn stated<'f>(&'f self, teams: &'f Teams) -> impl Iterator<Item = StatedTeam<'f>> {
        self.names()
            .flat_map(move |name| stated(name, self.handle_key, teams))
    }

    /// Returns the team that a name in the file stands for as a whole.
    pub fn team_of(&self, name: &OwnerName, teams: &Teams) -> Option<TeamId> {
        team_of(name, self.handle_key, teams)
    }
}

/// A team that a name in an ownership file stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatedTeam<'f> {
    /// The team.
    pub team: TeamId,
    /// The name in the file. Of a group that is not a team in the map, it is a member.
    pub name: &'f str,
    /// The members of the group, if a file lists them.
    pub members: &'f [String],
    /// Whether the name is that of a person, so that not everybody in the team can approve changes.
    pub is_person: bool,
}

/// Returns the teams that a name stands for, or else those of the members of its group.
fn stated<'f>(
    name: &'f OwnerName,
    key: &'f str,
    teams: &'f Teams,
) -> impl Iterator<Item = StatedTeam<'f>> {
    let own = team_of(name, key, teams).map(|team| StatedTeam {
        team,
        name: &name.text,
        members: name.members(),
        is_person: !name.is_group && teams.is_one_of_several(key, &name.text),
    });
    let members = match own {
        Some(_) => &[],
        None => name.members(),
    };
    let members = members.iter().filter_map(move |member| {
        Some(StatedTeam {
            team: teams.with_member(key, member)?,
            name: member,
            members: &[],
            is_person: teams.is_one_of_several(key, member),
        })
    });
    own.into_iter().chain(members)
}

/// Teams in the map, and people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Approvers {
    /// The teams.
    pub owners: Vec<TeamId>,
    /// Those who belong to no team in the map.
    pub people: Vec<Arc<str>>,
}

impl Approvers {
    /// Adds a team, unless it is known.
    pub fn add_team(&mut self, team: TeamId) {
        if !self.owners.contains(&team) {
            self.owners.push(team);
        }
    }

    /// Adds a person, unless they are known.
    pub fn add_person(&mut self, name: &str) {
        if !self.people.iter().any(|known| **known == *name) {
            self.people.push(name.into());
        }
    }

    /// Removes those who are in `others`, except the teams `kept`.
    fn remove(&mut self, others: &Self, kept: &FxHashSet<TeamId>) {
        let owners: FxHashSet<TeamId> = others.owners.iter().copied().collect();
        self.owners
            .retain(|team| !owners.contains(team) || kept.contains(team));
        let people: FxHashSet<&str> = others.people.iter().map(|person| &**person).collect();
        self.people.retain(|person| !people.contains(&**person));
    }

    /// Returns everybody that some names stand for, each once. `key` is the key under `handles` for names in the file.
    pub fn of<'n>(
        names: impl IntoIterator<Item = &'n OwnerName>,
        key: &str,
        teams: &Teams,
    ) -> Self {
        let mut all = Self::default();
        let (mut known_teams, mut known_people) = (FxHashSet::default(), FxHashSet::default());
        let mut add_team = |all: &mut Self, team| {
            if known_teams.insert(team) {
                all.owners.push(team);
            }
        };
        for name in names {
            if let Some(team) = team_of(name, key, teams) {
                add_team(&mut all, team);
                continue;
            }
            let members = match name.members() {
                [] => std::slice::from_ref(&name.text),
                members => members,
            };
            for member in members {
                match teams.with_member(key, member) {
                    Some(team) => add_team(&mut all, team),
                    None if known_people.insert(&**member) => {
                        all.people.push(member.as_str().into());
                    }
                    None => {}
                }
            }
        }
        all
    }
}

/// Returns the team that a name stands for as a whole.
fn team_of(name: &OwnerName, key: &str, teams: &Teams) -> Option<TeamId> {
    match name.is_group {
        true => teams.with_handle_on(key, &name.text),
        false => teams.with_member(key, &name.text),
    }
}

/// Returns the claim of a statement with the pattern that it applies to, which gets the id `pattern`.
pub(super) fn claim(
    statement: FileStatement,
    dialect: &'static str,
    key: &'static str,
    teams: &Teams,
    pattern: PatternId,
) -> (Claim, Pattern) {
    let mut places: Vec<Place> = Vec::new();
    let mut known = FxHashSet::default();
    for place in statement.lines.iter().flat_map(|line| &line.places) {
        if known.insert(place.key()) {
            places.push(place.clone());
        }
    }
    let lines = most_precise(&statement.lines);
    let about: Vec<&str> = lines.iter().map(|line| &*line.about).collect();
    let about = about.join(", ");
    let is_only_files = lines.iter().all(|line| line.is_only_files);
    let reach = lines.iter().flat_map(|line| line.reach.iter().cloned());
    let reach = reach.collect();
    let owners = Approvers::of(statement.owners(), key, teams);
    let mut others = Approvers::of(&statement.may_also_approve, key, teams);
    let whole = |names: &[&OwnerName]| -> FxHashSet<TeamId> {
        let stated = names.iter().flat_map(|name| stated(name, key, teams));
        let whole = stated.filter(|stated| !stated.is_person);
        whole.map(|stated| stated.team).collect()
    };
    let of_owners = whole(&statement.owners().collect::<Vec<_>>());
    let of_others = whole(&statement.may_also_approve.iter().collect::<Vec<_>>());
    // A team of which the owners are only some people may also approve as a whole.
    let others_only: FxHashSet<TeamId> = of_others.difference(&of_owners).copied().collect();
    others.remove(&owners, &others_only);
    let mut places = places.into_iter();
    let place = places.next().expect("at least one place decides");
    let pattern_of_reach = Pattern::of(about.as_str(), reach);
    let claim = Claim {
        origin: Origin::OwnershipFile,
        entry: pattern as usize,
        owners: owners.owners,
        patterns: vec![pattern],
        component: None,
        priority: 0,
        default_for: None,
        about,
        is_alternative: false,
        place,
        further: places.collect(),
        filed: Some(Box::new(Filed {
            dialect,
            people: owners.people,
            may_also_approve: others,
            is_only_files,
            lines: statement.lines,
            other_names: statement.may_also_approve,
            handle_key: key,
        })),
    };
    (claim, pattern_of_reach)
}

/// How many different lines are compared with each other; of more, all count.
const MAX_COMPARED: usize = 16;

/// Returns the lines without those that apply to everything that another one applies to, and to more. Of several lines that
/// apply to the same paths, the first one remains.
fn most_precise(lines: &[Arc<DecidingLine>]) -> Vec<&DecidingLine> {
    let mut known = FxHashSet::default();
    let lines = lines.iter().map(|line| &**line);
    let lines = lines.filter(|line| known.insert((&line.reach, line.is_only_files)));
    let lines: Vec<&DecidingLine> = lines.collect();
    if !(2..=MAX_COMPARED).contains(&lines.len()) {
        return lines;
    }
    let patterns = lines.iter().map(|line| Pattern::of("", line.reach.clone()));
    let patterns: Vec<Pattern> = patterns.collect();
    let languages = patterns.iter().map(|pattern| Language::of([pattern]));
    let languages: Vec<Language<'_>> = languages.collect();
    let is_inside = |one: usize, other: usize| {
        let is_within = |a: usize, b: usize| languages[a].is_within(&languages[b]) == Ok(true);
        is_within(one, other) && (!is_within(other, one) || one < other)
    };
    let all = 0..lines.len();
    let is_wide = |at: usize| all.clone().any(|other| other != at && is_inside(other, at));
    let is_kept: Vec<bool> = all.clone().map(|at| !is_wide(at)).collect();
    let kept = lines
        .into_iter()
        .zip(is_kept)
        .filter(|(_, is_kept)| *is_kept);
    kept.map(|(line, _)| line).collect()
}
