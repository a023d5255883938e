//! The outputs of `report`: how much is owned.

mod csv;
mod human;
mod json;
mod markdown;
mod prometheus;
mod receivers;

pub(crate) use csv::write as csv;
pub(crate) use human::write as human;
pub(crate) use json::write as json;
pub(crate) use markdown::write as markdown;
pub(crate) use prometheus::write as prometheus;

use crate::coverage::{RepositoryOverview, TeamShare};

/// The name for the components that nothing else deploys, or that several others deploy.
const UNGROUPED: &str = "not in a group";

/// Returns the teams that own files, those with the most files first.
fn owning(repository: &RepositoryOverview) -> Vec<&TeamShare> {
    let teams = repository.teams.iter();
    let mut owning: Vec<&TeamShare> = teams.filter(|share| share.files > 0).collect();
    // The sort is stable: teams with equally many files stay in the order of their ids.
    owning.sort_by_key(|share| std::cmp::Reverse(share.files));
    owning
}
