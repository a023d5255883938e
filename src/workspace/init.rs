//! `init`: drafts a first map from existing ownership files, declarations and catalogs.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use bstr::{BStr, ByteSlice as _};
use jiff::civil::Date;

use super::{
    Error, Notice, Options, Places, Workspace, map_file, notices::Notices,
    recent_history::recent_history, relative,
};
use crate::{
    claims::UnknownName,
    config::{Map, MapErrors, Teams},
    dialects::{self, Answers, Dialect, Tree},
    draft::{
        self, Draft, DraftPeople, DraftRepository, DraftTeams, Dropped, ProposedKey, Statement,
    },
    evidence::EvidenceSearch,
    git::work_tree,
    inventory::{OwnerCatalog, detectors},
    pattern::escape,
    resolution::{ResolvedRepository, Verdict},
    text::{count, joined, printable, quoted, quoted_path},
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

/// A repository to draft a map of.
#[derive(Debug)]
struct Drafted {
    root: PathBuf,
    /// The name and the path with which the map lists it; `None` for the directory of the map.
    listed: Option<(String, String)>,
}

/// The ownership files of a repository, with the owners of all files.
struct Import<'r> {
    dialect: &'static Dialect,
    tree: Tree<'r>,
    files: Vec<&'r BStr>,
    answers: Answers,
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
    /// else of the detected one.
    ///
    /// # Errors
    /// If no repository has an ownership file of `from`, or no draft gives all files the same owners.
    pub fn draft(&self, from: Option<&str>) -> Result<String, Error> {
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
        let places = Places::new(&before.map, repositories, &self.here);
        let mut imports = Vec::new();
        for repository in repositories {
            self.notices.warn_of_unreadable(repository, &places);
            for problem in draft::unread(repository) {
                self.notices
                    .warn_at(places.position(&problem.place), &problem.message);
            }
            imports.push(self.import(repository, from, &places)?);
        }
        if let Some(dialect) = from.and_then(dialects::by_name)
            && imports.iter().all(Option::is_none)
        {
            let names = joined(dialect.locations.iter().map(quoted), ", ");
            let roots = self.repositories.iter().map(|of| quoted_path(&of.root));
            let roots = joined(roots, ", ");
            return Err(Error::new(format!("no {names} in {roots}")));
        }
        let statements: Vec<Vec<Statement>> = repositories.iter().map(draft::statements).collect();
        let teams = &mut draft.teams;
        for repository in repositories {
            teams.add_groups(&repository.owner_catalog);
        }
        for import in imports.iter().flatten() {
            teams.add_owners(import.dialect, &import.answers);
        }
        let catalogs: Vec<&OwnerCatalog> =
            repositories.iter().map(|it| &it.owner_catalog).collect();
        for (at, (repository, statements)) in repositories.iter().zip(&statements).enumerate() {
            let detectors = add_declared_teams(repository, &catalogs, teams);
            let of = &mut draft.repositories[at];
            if let Some(import) = &imports[at] {
                of.sources.push(import.source());
                of.reason = format!("no owner in {}", import.dialect.summary);
                of.compares = has_declarations(repository);
            }
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
            add_directories(repository, teams);
        }
        let mut people = DraftPeople::default();
        for repository in repositories {
            people.add_users(&repository.owner_catalog, &draft.teams);
        }
        draft.people = people.list;
        let mut notes = Vec::new();
        for (at, import) in imports.iter().enumerate() {
            if let Some(import) = import {
                self.draft_from_ownership_file(&mut draft, at, import, &mut notes)?;
            }
        }
        let text = self.finish(draft, &statements, &people.dropped)?;
        for note in notes {
            self.notices.note(note);
        }
        Ok(text)
    }

    /// Reads the ownership files of a repository: those of the dialect `from`, or else of the detected one.
    fn import<'r>(
        &self,
        repository: &'r ResolvedRepository,
        from: Option<&str>,
        places: &Places,
    ) -> Result<Option<Import<'r>>, Error> {
        let tree = Tree::on_disk(repository.content());
        let dialect = match from {
            Some(name) => dialects::by_name(name),
            None => dialects::detect(&tree, &repository.listing.files),
        };
        let Some((dialect, answer)) = dialect.and_then(|it| Some((it, it.answer?))) else {
            return Ok(None);
        };
        let files = repository.listing.files.iter();
        let files: Vec<&BStr> = files.map(|file| file.path).collect();
        let answers = answer(&tree, &files);
        if answers.read.is_empty() && from.is_some() {
            Error::of_unread(&answers)?;
            // Another repository may have one.
            return Ok(None);
        }
        self.notices.warn_of(&answers.problems, places);
        let is_read = !answers.read.is_empty();
        Ok(is_read.then_some(Import {
            dialect,
            tree,
            files,
            answers,
        }))
    }

    /// Drafts the rules for the repository at a position from its ownership file, and verifies them: by lines, or by
    /// folders if a map cannot express the lines.
    fn draft_from_ownership_file(
        &self,
        draft: &mut Draft,
        at: usize,
        import: &Import<'_>,
        notes: &mut Vec<String>,
    ) -> Result<(), Error> {
        let (files, answers) = (&import.files, &import.answers);
        let root = &self.repositories[at].root;
        let verify = |teams: &DraftTeams, repository: &DraftRepository| {
            let text = draft::write_alone(teams, repository);
            let workspace = self.resolve_in(&text, vec![root.clone()], root)?;
            let resolved = &workspace.repositories()?[0];
            let differences = draft::prove(&workspace.map, teams, resolved, answers);
            Ok::<_, Error>(differences)
        };
        let note_verified = |notes: &mut Vec<String>| {
            let except = match answers.unread().next() {
                None => "",
                Some(_) => "; ownership files that could not be read were ignored",
            };
            notes.push(format!(
                "{}: verified that the map assigns the same owners to {}{except}",
                import.source(),
                count(files.len(), "file")
            ));
        };
        let Draft {
            teams,
            repositories,
            ..
        } = draft;
        let repository = &mut repositories[at];
        if let Some(read) = import.dialect.entries {
            let entries = read(&import.tree);
            repository.comments = dialects::comments(&entries);
            let (rules, unused) = draft::rules_in_order(&entries, files, answers);
            repository.rules = rules;
            let places = Places::of_map(root, root);
            let line = |entry: &&dialects::OwnershipLine| {
                let words = entry.place.words();
                format!("{}: {words}", places.position(&entry.place))
            };
            repository.unused_lines = unused.iter().map(line).collect();
            if verify(teams, repository)?.is_empty() {
                note_verified(notes);
                return Ok(());
            }
            notes.push(
                "some lines cannot be expressed in a map, so the rules list folders and files \
                 instead"
                    .to_owned(),
            );
            repository.unused_lines.clear();
        }
        repository.rules = draft::rules_by_folder(files, answers);
        let differences = verify(teams, repository)?;
        let Some(first) = differences.first() else {
            note_verified(notes);
            return Ok(());
        };
        let path = quoted(&first.path);
        let list = |names: &[String]| match names {
            [] => "no owner".to_owned(),
            names => printable(&names.join(", ")),
        };
        Err(Error::new(format!(
            "failed to draft a map with the same owners for {path}: the ownership file assigns {}, \
             but the map would assign {}",
            list(&first.expected),
            list(&first.drafted),
        )))
    }

    /// Adds the paths without an owner and what the draft does not contain, and returns the text of the map.
    fn finish(
        &self,
        mut draft: Draft,
        statements: &[Vec<Statement>],
        dropped_users: &[Dropped],
    ) -> Result<String, Error> {
        let workspace = self.resolve(&draft::write(&draft))?;
        let (map, repositories) = (&workspace.map, workspace.repositories()?);
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
            of.unowned = draft::unowned(&search);
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

impl Import<'_> {
    /// Returns the description of the ownership files.
    fn source(&self) -> String {
        let shown = match &self.answers.read[..] {
            [one] => one.to_str_lossy().into_owned(),
            several => format!("{} files", several.len()),
        };
        format!("{} ({})", printable(&shown), self.dialect.summary)
    }
}

/// Returns the repositories in some directories, for a map in `around` that lists them.
fn listed(directories: &[PathBuf], here: &Path, around: &Path) -> Result<Vec<Drafted>, Error> {
    let mut repositories: Vec<Drafted> = Vec::new();
    for directory in directories {
        let shown = quoted_path(directory);
        let root = here.join(directory).canonicalize();
        let root = root.map_err(|error| Error::new(format!("{shown}: {error}")))?;
        if !root.is_dir() {
            return Err(Error::new(format!("{shown} is not a directory")));
        }
        if repositories.iter().any(|known| known.root == root) {
            return Err(Error::new(format!("{shown} is given twice")));
        }
        let path = match relative(&root, around) {
            path if path.as_os_str().is_empty() => PathBuf::from("."),
            path => path,
        };
        let Some(path) = path.to_str() else {
            return Err(Error::new(format!("{shown}: the path is not valid UTF-8")));
        };
        let name = root.file_name().map(|name| name.to_string_lossy());
        let name = name.unwrap_or("root".into());
        let numbered = (2..).map(|number| format!("{name}-{number}"));
        let is_free = |name: &String| {
            let mut known = repositories
                .iter()
                .filter_map(|known| known.listed.as_ref());
            known.all(|(known, _)| known != name)
        };
        let mut names = std::iter::once(name.to_string()).chain(numbered);
        let name = names.find(is_free).unwrap_or_default();
        repositories.push(Drafted {
            listed: Some((name, path.to_owned())),
            root,
        });
    }
    Ok(repositories)
}

/// Returns whether any component that is not vendored names owners.
fn has_declarations(repository: &ResolvedRepository) -> bool {
    let mut own = repository.declarations.iter().filter(|it| !it.is_vendored);
    own.any(|it| !it.declarations.is_empty())
}

/// Adds the teams that components declare, and those among their maintainers. Returns the detectors that found them.
fn add_declared_teams(
    repository: &ResolvedRepository,
    catalogs: &[&OwnerCatalog],
    teams: &mut DraftTeams,
) -> BTreeSet<&'static str> {
    let mut detectors: BTreeSet<&str> = BTreeSet::new();
    let known = Teams::default();
    let mut probable = Vec::new();
    for (component, declarations) in repository.components.iter().zip(&repository.declarations) {
        if declarations.is_vendored {
            continue;
        }
        for name in declarations.counting().flat_map(|(it, _)| &it.names) {
            let reference = name.reference.as_ref();
            let is_undefined = reference.is_some_and(|it| OwnerCatalog::lack(catalogs, &it.entity));
            if name.is_template || is_undefined {
                continue;
            }
            match UnknownName::of(name, &known) {
                UnknownName::Team => teams.add_name(name),
                UnknownName::ProbableTeam => probable.push(name),
                UnknownName::Placeholder | UnknownName::Person => continue,
            }
            detectors.insert(component.detector);
        }
    }
    for name in probable {
        teams.add_prose(name.as_written());
    }
    detectors
}

/// Adds teams for directories such as `team-shop` with files of kinds that are usually in one directory per team.
fn add_directories(repository: &ResolvedRepository, teams: &mut DraftTeams) {
    for component in &repository.components {
        if !detectors::of(component).is_filed_by_team {
            continue;
        }
        let mut names: Vec<&[u8]> = component.path.split_str("/").collect();
        if !component.path.ends_with(b"/") {
            names.pop();
        }
        let names = names.iter().filter_map(|name| name.to_str().ok());
        names.for_each(|name| teams.add_directory(name));
    }
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
