use std::collections::BTreeMap;

use serde::Serialize;

use super::receivers::SeverityEntry;

use crate::{
    alerting::TeamPages,
    coverage::{Overview, RepositoryOverview},
    outputs::{document, path_text},
    resolution::VerdictCounts,
};

#[derive(Serialize)]
struct RepositoryCoverageEntry<'a> {
    name: &'a str,
    files: u64,
    verdicts: VerdictCounts,
    teams: Vec<TeamShareEntry<'a>>,
    /// The number of files that only people own who are in no team in the map.
    files_of_people: u64,
    /// The number of files that are owned only by a rule or line that matches all files.
    files_of_catch_all: u64,
    directories: Vec<DirectoryEntry>,
    components: Vec<KindEntry>,
    /// The receivers in the notification routes of the repository, by team and severity.
    receivers: Vec<SeverityEntry<'a>>,
    #[serde(flatten)]
    grouped: Option<GroupedEntry<'a>>,
}

#[derive(Serialize)]
struct GroupedEntry<'a> {
    groups: Vec<GroupEntry<'a>>,
    ungrouped: CountsEntry,
}

#[derive(Serialize)]
struct GroupEntry<'a> {
    name: &'a str,
    owners: Vec<&'a str>,
    #[serde(flatten)]
    counts: CountsEntry,
}

#[derive(Serialize)]
struct CountsEntry {
    total: u64,
    verdicts: VerdictCounts,
}

#[derive(Serialize)]
struct TeamShareEntry<'a> {
    team: &'a str,
    files: u64,
    components: &'a BTreeMap<&'static str, u64>,
}

#[derive(Serialize)]
struct DirectoryEntry {
    path: String,
    files: u64,
    verdicts: VerdictCounts,
}

#[derive(Serialize)]
struct KindEntry {
    kind: &'static str,
    total: u64,
    declared: u64,
    verdicts: VerdictCounts,
}

/// Returns the report as JSON.
pub(crate) fn write(overview: &Overview<'_>, pages: &TeamPages) -> serde_json::Result<String> {
    let repositories = overview.repositories.iter();
    let entries = repositories.map(|it| entry(overview, it, pages));
    document("repositories", entries.collect::<Vec<_>>())
}

fn entry<'a>(
    overview: &'a Overview<'_>,
    repository: &'a RepositoryOverview,
    pages: &'a TeamPages,
) -> RepositoryCoverageEntry<'a> {
    let coverage = &repository.whole.coverage;
    let teams = repository.teams.iter().map(|share| TeamShareEntry {
        team: overview.teams.name(share.team),
        files: share.files,
        components: &share.components,
    });
    let directories = repository.directories.iter().map(|it| DirectoryEntry {
        path: path_text(&it.path),
        files: it.files.total(),
        verdicts: it.files,
    });
    let kinds = coverage.kinds.iter().map(|(kind, it)| KindEntry {
        kind,
        total: it.total,
        declared: it.declared,
        verdicts: it.verdicts,
    });
    let counts = |verdicts: VerdictCounts| CountsEntry {
        total: verdicts.total(),
        verdicts,
    };
    let grouped = repository.groups.as_ref().map(|grouped| GroupedEntry {
        groups: grouped
            .groups
            .iter()
            .map(|group| GroupEntry {
                name: &group.deployer,
                owners: overview.teams.names(&group.owners),
                counts: counts(group.components),
            })
            .collect(),
        ungrouped: counts(grouped.ungrouped),
    });
    RepositoryCoverageEntry {
        grouped,
        name: &repository.whole.name,
        files: coverage.files.total(),
        verdicts: coverage.files,
        teams: teams.collect(),
        files_of_people: repository.files_of_people,
        files_of_catch_all: repository.files_of_catch_all,
        directories: directories.collect(),
        components: kinds.collect(),
        receivers: SeverityEntry::all(pages, overview.teams, &repository.whole.name),
    }
}
