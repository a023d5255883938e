//! What `who` answers: owners and why, teams and what they own.

pub(crate) mod by_file;
mod human;
mod json;
mod team;

pub(crate) use json::write as json;

use human::AnswerText;

use super::Palette;
use crate::{
    coverage::Holdings,
    text::joined,
    workspace::{Reply, Who, Workspace},
};

/// A few lines for each answer, for a person at a terminal.
pub(crate) fn human(
    workspace: &Workspace,
    who: &Who<'_>,
    replies: &[Reply<'_>],
    holdings: &Holdings<'_>,
    palette: Palette,
) -> String {
    let teller = AnswerText {
        map: &workspace.map,
        places: who.places(),
        palette,
    };
    let told = replies.iter().map(|reply| match reply {
        Reply::Thing(answer) => teller.tell(answer),
        Reply::Team(id, _) => team::tell(workspace, *id, holdings, palette),
    });
    joined(told, "\n")
}
