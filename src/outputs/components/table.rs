use super::{in_use, inferred_owners, owners};
use crate::{
    config::Teams,
    coverage::ComponentReport,
    inventory::State,
    outputs::{Cell, Look, Table, Tone},
    resolution::{Verdict, VerdictCounts},
    text::{count, joined},
    workspace::Places,
};

/// Returns the components as a table.
pub(crate) fn write(
    components: &[ComponentReport<'_>],
    teams: &Teams,
    places: &Places,
    look: Look,
) -> String {
    let several = components
        .iter()
        .any(|it| it.repository.name != components[0].repository.name);
    let mut header = vec![
        ("KIND", false),
        ("NAME", false),
        ("OWNER", false),
        ("STATE", false),
        ("USED", false),
    ];
    if several {
        header.push(("REPOSITORY", false));
    }
    header.push(("PLACE", false));
    let mut table = Table::new(&header);
    for report in components {
        let mut cells = vec![
            Cell::new(report.component.kind),
            Cell::new(&report.component.name),
            owner(report, teams),
            state(report.state),
            Cell::new(in_use(report)),
        ];
        if several {
            cells.push(Cell::new(&*report.repository.name));
        }
        cells.push(Cell::new(places.position(&report.place)));
        table.row(cells, inferred_owners(report, teams));
    }
    let mut out = match components {
        [] => String::new(),
        _ => table.render(look),
    };
    if !look.quiet {
        out += &summary(components);
    }
    out
}

fn owner(report: &ComponentReport<'_>, teams: &Teams) -> Cell {
    let verdict = report.resolution.verdict;
    match verdict {
        Verdict::Owned => Cell::new(owners(report, teams, ", ")),
        Verdict::Exempt => Cell::new(verdict.name()).toned(Tone::Faint),
        Verdict::Unowned | Verdict::Conflicting => Cell::new(verdict.name()).toned(Tone::Error),
    }
}

fn state(state: State) -> Cell {
    let cell = Cell::new(state.name());
    match state {
        State::Declared => cell,
        State::Unknown | State::Unreadable => cell.toned(Tone::Warning),
        _ => cell.toned(Tone::Faint),
    }
}

fn summary(components: &[ComponentReport<'_>]) -> String {
    let mut counts = VerdictCounts::default();
    for report in components {
        counts.add(report.resolution.verdict, 1);
    }
    let parts = Verdict::ALL.map(|verdict| (counts.of(verdict), verdict.name()));
    let parts = parts.iter().filter(|(count, _)| *count > 0);
    let parts = joined(parts.map(|(count, name)| format!("{count} {name}")), ", ");
    match components.len() {
        0 => "no component matches\n".to_owned(),
        all => format!("\n{}: {parts}\n", count(all, "component")),
    }
}
