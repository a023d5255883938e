use std::collections::BTreeMap;

use bstr::{BString, ByteSlice as _};

use crate::{
    claims::teams_of,
    config::{TeamId, Teams},
    inventory::Component,
    resolution::{ResolvedRepository, Verdict},
    text::{count, joined},
};

/// The files, components and alerts of each team, by repository.
#[derive(Debug)]
pub struct Holdings<'r>(Vec<BTreeMap<TeamId, Holding<'r>>>);

/// The files, components and alerts of one team in one repository.
#[derive(Debug)]
pub struct Holding<'r> {
    /// The repository.
    pub repository: &'r ResolvedRepository,
    /// The number of files. A file with two owners counts for both.
    pub files: u64,
    /// The listed components that the team owns as a whole, by kind, sorted by name.
    pub components: BTreeMap<&'static str, Vec<&'r Component>>,
    /// The number of alerts whose rules name the team.
    pub alerts: u64,
}

/// A part of a repository with the number of files that a team owns in it.
#[derive(Debug, PartialEq, Eq)]
pub struct OwnedPart {
    /// A directory, ending in `/`, or a file at the root.
    pub path: BString,
    /// The number of files of the team.
    pub files: u64,
    /// The number of all files.
    pub total: u64,
}

impl<'r> Holdings<'r> {
    /// Counts what teams own in `repositories`.
    pub fn new(
        teams: &Teams,
        repositories: impl IntoIterator<Item = &'r ResolvedRepository>,
    ) -> Self {
        let repositories = repositories.into_iter();
        Self(repositories.map(|it| of_repository(teams, it)).collect())
    }

    /// Returns what a team owns, by repository.
    pub fn of(&self, team: TeamId) -> Vec<&Holding<'r>> {
        self.0.iter().filter_map(|teams| teams.get(&team)).collect()
    }
}

fn of_repository<'r>(
    teams: &Teams,
    repository: &'r ResolvedRepository,
) -> BTreeMap<TeamId, Holding<'r>> {
    let mut holdings: BTreeMap<TeamId, Holding<'r>> = BTreeMap::new();
    let none = || Holding {
        repository,
        files: 0,
        components: BTreeMap::new(),
        alerts: 0,
    };
    for group in repository.resolved.groups() {
        for team in &group.resolution.owners {
            let holding = holdings.entry(*team).or_insert_with(none);
            holding.files += group.files;
        }
    }
    // The labels of vendored rules are those of somebody else.
    let own = repository.declarations.iter().filter(|it| !it.is_vendored);
    for alert in own.flat_map(|it| &it.alerts) {
        for team in teams_of(&alert.owner, teams) {
            holdings.entry(team).or_insert_with(none).alerts += 1;
        }
    }
    for (id, component) in repository.listed_components() {
        if repository.verdict_of(id) != Verdict::Owned {
            continue;
        }
        for team in repository.whole(teams, id).owners {
            if let Some(holding) = holdings.get_mut(&team) {
                let components = holding.components.entry(component.kind);
                components.or_default().push(component);
            }
        }
    }
    for holding in holdings.values_mut() {
        for components in holding.components.values_mut() {
            components.sort_by(|a, b| a.name.cmp(&b.name));
        }
    }
    holdings
}

impl Holding<'_> {
    /// Returns whether the team owns files.
    pub fn has_files(&self) -> bool {
        self.files > 0
    }

    /// Formats what the team owns as `3 files, 1 helm-chart, 2 alerts`, without what it owns none of.
    pub fn summary(&self) -> String {
        let kinds = self.components.iter();
        let kinds = kinds.map(|(kind, list)| format!("{} {kind}", list.len()));
        let files = self.has_files().then(|| count(self.files, "file"));
        let alerts = (self.alerts > 0).then(|| count(self.alerts, "alert"));
        joined(files.into_iter().chain(kinds).chain(alerts), ", ")
    }

    /// Returns the parts of the repository in which `team` owns files, those with most files first. A
    /// part is a directory at the second level, because people usually refer to those.
    pub fn parts(&self, team: TeamId) -> Vec<OwnedPart> {
        let mut parts: BTreeMap<&[u8], (u64, u64)> = BTreeMap::new();
        for (at, file) in self.repository.listing.files.iter().enumerate() {
            let path: &[u8] = file.path;
            let mut slashes = path.find_iter(b"/");
            let end = match (slashes.next(), slashes.next()) {
                (_, Some(at)) | (Some(at), None) => at + 1,
                (None, None) => path.len(),
            };
            let (files, total) = parts.entry(&path[..end]).or_default();
            let owners = &self.repository.resolved.group_of(at).resolution.owners;
            *files += u64::from(owners.contains(&team));
            *total += 1;
        }
        let owned = parts.into_iter().filter(|(_, (files, _))| *files > 0);
        let mut owned: Vec<OwnedPart> = owned
            .map(|(path, (files, total))| OwnedPart {
                path: path.into(),
                files,
                total,
            })
            .collect();
        owned.sort_by(|a, b| (b.files, &a.path).cmp(&(a.files, &b.path)));
        owned
    }
}
