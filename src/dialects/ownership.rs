use std::{collections::BTreeSet, sync::Arc};

use bstr::{BStr, BString, ByteSlice as _};
use rustc_hash::FxHashMap;

use super::{
    Dialect, Refusal, TeamNames, Tree, by_name,
    tree::{folder_of, join, upwards},
};
use crate::{
    claims::Claim,
    config::{Map, TeamId, Teams},
    inventory::{Content, Files, ReadError},
    pattern::{Language, Pattern, TooComplex},
    resolution::{RepositoryError, Resolution, ResolvedRepository, Verdict, owner_set},
    text::{Place, Source, and_more, file_name, first_few, joined, quoted},
};

/// The ownership to write: who owns the files of a repository by the map, and how to write it.
#[derive(Debug)]
pub struct Ownership<'r> {
    /// The map.
    pub map: &'r Map,
    /// The repository with all files resolved.
    pub repository: &'r ResolvedRepository,
    /// Whether to list files one by one where the dialect has no other way.
    pub per_file: bool,
    /// The command that regenerates the file.
    pub command: String,
    /// Whether the map lists the files, with the options to generate them.
    pub is_listed: bool,
    /// The path of the file in the repository, if it is not the default of the dialect.
    pub output: Option<BString>,
    /// The files, sorted by path.
    pub(super) files: Vec<OwnedFile<'r>>,
    /// For dialects with a file per folder: the ownership files that ownlint wrote.
    pub(super) own_files: Vec<&'r BStr>,
    /// For dialects with a file per folder: the ownership files that ownlint did not write, and what they use.
    pub(super) existing: Vec<Arc<Source>>,
    /// All distinct sets of owners, sorted.
    pub(super) owner_sets: Vec<OwnerSet>,
    /// By [`OwnedFile::place`]: the winning line in the map.
    places: Vec<Option<Place>>,
    /// The resolution of the dialect's own file, if it does not exist yet.
    missing: Option<Resolution>,
}

/// How many people a note names.
const NAMED: usize = 3;

/// A set of owners; empty if there is no owner.
pub type OwnerSet = Arc<[TeamId]>;

/// The position of a set of owners in [`Ownership::owner_sets`].
pub type OwnersId = u32;

/// A file with its owners.
#[derive(Debug, Clone, Copy)]
pub struct OwnedFile<'r> {
    /// Its path.
    pub path: &'r BStr,
    /// Its owners; empty if it is exempt or unowned, or if claims conflict.
    pub owners: OwnersId,
    place: u32,
}

/// The files written for a dialect.
#[derive(Debug, Clone, Default)]
pub struct Written {
    /// Path and content.
    pub files: Vec<(bstr::BString, String)>,
    /// By [`OwnersId`]: the handles that the dialect has to return; empty for dialects without owners of
    /// paths.
    pub expected: Vec<BTreeSet<String>>,
    /// The names of teams that the dialect has to return.
    pub names: TeamNames,
    /// Notes for the user about what the files contain only partially, or not at all.
    pub notes: Vec<String>,
    /// Paths of new files that may get other owners than in the map. Those of existing files are ignored.
    pub samples: Vec<BString>,
    /// Whether all other new files get the owners that the map assigns.
    pub is_complete: bool,
}

/// Returns the ownership files that ownlint did not write, and the files that they may use: a file may import
/// others, whose names contain that of the dialect's.
fn existing(dialect: &Dialect, files: &Files, content: &Content) -> Vec<Arc<Source>> {
    // The program that reads files for no forge can have options, and read several of them.
    if !dialect.is_per_folder && dialect.forge.is_some() {
        return Vec::new();
    }
    let traces = dialect.signature.as_ref().map_or(&[][..], |it| it.traces);
    let is_read = |path: &BStr| {
        file_name(path).contains_str(dialect.file_name()) || traces.iter().any(|it| path == it)
    };
    let paths = files.iter().map(|file| file.path);
    let paths = paths.filter(|path| is_read(path) && !dialect.has_written(content, path));
    let tree = Tree::listed(content.clone(), files);
    let read = |path: &BStr| match content.keep(path) {
        Ok(file) => Some(Arc::clone(&file.source)),
        // Only files such as `OWNERS_ALIASES` can be links.
        Err(ReadError::Symlink) if traces.iter().any(|it| path == it) => {
            let target = tree.read_through_links(path, &mut Vec::new())?;
            let bytes = target.bytes().to_vec();
            let (source, _) = Source::new(target.origin.clone(), path.to_owned(), bytes);
            Some(Arc::new(source))
        }
        Err(_) => None,
    };
    paths.filter_map(read).collect()
}

impl<'r> Ownership<'r> {
    /// Collects the ownership of a repository for a dialect.
    ///
    /// The result must not depend on whether the file was generated before. So if a dialect has one file, it
    /// always counts, even if it does not exist; files that any folder can have never count.
    ///
    /// # Errors
    /// If claims on the dialect's own file cannot be compared.
    pub fn new(
        dialect: &Dialect,
        map: &'r Map,
        repository: &'r ResolvedRepository,
        per_file: bool,
        command: String,
    ) -> Result<Self, RepositoryError> {
        let groups = repository.resolved.groups();
        let listing = &repository.listing.files;
        let is_missing = |path: &&BStr| !dialect.is_per_folder && listing.find(path).is_none();
        let missing = dialect.own_file().filter(is_missing);
        let is_own = |path: &BStr| dialect.is_per_folder && dialect.is_one(path);
        let resolved = missing
            .map(|path| repository.resolve_path(&map.teams, path, false))
            .transpose()?
            .map(|(resolution, _)| resolution);
        let resolutions = groups.iter().map(|group| &group.resolution);
        let resolutions: Vec<&Resolution> = resolutions.chain(&resolved).collect();
        let sets: Vec<OwnerSet> = resolutions
            .iter()
            .map(|resolution| owner_set(&resolution.owners).into())
            .collect();
        let mut owner_sets = sets.clone();
        owner_sets.sort_unstable();
        owner_sets.dedup();
        let ids: FxHashMap<&OwnerSet, OwnersId> = owner_sets.iter().zip(0..).collect();
        let file = |path, place: u32| OwnedFile {
            path,
            owners: ids[&sets[place as usize]],
            place,
        };
        let mut files = Vec::with_capacity(listing.len() + 1);
        // No line can be right for the file itself if the claims on it conflict.
        let is_decided = |path: &BStr, resolution: &Resolution| {
            resolution.verdict != Verdict::Conflicting || dialect.own_file() != Some(path)
        };
        for (listed, at) in listing.iter().zip(0..) {
            let group = repository.resolved.group_id_of(at);
            if !is_own(listed.path) && is_decided(listed.path, resolutions[group as usize]) {
                files.push(file(listed.path, group));
            }
        }
        if let Some(path) = missing.filter(|path| resolved.iter().all(|of| is_decided(path, of)))
            && let Err(at) = files.binary_search_by_key(&path, |file| file.path)
        {
            let last = u32::try_from(groups.len()).unwrap_or(u32::MAX);
            files.insert(at, file(path, last));
        }
        let content = repository.content();
        let own_files = listing.iter().map(|file| file.path);
        let own_files =
            own_files.filter(|path| is_own(path) && dialect.has_written(&content, path));
        let place = |resolution: &&Resolution| {
            let claim = resolution.winning.first()?;
            Some(repository.claims.get(*claim).place.clone())
        };
        Ok(Self {
            map,
            repository,
            per_file,
            command,
            is_listed: false,
            output: None,
            own_files: own_files.collect(),
            existing: existing(dialect, listing, &content),
            files,
            places: resolutions.iter().map(place).collect(),
            owner_sets,
            missing: resolved,
        })
    }

    /// Excludes the files of a folder (path without a final `/`), which keeps its own ownership files.
    /// Returns the number of excluded files.
    pub fn exclude_folder(&mut self, folder: &BStr) -> usize {
        let before = self.files.len();
        let is_inside = |path: &BStr| {
            let rest = path.strip_prefix(folder.as_bytes());
            rest.is_some_and(|rest| rest.starts_with(b"/"))
        };
        self.files.retain(|file| !is_inside(file.path));
        self.own_files.retain(|path| !is_inside(path));
        self.existing.retain(|file| !is_inside(file.path.as_bstr()));
        before - self.files.len()
    }

    /// Adds the ownership files of an output directory, which git may not track.
    pub fn add_existing(&mut self, dialect: &Dialect, files: &Files, content: &Content) {
        self.existing.extend(existing(dialect, files, content));
    }

    /// Returns the teams in the map.
    pub fn teams(&self) -> &'r Teams {
        &self.map.teams
    }

    /// Returns the distinct resolutions of the files; that of the dialect's own file can occur twice.
    pub fn resolutions(&self) -> impl Iterator<Item = &Resolution> {
        let groups = self.repository.resolved.groups().iter();
        groups.map(|group| &group.resolution).chain(&self.missing)
    }

    /// Returns the paths of all files, including the ownership files that ownlint wrote.
    pub(super) fn paths(&self) -> impl Iterator<Item = &'r BStr> {
        let files = self.files.iter().map(|file| file.path);
        files.chain(self.own_files.iter().copied())
    }

    /// Returns the owners of a file.
    pub fn owners(&self, file: &OwnedFile<'_>) -> &OwnerSet {
        &self.owner_sets[file.owners as usize]
    }

    /// Returns the file in the repository that is the only path of a pattern, as long as it stays a file.
    pub(super) fn existing_file(&self, pattern: &Pattern) -> Option<&'r BStr> {
        let listing = &self.repository.listing.files;
        let at = listing.find(pattern.literal_path()?.as_bstr())?;
        Some(listing.get(at).path)
    }

    /// Returns what prevents the creation of a file at `path`: a file in the place of a folder, or the path itself, if
    /// it exists.
    pub(super) fn obstacle<'p>(&self, path: &'p BStr) -> Option<&'p BStr> {
        let listing = &self.repository.listing.files;
        let mut above = upwards(folder_of(path)).filter(|folder| !folder.is_empty());
        let file = above.find(|folder| listing.find(folder).is_some());
        file.or_else(|| listing.holds(path).then_some(path))
    }

    /// Returns the path of a new file that is in all of `all` and in none of `none`; `None` if only a few paths of
    /// existing files are.
    ///
    /// # Errors
    /// [`TooComplex`] if that cannot be decided within the limit.
    pub(super) fn new_path(
        &self,
        all: &[&Language<'_>],
        none: &[&Language<'_>],
    ) -> Result<Option<BString>, TooComplex> {
        const TRIES: usize = 8;
        let mut obstacles: Vec<Pattern> = Vec::new();
        for _ in 0..TRIES {
            let obstacles_here = obstacles.iter().map(|pattern| Language::of([pattern]));
            let obstacles_here: Vec<Language<'_>> = obstacles_here.collect();
            let none = none.iter().copied().chain(&obstacles_here);
            let none: Vec<&Language<'_>> = none.collect();
            let Some(path) = Language::path(all, &none)? else {
                return Ok(None);
            };
            let Some(obstacle) = self.obstacle(path.as_bstr()) else {
                return Ok(Some(path));
            };
            let inside = join(obstacle, b"new");
            if self.obstacle(inside.as_bstr()).is_none()
                && all.iter().all(|language| language.matches(&inside))
                && !none.iter().any(|language| language.matches(&inside))
            {
                return Ok(Some(inside));
            }
            obstacles.push(Pattern::literal(obstacle));
        }
        Ok(None)
    }

    /// Returns the winning line in the map for a file.
    pub fn place(&self, file: &OwnedFile<'_>) -> Option<&Place> {
        self.places[file.place as usize].as_ref()
    }

    /// Returns the refusal for a dialect whose existing files decide who owns paths by the map, or that would replace such
    /// files of another dialect.
    pub(super) fn trusted(&self, dialect: &Dialect) -> Option<Refusal> {
        let replaces = |of: &Dialect, claim: &Claim| match dialect.is_per_folder {
            true => of.shares_files_with(dialect),
            false => of.name == dialect.name || self.writes_to(dialect, claim.place.path()),
        };
        let mut claims = self.repository.claims.iter().map(|(_, claim)| claim);
        let (claim, trusted) = claims.find_map(|claim| {
            let of = by_name(claim.filed.as_ref()?.dialect)?;
            replaces(of, claim).then_some((claim, of.name))
        })?;
        Some(Refusal {
            place: Some(claim.place.clone()),
            message: format!(
                "the map trusts the {trusted} ownership files in this repository, which would be replaced"
            ),
            help: Some(format!(
                "set `{trusted}` to `ignore` or `compare` under `ownership_files` in the map"
            )),
        })
    }

    /// Returns whether the only file of a dialect is written to `path`.
    fn writes_to(&self, dialect: &Dialect, path: &BStr) -> bool {
        let output = self.output.as_ref().map(|path| path.as_bstr());
        output.or(dialect.own_file()) == Some(path)
    }

    /// Returns a refusal for each set of owners that contains only people who are in no team: dialects name teams.
    pub(super) fn of_people(&self) -> Vec<Refusal> {
        let files = &self.repository.listing.files;
        let mut seen = BTreeSet::new();
        let mut refusals = Vec::new();
        for (file, at) in files.iter().zip(0..) {
            let resolution = &self.repository.resolved.group_of(at).resolution;
            let is_of_people = resolution.owners.is_empty() && !resolution.people.is_empty();
            if is_of_people && seen.insert(&resolution.people) {
                let people = resolution.people.iter().map(|person| quoted(&**person));
                let people: Vec<String> = people.collect();
                let id = self.repository.resolved.group_id_of(at);
                refusals.push(Refusal {
                    place: self.places[id as usize].clone(),
                    message: format!(
                        "{} is owned by people who are in no team in the map: {}",
                        quoted(file.path),
                        people.join(", ")
                    ),
                    help: Some(format!(
                        "list them under `handles` of a team, or {} to list these files in the output \
                         without an owner",
                        self.use_fallback()
                    )),
                });
            }
        }
        refusals
    }

    /// Returns a note about the owners of files who are in no team, if there are any: the output does not name them.
    pub fn unnamed_people(&self) -> Option<String> {
        let groups = self.repository.resolved.groups();
        let mut people: Vec<&str> = Vec::new();
        let mut files = self.files.iter().filter_map(|file| {
            // The file of the dialect itself may not be in any group.
            let resolution = groups.get(file.place as usize).map(|it| &it.resolution);
            let resolution = resolution.or(self.missing.as_ref())?;
            let of_file = resolution.people.iter().map(|person| &**person);
            people.extend(of_file);
            (!resolution.people.is_empty()).then_some(file.path)
        });
        let first = files.next()?;
        let others = files.count();
        let known: BTreeSet<&str> = people.into_iter().collect();
        let shown = first_few(known.iter().map(quoted), NAMED, |more| {
            format!("{more} more")
        });
        Some(format!(
            "the output does not name people who are in no team in the map: {} (owners of {})",
            joined(shown, ", "),
            and_more([quoted(first)], others + 1)
        ))
    }

    /// Returns one refusal for each set of conflicting claims.
    pub fn conflicts(&self) -> Vec<Refusal> {
        let files = &self.repository.listing.files;
        let mut seen = BTreeSet::new();
        let mut refusals = Vec::new();
        for (file, at) in files.iter().zip(0..) {
            let group = self.repository.resolved.group_of(at);
            let mut is_new = || seen.insert(group.resolution.winning.clone());
            if group.resolution.verdict == Verdict::Conflicting && is_new() {
                let id = self.repository.resolved.group_id_of(at);
                refusals.push(Refusal {
                    place: self.places[id as usize].clone(),
                    message: format!(
                        "{} has equally strong claims for several owners",
                        quoted(file.path)
                    ),
                    help: Some(format!(
                        "resolve the conflict in the map, or {} to list these files in the output \
                         without an owner",
                        self.use_fallback()
                    )),
                });
            }
        }
        refusals
    }

    /// Returns how to list single files, as part of a sentence.
    pub(super) fn use_fallback(&self) -> &'static str {
        match self.is_listed {
            true => "set `per_file_fallback: true` in the entry under `generate`",
            false => "use `--per-file-fallback`",
        }
    }

    /// Returns the names of a team under a key of `handles`.
    pub(super) fn handles(&self, id: TeamId, forge: &str) -> Result<Vec<String>, Refusal> {
        let mut handles = self.teams().get(id).handles.iter();
        match handles.find(|(key, _)| key == forge) {
            Some((_, names)) if !names.is_empty() => Ok(names.clone()),
            _ => {
                let what = format!("handle {}", quoted(forge));
                Err(self.unnamed(id, &what, &format!("handles: {{{forge}: …}}")))
            }
        }
    }

    /// Like [`handles`](Self::handles), for a dialect that accepts only handles for which `is_owner` returns true.
    /// `wrong` and `instead` complete the message and the help for other handles.
    pub(super) fn owner_handles(
        &self,
        team: TeamId,
        dialect: &Dialect,
        is_owner: fn(&str) -> bool,
        wrong: &str,
        instead: &str,
    ) -> Result<Vec<String>, Refusal> {
        let handles = self.handles(team, dialect.handle_key())?;
        match handles.iter().find(|handle| !is_owner(handle)) {
            None => Ok(handles),
            Some(handle) => Err(Refusal {
                place: Some(self.teams().get(team).id.place.clone()),
                message: format!("{} is {wrong}", quoted(handle)),
                help: Some(format!("use {instead}")),
            }),
        }
    }

    /// Returns the refusal for a team without the name or address that the dialect needs. A retired team
    /// needs none: another team should own its files.
    pub(super) fn unnamed(&self, id: TeamId, what: &str, key: &str) -> Refusal {
        let teams = self.teams();
        let team = teams.get(id);
        let shown = quoted(&team.id.value);
        let (is_retired, help) = match &team.retired {
            None => ("", format!("add `{key}` to the team")),
            Some(_) => {
                let successor = Some(teams.successor(id));
                let successor = successor.filter(|id| teams.get(*id).retired.is_none());
                let owner = successor.map_or("the team that now owns its files".to_owned(), |id| {
                    format!("its successor {}", quoted(teams.name(id)))
                });
                (
                    " is retired and",
                    format!("replace the owner {shown} with {owner}"),
                )
            }
        };
        Refusal {
            place: Some(team.id.place.clone()),
            message: format!("team {shown}{is_retired} has no {what}"),
            help: Some(help),
        }
    }

    /// Returns the names of each set of owners that a file has.
    ///
    /// # Errors
    /// One refusal for each team without a name.
    pub(super) fn expected(
        &self,
        names_of: &TeamNames,
    ) -> Result<Vec<BTreeSet<String>>, Vec<Refusal>> {
        let mut refusals: Vec<Refusal> = Vec::new();
        let mut expected = vec![BTreeSet::new(); self.owner_sets.len()];
        let mut is_used = vec![false; self.owner_sets.len()];
        for file in &self.files {
            is_used[file.owners as usize] = true;
        }
        let used = is_used.into_iter().zip(&self.owner_sets).zip(&mut expected);
        for ((_, owners), names) in used.filter(|((is_used, _), _)| *is_used) {
            for team in owners.iter() {
                match names_of.of(*team) {
                    Ok(more) => names.extend(more.iter().cloned()),
                    Err(refusal) if !refusals.contains(&refusal) => refusals.push(refusal),
                    Err(_) => {}
                }
            }
        }
        match refusals.is_empty() {
            true => Ok(expected),
            false => Err(refusals),
        }
    }
}
