//! The outputs of `who`: the owners of paths and components, and what teams own.

pub(crate) mod by_file;
mod human;
mod json;
mod reading;
mod team;

pub(crate) use json::write as json;

use human::AnswerText;

use std::path::Path;

use super::{Palette, pages};
use crate::{
    alerting::TeamPages,
    coverage::Holdings,
    text::joined,
    workspace::{Reply, Who, Workspace},
};

/// The answers from one map, and what is needed to show them.
pub(crate) struct MapAnswers<'a> {
    pub workspace: &'a Workspace,
    pub who: &'a Who<'a>,
    /// The path of the map, if it belongs to another checkout.
    pub other_map: Option<&'a Path>,
    pub replies: Vec<Reply<'a>>,
    pub holdings: Holdings<'a>,
    pub pages: TeamPages,
}

/// Returns the answers as text for a terminal.
pub(crate) fn human(answers: &[MapAnswers<'_>], palette: Palette) -> String {
    let shown = answers.iter().flat_map(|of| {
        let text = AnswerText {
            map: &of.workspace.map,
            other_map: of.other_map,
            places: of.who.places(),
            pages: &of.pages,
            palette,
        };
        let shown = of.replies.iter().map(move |reply| match reply {
            Reply::Owners(answer) => (answer.question.position, text.render(answer)),
            Reply::Team(id, question) => {
                let pages = pages::lines(&of.pages, of.pages.of(*id), &text.places);
                let shown = team::render(of.workspace, *id, &of.holdings, pages, palette);
                (question.position, shown)
            }
        });
        shown.collect::<Vec<_>>()
    });
    joined(in_order(shown), "\n")
}

/// Sorts answers from several maps by the position of their question.
fn in_order<T>(answers: impl Iterator<Item = (usize, T)>) -> impl Iterator<Item = T> {
    let mut answers: Vec<(usize, T)> = answers.collect();
    answers.sort_by_key(|(position, _)| *position);
    answers.into_iter().map(|(_, answer)| answer)
}
