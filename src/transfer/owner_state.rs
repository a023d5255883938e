use std::collections::BTreeSet;

use super::later_teams::LaterTeams;
use crate::{
    config::Teams,
    resolution::{Resolution, ResolvedRepository, Verdict},
};

/// The owners of a file or component on one side of a change. Teams are identified by their ids, since each side has
/// its own map.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OwnerState {
    /// It does not exist.
    Absent,
    /// It has no owner.
    Unowned,
    /// It is explicitly unowned.
    Exempt,
    /// Its claims conflict: all teams that claim it, sorted.
    Conflicting(Vec<String>),
    /// These teams own it, the primary one first, and people who are in no team in the map.
    Owned(Vec<String>, Vec<String>),
}

impl OwnerState {
    /// Returns the owners in a resolution.
    pub fn new(repository: &ResolvedRepository, teams: &Teams, resolution: &Resolution) -> Self {
        let ids = |owners: &[_]| {
            let names = teams.names(owners).into_iter();
            names.map(str::to_owned).collect::<Vec<_>>()
        };
        match resolution.verdict {
            Verdict::Unowned => Self::Unowned,
            Verdict::Exempt => Self::Exempt,
            Verdict::Owned => {
                let people = resolution.people.iter().map(ToString::to_string);
                Self::Owned(ids(&resolution.owners), people.collect())
            }
            Verdict::Conflicting => {
                let claims = resolution.winning.iter();
                let all = claims.flat_map(|claim| ids(&repository.claims.get(*claim).owners));
                Self::Conflicting(sorted_set(all))
            }
        }
    }

    /// Returns the owners in a resolution on the side before a change, with the teams that the map after it lists for the
    /// names in ownership files.
    pub(super) fn before(
        repository: &ResolvedRepository,
        teams: &Teams,
        resolution: &Resolution,
        later: Option<&Teams>,
    ) -> Self {
        let state = Self::new(repository, teams, resolution);
        let (Self::Owned(_, people), Some(later)) = (&state, later) else {
            return state;
        };
        let claims = resolution.winning.iter();
        let filed = claims.filter_map(|id| repository.claims.get(*id).filed.as_deref());
        let names = filed.flat_map(|filed| filed.names().map(move |name| (filed, name)));
        let found = LaterTeams::new(names, teams, later);
        if found.teams.is_empty() {
            return state;
        }
        let owners = resolution.owners.iter();
        let owners = owners.filter(|team| !found.is_only_of_members(**team));
        let owners = owners.map(|team| teams.name(*team));
        let later = found.teams.iter().map(|team| later.name(*team));
        let mut known = BTreeSet::new();
        let owners = owners.chain(later).filter(|name| known.insert(*name));
        let people = people.iter().filter(|name| !found.has_person(name));
        Self::Owned(
            owners.map(str::to_owned).collect(),
            people.cloned().collect(),
        )
    }

    /// Returns the teams that own or claim it.
    pub fn teams(&self) -> &[String] {
        match self {
            Self::Absent | Self::Unowned | Self::Exempt => &[],
            Self::Conflicting(teams) | Self::Owned(teams, _) => teams,
        }
    }

    /// Returns the people who own it and are in no team in the map.
    pub fn people(&self) -> &[String] {
        match self {
            Self::Absent | Self::Unowned | Self::Exempt | Self::Conflicting(_) => &[],
            Self::Owned(_, people) => people,
        }
    }

    /// Returns the teams that own or claim it, then the people.
    pub fn names(&self) -> impl Iterator<Item = &String> {
        self.teams().iter().chain(self.people())
    }

    /// Replaces each team. Teams that become the same are named once.
    pub fn map_teams(&self, to: impl FnMut(&String) -> String) -> Self {
        match self {
            Self::Absent | Self::Unowned | Self::Exempt => self.clone(),
            Self::Conflicting(teams) => Self::Conflicting(sorted_set(teams.iter().map(to))),
            Self::Owned(teams, people) => {
                let mut known = BTreeSet::new();
                let teams = teams.iter().map(to);
                let teams = teams.filter(|team| known.insert(team.clone()));
                Self::Owned(teams.collect(), people.clone())
            }
        }
    }

    /// Returns the state with its teams and people sorted.
    #[must_use]
    pub fn in_any_order(&self) -> Self {
        match self {
            Self::Owned(teams, people) => {
                let sorted = |names: &[String]| sorted_set(names.iter().cloned());
                Self::Owned(sorted(teams), sorted(people))
            }
            Self::Absent | Self::Unowned | Self::Exempt | Self::Conflicting(_) => self.clone(),
        }
    }

    /// Returns the verdict in outputs; `None` if it does not exist.
    pub fn verdict(&self) -> Option<&'static str> {
        Some(match self {
            Self::Absent => return None,
            Self::Unowned => Verdict::Unowned.name(),
            Self::Exempt => Verdict::Exempt.name(),
            Self::Conflicting(_) => Verdict::Conflicting.name(),
            Self::Owned(..) => Verdict::Owned.name(),
        })
    }

    /// Whether both have the same owners, in any order.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Owned(ours, our_people), Self::Owned(theirs, their_people)) => {
                sorted(ours) == sorted(theirs) && sorted(our_people) == sorted(their_people)
            }
            _ => self == other,
        }
    }
}

/// Sorts and removes duplicates.
fn sorted_set(teams: impl Iterator<Item = String>) -> Vec<String> {
    BTreeSet::from_iter(teams).into_iter().collect()
}

fn sorted(teams: &[String]) -> Vec<&String> {
    let mut teams: Vec<&String> = teams.iter().collect();
    teams.sort_unstable();
    teams
}
