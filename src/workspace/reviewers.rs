//! `reviewers`: the teams that own the changed files, before or after the change.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use bstr::ByteSlice as _;

use super::{
    Base, ComparedWorkspaces, Error, Workspace,
    notices::Notices,
    target::{Existence, Target},
};
use crate::{
    config::{Map, Team},
    inventory::Kinds,
    resolution::ResolvedRepository,
    routing::retirement,
    text::{MAX_SUGGESTIONS, and_more, join, printable_bytes, quoted},
    transfer::{FileTransition, OwnerState, file_transitions, smallest_cover},
};

/// A team that owns some of the files to review.
#[derive(Debug)]
pub struct Reviewer {
    /// Its id.
    pub team: String,
    /// Its display name.
    pub name: String,
    /// Its handles by forge: those of the selected forge, or else all.
    pub handles: Vec<(String, Vec<String>)>,
    /// How many of the files it owns.
    pub files: usize,
    /// The first of these files.
    pub example: String,
    /// Whether it is in the smallest set of teams that covers all files.
    pub is_needed: bool,
}

/// The teams that own the files to review.
#[derive(Debug)]
pub struct Reviewers {
    /// The teams, those that are needed first.
    pub reviewers: Vec<Reviewer>,
    /// How many files there are to review.
    pub files: usize,
    /// Paths without an owner.
    pub without: Vec<String>,
    /// Retired owners, and their successors in words.
    retired: BTreeMap<String, String>,
}

/// The path of a file, and its owners before and after.
type ReviewedFile = (String, Vec<OwnerState>);

impl ComparedWorkspaces {
    /// Returns the teams that own the changed files, before or after the change, with their handles on `forge`, or
    /// all handles without it.
    ///
    /// # Errors
    /// If git cannot compare the commits of a submodule.
    pub fn reviewers(&self, forge: Option<&str>) -> Result<Reviewers, Error> {
        let before = match &self.base {
            Base::Resolved(base) => Some(base.side()?),
            Base::Missing(_) => None,
        };
        let after = self.head.side()?;
        let changes = self.all_changes()?;
        let transitions = file_transitions(before, after, &self.git.top, &changes);
        let touched = transitions
            .iter()
            .filter(|transition| is_touched(transition));
        let files: Vec<ReviewedFile> = touched
            .map(|file| {
                let both = vec![(*file.before).clone(), (*file.after).clone()];
                (printable_bytes(&file.path), both)
            })
            .collect();
        let maps = [Some(after.map), before.map(|before| before.map)];
        let maps = maps.into_iter().flatten().collect();
        let reviewers = Reviewers::new(&files, maps, forge);
        reviewers.warn(forge, &self.head.notices);
        Ok(reviewers)
    }
}

impl Workspace {
    /// Returns the teams that own files and directories, with their handles on `forge`, or all handles without it.
    ///
    /// # Errors
    /// If a path is not in any repository in the map, or a repository cannot be resolved.
    pub fn reviewers(&self, paths: &[PathBuf], forge: Option<&str>) -> Result<Reviewers, Error> {
        let files = self.files_in(paths)?;
        let reviewers = Reviewers::new(&files, vec![&self.map], forge);
        reviewers.warn(forge, &self.notices);
        Ok(reviewers)
    }

    /// Returns the files in `paths` with their owners.
    fn files_in(&self, paths: &[PathBuf]) -> Result<Vec<ReviewedFile>, Error> {
        let are_few = paths.len() <= MAX_SUGGESTIONS;
        let targets = paths.iter().map(|typed| Target::new(self, typed));
        let targets: Vec<Result<Target, Error>> = targets.collect();
        let is_needed = |at: usize| targets.iter().flatten().any(|it| it.repository == at);
        let needed: Vec<usize> = (0..self.roots.len()).filter(|at| is_needed(*at)).collect();
        let resolved = self.resolve(Kinds::Needed, is_needed)?;
        let repositories: BTreeMap<usize, &ResolvedRepository> =
            needed.into_iter().zip(&resolved).collect();
        let mut reviewed = Vec::new();
        for (typed, target) in paths.iter().zip(&targets) {
            let target = target.as_ref().map_err(Clone::clone)?;
            let repository = repositories[&target.repository];
            let state = |resolution| OwnerState::new(repository, &self.map.teams, resolution);
            let files = &repository.listing.files;
            let own = files.find(target.path.as_bstr());
            let inside = files.under(&join(target.path.as_bstr(), b""));
            let all: Vec<usize> = own.into_iter().chain(inside).collect();
            for at in &all {
                let resolution = &repository.resolved.group_of(*at).resolution;
                reviewed.push((
                    printable_bytes(files.get(*at).path),
                    vec![state(resolution)],
                ));
            }
            if all.is_empty() {
                let found = target.find(self, &repository.listing);
                if let Some(note) = found.existence.note() {
                    let near = (are_few && found.existence == Existence::Missing)
                        .then(|| target.near(typed.as_os_str(), files))
                        .flatten()
                        .map(|near| format!("; {near}"));
                    let near = near.unwrap_or_default();
                    let typed = printable_bytes(typed.as_os_str().as_encoded_bytes());
                    self.notices.warn_at(typed, format!("{note}{near}"));
                }
                let path = target.path.as_bstr();
                let (resolution, _) = repository
                    .resolve_path(&self.map.teams, path, false)
                    .map_err(|error| self.error(error))?;
                reviewed.push((printable_bytes(path), vec![state(&resolution)]));
            }
        }
        reviewed.sort_by(|a, b| a.0.cmp(&b.0));
        reviewed.dedup();
        Ok(reviewed)
    }
}

/// Whether a change touches a file. A change of the map touches the files that get other owners.
fn is_touched(file: &FileTransition) -> bool {
    let is_new = matches!(*file.before, OwnerState::Absent);
    let is_gone = matches!(*file.after, OwnerState::Absent);
    file.is_touched || !(is_new || is_gone || file.before.is_same(&file.after))
}

impl Reviewers {
    /// Returns the reviewers of `files`, with successors in place of retired teams. Teams are looked up in the first
    /// map that contains them.
    fn new(files: &[ReviewedFile], maps: Vec<&Map>, forge: Option<&str>) -> Self {
        let find = |id: &str| {
            let mut found = maps.iter().map(|map| (&map.teams, map.teams.by_id(id)));
            found.find_map(|(teams, id)| Some((teams, id?)))
        };
        let mut retired = BTreeMap::new();
        let mut successor = |id: &String| {
            let Some((teams, team)) = find(id) else {
                return id.clone();
            };
            if let Some(end) = &teams.get(team).retired {
                retired
                    .entry(id.clone())
                    .or_insert_with(|| retirement(end, teams));
            }
            teams.name(teams.successor(team)).to_owned()
        };
        let files: Vec<ReviewedFile> = files
            .iter()
            .map(|(path, sides)| {
                let sides = sides.iter().map(|side| side.map_teams(&mut successor));
                (path.clone(), sides.collect())
            })
            .collect();
        // The owners before and the owners after are both covered.
        let groups: Vec<&[String]> = files
            .iter()
            .flat_map(|(_, sides)| sides.iter().map(OwnerState::teams))
            .collect();
        let needed = smallest_cover(&groups);
        let teams: BTreeSet<&String> = groups.iter().copied().flatten().collect();
        let reviewer = |id: &String| {
            let has = |state: &OwnerState| state.teams().contains(id);
            let owned = files.iter().filter(|(_, sides)| sides.iter().any(has));
            let owned: Vec<&String> = owned.map(|(path, _)| path).collect();
            let team: Option<&Team> = find(id).map(|(teams, id)| teams.get(id));
            let handles = team.map_or(Vec::new(), |team| team.handles.clone());
            Reviewer {
                team: id.clone(),
                name: team.map_or(id.clone(), |team| team.display_name().to_owned()),
                handles: handles
                    .into_iter()
                    .filter(|(of, _)| forge.is_none_or(|forge| forge == of))
                    .collect(),
                files: owned.len(),
                example: owned[0].clone(),
                is_needed: needed.contains(&id.as_str()),
            }
        };
        let mut reviewers: Vec<Reviewer> = teams.into_iter().map(reviewer).collect();
        reviewers.sort_by_key(|it| (!it.is_needed, std::cmp::Reverse(it.files)));
        // A file that the change deletes has no owner if it had none before.
        let is_unowned = |sides: &[OwnerState]| {
            let mut existing = sides.iter().rev();
            existing.find(|it| **it != OwnerState::Absent) == Some(&OwnerState::Unowned)
        };
        Self {
            reviewers,
            files: files.len(),
            without: files
                .iter()
                .filter(|(_, sides)| is_unowned(sides))
                .map(|(path, _)| path.clone())
                .collect(),
            retired,
        }
    }

    /// Warns about retired teams, missing handles and paths without an owner.
    fn warn(&self, forge: Option<&str>, notices: &Notices) {
        for (team, end) in &self.retired {
            notices.warn(format!("team `{team}` is {end}"));
        }
        if let Some(forge) = forge {
            for reviewer in self.reviewers.iter().filter(|it| it.handles.is_empty()) {
                let team = &reviewer.team;
                notices.warn(format!(
                    "team `{team}` has no handle for {forge} in the map"
                ));
            }
        }
        if let Some(first) = self.without.first() {
            let shown = and_more([quoted(first)], self.without.len());
            notices.warn(format!("no owner for {shown}"));
        }
    }
}

impl Reviewer {
    /// Returns all its handles.
    pub fn all_handles(&self) -> impl Iterator<Item = &str> {
        let handles = self.handles.iter().flat_map(|(_, handles)| handles);
        handles.map(String::as_str)
    }
}
