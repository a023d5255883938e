//! What `diff` answers: what a change hands from one team to another.

mod human;
mod json;
mod markdown;

pub(crate) use human::write as human;
pub(crate) use json::write as json;
pub(crate) use markdown::write as markdown;

use crate::{handover::Holding, text::printable};

/// A holding in a sentence.
fn words(holding: &Holding) -> String {
    match holding {
        Holding::Absent => "–".to_owned(),
        Holding::Unowned => "nobody".to_owned(),
        Holding::Exempt => "exempt".to_owned(),
        Holding::Conflicting(teams) => format!("conflicting: {}", teams.join(", ")),
        Holding::Owned(teams) => printable(&teams.join(", ")),
    }
}
