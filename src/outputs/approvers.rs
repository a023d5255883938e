use serde::Serialize;

use crate::{claims::Approvers, config::Teams};

/// Teams and people who may approve a change, in JSON.
#[derive(Serialize)]
pub(super) struct ApproversEntry<'a> {
    teams: Vec<&'a str>,
    people: Vec<String>,
}

impl<'a> ApproversEntry<'a> {
    pub fn new(teams: &'a Teams, approvers: &Approvers) -> Self {
        Self {
            teams: teams.names(&approvers.owners),
            people: approvers.people.iter().map(ToString::to_string).collect(),
        }
    }
}
