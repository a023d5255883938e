use super::totals;
use crate::{
    config::{Spanned, Teams},
    coverage::Holdings,
    outputs::record,
    text::joined,
};

/// Returns the teams as CSV.
pub(crate) fn write(teams: &Teams, holdings: &Holdings<'_>) -> String {
    let mut out = record([
        "team",
        "name",
        "parent",
        "aliases",
        "areas",
        "files",
        "components",
        "files_by_repository",
        "components_by_kind",
        "retired",
        "retired_since",
        "successor",
    ]);
    for (id, team) in teams.sorted() {
        let holdings = holdings.of(id);
        let (files, components) = totals(&holdings);
        let list = |names: &[Spanned<String>]| joined(names.iter().map(|it| &it.value), "; ");
        let retired = team.retired.as_ref();
        let since = retired.and_then(|retired| retired.since.as_ref());
        let successor = retired.and_then(|retired| retired.successor);
        let by_repository = holdings
            .iter()
            .filter(|it| it.has_files())
            .map(|it| format!("{}={}", it.repository.name, it.files));
        let by_kind = holdings.iter().flat_map(|it| {
            let kinds = it.components.iter();
            kinds.map(|(kind, list)| format!("{}/{kind}={}", it.repository.name, list.len()))
        });
        out += &record([
            team.id.value.clone(),
            team.display_name().to_owned(),
            team.parent.map_or("", |id| teams.name(id)).to_owned(),
            list(&team.aliases),
            list(&team.areas),
            files.to_string(),
            components.to_string(),
            joined(by_repository, "; "),
            joined(by_kind, "; "),
            if retired.is_some() { "yes" } else { "" }.to_owned(),
            since.map(|it| it.value.to_string()).unwrap_or_default(),
            successor.map_or("", |id| teams.name(id)).to_owned(),
        ]);
    }
    out
}
