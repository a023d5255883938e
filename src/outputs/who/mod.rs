//! The outputs of `who`: the owners of paths and components, and what teams own.

pub(crate) mod by_file;
mod human;
mod json;
mod person;
mod reading;
mod team;

pub(crate) use json::write as json;

use human::AnswerText;

use std::path::Path;

use super::{Palette, pages};
use crate::{
    alerting::TeamPages,
    config::Map,
    coverage::Holdings,
    routing::{NO_ESCALATION, by_urgency, escalation_lines},
    text::joined,
    workspace::{Reply, UnansweredQuestion, Who, Workspace},
};

/// The answers from one map, and what is needed to show them.
pub(crate) struct MapAnswers<'a> {
    pub workspace: &'a Workspace,
    pub who: &'a Who<'a>,
    /// The path of the map, if it belongs to another checkout.
    pub other_map: Option<&'a Path>,
    pub replies: Vec<Reply<'a>>,
    /// The questions without an answer.
    pub unanswered: Vec<UnansweredQuestion>,
    pub holdings: Holdings<'a>,
    pub pages: TeamPages,
}

/// The maximum number of things with the same name in the text.
const MOST: usize = 8;

/// Returns the answers as text for a terminal. Of many things with the name in a question, shows only the first ones.
pub(crate) fn human(answers: &[MapAnswers<'_>], palette: Palette) -> String {
    // Of several answers, the contacts follow all.
    let is_only = answers.iter().map(|of| of.replies.len()).sum::<usize>() == 1;
    let shown = answers.iter().flat_map(|of| {
        let text = AnswerText {
            map: &of.workspace.map,
            other_map: of.other_map,
            places: of.who.places(),
            pages: &of.pages,
            palette,
            shows_escalation: is_only,
        };
        let mut shown: Vec<(usize, String)> = Vec::new();
        // The replies to a question follow each other.
        for replies in of
            .replies
            .chunk_by(|one, other| one.position() == other.position())
        {
            let things = replies.iter().filter_map(Reply::owners);
            let rendered = things.clone().take(MOST).map(|answer| text.render(answer));
            shown.extend(rendered.map(|text| (replies[0].position(), text)));
            let others = things.count().saturating_sub(MOST);
            if others > 0 {
                let more = format!("… and {others} more: use `--format json` to list all\n");
                shown.push((replies[0].position(), more));
            }
            let people = replies.iter().filter_map(Reply::person);
            let people = people.map(|answer| person::render(answer, &text.map.teams, palette));
            shown.extend(people.map(|text| (replies[0].position(), text)));
            let teams = replies.iter().filter_map(Reply::team);
            shown.extend(teams.map(|(id, question)| {
                let asked = reading::of_team(&text.map.teams, id, &question.typed);
                let pages = pages::lines(&of.pages, of.pages.of(id), &text.places);
                let alerts = of.who.alerts_of(id);
                let team = team::render(
                    of.workspace,
                    id,
                    asked,
                    (&of.holdings, &alerts, pages),
                    palette,
                );
                (replies[0].position(), team)
            }));
        }
        shown
    });
    let text = joined(in_order(shown), "\n");
    let contacts = answers.iter().filter(|_| !is_only).filter_map(contacts);
    text + &contacts.collect::<String>()
}

/// Returns the contacts for answers without an owner.
fn contacts(of: &MapAnswers<'_>) -> Option<String> {
    let map = &of.workspace.map;
    let mut answers = of.replies.iter().filter_map(Reply::owners);
    answers.find(|answer| !answer.escalation(map).is_empty())?;
    let organization = &map.organization;
    let ways = by_urgency(&organization.escalation, false);
    let (title, ways) = escalation_lines("Contacts for what has no owner", organization, &ways);
    Some(format!("\n{title}\n{ways}"))
}

/// Returns the contacts of the organization as text for a terminal, after questions without an answer.
pub(crate) fn escalation(map: &Map) -> String {
    let organization = &map.organization;
    let ways = by_urgency(&organization.escalation, false);
    match ways.is_empty() {
        true => format!("\n{NO_ESCALATION}\n"),
        false => {
            let (title, ways) = escalation_lines("Contact instead", organization, &ways);
            format!("\n{title}\n{ways}")
        }
    }
}

/// Sorts answers from several maps by the position of their question.
fn in_order<T>(answers: impl Iterator<Item = (usize, T)>) -> impl Iterator<Item = T> {
    let mut answers: Vec<(usize, T)> = answers.collect();
    answers.sort_by_key(|(position, _)| *position);
    answers.into_iter().map(|(_, answer)| answer)
}
