//! The answers of `who` about a team: its description in the map, and what it owns.

use std::{collections::BTreeSet, ffi::OsStr};

use serde::Serialize;

use super::reading;

use crate::{
    alerting::TeamPages,
    config::{Person, Spanned, TeamId},
    coverage::{Holding, Holdings},
    outputs::{Palette, TeamEntry, Tone, contacts, named, path_text},
    routing::retirement,
    text::{first_few, joined, printable, printable_bytes, quoted, without_template_code},
    workspace::Workspace,
};

/// The maximum number of directories, and of components of a kind, in the text.
const TOP: usize = 6;

/// Returns the answer about a team as text for a terminal.
pub(super) fn render(
    workspace: &Workspace,
    id: TeamId,
    asked: Option<String>,
    (holdings, alerts, pages): (&Holdings<'_>, &BTreeSet<&str>, Vec<String>),
    palette: Palette,
) -> String {
    let teams = &workspace.map.teams;
    let team = teams.get(id);
    let title = named(team, Palette(false));
    let mut lines = vec![palette.paint(Tone::Strong, &title)];
    if let Some(asked) = asked {
        let line = format!("understood as: team of {}", quoted(asked));
        lines.push(format!("  {}", palette.paint(Tone::Faint, &line)));
    }
    if let Some(retired) = &team.retired {
        let text = palette.paint(Tone::Warning, &retirement(retired, teams));
        lines.push(format!("  {text}"));
    }
    if let Some(description) = &team.description {
        lines.push(format!("  {}", printable(description)));
    }
    let mut add = |key: &str, text: String| {
        if !text.is_empty() {
            let key = palette.paint(Tone::Faint, &format!("{key:<12}"));
            lines.push(format!("  {key}{text}"));
        }
    };
    let list =
        |texts: &[Spanned<String>]| joined(texts.iter().map(|it| printable(&it.value)), ", ");
    let above = teams.ancestors(id).map(|id| teams.name(id));
    add("part of", joined(above, ", "));
    add("areas", list(&team.areas));
    add("aliases", list(&team.aliases));
    add("formerly", list(&team.former_names));
    for (kind, address) in contacts(teams, id, false, palette) {
        add(&kind, address);
    }
    let successor = teams.successor(id);
    if successor != id {
        let of = palette.paint(Tone::Faint, &format!("(of {})", teams.name(successor)));
        for (kind, address) in contacts(teams, successor, false, Palette(false)) {
            add(&kind, format!("{address} {of}"));
        }
    }
    for line in pages {
        add("pages", line);
    }
    for (forge, handles) in &team.handles {
        let handles = handles.iter().map(|handle| printable(handle));
        add(&printable(forge), joined(handles, ", "));
    }
    add("people", joined(teams.people_of(id).map(name_of), ", "));
    let names = alerts
        .iter()
        .map(|name| printable(&without_template_code(name)));
    let more = |rest| format!("… and {rest} more");
    add("alerts", joined(first_few(names, TOP, more), ", "));
    let holdings = holdings.of(id);
    if holdings.is_empty() && workspace.missing.is_empty() {
        add("owns", "no files or components".to_owned());
    }
    for holding in holdings {
        lines.extend(owned(holding, id, palette));
    }
    lines.join("\n") + "\n"
}

/// Formats a person as `Name <address>`, or only the part that is known; without either, as the logins.
fn name_of(person: &Person) -> String {
    let mails = joined(person.emails.iter().map(|it| &it.value), ", ");
    let logins = || joined(person.handles.iter().map(|(_, it)| &it.value), ", ");
    printable(&match (&person.name, mails.is_empty()) {
        (Some(name), true) => name.value.clone(),
        (Some(name), false) => format!("{} <{mails}>", name.value),
        (None, false) => mails,
        (None, true) => logins(),
    })
}

fn owned(holding: &Holding<'_>, id: TeamId, palette: Palette) -> Vec<String> {
    let mut head = format!("owns {}", holding.summary());
    if &*holding.repository.name != "." {
        let name = &holding.repository.name;
        head += &palette.paint(Tone::Faint, &format!("  in {}", printable(name)));
    }
    let mut lines = vec![format!("  {head}")];
    let more = |rest: usize| palette.paint(Tone::Faint, &format!("… and {rest} more"));
    let parts = holding.parts(id).into_iter().map(|part| {
        let of = match part.files == part.total {
            true => String::new(),
            false => palette.paint(Tone::Faint, &format!("  of {}", part.total)),
        };
        let path = printable_bytes(&part.path);
        format!("    {:>6}  {path}{of}", part.files)
    });
    let indented = |rest| format!("            {}", more(rest));
    lines.extend(first_few(parts, TOP, indented));
    for (kind, components) in &holding.components {
        let names = components.iter().map(|it| printable(&it.name));
        let names = joined(first_few(names, TOP, more), ", ");
        lines.push(format!("    {kind}: {names}"));
    }
    lines
}

/// The answer as JSON.
#[derive(Serialize)]
pub(super) struct TeamAnswerEntry<'a> {
    query: String,
    /// The name that the team has neither as its id nor as a spelling, such as the login of a member.
    understood_as: Option<TeamReadingEntry>,
    team: TeamEntry<'a>,
    details: Vec<Details<'a>>,
}

#[derive(Serialize)]
struct TeamReadingEntry {
    team_of: String,
}

/// The directories and components that a team owns in a repository.
#[derive(Serialize)]
struct Details<'a> {
    repository: &'a str,
    directories: Vec<PartEntry>,
    components: Vec<String>,
}

#[derive(Serialize)]
struct PartEntry {
    path: String,
    files: u64,
    total: u64,
}

impl<'a> TeamAnswerEntry<'a> {
    pub(super) fn new(
        query: &OsStr,
        workspace: &'a Workspace,
        id: TeamId,
        holdings: &Holdings<'a>,
        pages: &'a TeamPages,
    ) -> Self {
        Self {
            query: path_text(query.as_encoded_bytes()),
            understood_as: reading::of_team(&workspace.map.teams, id, query)
                .map(|team_of| TeamReadingEntry { team_of }),
            team: TeamEntry::new(workspace, id, holdings, pages),
            details: holdings
                .of(id)
                .into_iter()
                .map(|holding| Details::new(holding, id))
                .collect(),
        }
    }
}

impl<'a> Details<'a> {
    fn new(holding: &Holding<'a>, id: TeamId) -> Self {
        let parts = holding.parts(id).into_iter().map(|part| PartEntry {
            path: path_text(&part.path),
            files: part.files,
            total: part.total,
        });
        let components = holding.components.values().flatten();
        Self {
            repository: &holding.repository.name,
            directories: parts.collect(),
            components: components.map(|component| component.id()).collect(),
        }
    }
}
