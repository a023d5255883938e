use std::collections::{BTreeMap, BTreeSet};

use bstr::{BStr, ByteSlice as _};
use rustc_hash::FxHashMap;

use super::{
    Basis, Evidence, Links,
    authors::{Authors, is_bot, is_most, person},
};
use crate::{
    config::{TeamId, Teams},
    git::Authored,
    resolution::Verdict,
    text::count,
};

/// The maximum number of files of a change that counts: larger ones say little about each file.
const MAX_FILES: usize = 300;

/// The maximum number of components of a change that counts.
const MAX_COMPONENTS: usize = 5;

/// The minimum number of changes for evidence.
const MIN_CHANGES: usize = 5;

/// The maximum number of authors that are named.
const MAX_NAMED: usize = 2;

/// The recent changes of a repository that count, by path.
#[derive(Debug)]
pub struct ChangeHistory<'h> {
    /// The changes of each path, including paths that no longer exist.
    touched: BTreeMap<&'h BStr, Vec<usize>>,
    changes: Vec<&'h Authored>,
    /// The team of the author of each change.
    teams: Vec<Option<TeamId>>,
}

/// The changes of a file, directory or component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// The number of all changes.
    pub all: usize,
    /// The team that made most of the changes, and their number; `None` if no team made more than two thirds.
    pub team: Option<(TeamId, usize)>,
    /// The authors with the most changes: name and number.
    pub authors: Vec<(String, usize)>,
}

impl<'h> ChangeHistory<'h> {
    /// Selects the changes that count, and finds the teams of their authors: those that the map names, and those whose
    /// authors mostly changed components that declare this team. Changes by bots and of many components do not count.
    pub fn new(history: &'h [Authored], links: &Links<'_>) -> Self {
        let components = FileComponents::new(links);
        let files = &links.repository.listing.files;
        let mut changes: Vec<(&Authored, Vec<TeamId>)> = Vec::new();
        for commit in history {
            if is_bot(commit) || !(1..=MAX_FILES).contains(&commit.paths.len()) {
                continue;
            }
            let paths = commit.paths.iter();
            let existing: Vec<usize> = paths
                .filter_map(|path| files.find(path.as_bstr()))
                .collect();
            let touched: BTreeSet<u32> = existing
                .iter()
                .filter_map(|at| components.at.get(at).copied())
                .collect();
            if touched.len() > MAX_COMPONENTS {
                continue;
            }
            let owners: BTreeSet<TeamId> = existing
                .iter()
                .filter_map(|at| components.owner.get(at).copied())
                .collect();
            changes.push((commit, owners.into_iter().collect()));
        }
        let authors = Authors::new(links.teams, changes.iter().cloned());
        let changes: Vec<&Authored> = changes.into_iter().map(|(commit, _)| commit).collect();
        let mut touched: BTreeMap<&BStr, Vec<usize>> = BTreeMap::new();
        for (at, commit) in changes.iter().enumerate() {
            for path in &commit.paths {
                touched.entry(path.as_bstr()).or_default().push(at);
            }
        }
        Self {
            touched,
            teams: changes.iter().map(|it| authors.team_of(it)).collect(),
            changes,
        }
    }

    /// Returns the changes of files, and of directories, whose paths end in `/`; `None` if they are too few.
    pub fn about(&self, places: &[&BStr]) -> Option<Changes> {
        let mut changes: BTreeSet<usize> = BTreeSet::new();
        for place in places {
            let is_inside =
                |path: &BStr| path == *place || (place.ends_with(b"/") && path.starts_with(place));
            let from = self.touched.range(*place..);
            let inside = from.take_while(|(path, _)| is_inside(path));
            changes.extend(inside.flat_map(|(_, changes)| changes));
        }
        if changes.len() < MIN_CHANGES {
            return None;
        }
        let mut by_team: BTreeMap<TeamId, usize> = BTreeMap::new();
        let mut by_author: BTreeMap<_, (usize, &str)> = BTreeMap::new();
        for at in &changes {
            if let Some(team) = self.teams[*at] {
                *by_team.entry(team).or_default() += 1;
            }
            let change = self.changes[*at];
            let author = by_author.entry(person(change));
            author.or_insert((0, &change.name)).0 += 1;
        }
        let mut authors: Vec<(usize, &str)> = by_author.into_values().collect();
        authors.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
        authors.truncate(MAX_NAMED);
        Some(Changes {
            all: changes.len(),
            team: by_team
                .into_iter()
                .find(|(_, count)| is_most(*count, changes.len())),
            authors: authors
                .into_iter()
                .map(|(count, name)| (name.to_owned(), count))
                .collect(),
        })
    }
}

impl Changes {
    /// Returns the evidence that the changes are.
    pub fn evidence(&self, teams: &Teams) -> Option<Evidence> {
        let (team, by_team) = self.team?;
        let reason = format!(
            "made {by_team} of {} in the year before the latest commit",
            count(self.all, "change")
        );
        Evidence::new(teams, Basis::History, &[team], reason, None)
    }
}

/// The innermost component of each file, by the position of the file.
#[derive(Debug, Default)]
struct FileComponents {
    /// The component; components with the same path count as one.
    at: FxHashMap<usize, u32>,
    /// The team that the innermost component with a declaration declares, if the team owns the component.
    owner: FxHashMap<usize, TeamId>,
}

impl FileComponents {
    fn new(links: &Links<'_>) -> Self {
        let repository = links.repository;
        let mut ids: Vec<u32> = (0..)
            .zip(&repository.components)
            .filter(|(_, component)| component.is_listed)
            .map(|(id, _)| id)
            .collect();
        ids.sort_by_key(|id| {
            let path = &links.component(*id).path;
            (path.len(), path, *id)
        });
        let mut found = Self::default();
        let mut first = 0;
        for (at, id) in ids.iter().enumerate() {
            let component = links.component(*id);
            let before = at.checked_sub(1).map(|at| links.component(ids[at]));
            if before.is_none_or(|before| before.path != component.path) {
                first = *id;
            }
            let declared = repository.resolved_declarations[*id as usize]
                .owners
                .first();
            let declared = declared.filter(|team| {
                let resolution = links.resolution(*id);
                resolution.verdict == Verdict::Owned && resolution.owners.contains(team)
            });
            for file in component.files(&repository.listing.files) {
                found.at.insert(file, first);
                if let Some(team) = declared {
                    found.owner.insert(file, *team);
                }
            }
        }
        found
    }
}
