//! The outputs of `who`: the owners of paths and components, and what teams own.

pub(crate) mod by_file;
mod human;
mod json;
mod team;

pub(crate) use json::write as json;

use human::AnswerText;

use super::{Palette, pages};
use crate::{
    alerting::TeamPages,
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
    pages: &TeamPages,
    palette: Palette,
) -> String {
    let text = AnswerText {
        map: &workspace.map,
        places: who.places(),
        pages,
        palette,
    };
    let answers = replies.iter().map(|reply| match reply {
        Reply::Owners(answer) => text.render(answer),
        Reply::Team(id, _) => {
            let pages = pages::lines(pages, *id, &text.places);
            team::render(workspace, *id, holdings, pages, palette)
        }
    });
    joined(answers, "\n")
}
