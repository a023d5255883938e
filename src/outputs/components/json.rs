use serde::Serialize;

use crate::{
    config::Teams,
    coverage::ComponentReport,
    evidence::LinkedOwner,
    outputs::{Location, document, path_text},
};

#[derive(Serialize)]
struct ComponentEntry<'a> {
    repository: &'a str,
    kind: &'static str,
    name: &'a str,
    verdict: &'static str,
    owners: Vec<&'a str>,
    people: Vec<String>,
    state: &'static str,
    in_use: Option<bool>,
    files: u64,
    path: String,
    location: Location,
    inferred_owners: Vec<InferredOwnerEntry<'a>>,
}

#[derive(Serialize)]
struct InferredOwnerEntry<'a> {
    component: String,
    relation: &'static str,
    owners: Vec<&'a str>,
    location: Option<Location>,
}

/// Returns the components as JSON.
pub(crate) fn write(
    components: &[ComponentReport<'_>],
    teams: &Teams,
) -> serde_json::Result<String> {
    let entries = components.iter().map(|it| ComponentEntry::new(it, teams));
    document("components", entries.collect::<Vec<_>>())
}

impl<'a> ComponentEntry<'a> {
    fn new(report: &'a ComponentReport<'_>, teams: &'a Teams) -> Self {
        let inferred = |owner: &'a LinkedOwner<'_>| InferredOwnerEntry {
            component: format!("{}:{}", owner.hint.kind, owner.hint.name),
            relation: owner.hint.relation,
            owners: teams.names(&owner.owners),
            location: owner.hint.place.as_ref().map(Location::new),
        };
        Self {
            repository: &report.repository.name,
            kind: report.component.kind,
            name: &report.component.name,
            verdict: report.resolution.verdict.name(),
            owners: teams.names(&report.resolution.owners),
            people: report
                .resolution
                .people
                .iter()
                .map(ToString::to_string)
                .collect(),
            state: report.state.name(),
            in_use: report.component.in_use,
            files: report.files,
            path: path_text(&report.component.path),
            location: Location::new(&report.place),
            inferred_owners: report.inferred_owners.iter().map(inferred).collect(),
        }
    }
}
