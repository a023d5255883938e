use std::collections::BTreeMap;

use bstr::{BString, ByteSlice as _};

use super::{ComponentGroup, ComponentReport, Holdings, RepositoryCoverage};
use crate::{
    config::{TeamId, Teams},
    resolution::{ResolvedRepository, VerdictCounts},
};

/// The coverage of all repositories, as shown by `report`.
#[derive(Debug)]
pub struct Overview<'r> {
    /// The teams in the map.
    pub teams: &'r Teams,
    /// The repositories, in the order of the map.
    pub repositories: Vec<RepositoryOverview>,
}

/// The coverage of one repository.
#[derive(Debug)]
pub struct RepositoryOverview {
    /// The coverage of the whole repository.
    pub whole: RepositoryCoverage,
    /// All teams in the map, sorted by id, including those that own no files here.
    pub teams: Vec<TeamShare>,
    /// The number of files that only people own who are in no team in the map.
    pub files_of_people: u64,
    /// The number of files that are owned only by a claim that matches all files.
    pub files_of_catch_all: u64,
    /// The directories of the top two levels, sorted by path. Each includes the directories below it.
    pub directories: Vec<DirectoryCoverage>,
    /// The components grouped by what deploys them, if requested.
    pub groups: Option<GroupedComponents>,
}

/// The listed components of a repository, grouped by what deploys them.
#[derive(Debug, Default)]
pub struct GroupedComponents {
    /// What is deployed together, sorted by the kind and name of what deploys it.
    pub groups: Vec<GroupCoverage>,
    /// The other components.
    pub ungrouped: VerdictCounts,
}

/// The coverage of the components that are deployed together.
#[derive(Debug)]
pub struct GroupCoverage {
    /// What deploys them, as `kind:name`.
    pub deployer: String,
    /// Their owners, sorted, each once.
    pub owners: Vec<TeamId>,
    /// Components by verdict.
    pub components: VerdictCounts,
}

/// What one team owns in a repository.
#[derive(Debug)]
pub struct TeamShare {
    /// The team.
    pub team: TeamId,
    /// The number of files. A file with two owners counts for both.
    pub files: u64,
    /// The number of components that the team owns as a whole, by kind.
    pub components: BTreeMap<&'static str, u64>,
}

/// The coverage of a directory.
#[derive(Debug)]
pub struct DirectoryCoverage {
    /// Its path, ending in `/`; `./` means the files directly at the root.
    pub path: BString,
    /// Files by verdict.
    pub files: VerdictCounts,
}

impl DirectoryCoverage {
    /// Returns whether it is inside another directory.
    pub fn is_nested(&self) -> bool {
        self.path.find_iter(b"/").count() > 1
    }
}

impl<'r> Overview<'r> {
    /// Counts what is owned in `repositories`, and groups the components if `is_grouped`.
    pub fn new(teams: &'r Teams, repositories: &'r [ResolvedRepository], is_grouped: bool) -> Self {
        let of = |repository: &'r ResolvedRepository| RepositoryOverview {
            whole: RepositoryCoverage::new(repository, |_| true),
            teams: shares(teams, repository),
            files_of_people: files_of_people(repository),
            files_of_catch_all: files_of_catch_all(repository),
            directories: directories(repository),
            groups: is_grouped.then(|| grouped(teams, repository)),
        };
        Self {
            teams,
            repositories: repositories.iter().map(of).collect(),
        }
    }
}

fn grouped(teams: &Teams, repository: &ResolvedRepository) -> GroupedComponents {
    let mut components = ComponentReport::all(teams, [repository]);
    components.retain(|of| of.component.is_listed);
    let mut grouped = GroupedComponents::default();
    for group in ComponentGroup::all(components) {
        match group.deployer() {
            Some(deployer) => grouped.groups.push(GroupCoverage {
                deployer,
                owners: group.owners(),
                components: group.verdicts(),
            }),
            // It is a single component.
            None => grouped.ungrouped.add(group.verdict(), 1),
        }
    }
    grouped
}

fn shares(teams: &Teams, repository: &ResolvedRepository) -> Vec<TeamShare> {
    let holdings = Holdings::new(teams, [repository]);
    let share = |(team, _)| {
        let mut share = TeamShare {
            team,
            files: 0,
            components: BTreeMap::new(),
        };
        for holding in holdings.of(team) {
            share.files += holding.files;
            for (kind, components) in &holding.components {
                *share.components.entry(*kind).or_default() += components.len() as u64;
            }
        }
        share
    };
    teams.sorted().into_iter().map(share).collect()
}

fn files_of_people(repository: &ResolvedRepository) -> u64 {
    let groups = repository.resolved.groups().iter();
    let of_people = groups.filter(|group| {
        let resolution = &group.resolution;
        resolution.owners.is_empty() && !resolution.people.is_empty()
    });
    of_people.map(|group| group.files).sum()
}

fn files_of_catch_all(repository: &ResolvedRepository) -> u64 {
    let groups = repository.resolved.groups().iter();
    let of_catch_all = groups.filter(|group| repository.catch_all_of(group).is_some());
    of_catch_all.map(|group| group.files).sum()
}

fn directories(repository: &ResolvedRepository) -> Vec<DirectoryCoverage> {
    let mut counts: BTreeMap<&[u8], VerdictCounts> = BTreeMap::new();
    for (at, file) in repository.listing.files.iter().enumerate() {
        let verdict = repository.resolved.group_of(at).resolution.verdict;
        let path: &[u8] = file.path;
        let mut count = |directory| counts.entry(directory).or_default().add(verdict, 1);
        let mut slashes = path.find_iter(b"/").take(2).peekable();
        if slashes.peek().is_none() {
            count(b"./");
        }
        slashes.for_each(|slash| count(&path[..=slash]));
    }
    let counts = counts.into_iter();
    counts
        .map(|(path, files)| DirectoryCoverage {
            path: path.into(),
            files,
        })
        .collect()
}
