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
    without_owner: &'t [String],
}

#[derive(Serialize)]
struct ReviewerEntry<'t> {
    team: &'t str,
    name: &'t str,
    needed: bool,
    files: usize,
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
            handles: handles
                .map(|(forge, handles)| (forge.as_str(), handles.as_slice()))
                .collect(),
        }
    }
}

/// For programs.
pub(crate) fn write(told: &Reviewers) -> serde_json::Result<String> {
    let review = ReviewEntry {
        files: told.files,
        reviewers: told.reviewers.iter().map(ReviewerEntry::new).collect(),
        without_owner: &told.without,
    };
    document("review", review)
}

/// The part of Gerrit's `ReviewersInput` that adds reviewers.
#[derive(Serialize)]
struct ReviewersInput<'t> {
    reviewers: Vec<ReviewerInput<'t>>,
}

#[derive(Serialize)]
struct ReviewerInput<'t> {
    reviewer: &'t str,
    state: &'static str,
}

/// Those who are needed as reviewers, the others in copy.
pub(crate) fn review_input(told: &Reviewers) -> serde_json::Result<String> {
    let mut reviewers: Vec<ReviewerInput<'_>> = Vec::new();
    for reviewer in &told.reviewers {
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
    to_json(&ReviewersInput { reviewers })
}
