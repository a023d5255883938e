use serde::Serialize;

use crate::{
    config::Teams,
    coverage::{ComponentReport, InferredOwner},
    outputs::{Location, document, path_text},
};

#[derive(Serialize)]
struct ComponentsDocument<'a> {
    components: Vec<ComponentEntry<'a>>,
}

#[derive(Serialize)]
struct ComponentEntry<'a> {
    repository: &'a str,
    kind: &'static str,
    name: &'a str,
    verdict: &'static str,
    owners: Vec<&'a str>,
    state: &'static str,
    in_use: Option<bool>,
    files: u64,
    home: String,
    location: Location,
    hints: Vec<ComponentHintEntry<'a>>,
}

#[derive(Serialize)]
struct ComponentHintEntry<'a> {
    component: String,
    relation: &'static str,
    owners: Vec<&'a str>,
    location: Option<Location>,
}

/// For programs.
pub(crate) fn write(
    components: &[ComponentReport<'_>],
    teams: &Teams,
) -> serde_json::Result<String> {
    document(&ComponentsDocument {
        components: components
            .iter()
            .map(|it| ComponentEntry::new(it, teams))
            .collect(),
    })
}

impl<'a> ComponentEntry<'a> {
    fn new(report: &'a ComponentReport<'_>, teams: &'a Teams) -> Self {
        let hint = |guess: &'a InferredOwner<'_>| ComponentHintEntry {
            component: format!("{}:{}", guess.hint.kind, guess.hint.name),
            relation: guess.hint.relation,
            owners: teams.names(&guess.owners),
            location: guess.hint.place.as_ref().map(Location::new),
        };
        Self {
            repository: &report.repository.name,
            kind: report.component.kind,
            name: &report.component.name,
            verdict: report.resolution.verdict.name(),
            owners: teams.names(&report.resolution.owners),
            state: report.state.name(),
            in_use: report.component.in_use,
            files: report.files,
            home: path_text(&report.component.home),
            location: Location::new(&report.place),
            hints: report.hints.iter().map(hint).collect(),
        }
    }
}
