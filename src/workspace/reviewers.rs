//! `reviewers`: the teams that own the changed files, before or after the change.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use bstr::{BStr, ByteSlice as _};
use rustc_hash::FxHashSet;

use super::{
    Base, ComparedWorkspaces, Error, Workspace,
    notices::Notices,
    target::{Existence, Target},
};
use crate::{
    claims::Approvers,
    config::{Map, Team, Teams},
    inventory::Kinds,
    resolution::{Resolution, ResolvedRepository},
    routing::retirement,
    text::{MAX_SUGGESTIONS, and_more, join, printable_bytes, quoted},
    transfer::{
        FileTransition, OwnerState, Side, approval_changes, file_transitions, smallest_cover,
    },
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
    /// The owners in ownership files that are not teams in the map.
    pub people: Vec<ReviewingPerson>,
    /// Others whose approval is enough by ownership files, as ids of teams and names of people.
    pub may_also_approve: [Vec<String>; 2],
    /// How many files there are to review.
    pub files: usize,
    /// Paths without an owner.
    pub without: Vec<String>,
    /// Retired owners, and their successors in words.
    retired: BTreeMap<String, String>,
}

/// A person who owns some of the files to review, and is in no team in the map.
#[derive(Debug)]
pub struct ReviewingPerson {
    /// The name in the ownership file.
    pub name: String,
    /// How many of the files they own.
    pub files: usize,
    /// The first of these files.
    pub example: String,
}

/// A file to review.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct ReviewedFile {
    path: String,
    /// Its owners before and after.
    sides: Vec<OwnerState>,
    /// Others whose approval is enough, as ids of teams and names of people.
    others: [Vec<String>; 2],
    /// Why teams own it.
    reasons: Vec<Reason>,
}

/// Why a team owns a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Reason {
    /// The id of the team.
    team: String,
    /// The name in a trusted ownership file that says so, or a member of a group with this name, with its key under
    /// `handles`; `None` if something else does.
    name: Option<(&'static str, String)>,
}

impl Reason {
    /// Returns the reasons in a resolution.
    fn all(repository: &ResolvedRepository, teams: &Teams, resolution: &Resolution) -> Vec<Self> {
        let stated = repository.stated(teams, resolution).into_iter();
        let reasons = stated.flat_map(|(team, name)| {
            let names: Vec<_> = match name {
                None => vec![None],
                // People review changes, and the map may list former members.
                Some((key, stated)) if !stated.members.is_empty() => {
                    let members = stated.members.iter();
                    members.map(|member| Some((key, member.clone()))).collect()
                }
                Some((key, stated)) => vec![Some((key, stated.name.to_owned()))],
            };
            let team = teams.name(team);
            names.into_iter().map(move |name| Self {
                team: team.to_owned(),
                name,
            })
        });
        reasons.collect()
    }

    /// Replaces a team. The files do not name another team.
    fn map_team(&self, mut to: impl FnMut(&String) -> String) -> Self {
        let team = to(&self.team);
        let name = self.name.clone().filter(|_| team == self.team);
        Self { team, name }
    }
}

impl ReviewedFile {
    /// Returns a file that does not change.
    fn new(
        repository: &ResolvedRepository,
        teams: &Teams,
        path: &BStr,
        resolution: &Resolution,
    ) -> Self {
        Self {
            path: printable_bytes(path),
            sides: vec![OwnerState::new(repository, teams, resolution)],
            others: names(&repository.may_also_approve(teams, resolution), teams),
            reasons: Reason::all(repository, teams, resolution),
        }
    }
}

impl ComparedWorkspaces {
    /// Returns the teams that own the changed files, before or after the change, with their handles on `forge`, or
    /// all handles without it.
    ///
    /// # Errors
    /// If git cannot compare the commits of a submodule.
    pub fn reviewers(&self, forge: Option<&str>) -> Result<Reviewers, Error> {
        let before = match &self.base {
            Base::Resolved(base) => Some(base.side()?),
            Base::WithoutMap(_) | Base::Missing(_) => None,
        };
        let after = self.head.side()?;
        self.head.note_standalone("showing the owners in");
        let changes = self.all_changes()?;
        let transitions = file_transitions(before, after, &self.git.top, &changes);
        let touched = transitions
            .iter()
            .filter(|transition| is_touched(transition));
        let mut files: Vec<ReviewedFile> = touched
            .map(|file| ReviewedFile {
                path: printable_bytes(&file.path),
                sides: vec![(*file.before).clone(), (*file.after).clone()],
                others: others(after, file),
                reasons: reasons(before, after, file),
            })
            .collect();
        if let Some(before) = before {
            files.extend(of_changed_groups(before, after, &transitions));
        }
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
        self.note_standalone("showing the owners in");
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
            let files = &repository.listing.files;
            let own = files.find(target.path.as_bstr());
            let inside = files.under(&join(target.path.as_bstr(), b""));
            let all: Vec<usize> = own.into_iter().chain(inside).collect();
            for at in &all {
                let resolution = &repository.resolved.group_of(*at).resolution;
                let path = files.get(*at).path;
                reviewed.push(ReviewedFile::new(
                    repository,
                    &self.map.teams,
                    path,
                    resolution,
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
                let teams = &self.map.teams;
                reviewed.push(ReviewedFile::new(repository, teams, path, &resolution));
            }
        }
        reviewed.sort_by(|a, b| a.path.cmp(&b.path));
        reviewed.dedup();
        Ok(reviewed)
    }
}

/// Returns the files whose owners are groups with other members than before, apart from those in `transitions`.
fn of_changed_groups(
    before: Side<'_>,
    after: Side<'_>,
    transitions: &[FileTransition],
) -> Vec<ReviewedFile> {
    let known: FxHashSet<(&str, &BStr)> = transitions
        .iter()
        .map(|file| (&*file.repository, file.path.as_bstr()))
        .collect();
    let changes = approval_changes(before, after, &mut Vec::new());
    let changes = changes.iter().filter(|change| change.is_of_owners());
    // Many groups can own the same files.
    let lists: BTreeMap<_, _> = changes
        .map(|change| ((&*change.repository, change.files.as_ptr()), &*change.files))
        .collect();
    let mut found = BTreeSet::new();
    for ((name, _), files) in lists {
        let mut repositories = after.repositories.iter();
        let Some(repository) = repositories.find(|it| *it.name == *name) else {
            continue;
        };
        let files = files.iter().map(|path| path.as_bstr());
        for path in files.filter(|path| !known.contains(&(name, *path))) {
            let resolution = repository.resolution_of_file(path);
            let teams = &after.map.teams;
            found.insert(ReviewedFile::new(repository, teams, path, &resolution));
        }
    }
    found.into_iter().collect()
}

/// Returns who may also approve a change of a file, after the change.
fn others(after: Side<'_>, file: &FileTransition) -> [Vec<String>; 2] {
    let teams = &after.map.teams;
    let found = resolved(after, &file.repository, file.path.as_bstr());
    let others = found.map(|(repository, it)| repository.may_also_approve(teams, it));
    names(&others.unwrap_or_default(), teams)
}

/// Returns why teams own a file before and after the change.
fn reasons(before: Option<Side<'_>>, after: Side<'_>, file: &FileTransition) -> Vec<Reason> {
    let was = file.was.as_ref().unwrap_or(&file.path);
    let sides = before.map(|before| (before, was)).into_iter();
    let sides = sides.chain([(after, &file.path)]);
    let reasons = sides.filter_map(|(side, path)| {
        let (repository, it) = resolved(side, &file.repository, path.as_bstr())?;
        Some(Reason::all(repository, &side.map.teams, it))
    });
    reasons.flatten().collect()
}

/// Returns the repository and the owners of a file on a side of a change, if it exists there.
fn resolved<'s>(
    side: Side<'s>,
    repository: &str,
    path: &BStr,
) -> Option<(&'s ResolvedRepository, &'s Resolution)> {
    let mut repositories = side.repositories.iter();
    let repository = repositories.find(|it| *it.name == *repository)?;
    let at = repository.listing.files.find(path)?;
    Some((repository, &repository.resolved.group_of(at).resolution))
}

/// Returns the handles of a team by forge: those of the selected forge, or else all. If all files belong to the team because of
/// names in ownership files of a forge, only these names count there.
fn handles(
    team: Option<&Team>,
    forge: Option<&str>,
    reasons: &[&Reason],
) -> Vec<(String, Vec<String>)> {
    let mut all = team.map_or(Vec::new(), |team| team.handles.clone());
    let names: Option<BTreeMap<&str, BTreeSet<&String>>> =
        reasons.iter().try_fold(BTreeMap::new(), |mut all, it| {
            let (key, name) = it.name.as_ref()?;
            let of: &mut BTreeSet<&String> = all.entry(*key).or_default();
            of.insert(name);
            Some(all)
        });
    let mut names = names.unwrap_or_default().into_iter();
    if let (Some((key, names)), None) = (names.next(), names.next()) {
        let names = names.into_iter().cloned().collect();
        match all.iter_mut().find(|(of, _)| of == key) {
            Some((_, handles)) => *handles = names,
            None => all.push((key.to_owned(), names)),
        }
    }
    all.retain(|(of, _)| forge.is_none_or(|forge| forge == of));
    all
}

/// Returns the ids of teams, and the names of people.
fn names(approvers: &Approvers, teams: &Teams) -> [Vec<String>; 2] {
    let ids = teams
        .names(&approvers.owners)
        .into_iter()
        .map(str::to_owned);
    let people = approvers.people.iter().map(ToString::to_string);
    [ids.collect(), people.collect()]
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
            .map(|file| ReviewedFile {
                sides: (file.sides.iter())
                    .map(|side| side.map_teams(&mut successor))
                    .collect(),
                reasons: (file.reasons.iter())
                    .map(|reason| reason.map_team(&mut successor))
                    .collect(),
                ..file.clone()
            })
            .collect();
        // The owners before and the owners after are both covered.
        let groups: Vec<&[String]> = files
            .iter()
            .flat_map(|file| file.sides.iter().map(OwnerState::teams))
            .collect();
        let needed = smallest_cover(&groups);
        let teams: BTreeSet<&String> = groups.iter().copied().flatten().collect();
        let reviewer = |id: &String| {
            let has = |state: &OwnerState| state.teams().contains(id);
            let owned = files.iter().filter(|file| file.sides.iter().any(has));
            let owned: Vec<&String> = owned.map(|file| &file.path).collect();
            let team: Option<&Team> = find(id).map(|(teams, id)| teams.get(id));
            let reasons = files.iter().flat_map(|file| &file.reasons);
            let reasons: Vec<&Reason> = reasons.filter(|reason| reason.team == *id).collect();
            Reviewer {
                team: id.clone(),
                name: team.map_or(id.clone(), |team| team.display_name().to_owned()),
                handles: handles(team, forge, &reasons),
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
        let mut people: BTreeMap<&str, (&str, usize)> = BTreeMap::new();
        for file in &files {
            let names: BTreeSet<&str> = file
                .sides
                .iter()
                .flat_map(OwnerState::people)
                .map(String::as_str)
                .collect();
            for name in names {
                people.entry(name).or_insert((&file.path, 0)).1 += 1;
            }
        }
        let person = |(name, (example, files)): (&str, (&str, usize))| ReviewingPerson {
            name: name.to_owned(),
            files,
            example: example.to_owned(),
        };
        let others = |of: usize| {
            let all = files.iter().flat_map(|file| &file.others[of]);
            Vec::from_iter(BTreeSet::from_iter(all.cloned()))
        };
        Self {
            reviewers,
            people: people.into_iter().map(person).collect(),
            may_also_approve: [others(0), others(1)],
            files: files.len(),
            without: files
                .iter()
                .filter(|file| is_unowned(&file.sides))
                .map(|file| file.path.clone())
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
