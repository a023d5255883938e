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
    let review = ReviewEntry {
        files: found.files,
        reviewers: found.reviewers.iter().map(ReviewerEntry::new).collect(),
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
    to_json(&ReviewersInput { reviewers })
}
