//! The outputs of `who`: the owners of paths and components, and what teams own.

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

/// Returns the answers as text for a terminal.
pub(crate) fn human(
    workspace: &Workspace,
    who: &Who<'_>,
    replies: &[Reply<'_>],
    holdings: &Holdings<'_>,
    palette: Palette,
) -> String {
    let text = AnswerText {
        map: &workspace.map,
        places: who.places(),
        palette,
    };
    let answers = replies.iter().map(|reply| match reply {
        Reply::Owners(answer) => text.render(answer),
        Reply::Team(id, _) => team::render(workspace, *id, holdings, palette),
    });
    joined(answers, "\n")
}
