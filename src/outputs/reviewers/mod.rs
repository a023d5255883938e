//! What `reviewers` answers: the teams that own what is touched.

mod json;

pub(crate) use json::{review_input, write as json};

use crate::workspace::{Reviewer, Reviewers};

/// One handle of the forge a line; without a forge, one team.
pub(crate) fn lines(reviewers: &Reviewers, forge: Option<&str>) -> String {
    let of = |reviewer: &Reviewer| match forge {
        None => vec![reviewer.team.clone()],
        Some(_) => reviewer.all_handles().map(str::to_owned).collect(),
    };
    let mut seen: Vec<String> = Vec::new();
    for handle in reviewers.reviewers.iter().flat_map(of) {
        if !seen.contains(&handle) {
            seen.push(handle);
        }
    }
    seen.into_iter().map(|line| line + "\n").collect()
}
