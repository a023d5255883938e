//! What `diff` answers: what a change hands from one team to another.

mod human;
mod json;
mod markdown;

pub(crate) use human::write as human;
pub(crate) use json::write as json;
pub(crate) use markdown::write as markdown;

use crate::{handover::OwnerState, text::printable};

/// A holding in a sentence.
fn words(holding: &OwnerState) -> String {
    match holding {
        OwnerState::Absent => "–".to_owned(),
        OwnerState::Unowned => "nobody".to_owned(),
        OwnerState::Exempt => "exempt".to_owned(),
        OwnerState::Conflicting(teams) => format!("conflicting: {}", teams.join(", ")),
        OwnerState::Owned(teams) => printable(&teams.join(", ")),
    }
}
