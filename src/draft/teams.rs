use std::collections::{BTreeMap, BTreeSet};

use any_ascii::any_ascii;

use super::{
    declared_name::{DeclaredName, Scope, ambiguous_ends},
    rule::handle_key,
};
use crate::{
    config::{is_team_handle, name_and_address, name_and_mail, slug, spelling_parts},
    dialects::Dialect,
    inventory::{Name, OwnerCatalog, OwnerEntity, kind_and_name},
};

/// The teams of a draft; names with the same slug become one team.
#[derive(Debug, Default)]
pub struct DraftTeams {
    list: Vec<DraftTeam>,
    by_slug: BTreeMap<String, usize>,
    /// By the name without words such as `team`.
    by_core: BTreeMap<String, usize>,
    /// By the key of the handle.
    by_handle: BTreeMap<String, usize>,
    /// By the group in a catalog, in lower case: `group:default/shop`.
    by_group: BTreeMap<String, usize>,
    /// By the URL or handle in a declaration.
    by_scope: BTreeMap<Scope, usize>,
    /// By the title of a section, in lower case.
    by_title: BTreeMap<String, usize>,
    /// Those with a title.
    titled: BTreeSet<usize>,
    /// Those with a URL among their aliases.
    with_url: BTreeSet<usize>,
}

/// A team of a draft.
#[derive(Debug, Default)]
pub struct DraftTeam {
    /// Its id.
    pub id: String,
    /// Its display name.
    pub name: Option<String>,
    /// The id of the team of which it is a part.
    pub parent: Option<String>,
    /// Its names in declarations.
    pub aliases: Vec<String>,
    /// Its handles in ownership files, with their dialects.
    pub handles: Vec<(&'static Dialect, String)>,
    /// Its email address.
    pub email: Option<String>,
}

impl DraftTeams {
    /// Adds all owners of an ownership file.
    pub fn add_owners<'o>(
        &mut self,
        dialect: &'static Dialect,
        owners: impl IntoIterator<Item = &'o String>,
    ) {
        let owners = owners.into_iter();
        owners.for_each(|owner| self.add_handle(dialect, owner));
    }

    /// Adds an owner of an ownership file. Two handles of one dialect are two teams, unless they are the same address.
    pub fn add_handle(&mut self, dialect: &'static Dialect, handle: &str) {
        let key = handle_key(handle);
        if self.by_handle.contains_key(&key) {
            return;
        }
        let short = id(&slug(short(handle)));
        let known = self.by_slug.get(&short).copied();
        let is_free = |at: &usize| {
            let mut handles = self.list[*at].handles.iter();
            handles.all(|(of, _)| of.name != dialect.name)
        };
        let at = match known.filter(is_free) {
            Some(at) => at,
            None => self.add(&short, &handle_id(handle)),
        };
        if dialect.forge.is_none() {
            let (name, mail) = name_and_mail(handle).unwrap_or_default();
            let mail = if mail.is_empty() { handle } else { mail };
            self.list[at].email = Some(mail.to_owned());
            self.name(at, name.trim_matches('"'));
        }
        let team = &mut self.list[at];
        team.handles.push((dialect, handle.to_owned()));
        self.by_handle.insert(key, at);
    }

    /// Adds the handle of a group that owns no files to the team with a similar name, if there is one without a handle.
    pub fn add_unused_handle(&mut self, dialect: &'static Dialect, handle: &str) {
        let known = self.of_name(short(handle));
        if let Some(at) = known.filter(|at| self.list[*at].handles.is_empty()) {
            self.add_member(at, dialect, handle);
        }
    }

    /// Adds a handle of a member of a team, unless it is known.
    pub(super) fn add_member(&mut self, at: usize, dialect: &'static Dialect, handle: &str) {
        let key = handle_key(handle);
        if !self.by_handle.contains_key(&key) {
            self.list[at].handles.push((dialect, handle.to_owned()));
            self.by_handle.insert(key, at);
        }
    }

    /// Adds the team of a section, unless there is one, and returns its position.
    pub(super) fn add_titled(&mut self, title: &str) -> usize {
        let short = id(title);
        let at = self
            .of_title(title)
            .unwrap_or_else(|| self.add(&short, &short));
        self.by_title.insert(title.to_lowercase(), at);
        self.titled.insert(at);
        self.name(at, title);
        at
    }

    /// Returns the position of the team of a section: the one with this title, or else with a similar name. Sections with
    /// different titles are different teams, even if their names are similar: `C` and `C++`.
    pub(super) fn of_title(&self, title: &str) -> Option<usize> {
        let known = self.by_title.get(&title.to_lowercase()).copied();
        known.or_else(|| self.of_name(title).filter(|at| !self.titled.contains(at)))
    }

    /// Sets the name of a team, unless it has one or another team has this name.
    fn name(&mut self, at: usize, name: &str) {
        let owner = *self.by_slug.entry(slug(name)).or_insert(at);
        let team = &mut self.list[at];
        if owner == at && team.name.is_none() && !name.is_empty() && name != team.id {
            team.name = Some(name.to_owned());
        }
    }

    /// Adds the address of a team, unless it has one.
    pub(super) fn add_email(&mut self, at: usize, address: &str) {
        self.list[at]
            .email
            .get_or_insert_with(|| address.to_owned());
    }

    /// Returns whether a team has this handle.
    pub fn has_handle(&self, handle: &str) -> bool {
        self.position_of_handle(handle).is_some()
    }

    /// Returns the position of the team with this handle.
    pub(super) fn position_of_handle(&self, handle: &str) -> Option<usize> {
        self.by_handle.get(&handle_key(handle)).copied()
    }

    /// Returns the id of the team at a position.
    pub(super) fn id_at(&self, at: usize) -> &str {
        &self.list[at].id
    }

    /// Adds the groups of a catalog with their names, addresses and parents.
    pub fn add_groups(&mut self, catalog: &OwnerCatalog) {
        let groups = || catalog.iter().filter(|entity| !entity.is_user());
        for group in groups() {
            self.add_group(group);
        }
        for group in groups() {
            let parent = catalog.parent(group);
            let parent = parent.and_then(|parent| self.by_group.get(&parent.entity));
            if let (Some(child), Some(parent)) = (self.by_group.get(&group.entity), parent)
                && !self.is_part_of(*parent, *child)
            {
                let parent = self.list[*parent].id.clone();
                self.list[*child].parent = Some(parent);
            }
        }
    }

    fn add_group(&mut self, group: &OwnerEntity) {
        if self.by_group.contains_key(&group.entity) {
            return;
        }
        let (_, reference) = kind_and_name(&group.entity);
        let short = id(&slug(&group.name));
        let is_other = |at: &usize| self.by_group.values().any(|known| known == at);
        let known = self.by_slug.get(&short).copied();
        let at = match known.filter(|at| !is_other(at)) {
            Some(at) => at,
            None => self.add(&short, &id(&slug(reference))),
        };
        self.by_group.insert(group.entity.clone(), at);
        // The names of groups elsewhere are not enough to find them.
        if !reference.starts_with("default/") || self.by_slug.get(&slug(&group.name)) != Some(&at) {
            self.add_alias(at, &group.entity);
        }
        for title in &group.titles {
            let owner = *self.by_slug.entry(slug(title)).or_insert(at);
            let team = &mut self.list[at];
            if owner == at && team.name.is_none() && *title != team.id {
                team.name = Some(title.clone());
            }
        }
        let team = &mut self.list[at];
        team.email = team.email.take().or_else(|| group.email.clone());
    }

    /// Returns whether a team is a part of another one, or the same.
    fn is_part_of(&self, team: usize, whole: usize) -> bool {
        let parent = |at: &usize| {
            let parent = self.list[*at].parent.as_ref()?;
            self.by_slug.get(parent).copied()
        };
        let mut teams = std::iter::successors(Some(team), parent).take(self.list.len() + 1);
        teams.any(|at| at == whole)
    }

    /// Returns the id of the team of a group.
    pub fn of_group(&self, group: &OwnerEntity) -> Option<&str> {
        let at = *self.by_group.get(&group.entity)?;
        Some(&self.list[at].id)
    }

    /// Adds a team that is named in prose, such as `Shop Team <shop@x.org>` or `Team Shop (on call)`.
    pub fn add_prose(&mut self, text: &str) {
        let (name, address) = name_and_address(text).unwrap_or((text.trim(), ""));
        let name = name.trim_matches(['"', '\'']);
        if name.is_empty() || is_team_handle(name) || name.contains('@') {
            let part = spelling_parts(text).min_by_key(|part| part.len());
            let core = id(&core(part.unwrap_or_default()));
            if core != "team" {
                let at = self.of_name(text).unwrap_or_else(|| self.add(&core, &core));
                self.add_alias(at, text);
            }
            return;
        }
        let core = id(&core(name));
        if core == "team" {
            return;
        }
        let at = self.of_name(name).unwrap_or_else(|| self.add(&core, &core));
        let is_name = self.list[at].name.is_none() && !name.contains('(');
        match is_name && *self.by_slug.entry(slug(name)).or_insert(at) == at {
            true => self.list[at].name = Some(name.to_owned()),
            false => self.add_alias(at, name),
        }
        let team = &mut self.list[at];
        if team.email.is_none() && address.contains('@') && !address.contains("//") {
            team.email = Some(address.to_owned());
        }
    }

    /// Adds a team for a directory such as `team-shop`, and returns whether the name has this form.
    pub fn add_directory(&mut self, name: &str) {
        let core = core(name);
        if !core.is_empty() && core != slug(name) && self.of_name(name).is_none() {
            self.add(&id(&core), &id(&core));
        }
    }

    /// Returns the team with this name, with or without words such as `team`.
    fn of_name(&self, name: &str) -> Option<usize> {
        let by_slug = self.by_slug.get(&slug(name));
        let known = by_slug.or_else(|| self.by_core.get(&core(name))).copied();
        known.or_else(|| {
            // `SRE Data Platform` is the team of `https://w.org/SRE/Data_Platform`.
            let core = core(name);
            let is_url = |alias: &String| is_url(alias) && ends_with(alias, &core);
            let teams = self.with_url.iter().copied();
            let mut teams = teams.filter(|at| self.list[*at].aliases.iter().any(is_url));
            let at = teams.next()?;
            teams.next().is_none().then_some(at)
        })
    }

    /// Adds an alias, unless it is the name of another team.
    fn add_alias(&mut self, at: usize, alias: &str) {
        let owner = *self.by_slug.entry(slug(alias)).or_insert(at);
        let team = &mut self.list[at];
        let is_name = |name: &String| slug(name) == slug(alias);
        let is_known = alias == team.id
            || team.name.as_ref().is_some_and(is_name)
            || team.aliases.iter().any(|known| known == alias);
        if owner == at && !is_known {
            team.aliases.push(alias.to_owned());
            if is_url(alias) {
                self.with_url.insert(at);
            }
        }
    }

    /// Adds the teams that components declare, with all spellings of their names. The order of the names does not matter.
    pub fn add_names(&mut self, names: &[&Name]) {
        let is_group = |name: &Name| {
            let reference = name.reference.as_ref();
            reference.is_some_and(|it| self.by_group.contains_key(&it.entity))
        };
        let names = names.iter().filter(|name| !is_group(name));
        let mut names: Vec<DeclaredName<'_>> = names.map(|name| DeclaredName::new(name)).collect();
        // Plain names can belong to a URL, so these come first.
        names.sort_by(|a, b| {
            let key = |name: &DeclaredName<'_>| name.scopes.is_empty();
            key(a)
                .cmp(&key(b))
                .then_with(|| a.spellings.cmp(&b.spellings))
        });
        names.dedup_by(|a, b| a.spellings == b.spellings);
        let ambiguous = ambiguous_ends(&names);
        for name in &mut names {
            name.ends.retain(|end| !ambiguous.contains(end));
            self.add_name(name);
        }
    }

    fn add_name(&mut self, name: &DeclaredName<'_>) {
        // People mostly use the shortest spelling.
        let short = name
            .plain
            .iter()
            .chain(&name.ends)
            .min_by_key(|it| it.len());
        let long = name.paths.iter().min_by_key(|it| it.len());
        let Some((short, long)) = short.or(long).zip(long.or(short)) else {
            return;
        };
        let known = self
            .of_scopes(&name.scopes)
            .or_else(|| self.of_ids(&name.plain))
            .or_else(|| {
                self.of_ids(&name.ends)
                    .filter(|at| !self.is_elsewhere(*at, name))
            });
        let at = known.unwrap_or_else(|| self.add(short, long));
        for scope in &name.scopes {
            self.by_scope.entry(scope.clone()).or_insert(at);
        }
        for spelling in &name.spellings {
            self.add_alias(at, spelling);
        }
    }

    /// Returns the team with one of these URLs or handles.
    fn of_scopes(&self, scopes: &BTreeSet<Scope>) -> Option<usize> {
        let of_scope = |scope: &Scope| match scope {
            Scope::Handle(key) => self.by_handle.get(key).or_else(|| self.by_scope.get(scope)),
            Scope::Url(_) => self.by_scope.get(scope),
        };
        scopes.iter().find_map(of_scope).copied()
    }

    /// Returns the team with one of these ids, or else with a similar name.
    fn of_ids(&self, ids: &[String]) -> Option<usize> {
        let exact = ids.iter().find_map(|id| self.by_slug.get(id).copied());
        exact.or_else(|| ids.iter().find_map(|id| self.of_name(id)))
    }

    /// Returns whether a team has other URLs or handles than a name, as `core` of two organizations.
    fn is_elsewhere(&self, at: usize, name: &DeclaredName<'_>) -> bool {
        let team = &self.list[at];
        let handles = team.handles.iter().map(|(_, handle)| handle);
        let mut own = handles
            .chain(&team.aliases)
            .filter_map(|text| Scope::of(text));
        own.any(|own| name.scopes.iter().any(|other| own.is_comparable(other)))
    }

    /// Adds a team with the first of these ids that is free.
    fn add(&mut self, short: &str, long: &str) -> usize {
        let is_free = |id: &str| !self.by_slug.contains_key(id);
        let numbered = (2..).map(|number| format!("{short}-{number}"));
        let mut ids = [short.to_owned(), long.to_owned()]
            .into_iter()
            .chain(numbered);
        let id = ids.find(|id| is_free(id)).unwrap_or_default();
        let at = self.list.len();
        self.by_slug.insert(id.clone(), at);
        self.by_core.entry(core(&id)).or_insert(at);
        self.list.push(DraftTeam {
            id,
            ..DraftTeam::default()
        });
        at
    }

    /// Returns the id of the team with this handle.
    pub fn of_handle(&self, handle: &str) -> Option<&str> {
        Some(self.id_at(self.position_of_handle(handle)?))
    }

    /// Returns all teams, sorted by id.
    pub fn sorted(&self) -> Vec<&DraftTeam> {
        let mut teams: Vec<&DraftTeam> = self.list.iter().collect();
        teams.sort_by(|a, b| a.id.cmp(&b.id));
        teams
    }
}

fn is_url(alias: &str) -> bool {
    alias.contains("://")
}

/// Returns the part of a handle that names the team, without organization or domain.
fn short(handle: &str) -> &str {
    if let Some((name, _)) = name_and_mail(handle).filter(|(name, _)| !name.is_empty()) {
        return name;
    }
    match handle.strip_prefix('@') {
        Some(name) => name.rsplit('/').next().unwrap_or(name),
        None => handle.split('@').next().unwrap_or(handle),
    }
}

/// Returns whether the last segments of a URL have this slug, which is not empty: those of `https://w.org/a/b_c` have
/// the slugs `b-c` and `a-b-c`.
fn ends_with(url: &str, end: &str) -> bool {
    let mut starts = url.rmatch_indices('/');
    starts.any(|(at, _)| !end.is_empty() && slug(&url[at..]) == end)
}

/// Returns the id of a team with a handle, which includes the organization or domain.
pub fn handle_id(handle: &str) -> String {
    id(&slug(handle))
}

/// Returns the slug of a name without what follows in parentheses, and without words such as `team` around it.
fn core(name: &str) -> String {
    let name = match name.split_once('(') {
        Some((before, _)) if !before.trim().is_empty() => before,
        _ => name,
    };
    let whole = slug(name);
    let mut core = whole.as_str();
    core = core.strip_prefix("the-").unwrap_or(core);
    for word in ["team", "squad"] {
        let start = core
            .strip_prefix(word)
            .and_then(|rest| rest.strip_prefix('-'));
        core = start.unwrap_or(core);
        let end = core
            .strip_suffix(word)
            .and_then(|rest| rest.strip_suffix('-'));
        core = end.unwrap_or(core);
    }
    core.to_owned()
}

/// The maximum length of an id: longer ones are unreadable, and YAML limits the length of keys.
const MAX_ID: usize = 100;

/// Returns an id that the map allows. Letters of other scripts are replaced by those that sound like them.
pub(super) fn id(name: &str) -> String {
    let id: String = slug(&any_ascii(name)).chars().take(MAX_ID).collect();
    match id.trim_matches('-') {
        "" => "team".to_owned(),
        id => id.to_owned(),
    }
}
