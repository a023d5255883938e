//! The outputs of `reviewers`: the teams that own what a change touches.

mod json;

pub(crate) use json::{review_input, write as json};

use crate::workspace::{Reviewer, Reviewers};

/// Returns one handle on the forge per line; without a forge, one team per line.
pub(crate) fn lines(reviewers: &Reviewers, forge: Option<&str>) -> String {
    let names = |reviewer: &Reviewer| match forge {
        None => vec![reviewer.team.clone()],
        Some(_) => reviewer.all_handles().map(str::to_owned).collect(),
    };
    let mut seen: Vec<String> = Vec::new();
    let people = reviewers.people.iter().map(|person| person.name.clone());
    for handle in reviewers.reviewers.iter().flat_map(names).chain(people) {
        if !seen.contains(&handle) {
            seen.push(handle);
        }
    }
    seen.into_iter().map(|line| line + "\n").collect()
}
