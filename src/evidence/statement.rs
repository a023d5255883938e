use super::Basis;
use crate::{
    config::{TeamId, Teams},
    text::{Place, joined, quoted},
};

/// A reason to believe that some teams own something. It decides nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// What it is based on.
    pub basis: Basis,
    /// The teams, the primary owner first.
    pub owners: Vec<TeamId>,
    /// What connects the teams with it, as the rest of a sentence that begins with the teams. It is safe to print.
    pub reason: String,
    /// The place that shows the connection.
    pub place: Option<Place>,
}

impl Evidence {
    /// Creates evidence for `owners`. Returns `None` if there are no owners, or if one of them is retired without a
    /// successor.
    pub(super) fn new(
        teams: &Teams,
        basis: Basis,
        owners: &[TeamId],
        reason: String,
        place: Option<Place>,
    ) -> Option<Self> {
        let mut current: Vec<TeamId> = Vec::with_capacity(owners.len());
        for owner in owners {
            let owner = teams.successor(*owner);
            if teams.get(owner).retired.is_some() {
                return None;
            }
            if !current.contains(&owner) {
                current.push(owner);
            }
        }
        (!current.is_empty()).then_some(Self {
            basis,
            owners: current,
            reason,
            place,
        })
    }

    /// Returns it as a clause about what has no owner: "it may belong to `dba`, which owns …".
    pub fn clause(&self, teams: &Teams) -> String {
        let names = joined(teams.names(&self.owners).into_iter().map(quoted), " and ");
        match self.owners.len() {
            1 => format!("it may belong to {names}, which {}", self.reason),
            _ => format!("it may belong to {names}, a group that {}", self.reason),
        }
    }
}
