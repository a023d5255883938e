use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    coverage::{Overview, RepositoryOverview},
    outputs::{Tool, VERSION, by_verdict, path_text, to_json},
};

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    tool: Tool,
    repositories: Vec<RepositoryEntry<'a>>,
}

#[derive(Serialize)]
struct RepositoryEntry<'a> {
    name: &'a str,
    files: u64,
    verdicts: BTreeMap<&'static str, u64>,
    teams: Vec<TeamShareEntry<'a>>,
    directories: Vec<DirectoryEntry>,
    components: Vec<KindEntry>,
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
    verdicts: BTreeMap<&'static str, u64>,
}

#[derive(Serialize)]
struct KindEntry {
    kind: &'static str,
    total: u64,
    declared: u64,
    verdicts: BTreeMap<&'static str, u64>,
}

/// For programs.
pub(crate) fn write(overview: &Overview<'_>) -> serde_json::Result<String> {
    let entry = |repository| entry(overview, repository);
    let document = Document {
        version: VERSION,
        tool: Tool::THIS,
        repositories: overview.repositories.iter().map(entry).collect(),
    };
    to_json(&document)
}

fn entry<'a>(
    overview: &'a Overview<'_>,
    repository: &'a RepositoryOverview,
) -> RepositoryEntry<'a> {
    let coverage = &repository.whole.coverage;
    let teams = repository.teams.iter().map(|share| TeamShareEntry {
        team: overview.teams.name(share.team),
        files: share.files,
        components: &share.components,
    });
    let directories = repository.directories.iter().map(|it| DirectoryEntry {
        path: path_text(&it.path),
        files: it.total(),
        verdicts: by_verdict(|verdict| it.files(verdict)),
    });
    let kinds = coverage.kinds.iter().map(|(kind, it)| KindEntry {
        kind,
        total: it.total,
        declared: it.declared,
        verdicts: by_verdict(|verdict| it.count(verdict)),
    });
    RepositoryEntry {
        name: &repository.whole.name,
        files: coverage.total(),
        verdicts: by_verdict(|verdict| coverage.files(verdict)),
        teams: teams.collect(),
        directories: directories.collect(),
        components: kinds.collect(),
    }
}
