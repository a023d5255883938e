//! `init --update`: adds to an existing map what is new since.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use bstr::ByteSlice as _;

use super::{Error, Workspace, map_file};
use crate::{
    claims::FileQuestion,
    config::{MapErrors, Policy, TeamId, is_team_handle},
    dialects::{self, Dialect, Tree, read_statements},
    draft::{self, DraftPeople, DraftPerson, DraftTeam, DraftTeams, NamedOwners, handle_id},
    edit::{Additions, EditError, NewValue, Step},
    inventory::OwnerCatalog,
    resolution::ResolvedRepository,
    text::{Place, Source, SourceOrigin, quoted_path},
};

/// The changes to a map and its includes.
#[derive(Debug)]
pub struct MapUpdate {
    /// The files that change.
    pub(crate) files: Vec<UpdatedFile>,
}

/// A file of the map before and after an update.
#[derive(Debug)]
pub(crate) struct UpdatedFile {
    pub path: PathBuf,
    pub before: String,
    pub after: String,
}

impl Workspace {
    /// Returns the map with the teams, aliases, handles, people and kinds of ownership files that repositories have and the
    /// map does not. Only text is inserted. If `from` is given, only the ownership files of this dialect count.
    ///
    /// # Errors
    /// If a file of the map cannot be read, or something cannot be inserted.
    pub fn update_map(&self, from: Option<&str>) -> Result<MapUpdate, Error> {
        let mut wanted = WantedEntries::new(self);
        let repositories = self.repositories()?;
        let catalogs: Vec<&OwnerCatalog> =
            repositories.iter().map(|it| &it.owner_catalog).collect();
        let (mut teams, mut people) = (DraftTeams::default(), DraftPeople::default());
        for catalog in &catalogs {
            teams.add_groups(catalog);
        }
        for (at, repository) in repositories.iter().enumerate() {
            self.add_named(at, repository, from, (&mut teams, &mut people), &mut wanted);
        }
        for repository in repositories {
            for former in repository.former_members(&self.map.teams) {
                self.notices.note(format!(
                    "{}; ownlint does not remove {} from `handles`",
                    former.message(&self.map.teams),
                    if former.handles.len() == 1 {
                        "it"
                    } else {
                        "them"
                    },
                ));
            }
            draft::add_declared_teams(repository, &catalogs, &mut teams);
        }
        let teams_by_id = teams.sorted();
        wanted.taken = teams_by_id.iter().map(|team| team.id.clone()).collect();
        for team in teams_by_id {
            wanted.add_team(team);
        }
        for person in &people.list {
            wanted.add_person(person);
        }
        wanted.apply()
    }

    /// Adds those whom the trusted files of a repository name, and the kinds of files that the map does not mention.
    fn add_named(
        &self,
        at: usize,
        repository: &ResolvedRepository,
        from: Option<&str>,
        (teams, people): (&mut DraftTeams, &mut DraftPeople),
        wanted: &mut WantedEntries<'_>,
    ) {
        let from = from.and_then(dialects::by_name);
        let in_map = &self.map.repositories[at];
        let policies = &in_map.ownership_files;
        let tree = Tree::of_repository(repository).without_vendored(&self.map.settings);
        let files = &repository.listing.files;
        let mut found = dialects::by_authority(&tree, files, from, Some(in_map));
        let is_mentioned = |dialect: &Dialect| policies.contains_key(dialect.name);
        let mut rules = self.map.rules.iter();
        let has_rules = rules.any(|rule| rule.repository.is_none_or(|of| of == at));
        let mut trusts = self.map.repositories[at].trusted_dialects();
        let mut new = found.iter().filter(|dialect| !is_mentioned(dialect));
        if let Some(first) = new.next().filter(|_| trusts.is_empty() && !has_rules) {
            wanted.add_policy(at, first.name, Policy::Trust);
            trusts.push(first.name);
        }
        for dialect in found
            .iter()
            .filter(|it| !is_mentioned(it) && !trusts.contains(&it.name))
        {
            wanted.add_policy(at, dialect.name, Policy::Compare);
        }
        found.retain(|dialect| trusts.contains(&dialect.name));
        let known: Vec<&str> = found.iter().map(|dialect| dialect.name).collect();
        let others = trusts.iter().filter(|name| !known.contains(name));
        let others = others.filter_map(|name| dialects::by_name(name));
        found.extend(others.filter(|dialect| from.is_none_or(|from| from.name == dialect.name)));
        let paths: Vec<_> = files.iter().map(|file| file.path).collect();
        for dialect in found {
            let statements = read_statements(&FileQuestion {
                is_standalone: false,
                dialect: dialect.name,
                content: &repository.content(),
                files,
                settings: &self.map.settings,
                paths: &paths,
            });
            let sections = dialect.sections.map_or_else(Vec::new, |read| read(&tree));
            NamedOwners::new(dialect, &statements, sections).add_to(teams, people);
        }
    }
}

/// What to add to the files of a map.
struct WantedEntries<'w> {
    workspace: &'w Workspace,
    /// By file.
    additions: BTreeMap<PathBuf, Additions>,
    /// By the id of a team in the draft, its id in the map.
    ids: BTreeMap<String, String>,
    /// The ids that new teams cannot get.
    taken: BTreeSet<String>,
}

impl<'w> WantedEntries<'w> {
    fn new(workspace: &'w Workspace) -> Self {
        Self {
            workspace,
            additions: BTreeMap::new(),
            ids: BTreeMap::new(),
            taken: BTreeSet::new(),
        }
    }

    fn add(&mut self, file: PathBuf, path: &[&str], value: NewValue) {
        let path = path.iter().map(|key| Step::Key((*key).to_owned()));
        self.additions
            .entry(file)
            .or_default()
            .add(path.collect(), value);
    }

    /// Returns the main file of the map.
    fn main(&self) -> PathBuf {
        self.workspace.map.files.last().cloned().unwrap_or_default()
    }

    fn file_of(&self, place: &Place) -> PathBuf {
        let path = place.path().to_path_lossy();
        self.workspace.map.directory.join(path)
    }

    /// Returns the file with most other teams: the main file if it has any, else that of the last team.
    fn file_for_teams(&self) -> PathBuf {
        let main = self.main();
        let files = self.workspace.map.teams.iter();
        let files: Vec<PathBuf> = files
            .map(|(_, team)| self.file_of(&team.id.place))
            .collect();
        match files.contains(&main) {
            true => main,
            false => files.into_iter().next_back().unwrap_or(main),
        }
    }

    /// Returns the team in the map that a team of the draft is.
    fn known(&self, team: &DraftTeam) -> Option<TeamId> {
        let teams = &self.workspace.map.teams;
        let mut handles = team.handles.iter();
        let by_handle = handles.find_map(|(dialect, handle)| {
            teams.with_handle_on(dialect.forge.as_ref()?.handle_key, handle)
        });
        by_handle.or_else(|| {
            let names = std::iter::once(&team.id)
                .chain(&team.name)
                .chain(&team.aliases);
            let names: Vec<&str> = names.map(String::as_str).collect();
            let found = teams.find(names)?.team;
            (!self.differs(team, found)).then_some(found)
        })
    }

    /// Returns whether a team of the draft is another one than the team in the map with a similar name: that team has other
    /// handles of the same dialect, as the groups `web` of two organizations do, or is retired. A section without a group
    /// is the team with exactly its title, whose members may change.
    fn differs(&self, team: &DraftTeam, existing: TeamId) -> bool {
        let existing = self.workspace.map.teams.get(existing);
        let title = existing.name.as_ref().map(|name| name.value.to_lowercase());
        let has_title = title.is_some_and(|title| {
            team.name
                .as_ref()
                .is_some_and(|name| name.to_lowercase() == title)
        });
        let has_group = team
            .handles
            .iter()
            .any(|(_, handle)| is_team_handle(handle));
        if team.handles.is_empty() || has_title && !has_group {
            return false;
        }
        let keys = team.handles.iter();
        let mut keys = keys.filter_map(|(dialect, _)| Some(dialect.forge.as_ref()?.handle_key));
        let has_other = |key| {
            existing
                .handles
                .iter()
                .any(|(of, handles)| of == key && !handles.is_empty())
        };
        existing.retired.is_some() || keys.any(has_other)
    }

    /// Returns the id of a new team: the one in the draft, or else one that neither the map nor the draft contains.
    fn new_id(&mut self, team: &DraftTeam) -> String {
        let teams = &self.workspace.map.teams;
        let id = &team.id;
        let is_free = |id: &String| teams.find([id.as_str()]).is_none();
        if is_free(id) {
            return id.clone();
        }
        // The handles of a section are people.
        let handle = team.handles.first().filter(|_| team.name.is_none());
        let handle = handle.map(|(_, handle)| handle_id(handle));
        let numbered = (2..).map(|number| format!("{id}-{number}"));
        let mut ids = handle.into_iter().chain(numbered);
        let free = ids.find(|id| is_free(id) && !self.taken.contains(id));
        let free = free.unwrap_or_else(|| id.clone());
        self.taken.insert(free.clone());
        free
    }

    /// Adds a team, or what the map lacks about it.
    fn add_team(&mut self, team: &DraftTeam) {
        let teams = &self.workspace.map.teams;
        let known = self.known(team);
        let handles = team.handles.iter().filter_map(|(dialect, handle)| {
            let key = dialect.forge.as_ref()?.handle_key;
            // A person can be listed under `people`.
            let is_new = !teams.lists_handle(handle) && teams.with_member(key, handle).is_none();
            is_new.then_some((key, handle))
        });
        let mut by_key: BTreeMap<&str, Vec<&String>> = BTreeMap::new();
        for (key, handle) in handles {
            by_key.entry(key).or_default().push(handle);
        }
        let aliases = team.aliases.iter().filter(|it| teams.resolve(it).is_none());
        let aliases = NewValue::texts(aliases);
        let has_aliases = aliases != NewValue::List(Vec::new());
        let Some(known) = known else {
            let mut entries = Vec::new();
            let name = team.name.as_ref().filter(|it| teams.resolve(it).is_none());
            entries.extend(name.map(|name| ("name".to_owned(), NewValue::Text(name.clone()))));
            if has_aliases {
                entries.push(("aliases".to_owned(), aliases));
            }
            if let Some(email) = team.email.as_ref().filter(|it| !teams.has_contact(it)) {
                let email = ("email".to_owned(), NewValue::Text(email.clone()));
                entries.push(("contacts".to_owned(), NewValue::Mapping(vec![email])));
            }
            let handles = by_key.iter().map(|(key, handles)| {
                let handles = match &handles[..] {
                    [one] => NewValue::Text((*one).clone()),
                    several => NewValue::texts(several.iter().copied()),
                };
                ((*key).to_owned(), handles)
            });
            let handles: Vec<_> = handles.collect();
            if !handles.is_empty() {
                entries.push(("handles".to_owned(), NewValue::Mapping(handles)));
            }
            let id = self.new_id(team);
            self.ids.insert(team.id.clone(), id.clone());
            let new = vec![(id, NewValue::Mapping(entries))];
            self.add(self.file_for_teams(), &["teams"], NewValue::Mapping(new));
            return;
        };
        let existing = teams.get(known);
        let id = existing.id.value.clone();
        let file = self.file_of(&existing.id.place);
        if has_aliases {
            self.add(file.clone(), &["teams", &id, "aliases"], aliases);
        }
        for (key, handles) in by_key {
            let path = ["teams", &id, "handles", key];
            self.add(file.clone(), &path, NewValue::texts(handles));
        }
        self.ids.insert(team.id.clone(), id);
    }

    /// Adds a person whom the map does not know.
    fn add_person(&mut self, person: &DraftPerson) {
        let known = &self.workspace.map.teams;
        let Some(team) = self.ids.get(&person.team) else {
            return;
        };
        let mut names = person.emails.iter().chain(&person.name);
        if names.any(|name| known.person(name).is_some() || known.has_contact(name)) {
            return;
        }
        let mut entries = Vec::new();
        entries.extend(
            person
                .name
                .iter()
                .map(|name| ("name".to_owned(), NewValue::Text(name.clone()))),
        );
        if !person.emails.is_empty() {
            entries.push(("emails".to_owned(), NewValue::texts(&person.emails)));
        }
        entries.push(("team".to_owned(), NewValue::Text(team.clone())));
        let value = NewValue::List(vec![NewValue::Mapping(entries)]);
        self.add(self.file_for_teams(), &["people"], value);
    }

    /// Adds what the ownership files of a dialect are worth in a repository.
    fn add_policy(&mut self, at: usize, dialect: &str, policy: Policy) {
        let entry = (dialect.to_owned(), NewValue::Text(policy.name().to_owned()));
        let value = NewValue::Mapping(vec![entry]);
        let repository = &self.workspace.map.repositories[at];
        let Some(place) = &repository.place else {
            self.add(self.main(), &["ownership_files"], value);
            return;
        };
        let file = self.file_of(place);
        let in_file = self.workspace.map.repositories.iter();
        let in_file = in_file.filter(|it| {
            it.place
                .as_ref()
                .is_some_and(|it| it.path() == place.path())
        });
        let position = in_file.take_while(|it| it.name != repository.name).count();
        let path = vec![
            Step::Key("repositories".to_owned()),
            Step::Item(position),
            Step::Key("ownership_files".to_owned()),
        ];
        self.additions.entry(file).or_default().add(path, value);
    }

    /// Inserts everything.
    fn apply(self) -> Result<MapUpdate, Error> {
        let mut files = Vec::new();
        for (path, additions) in &self.additions {
            let shown = quoted_path(
                path.strip_prefix(&self.workspace.map.directory)
                    .unwrap_or(path),
            );
            let before = fs::read_to_string(path)
                .map_err(|error| Error::new(format!("{shown} could not be read: {error}")))?;
            let after = additions.apply(&before);
            let after = after.map_err(|error| refusal(path, &before, &error))?;
            files.push(UpdatedFile {
                path: path.clone(),
                before,
                after,
            });
        }
        let texts = files.iter();
        let texts = texts.map(|file| (file.path.clone(), file.after.clone()));
        map_file::load_texts(&texts.collect(), &self.main())
            .map_err(|MapErrors(errors)| Error::of_map(errors, &self.workspace.map.directory))?;
        Ok(MapUpdate { files })
    }
}

/// Returns the error about a file into which something cannot be inserted.
fn refusal(path: &Path, text: &str, error: &EditError) -> Error {
    let name = path.file_name().unwrap_or_default();
    let origin = SourceOrigin::Map;
    let (source, _) = Source::new(origin, name.as_encoded_bytes().into(), text.into());
    let position = source.line_column(error.span.start);
    Error::new(format!(
        "failed to insert new entries at line {} of {}: {}",
        position.line,
        quoted_path(Path::new(name)),
        error.message
    ))
    .help("write this part of the map in another way, or run `ownlint init` and add the entries by hand")
}
