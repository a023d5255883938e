//! The outputs of `diff`: how a change transfers files and components between teams.

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

/// The number of files of a transfer that are listed.
const EXAMPLES: usize = 3;

/// Returns an owner state as text.
fn words(state: &OwnerState) -> String {
    match state {
        OwnerState::Absent => "–".to_owned(),
        OwnerState::Unowned => "unowned".to_owned(),
        OwnerState::Exempt => "exempt".to_owned(),
        OwnerState::Conflicting(teams) => format!("conflicting: {}", teams.join(", ")),
        OwnerState::Owned(..) => {
            let names = state.names().map(|name| printable(name));
            names.collect::<Vec<_>>().join(", ")
        }
    }
}

/// Returns the path of a file, after its former path if it was renamed.
fn path(file: &FileTransition, shown: impl Fn(&BString) -> String) -> String {
    let path = shown(&file.path);
    match &file.was {
        Some(was) => format!("{} → {path}", shown(was)),
        None => path,
    }
}
