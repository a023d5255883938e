//! What `report` answers: how much is owned.

mod csv;
mod human;
mod json;
mod markdown;
mod prometheus;

pub(crate) use csv::write as csv;
pub(crate) use human::write as human;
pub(crate) use json::write as json;
pub(crate) use markdown::write as markdown;
pub(crate) use prometheus::write as prometheus;

use crate::coverage::{RepositoryOverview, TeamShare};

/// The teams that own something, those with the most files first.
fn owning(repository: &RepositoryOverview) -> Vec<&TeamShare> {
    let teams = repository.teams.iter();
    let mut owning: Vec<&TeamShare> = teams.filter(|share| share.files > 0).collect();
    // The order of equals, that of their ids, stays.
    owning.sort_by_key(|share| std::cmp::Reverse(share.files));
    owning
}
