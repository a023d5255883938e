use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    outputs::{document, to_json},
    workspace::{Reviewer, Reviewers},
};

#[derive(Serialize)]
struct ReviewEntry<'t> {
    files: usize,
    reviewers: Vec<ReviewerEntry<'t>>,
    people: Vec<PersonEntry<'t>>,
    may_also_approve: OthersEntry<'t>,
    without_owner: &'t [String],
}

/// An owner in an ownership file that is not a team in the map.
#[derive(Serialize)]
struct PersonEntry<'t> {
    name: &'t str,
    files: usize,
    example: &'t str,
}

/// Others whose approval is enough by ownership files.
#[derive(Serialize)]
struct OthersEntry<'t> {
    teams: &'t [String],
    people: &'t [String],
}

#[derive(Serialize)]
struct ReviewerEntry<'t> {
    team: &'t str,
    name: &'t str,
    needed: bool,
    files: usize,
    example: &'t str,
    handles: BTreeMap<&'t str, &'t [String]>,
}

impl<'t> ReviewerEntry<'t> {
    fn new(reviewer: &'t Reviewer) -> Self {
        let handles = reviewer.handles.iter();
        Self {
            team: &reviewer.team,
            name: &reviewer.name,
            needed: reviewer.is_needed,
            files: reviewer.files,
            example: &reviewer.example,
            handles: handles
                .map(|(forge, handles)| (forge.as_str(), handles.as_slice()))
                .collect(),
        }
    }
}

/// Returns the reviewers as JSON.
pub(crate) fn write(found: &Reviewers) -> serde_json::Result<String> {
    let people = found.people.iter().map(|person| PersonEntry {
        name: &person.name,
        files: person.files,
        example: &person.example,
    });
    let [teams, others] = &found.may_also_approve;
    let review = ReviewEntry {
        files: found.files,
        reviewers: found.reviewers.iter().map(ReviewerEntry::new).collect(),
        people: people.collect(),
        may_also_approve: OthersEntry {
            teams,
            people: others,
        },
        without_owner: &found.without,
    };
    document("review", review)
}

/// The part of a Gerrit `ReviewInput` that adds reviewers.
#[derive(Serialize)]
struct ReviewersInput<'t> {
    reviewers: Vec<ReviewerInput<'t>>,
}

#[derive(Serialize)]
struct ReviewerInput<'t> {
    reviewer: &'t str,
    state: &'static str,
}

/// Returns the needed teams as reviewers, and the others as CC.
pub(crate) fn review_input(found: &Reviewers) -> serde_json::Result<String> {
    let mut reviewers: Vec<ReviewerInput<'_>> = Vec::new();
    for reviewer in &found.reviewers {
        let state = if reviewer.is_needed { "REVIEWER" } else { "CC" };
        for handle in reviewer.all_handles() {
            if !reviewers.iter().any(|known| known.reviewer == handle) {
                reviewers.push(ReviewerInput {
                    reviewer: handle,
                    state,
                });
            }
        }
    }
    let people = found.people.iter().map(|person| ReviewerInput {
        reviewer: &person.name,
        state: "REVIEWER",
    });
    let people = people.filter(|person| {
        let mut known = reviewers.iter();
        !known.any(|known| known.reviewer == person.reviewer)
    });
    let people: Vec<ReviewerInput<'_>> = people.collect();
    reviewers.extend(people);
    to_json(&ReviewersInput { reviewers })
}
