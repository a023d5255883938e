use serde::Serialize;

use crate::{
    config::Teams,
    coverage::ComponentGroup,
    outputs::{Cell, Look, Table, Tone, document, record},
    resolution::Verdict,
    text::{count, joined},
};

#[derive(Serialize)]
struct GroupEntry<'a> {
    repository: &'a str,
    kind: &'static str,
    name: &'a str,
    verdict: &'static str,
    owners: Vec<&'a str>,
    components: Vec<String>,
}

/// Returns the groups as a table.
pub(crate) fn table(groups: &[ComponentGroup<'_>], teams: &Teams, look: Look) -> String {
    let mut table = Table::new(&[
        ("KIND", false),
        ("NAME", false),
        ("OWNER", false),
        ("COMPONENTS", true),
    ]);
    for group in groups {
        let verdict = group.verdict();
        let owner = match verdict {
            Verdict::Owned => Cell::new(joined(teams.names(&group.owners()), ", ")),
            Verdict::Exempt => Cell::new(verdict.name()).toned(Tone::Faint),
            Verdict::Unowned | Verdict::Conflicting => Cell::new(verdict.name()).toned(Tone::Error),
        };
        let cells = vec![
            Cell::new(group.head.kind),
            Cell::new(&group.head.name),
            owner,
            Cell::new(group.members.len().to_string()),
        ];
        table.row(cells, Vec::new());
    }
    let mut out = match groups {
        [] => String::new(),
        _ => table.render(look),
    };
    if !look.quiet {
        let components = groups.iter().map(|group| group.members.len()).sum();
        out += &match components {
            0 => "no component matches\n".to_owned(),
            all => format!(
                "\n{} in {}\n",
                count(all, "component"),
                count(groups.len(), "group")
            ),
        };
    }
    out
}

/// Returns the groups as JSON.
pub(crate) fn json(groups: &[ComponentGroup<'_>], teams: &Teams) -> serde_json::Result<String> {
    let entries = groups.iter().map(|group| GroupEntry {
        repository: &group.repository.name,
        kind: group.head.kind,
        name: &group.head.name,
        verdict: group.verdict().name(),
        owners: teams.names(&group.owners()),
        components: group.members.iter().map(|it| it.component.id()).collect(),
    });
    document("groups", entries.collect::<Vec<_>>())
}

/// Returns the groups as CSV.
pub(crate) fn csv(groups: &[ComponentGroup<'_>], teams: &Teams) -> String {
    let header = [
        "repository",
        "kind",
        "name",
        "verdict",
        "owners",
        "components",
    ];
    let mut out = record(header);
    for group in groups {
        out += &record([
            &*group.repository.name,
            group.head.kind,
            &group.head.name,
            group.verdict().name(),
            &teams.names(&group.owners()).join(" "),
            &group.members.len().to_string(),
        ]);
    }
    out
}
