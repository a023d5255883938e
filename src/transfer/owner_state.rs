use std::collections::BTreeSet;

use crate::{
    config::Teams,
    resolution::{Resolution, ResolvedRepository, Verdict},
};

/// Who has something at one side of a change. Teams are known by their ids, since each side has a map
/// of its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OwnerState {
    /// It is not there.
    Absent,
    /// Nobody.
    Unowned,
    /// Nobody, on purpose.
    Exempt,
    /// Several who do not agree: all that claim it, sorted.
    Conflicting(Vec<String>),
    /// These teams, the primary one first.
    Owned(Vec<String>),
}

impl OwnerState {
    /// What a resolution comes to.
    pub fn new(repository: &ResolvedRepository, teams: &Teams, resolution: &Resolution) -> Self {
        let ids = |owners: &[_]| {
            let names = teams.names(owners).into_iter();
            names.map(str::to_owned).collect::<Vec<_>>()
        };
        match resolution.verdict {
            Verdict::Unowned => Self::Unowned,
            Verdict::Exempt => Self::Exempt,
            Verdict::Owned => Self::Owned(ids(&resolution.owners)),
            Verdict::Conflicting => {
                let claims = resolution.winning.iter();
                let all = claims.flat_map(|claim| ids(&repository.claims.get(*claim).owners));
                Self::Conflicting(each_once(all))
            }
        }
    }

    /// The teams that have it, or claim it.
    pub fn teams(&self) -> &[String] {
        match self {
            Self::Absent | Self::Unowned | Self::Exempt => &[],
            Self::Conflicting(teams) | Self::Owned(teams) => teams,
        }
    }

    /// The same in other hands: in those that each team gives it to.
    pub fn given(&self, to: impl FnMut(&String) -> String) -> Self {
        match self {
            Self::Absent | Self::Unowned | Self::Exempt => self.clone(),
            Self::Conflicting(teams) => Self::Conflicting(each_once(teams.iter().map(to))),
            Self::Owned(teams) => Self::Owned(teams.iter().map(to).collect()),
        }
    }

    /// The word for it in every output; nothing for what is not there.
    pub fn verdict(&self) -> Option<&'static str> {
        Some(match self {
            Self::Absent => return None,
            Self::Unowned => Verdict::Unowned.name(),
            Self::Exempt => Verdict::Exempt.name(),
            Self::Conflicting(_) => Verdict::Conflicting.name(),
            Self::Owned(_) => Verdict::Owned.name(),
        })
    }

    /// Whether nothing changes hands from here to there. The order of owners is no matter.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Owned(ours), Self::Owned(theirs)) => sorted(ours) == sorted(theirs),
            _ => self == other,
        }
    }
}

/// Sorted.
fn each_once(teams: impl Iterator<Item = String>) -> Vec<String> {
    BTreeSet::from_iter(teams).into_iter().collect()
}

fn sorted(teams: &[String]) -> Vec<&String> {
    let mut teams: Vec<&String> = teams.iter().collect();
    teams.sort_unstable();
    teams
}
