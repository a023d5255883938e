use super::totals;
use crate::{
    alerting::TeamPages,
    config::{Team, Teams},
    coverage::{Holding, Holdings},
    outputs::{Cell, Look, Table, Tone, pages},
    routing::retirement,
    text::joined,
    workspace::Places,
};

/// Returns the teams as a table.
pub(crate) fn write(
    teams: &Teams,
    holdings: &Holdings<'_>,
    pages: &TeamPages,
    places: &Places,
    look: Look,
) -> String {
    let mut table = Table::new(&[
        ("TEAM", false),
        ("PARENT", false),
        ("ALIASES", true),
        ("FILES", true),
        ("COMPONENTS", true),
        ("NAME", false),
    ]);
    for (id, team) in teams.sorted() {
        let holdings = holdings.of(id);
        let (files, components) = totals(&holdings);
        let name = Cell::new(&team.id.value);
        table.row(
            vec![
                match team.retired {
                    Some(_) => name.toned(Tone::Faint),
                    None => name.toned(Tone::Good),
                },
                Cell::new(team.parent.map_or("", |parent| teams.name(parent))),
                Cell::number(team.aliases.len() as u64),
                Cell::number(files),
                Cell::number(components),
                Cell::new(team.display_name()),
            ],
            below(
                team,
                teams,
                &holdings,
                pages::lines(pages, pages.of(id), places),
            ),
        );
    }
    table.render(look)
}

fn below(team: &Team, teams: &Teams, holdings: &[&Holding<'_>], pages: Vec<String>) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(team.retired.as_ref().map(|it| retirement(it, teams)));
    if !team.areas.is_empty() {
        let areas = joined(team.areas.iter().map(|it| &it.value), ", ");
        lines.push(format!("areas: {areas}"));
    }
    for holding in holdings {
        let name = &holding.repository.name;
        lines.push(format!("owns {} in {name}", holding.summary()));
    }
    lines.extend(pages.iter().map(|line| format!("pages: {line}")));
    lines
}
