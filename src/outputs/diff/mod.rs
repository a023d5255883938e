//! What `diff` answers: what a change hands from one team to another.

mod human;
mod json;
mod markdown;

pub(crate) use human::write as human;
pub(crate) use json::write as json;
pub(crate) use markdown::write as markdown;

use bstr::BString;

use crate::{
    text::printable,
    transfer::{FileTransition, OwnerState},
};

/// How many files of a transfer are named.
const EXAMPLES: usize = 3;

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

/// The path of a file, behind the one that it had before.
fn path(fate: &FileTransition, shown: impl Fn(&BString) -> String) -> String {
    let path = shown(&fate.path);
    match &fate.was {
        Some(was) => format!("{} → {path}", shown(was)),
        None => path,
    }
}
