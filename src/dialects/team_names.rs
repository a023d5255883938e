use rustc_hash::FxHashMap;

use super::Refusal;
use crate::config::{TeamId, Teams};

/// The names of teams in the files of a dialect.
#[derive(Debug, Clone, Default)]
pub struct TeamNames(FxHashMap<TeamId, Result<Vec<String>, Refusal>>);

impl TeamNames {
    /// Collects the names of all teams.
    pub(super) fn new(
        teams: &Teams,
        name: impl Fn(TeamId) -> Result<Vec<String>, Refusal>,
    ) -> Self {
        Self(teams.iter().map(|(id, _)| (id, name(id))).collect())
    }

    /// Returns the names of a team.
    ///
    /// # Errors
    /// If the team has no name in the dialect.
    pub(super) fn of(&self, team: TeamId) -> Result<&[String], Refusal> {
        match self.0.get(&team) {
            Some(Ok(names)) => Ok(names),
            Some(Err(refusal)) => Err(refusal.clone()),
            None => Ok(&[]),
        }
    }

    /// Returns the names of several teams in order.
    ///
    /// # Errors
    /// If one of the teams has no name in the dialect.
    pub(super) fn of_all(&self, teams: &[TeamId]) -> Result<Vec<String>, Refusal> {
        let mut names = Vec::new();
        for team in teams {
            names.extend_from_slice(self.of(*team)?);
        }
        Ok(names)
    }

    /// Returns whether each of these teams has a name.
    pub(super) fn has_all(&self, teams: &[TeamId]) -> bool {
        teams
            .iter()
            .all(|team| matches!(self.0.get(team), Some(Ok(_))))
    }
}
