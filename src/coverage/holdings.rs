use std::collections::BTreeMap;

use bstr::{BString, ByteSlice as _};

use crate::{
    config::{TeamId, Teams},
    inventory::Component,
    resolution::{ResolvedRepository, Verdict},
};

/// What each team owns, in all repositories.
#[derive(Debug)]
pub struct Holdings<'r>(Vec<BTreeMap<TeamId, Holding<'r>>>);

/// What one team owns of one repository.
#[derive(Debug)]
pub struct Holding<'r> {
    /// The repository.
    pub repository: &'r ResolvedRepository,
    /// How many files; one of two teams counts for both.
    pub files: u64,
    /// Components that are the team's as a whole, by kind, sorted by name.
    pub components: BTreeMap<&'static str, Vec<&'r Component>>,
}

/// A part of a repository, and how much of it a team owns.
#[derive(Debug, PartialEq, Eq)]
pub struct OwnedPart {
    /// A directory (ending in `/`), or a file at the top.
    pub path: BString,
    /// Files of the team.
    pub files: u64,
    /// All files.
    pub total: u64,
}

impl<'r> Holdings<'r> {
    /// Counts what is owned of `repositories`.
    pub fn new(
        teams: &Teams,
        repositories: impl IntoIterator<Item = &'r ResolvedRepository>,
    ) -> Self {
        let repositories = repositories.into_iter();
        Self(repositories.map(|it| of_repository(teams, it)).collect())
    }

    /// What a team owns, by repository.
    pub fn of(&self, team: TeamId) -> Vec<&Holding<'r>> {
        self.0.iter().filter_map(|teams| teams.get(&team)).collect()
    }

    /// All components that have an owner, with their owners, each once for each of them.
    pub fn components(&self) -> impl Iterator<Item = (TeamId, &'r Component)> {
        self.0.iter().flatten().flat_map(|(team, holding)| {
            let components = holding.components.values().flatten();
            components.map(|component| (*team, *component))
        })
    }
}

fn of_repository<'r>(
    teams: &Teams,
    repository: &'r ResolvedRepository,
) -> BTreeMap<TeamId, Holding<'r>> {
    let mut holdings: BTreeMap<TeamId, Holding<'r>> = BTreeMap::new();
    for group in repository.resolved.groups() {
        for team in &group.resolution.owners {
            let holding = holdings.entry(*team).or_insert_with(|| Holding {
                repository,
                files: 0,
                components: BTreeMap::new(),
            });
            holding.files += group.files;
        }
    }
    for (id, component) in repository.existing_components() {
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
    /// The parts of the repository of which `team` owns something, the largest share of files first.
    /// A part is a directory two levels down: what people name when they speak of a place.
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
