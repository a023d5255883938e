mod csv;
mod json;
mod table;

pub(super) use json::RepositoryEntry;

use super::{
    CLEAN, Outcome,
    args::{Global, ListFormat, TeamsArguments},
    checkouts,
    session::Session,
    terminal::Terminal,
};
use crate::{
    config::{Retired, TeamId, Teams},
    coverage::{Holding, Holdings},
    outputs::{Palette, Tone},
    routing::Contact,
};

pub(super) fn run(arguments: &TeamsArguments, global: &Global, terminal: &Terminal) -> Outcome {
    let session = Session::open_partly(global)?;
    let repositories = checkouts::resolve(&session, terminal, |_| true)?;
    checkouts::warn_of_missing(&session, terminal, "what teams own there is not counted");
    let holdings = Holdings::new(&session.map.teams, &repositories);
    let teams = &session.map.teams;
    let out = match arguments.format {
        ListFormat::Table => table::write(teams, &holdings, terminal.out),
        ListFormat::Json => json::write(&session, &holdings)?,
        ListFormat::Csv => csv::write(teams, &holdings),
    };
    Ok((out.into_bytes(), CLEAN))
}

/// How many files and components there are in all.
fn totals(holdings: &[&Holding<'_>]) -> (u64, u64) {
    let files = holdings.iter().map(|holding| holding.files).sum();
    let kinds = holdings.iter().flat_map(|it| it.components.values());
    (files, kinds.map(|list| list.len() as u64).sum())
}

/// `3 helm-chart, 1 puppet-role`.
pub(super) fn kinds(holding: &Holding<'_>) -> String {
    let kinds = holding.components.iter();
    let kinds: Vec<String> = kinds
        .map(|(kind, list)| format!("{} {kind}", list.len()))
        .collect();
    kinds.join(", ")
}

/// ` (of sre)` behind a contact of another team than that which is asked for.
pub(super) fn of_another(
    contact: &Contact<'_>,
    asked: TeamId,
    teams: &Teams,
    palette: Palette,
) -> String {
    if contact.of == asked {
        return String::new();
    }
    let of = format!("(of {})", teams.name(contact.of));
    format!(" {}", palette.paint(Tone::Faint, &of))
}

/// Since when a team is no more, and whom to ask.
pub(super) fn retirement(retired: &Retired, teams: &Teams) -> String {
    let since = retired.since.as_ref();
    let since = since.map(|since| format!(" since {}", since.value));
    let ask = match retired.successor {
        Some(successor) => format!("ask {}", teams.name(teams.successor(successor))),
        None => "nobody took over".to_owned(),
    };
    format!("retired{}: {ask}", since.unwrap_or_default())
}
