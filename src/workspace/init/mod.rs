//! `init`: drafts a first map from existing ownership files, declarations and catalogs.

mod ownership_file;
mod repositories;
#[cfg(test)]
mod tests;
mod trusted_files;
mod update;

pub use update::MapUpdate;

use std::{
    cmp::Reverse,
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use bstr::ByteSlice as _;
use jiff::civil::Date;

use self::{
    ownership_file::Import,
    repositories::{Drafted, listed},
};
use super::{
    Error, Notice, Options, Places, Workspace, map_file, notices::Notices,
    recent_history::recent_history, relative,
};
use crate::{
    claims::FileStatements,
    config::{Map, MapErrors},
    dialects,
    draft::{
        self, Draft, DraftPeople, DraftRepository, Dropped, ExpectedOwners, ProposedKey, Statement,
    },
    evidence::EvidenceSearch,
    git::work_tree,
    inventory::{Kinds, OwnerCatalog},
    pattern::escape,
    resolution::{ResolvedRepository, Verdict},
    text::{count, joined, quoted, quoted_path},
};

/// Drafts the first map of one or several repositories.
#[derive(Debug)]
pub struct MapDrafter {
    repositories: Vec<Drafted>,
    /// The directory of the map.
    directory: PathBuf,
    /// The current directory of the user.
    here: PathBuf,
    today: Date,
    /// The name of the map in its directory.
    map_name: String,
    /// Whether to use the git history as evidence.
    uses_history: bool,
    notices: Notices,
}

impl MapDrafter {
    /// Opens the repositories in some directories, for the map at the absolute path `map`. Without directories, opens
    /// the repository that contains the directory of the options, and the map will be in its root. `uses_history` selects
    /// whether the git history is evidence for suggested rules.
    ///
    /// # Errors
    /// If the current directory cannot be determined, or if one of the directories does not exist.
    pub fn open(
        options: &Options,
        directories: &[PathBuf],
        map: &Path,
        uses_history: bool,
    ) -> Result<Self, Error> {
        let here = options.real_here()?;
        let around = map.parent().unwrap_or(&here);
        let around = around.canonicalize().unwrap_or_else(|_| around.to_owned());
        let (directory, repositories) = match directories {
            [] => {
                let root = work_tree(&here).unwrap_or_else(|| here.clone());
                let only = Drafted {
                    root: root.clone(),
                    listed: None,
                };
                (root, vec![only])
            }
            several => {
                let listed = listed(several, &here, &around)?;
                (around, listed)
            }
        };
        let map_name = map.file_name().unwrap_or_default();
        Ok(Self {
            repositories,
            directory,
            here,
            today: options.today(),
            map_name: map_name.to_string_lossy().into_owned(),
            uses_history,
            notices: Notices::default(),
        })
    }

    /// Returns the directory that the map must be in.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Returns the notices since the last call.
    pub fn take_notices(&self) -> Vec<Notice> {
        self.notices.take()
    }

    /// Returns the text of a first map, from declarations, catalogs and ownership files: those of the dialect `from`, or
    /// else of the detected one. If it `replaces` the ownership files, it has rules instead of trusting them.
    ///
    /// # Errors
    /// If no repository has an ownership file of `from`, or no draft gives all files the same owners.
    pub fn draft(&self, from: Option<&str>, replaces: bool) -> Result<String, Error> {
        let repositories = self.repositories.iter().map(|of| DraftRepository {
            listed: of.listed.clone(),
            ..DraftRepository::default()
        });
        let mut draft = Draft {
            repositories: repositories.collect(),
            ..Draft::default()
        };
        let before = self.resolve(&draft::write(&draft))?;
        let repositories = before.repositories()?;
        let imports = self.imports(&before, repositories, from)?;
        let trusted = |(import, repository): (&Option<Import<'_>>, &ResolvedRepository)| {
            let import = import.as_ref().filter(|_| !replaces)?;
            self.trusted(import, repository, &before.map.settings)
        };
        let trusted = imports.iter().zip(repositories).map(trusted);
        let trusted: Vec<Option<FileStatements>> = trusted.collect();
        let sources = imports.iter().zip(&trusted);
        let sources: Vec<Source<'_>> = sources
            .map(|(import, trusted)| match (import, trusted) {
                (Some(import), Some(statements)) => Source::Trusted(import, statements),
                (Some(import), None) if replaces => Source::Replaced(import, import.expected()),
                _ => Source::None,
            })
            .collect();
        let statements: Vec<Vec<Statement>> = repositories.iter().map(draft::statements).collect();
        let people = self.add_owners(&mut draft, repositories, &sources, &statements);
        draft.people = people.list;
        for (at, source) in sources.iter().enumerate() {
            if let Source::Replaced(import, expected) = source {
                self.draft_from_ownership_file(&mut draft, at, import, expected)?;
            }
        }
        self.finish(draft, &statements, &sources, &people.dropped)
    }

    /// Reads the ownership files of all repositories.
    fn imports<'r>(
        &self,
        before: &'r Workspace,
        repositories: &'r [ResolvedRepository],
        from: Option<&str>,
    ) -> Result<Vec<Option<Import<'r>>>, Error> {
        let places = Places::new(&before.map, repositories, &self.here);
        let mut imports = Vec::new();
        for repository in repositories {
            self.notices.warn_of_unreadable(repository, &places);
            for problem in draft::unread(repository) {
                self.notices
                    .warn_at(places.position(&problem.place), &problem.message);
            }
            imports.push(self.import(repository, from, &before.map.settings, &places)?);
        }
        if let Some(dialect) = from.and_then(dialects::by_name)
            && imports.iter().all(Option::is_none)
        {
            let names = joined(dialect.locations.iter().map(quoted), ", ");
            let roots = self.repositories.iter().map(|of| quoted_path(&of.root));
            let roots = joined(roots, ", ");
            return Err(Error::new(format!("no {names} in {roots}")));
        }
        Ok(imports)
    }

    /// Adds all teams, and returns the people.
    fn add_owners(
        &self,
        draft: &mut Draft,
        repositories: &[ResolvedRepository],
        sources: &[Source<'_>],
        statements: &[Vec<Statement>],
    ) -> DraftPeople {
        let (teams, mut people) = (&mut draft.teams, DraftPeople::default());
        for repository in repositories {
            teams.add_groups(&repository.owner_catalog);
        }
        for repository in repositories {
            people.add_users(&repository.owner_catalog, teams);
        }
        for (source, of) in sources.iter().zip(&mut draft.repositories) {
            match source {
                Source::Trusted(import, statements) => {
                    trusted_files::add(import, statements, teams, &mut people, of);
                }
                Source::Replaced(import, expected) => {
                    teams.add_owners(import.dialect, expected.all());
                }
                Source::None => {}
            }
        }
        let catalogs: Vec<&OwnerCatalog> =
            repositories.iter().map(|it| &it.owner_catalog).collect();
        for (at, (repository, statements)) in repositories.iter().zip(statements).enumerate() {
            let detectors = draft::add_declared_teams(repository, &catalogs, teams);
            if let Source::Trusted(import, _) = &sources[at] {
                trusted_files::add_unused_groups(import, teams, &mut draft.repositories[at]);
            }
            let of = &mut draft.repositories[at];
            if let Source::Trusted(import, _) | Source::Replaced(import, _) = &sources[at] {
                of.sources.push(import.source());
                of.reason = format!("no owner in {}", import.dialect.summary);
            }
            of.compares = match &sources[at] {
                // Declarations that are added later must not override the files either.
                Source::Trusted(..) => true,
                Source::Replaced(..) => draft::has_declarations(repository),
                Source::None => false,
            };
            if !detectors.is_empty() {
                let detectors = joined(detectors, ", ");
                of.sources
                    .push(format!("component declarations: {detectors}"));
            }
            if repository.owner_catalog.iter().next().is_some() {
                of.sources
                    .push("groups and users: Backstage catalog".to_owned());
            }
            statements.iter().for_each(|it| teams.add_prose(&it.team));
            draft::add_directories(repository, teams);
        }
        people
    }

    /// Adds the paths without an owner and what the draft does not contain, and returns the text of the map.
    fn finish(
        &self,
        mut draft: Draft,
        statements: &[Vec<Statement>],
        sources: &[Source<'_>],
        dropped_users: &[Dropped],
    ) -> Result<String, Error> {
        let workspace = self.resolve(&draft::write(&draft))?;
        let map = &workspace.map;
        for source in sources {
            if let Source::Trusted(import, statements) = source {
                self.note_trusted(import, statements, map);
            }
        }
        // Components of every kind can have keys that name owners.
        let repositories = &workspace.resolve(Kinds::All, |_| true)?;
        let places = Places::new(map, repositories, &self.directory);
        let catalogs: Vec<&OwnerCatalog> =
            repositories.iter().map(|it| &it.owner_catalog).collect();
        let mut dropped = Vec::new();
        let mut keys: BTreeMap<String, ProposedKey> = BTreeMap::new();
        for (at, resolved) in repositories.iter().enumerate() {
            let groups = resolved.resolved.groups().iter();
            let owned = groups.filter(|group| group.resolution.verdict == Verdict::Owned);
            let owned: u64 = owned.map(|group| group.files).sum();
            let history = match self.uses_history {
                true => recent_history(&resolved.root, &self.notices),
                false => None,
            };
            let search = EvidenceSearch::new(resolved, &map.teams, history.as_deref());
            let stated = statements[at].iter();
            let stated = stated.filter_map(|it| Some((it, map.teams.resolve(&it.team)?)));
            let suggestions = draft::suggestions(resolved, &search, &Vec::from_iter(stated));
            let of = &mut draft.repositories[at];
            of.owned = (owned, resolved.listing.files.len());
            if of.ownership_files.is_empty() {
                of.unowned = draft::unowned(&search);
            }
            of.suggestions = suggestions
                .into_iter()
                .map(|it| {
                    let owners = map.teams.names(&it.owners).into_iter();
                    let owners = owners.map(str::to_owned).collect();
                    (it, owners)
                })
                .collect();
            of.map = self.map_rule(map, resolved)?;
            for key in draft::proposed_keys(resolved) {
                let known = keys.entry(key.key.clone());
                known
                    .and_modify(|known| known.files += key.files)
                    .or_insert(key);
            }
            dropped.extend(draft::dropped(resolved, &catalogs, &map.teams));
        }
        let dropped = dropped.iter().chain(dropped_users);
        draft.dropped = dropped.map(|it| describe(it, &places)).collect();
        draft.owner_keys = keys.into_values().collect();
        draft.owner_keys.sort_by_key(|key| Reverse(key.files));
        Ok(draft::write(&draft))
    }

    /// Returns the path of the map in a repository and the team that owns most of the files there. Returns `None` if the
    /// map is elsewhere or needs no rule, or if there is no team.
    fn map_rule(
        &self,
        map: &Map,
        resolved: &ResolvedRepository,
    ) -> Result<Option<(String, String)>, Error> {
        let path = self.directory.join(&self.map_name);
        let Ok(path) = path.strip_prefix(&resolved.root) else {
            return Ok(None);
        };
        let path = path.as_os_str().as_encoded_bytes().as_bstr();
        let resolution = resolved
            .resolution_of(&map.teams, path, false)
            .map_err(|error| Error::of_repository(error, &resolved.root))?;
        if resolution.verdict != Verdict::Unowned {
            return Ok(None);
        }
        let mut files: BTreeMap<&str, u64> = BTreeMap::new();
        for (_, team) in map.teams.iter() {
            files.insert(&team.id.value, 0);
        }
        for group in resolved.resolved.groups() {
            if let Some(owner) = group.resolution.owners.first() {
                *files.entry(map.teams.name(*owner)).or_default() += group.files;
            }
        }
        let most = files
            .into_iter()
            .max_by_key(|(team, files)| (*files, Reverse(*team)));
        Ok(most.map(|(team, _)| (escape(path), team.to_owned())))
    }

    /// Opens all repositories with a map of this text.
    fn resolve(&self, text: &str) -> Result<Workspace, Error> {
        let roots = self.repositories.iter().map(|of| of.root.clone());
        self.resolve_in(text, roots.collect(), &self.directory)
    }

    /// Opens the repositories at some roots with a map of this text in `directory`.
    fn resolve_in(
        &self,
        text: &str,
        roots: Vec<PathBuf>,
        directory: &Path,
    ) -> Result<Workspace, Error> {
        let map = map_file::load_text(text, directory)
            .map_err(|MapErrors(errors)| Error::of_map(errors, directory))?;
        Ok(Workspace::of_map(
            map.into(),
            roots,
            self.here.clone(),
            self.today,
        ))
    }
}

/// How a draft uses the ownership files of a repository.
enum Source<'i> {
    /// The map trusts them.
    Trusted(&'i Import<'i>, &'i FileStatements),
    /// Rules give the same owners.
    Replaced(&'i Import<'i>, ExpectedOwners<'i>),
    /// It does not use any.
    None,
}

/// Returns the line for what the draft does not contain.
fn describe(dropped: &Dropped, places: &Places) -> String {
    let position = places.position(&dropped.first);
    match &dropped.name {
        None => format!("{position}: {}", dropped.reason),
        Some(name) => {
            let more = match dropped.places {
                1 => String::new(),
                several => format!(" and {}", count(several - 1, "more place")),
            };
            format!("{name} ({position}{more}): {}", dropped.reason)
        }
    }
}
