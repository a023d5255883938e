//! The JSON of `diff`, version 1. Keys are added, but never changed or removed.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    outputs::{document, path_text},
    transfer::{ApprovalChange, OwnerState, Transfer, TransferKind},
    workspace::OwnershipDiff,
};

#[derive(Serialize)]
struct DiffEntry<'t> {
    base: &'t str,
    without_base: Option<&'t str>,
    /// The number of files per kind of change.
    summary: BTreeMap<&'static str, usize>,
    teams: Vec<RenamedTeamEntry<'t>>,
    transfers: Vec<TransferEntry<'t>>,
    components: Vec<ComponentChangeEntry<'t>>,
    approvals: Vec<ApprovalChangeEntry<'t>>,
}

/// A team with a new id.
#[derive(Serialize)]
struct RenamedTeamEntry<'t> {
    team: &'t str,
    was: &'t str,
}

#[derive(Serialize)]
struct TransferEntry<'t> {
    change: &'static str,
    repository: &'t str,
    before: Option<OwnerStateEntry<'t>>,
    after: Option<OwnerStateEntry<'t>>,
    files: usize,
    renamed: usize,
    paths: Vec<PathEntry>,
}

#[derive(Serialize)]
struct PathEntry {
    path: String,
    was: Option<String>,
}

#[derive(Serialize)]
struct ComponentChangeEntry<'t> {
    change: &'static str,
    repository: &'t str,
    component: &'t str,
    was: Option<&'t str>,
    before: Option<OwnerStateEntry<'t>>,
    after: Option<OwnerStateEntry<'t>>,
}

/// A change of who can approve changes of files that keep their owners.
#[derive(Serialize)]
struct ApprovalChangeEntry<'t> {
    repository: &'t str,
    /// The group with other members; `None` if ownership files name other people of the same teams, or the owners of parent
    /// directories change.
    group: Option<&'t str>,
    /// Whether the group, or these people, own the files.
    is_owner: bool,
    lost: &'t [String],
    gained: &'t [String],
    files: usize,
    paths: Vec<String>,
}

impl<'t> ApprovalChangeEntry<'t> {
    fn new(change: &'t ApprovalChange) -> Self {
        Self {
            repository: &change.repository,
            group: change.group().map(|group| &*group.name),
            is_owner: change.is_of_owners(),
            lost: &change.lost,
            gained: &change.gained,
            files: change.files.len(),
            paths: change.files.iter().map(|path| path_text(path)).collect(),
        }
    }
}

/// The owners, or all teams with a claim if the claims conflict.
#[derive(Serialize)]
struct OwnerStateEntry<'t> {
    verdict: &'static str,
    teams: &'t [String],
    /// The owners in ownership files that are not teams in the map.
    people: &'t [String],
}

impl<'t> OwnerStateEntry<'t> {
    fn new(holding: &'t OwnerState) -> Option<Self> {
        Some(Self {
            verdict: holding.verdict()?,
            teams: holding.teams(),
            people: holding.people(),
        })
    }
}

impl<'t> TransferEntry<'t> {
    fn new(transfer: &'t Transfer<'_>) -> Self {
        let paths = transfer.files.iter().map(|file| PathEntry {
            path: path_text(&file.path),
            was: file.was.as_ref().map(|was| path_text(was)),
        });
        Self {
            change: transfer.kind.name(),
            repository: &transfer.repository,
            before: OwnerStateEntry::new(&transfer.before),
            after: OwnerStateEntry::new(&transfer.after),
            files: transfer.files.len(),
            renamed: transfer.renamed(),
            paths: paths.collect(),
        }
    }
}

/// Returns the changes as JSON.
pub(crate) fn write(diff: &OwnershipDiff<'_>) -> serde_json::Result<String> {
    let transfers = diff.transfers();
    let files = |kind: TransferKind| {
        let same = transfers.iter().filter(|it| it.kind == kind);
        same.map(|transfer| transfer.files.len()).sum()
    };
    let components = diff.components.iter().map(|change| ComponentChangeEntry {
        change: change.name(),
        repository: &change.repository,
        component: &change.component,
        was: change.was.as_deref(),
        before: OwnerStateEntry::new(&change.before),
        after: OwnerStateEntry::new(&change.after),
    });
    let entry = DiffEntry {
        base: diff.base,
        without_base: diff.without_base,
        summary: TransferKind::ALL
            .into_iter()
            .map(|kind| (kind.name(), files(kind)))
            .collect(),
        teams: diff
            .teams
            .iter()
            .map(|(was, team)| RenamedTeamEntry { team, was })
            .collect(),
        transfers: transfers.iter().map(TransferEntry::new).collect(),
        components: components.collect(),
        approvals: diff
            .approvals
            .iter()
            .map(ApprovalChangeEntry::new)
            .collect(),
    };
    document("diff", entry)
}
