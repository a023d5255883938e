//! Teams, and the spellings under which repositories name them.

use std::hash::Hash;

use jiff::civil::Date;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Spanned,
    spelling::{
        contact_key, contact_keys, hidden_login, is_list, last_segment, name_and_address,
        name_parts, slug, url_end,
    },
};
use crate::text::closest_name;

/// A team, by its position in [`Teams`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TeamId(pub u32);

/// A team, which can be an owner.
#[derive(Debug)]
pub struct Team {
    /// `[a-z0-9-]`, unique.
    pub id: Spanned<String>,
    /// The display name.
    pub name: Option<Spanned<String>>,
    /// The team it is part of.
    pub parent: Option<TeamId>,
    /// Other spellings.
    pub aliases: Vec<Spanned<String>>,
    /// Spellings that are no longer used but still found in files.
    pub former_names: Vec<Spanned<String>>,
    /// What it does.
    pub description: Option<String>,
    /// Search words for its areas of responsibility.
    pub areas: Vec<Spanned<String>>,
    /// How to reach it: kind and address, in the order of the map.
    pub contacts: Vec<(String, String)>,
    /// The handles by forge.
    pub handles: Vec<(String, Vec<String>)>,
    /// Set if the team is retired.
    pub retired: Option<Retired>,
}

impl Team {
    /// Creates a team that has only an id.
    pub(super) fn new(id: Spanned<String>) -> Self {
        Self {
            id,
            name: None,
            parent: None,
            aliases: Vec::new(),
            former_names: Vec::new(),
            description: None,
            areas: Vec::new(),
            contacts: Vec::new(),
            handles: Vec::new(),
            retired: None,
        }
    }

    /// Returns its name for messages.
    pub fn display_name(&self) -> &str {
        self.name.as_ref().unwrap_or(&self.id).value.as_str()
    }

    /// Returns the replacement for `raw`: the team's own URL if `raw` is one and the team has one, else its name.
    pub fn name_in_place_of(&self, raw: &str) -> &str {
        let is_url = |text: &str| url_end(text).is_some();
        let ends_in_former_name = |alias: &str| {
            let end = url_end(alias).map(slug);
            let mut former = self.former_names.iter().map(|name| slug(&name.value));
            former.any(|name| Some(name) == end)
        };
        let mut aliases = self.aliases.iter().map(|alias| alias.value.as_str());
        aliases
            .find(|alias| is_url(raw) && is_url(alias) && !ends_in_former_name(alias))
            .unwrap_or_else(|| self.display_name())
    }

    /// Returns its contacts, and the handles that do not start with `@`, such as email addresses.
    fn addresses(&self) -> impl Iterator<Item = &str> {
        let contacts = self.contacts.iter().map(|(_, address)| address.as_str());
        let handles = self.handles.iter().flat_map(|(_, handles)| handles);
        let handles = handles.map(String::as_str);
        contacts.chain(handles.filter(|handle| !handle.starts_with('@')))
    }

    /// Returns the name, or else the id, that `alias` repeats without any effect. An alias that ends with `@` has an
    /// effect, because it also matches addresses, and so does an alias that looks like a list. An alias that spells the
    /// id differently shows how people write it.
    pub fn repeated_name(&self, alias: &str) -> Option<&Spanned<String>> {
        let is_special = alias.ends_with('@') || is_list(alias);
        let is_same = |name: &&Spanned<String>| {
            name.value == alias || !is_special && slug(&name.value) == slug(alias)
        };
        let name = self.name.as_ref().filter(is_same);
        name.or_else(|| (self.id.value == alias).then_some(&self.id))
    }

    /// Returns all current and former spellings.
    pub fn spellings(&self) -> impl Iterator<Item = &Spanned<String>> {
        self.current_spellings().chain(&self.former_names)
    }

    fn current_spellings(&self) -> impl Iterator<Item = &Spanned<String>> {
        std::iter::once(&self.id)
            .chain(&self.name)
            .chain(&self.aliases)
    }
}

/// The retirement of a team.
#[derive(Debug)]
pub struct Retired {
    /// The first day.
    pub since: Option<Spanned<Date>>,
    /// The team that took over.
    pub successor: Option<TeamId>,
}

impl Retired {
    /// Returns "retired since 2024-02-09", or "retired" if the date is not known.
    pub fn text(&self) -> String {
        match &self.since {
            Some(since) => format!("retired since {}", since.value),
            None => "retired".to_owned(),
        }
    }
}

/// All teams, with an index of their names.
#[derive(Debug, Default)]
pub struct Teams {
    list: Vec<Team>,
    by_spelling: FxHashMap<String, KnownSpelling>,
    by_slug: FxHashMap<String, KnownSpelling>,
    /// By the slug of the last segment of a spelling that is a URL; `None` if several teams share it.
    by_url_end: FxHashMap<String, Option<TeamName>>,
    /// By contact, or handle without `@` at the start, as [`contact_key`]; `None` if several teams share it.
    by_contact: FxHashMap<String, Option<TeamName>>,
    /// The domains of the email addresses among the contacts, except those of people.
    domains: FxHashSet<String>,
    /// By handle in lower case, without `@` at the start; `None` if several teams share it.
    by_handle: FxHashMap<String, Option<TeamName>>,
    /// Like `by_handle`, by forge and handle.
    by_forge: FxHashMap<(String, String), Option<TeamName>>,
    people: Vec<Person>,
    /// The position of a person by name and by email address, in lower case.
    by_person: FxHashMap<String, usize>,
    /// The position of a person by forge and login.
    by_login: FxHashMap<(String, String), usize>,
}

/// The team that a name refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TeamName {
    /// The team.
    pub team: TeamId,
    /// Whether the name is a former one.
    pub is_former: bool,
}

/// A spelling of the name of a team.
#[derive(Debug, Clone, Copy)]
struct KnownSpelling {
    name: TeamName,
    /// Whether it looks like a list of names.
    is_list: bool,
}

/// Finds a part of a name among the spellings of teams.
type Step = fn(&Teams, &str) -> Option<TeamName>;

/// A person. What they declare belongs to their team.
#[derive(Debug)]
pub struct Person {
    /// Their name.
    pub name: Option<Spanned<String>>,
    /// Their email addresses.
    pub emails: Vec<Spanned<String>>,
    /// Their logins, each with the forge.
    pub handles: Vec<(String, Spanned<String>)>,
    /// Their team.
    pub team: TeamId,
}

/// A spelling that is used twice, with the later and the earlier place.
pub(super) struct DuplicateName<'t> {
    pub text: &'t Spanned<String>,
    pub earlier: &'t Spanned<String>,
    pub owner: &'t Team,
}

impl Teams {
    pub(super) fn new(list: Vec<Team>) -> Self {
        let mut teams = Self::default();
        for (at, team) in (0..).zip(&list) {
            let name = TeamName {
                team: TeamId(at),
                is_former: false,
            };
            team.current_spellings()
                .for_each(|it| teams.add_spelling(&it.value, name));
            for contact in team.addresses().flat_map(contact_keys) {
                if let Some((_, domain)) = contact.rsplit_once('@') {
                    teams.domains.insert(domain.to_owned());
                }
                share(&mut teams.by_contact, contact, name);
            }
        }
        teams.add_handles(&list);
        // A current name beats a former one that is only similar.
        for (at, team) in (0..).zip(&list) {
            let name = TeamName {
                team: TeamId(at),
                is_former: true,
            };
            team.former_names
                .iter()
                .for_each(|it| teams.add_spelling(&it.value, name));
        }
        teams.list = list;
        teams
    }

    /// Adds the handles of teams. A retired team has a handle only if no other team does. Of two related teams, the one that
    /// the other is part of has the handle.
    fn add_handles(&mut self, list: &[Team]) {
        let ids = || (0..).map(TeamId).zip(list);
        let of =
            |is_retired: bool| ids().filter(move |(_, team)| team.retired.is_some() == is_retired);
        let handles = |(id, team): (TeamId, &'_ Team)| {
            let handles = team.handles.iter();
            let handles = handles.flat_map(|(forge, handles)| {
                handles
                    .iter()
                    .map(move |it| (forge.clone(), handle_key(it)))
            });
            handles.map(move |key| (id, key)).collect::<Vec<_>>()
        };
        let mut by_forge: FxHashMap<(String, String), Option<TeamId>> = FxHashMap::default();
        let mut by_handle: FxHashMap<String, Option<TeamId>> = FxHashMap::default();
        for (id, key) in of(false).flat_map(handles) {
            merge(list, by_handle.entry(key.1.clone()).or_insert(Some(id)), id);
            merge(list, by_forge.entry(key).or_insert(Some(id)), id);
        }
        for (id, key) in of(true).flat_map(handles) {
            by_handle.entry(key.1.clone()).or_insert(Some(id));
            by_forge.entry(key).or_insert(Some(id));
        }
        let named = |team: Option<TeamId>| {
            team.map(|team| TeamName {
                team,
                is_former: false,
            })
        };
        self.by_forge = by_forge
            .into_iter()
            .map(|(key, team)| (key, named(team)))
            .collect();
        self.by_handle = by_handle
            .into_iter()
            .map(|(key, team)| (key, named(team)))
            .collect();
    }

    fn add_spelling(&mut self, text: &str, name: TeamName) {
        let is_list = is_list(text);
        let known = KnownSpelling { name, is_list };
        self.by_spelling.entry(text.to_owned()).or_insert(known);
        self.by_slug.entry(slug(text)).or_insert(known);
        if let Some(end) = url_end(text) {
            share(&mut self.by_url_end, slug(end), name);
        }
    }

    /// Adds people. Returns names and addresses that occur twice, the later place first.
    pub(super) fn add_people(
        &mut self,
        people: Vec<Person>,
    ) -> Vec<(Spanned<String>, Spanned<String>)> {
        let mut twice = Vec::new();
        let mut first: FxHashMap<String, Spanned<String>> = FxHashMap::default();
        let mut logins: FxHashMap<(String, String), Spanned<String>> = FxHashMap::default();
        for (at, person) in people.iter().enumerate() {
            for text in person.name.iter().chain(&person.emails) {
                let key = text.value.to_lowercase();
                if let Some((_, domain)) = key.rsplit_once('@') {
                    self.domains.remove(domain);
                }
                self.by_person.entry(key.clone()).or_insert(at);
                if let Some(earlier) = first.insert(key, text.clone()) {
                    twice.push((text.clone(), earlier));
                }
            }
            for (forge, login) in &person.handles {
                let key = (forge.clone(), handle_key(&login.value));
                self.by_login.entry(key.clone()).or_insert(at);
                if let Some(earlier) = logins.insert(key, login.clone()) {
                    twice.push((login.clone(), earlier));
                }
            }
        }
        self.people = people;
        twice
    }

    /// Returns the people of a team.
    pub fn people_of(&self, team: TeamId) -> impl Iterator<Item = &Person> {
        self.people.iter().filter(move |person| person.team == team)
    }

    /// Returns the person with this login on a forge.
    fn person_on(&self, forge: &str, login: &str) -> Option<&Person> {
        let at = self.by_login.get(&(forge.to_owned(), handle_key(login)))?;
        Some(&self.people[*at])
    }

    /// Returns the person with this name or email address, or one of both in `Name <address>`.
    pub fn person(&self, raw: &str) -> Option<&Person> {
        let mut parts = name_parts(raw);
        let at = parts.find_map(|part| self.by_person.get(&part.to_lowercase()))?;
        Some(&self.people[*at])
    }

    /// Returns whether two teams may have the same handle: one of them is retired, or they are related.
    pub(super) fn may_share_handles(&self, one: TeamId, other: TeamId) -> bool {
        let is_retired = |team| self.get(team).retired.is_some();
        is_retired(one) || is_retired(other) || common(&self.list, one, other).is_some()
    }

    /// Returns spellings that are used for two teams, or twice for one.
    pub(super) fn clashes(&self) -> Vec<DuplicateName<'_>> {
        let mut by_spelling: FxHashMap<&str, &Spanned<String>> = FxHashMap::default();
        let mut by_slug: FxHashMap<String, (usize, &Spanned<String>)> = FxHashMap::default();
        let mut clashes = Vec::new();
        for (at, team) in self.list.iter().enumerate() {
            for text in team.spellings() {
                let same = by_spelling.insert(&text.value, text);
                let (owner, first) = *by_slug.entry(slug(&text.value)).or_insert((at, text));
                // A team that is defined twice is reported elsewhere.
                let is_reported = same.is_some_and(|same| {
                    same.value == self.list[owner].id.value && text.value == team.id.value
                });
                // An alias that repeats the name of its own team is only redundant.
                let is_own_name = |same: &Spanned<String>| {
                    team.name
                        .as_ref()
                        .is_some_and(|name| std::ptr::eq(name, same))
                };
                let is_redundant = same.is_some_and(is_own_name)
                    && team.aliases.iter().any(|alias| std::ptr::eq(alias, text));
                if !is_reported && !is_redundant && (owner != at || same.is_some()) {
                    clashes.push(DuplicateName {
                        text,
                        earlier: same.unwrap_or(first),
                        owner: &self.list[owner],
                    });
                }
            }
        }
        clashes
    }

    /// Returns all teams with their ids, in the order of the map.
    pub fn iter(&self) -> impl Iterator<Item = (TeamId, &Team)> {
        (0..).map(TeamId).zip(&self.list)
    }

    /// Returns all teams, sorted by their ids in the map.
    pub fn sorted(&self) -> Vec<(TeamId, &Team)> {
        let mut sorted: Vec<_> = self.iter().collect();
        sorted.sort_by(|(_, a), (_, b)| a.id.value.cmp(&b.id.value));
        sorted
    }

    /// Returns the team with this id.
    pub fn get(&self, id: TeamId) -> &Team {
        &self.list[id.0 as usize]
    }

    /// Returns the id of a team in the map.
    pub fn name(&self, id: TeamId) -> &str {
        &self.get(id).id.value
    }

    /// Returns the ids of several teams in the map.
    pub fn names(&self, ids: &[TeamId]) -> Vec<&str> {
        ids.iter().map(|id| self.name(*id)).collect()
    }

    /// Returns the team with exactly this id in the map.
    pub fn by_id(&self, text: &str) -> Option<TeamId> {
        let id = self.by_spelling.get(text)?.name.team;
        (self.name(id) == text).then_some(id)
    }

    /// Returns the team with exactly this spelling.
    pub fn with_spelling(&self, text: &str) -> Option<TeamId> {
        Some(self.by_spelling.get(text)?.name.team)
    }

    /// Returns the team that a name in any file refers to, as [`find`](Self::find) does.
    pub fn resolve(&self, raw: &str) -> Option<TeamId> {
        Some(self.find([raw])?.team)
    }

    /// Returns the team with a handle, in any letter case, with or without `@` at the start.
    pub fn with_handle(&self, text: &str) -> Option<TeamId> {
        let text = handle_key(text);
        let is_same = |handle: &String| handle_key(handle) == text;
        let mut teams = self.iter();
        let team = teams.find(|(_, team)| {
            let mut handles = team.handles.iter().flat_map(|(_, handles)| handles);
            handles.any(is_same)
        });
        team.map(|(id, _)| id)
    }

    /// Returns the team with a handle on a forge, or else on any other one; `None` if several teams have it.
    pub fn with_handle_on(&self, forge: &str, handle: &str) -> Option<TeamId> {
        let key = (forge.to_owned(), handle_key(handle));
        let own = self.by_forge.get(&key);
        let found = own.or_else(|| self.by_handle.get(&key.1));
        found.copied().flatten().map(|name| name.team)
    }

    /// Returns the names under which files of a forge can name teams and their members: the handles on the forge, and
    /// email addresses.
    pub fn names_on(&self, forge: &str) -> impl Iterator<Item = (&str, TeamId)> {
        let names = self.iter().flat_map(move |(id, team)| {
            let handles = team.handles.iter().filter(move |(of, _)| of == forge);
            let handles = handles.flat_map(|(_, handles)| handles);
            let contacts = team.contacts.iter().map(|(_, address)| address);
            let addresses = contacts.filter(|address| is_address(address));
            handles
                .chain(addresses)
                .map(move |name| (name.as_str(), id))
        });
        let people = self.people.iter().flat_map(move |person| {
            let logins = person.handles.iter().filter(move |(of, _)| of == forge);
            let names = person.emails.iter().chain(logins.map(|(_, login)| login));
            names.map(|name| (name.value.as_str(), person.team))
        });
        names.chain(people)
    }

    /// Returns whether this map lists a handle, a contact or a person that another map does not.
    pub fn knows_more_than(&self, other: &Self) -> bool {
        let (ours, theirs) = (self, other);
        ours.by_forge
            .keys()
            .any(|key| !theirs.by_forge.contains_key(key))
            || ours
                .by_login
                .keys()
                .any(|key| !theirs.by_login.contains_key(key))
            || ours
                .by_person
                .keys()
                .any(|key| !theirs.by_person.contains_key(key))
            || ours
                .by_contact
                .keys()
                .any(|key| !theirs.by_contact.contains_key(key))
    }

    /// Returns whether the map lists a handle, on a forge or on any other one, for one or several teams.
    pub fn lists_handle(&self, handle: &str) -> bool {
        self.by_handle.contains_key(&handle_key(handle))
    }

    /// Returns the team of a person, given by their login on a forge or by an email address, with or without their name: the
    /// team with this handle, or with the address among its contacts or among those of its people.
    pub fn with_member(&self, forge: &str, text: &str) -> Option<TeamId> {
        let (_, address) = name_and_address(text).unwrap_or(("", text));
        let of_address = || {
            let person = self.person(text).map(|person| person.team);
            person.or_else(|| Some(self.by_contact(address)?.team))
        };
        self.with_handle_on(forge, address)
            .or_else(|| Some(self.person_on(forge, address)?.team))
            .or_else(|| is_address(address).then(of_address).flatten())
    }

    /// Returns whether a login or address on a forge is one of several names of its team: that of a person in the map, or
    /// a handle beside others.
    pub fn is_one_of_several(&self, forge: &str, text: &str) -> bool {
        let (_, address) = name_and_address(text).unwrap_or(("", text));
        let Some(team) = self.with_handle_on(forge, address) else {
            return self.person_on(forge, address).is_some() || self.person(text).is_some();
        };
        let mut handles = self.get(team).handles.iter();
        let is_other = |handle: &String| handle_key(handle) != handle_key(address);
        handles.any(|(of, handles)| of == forge && handles.iter().any(is_other))
    }

    /// Returns the team that a name in any file refers to, given all spellings of the name. Each step looks for all of
    /// the spellings and their parts before the next step does.
    pub fn find<'s>(
        &self,
        spellings: impl IntoIterator<Item = &'s str, IntoIter: Clone>,
    ) -> Option<TeamName> {
        const STEPS: [Step; 5] = [
            Teams::by_exact_name,
            Teams::by_similar_name,
            Teams::by_last_segment,
            Teams::by_contact,
            Teams::by_local_part,
        ];
        let spellings = spellings.into_iter();
        // The most frequent case, which needs no parts.
        if let Some(first) = spellings.clone().next()
            && let Some(known) = self.by_spelling.get(first)
        {
            return Some(known.name);
        }
        let parts: Vec<&str> = spellings.flat_map(name_parts).collect();
        let mut steps = STEPS.iter();
        steps.find_map(|step| parts.iter().find_map(|part| step(self, part)))
    }

    /// Returns the team with exactly this name, or with this handle, which contains `@` or `/`.
    fn by_exact_name(&self, text: &str) -> Option<TeamName> {
        let spelling = self.by_spelling.get(text).map(|known| known.name);
        spelling.or_else(|| {
            let handle = text.strip_prefix('@');
            let handle = handle.or_else(|| text.contains('/').then_some(text))?;
            *self.by_handle.get(&handle.to_lowercase())?
        })
    }

    fn by_similar_name(&self, text: &str) -> Option<TeamName> {
        // Names without letters and digits are not similar.
        let slug = Some(slug(text)).filter(|slug| !slug.is_empty());
        let known = self.by_slug.get(&slug?)?;
        (known.is_list || !is_list(text)).then_some(known.name)
    }

    fn by_last_segment(&self, text: &str) -> Option<TeamName> {
        let end = slug(last_segment(text)?);
        let named = self.by_slug.get(&end).map(|known| known.name);
        named.or_else(|| *self.by_url_end.get(&end)?)
    }

    fn by_contact(&self, text: &str) -> Option<TeamName> {
        *self.by_contact.get(&contact_key(text))?
    }

    /// Returns whether this is a contact of any team, even if several teams share it.
    pub fn has_contact(&self, text: &str) -> bool {
        self.by_contact.contains_key(&contact_key(text))
    }

    /// Returns whether teams, but no people in the map, have email addresses at a domain in lower case.
    pub fn has_contacts_at(&self, domain: &str) -> bool {
        self.domains.contains(domain)
    }

    /// Returns the team with an alias such as `team@`, which is the start of an address.
    fn by_local_part(&self, text: &str) -> Option<TeamName> {
        let (local, _) = text.split_once('@')?;
        let alias = self.by_spelling.get(&format!("{}@", local.to_lowercase()));
        alias.map(|known| known.name)
    }

    /// Returns the team of the author of a commit: of the person with this address or name, or with this address, or
    /// the login in it, among the handles and contacts of the team.
    pub fn of_author(&self, name: &str, email: &str) -> Option<TeamId> {
        let known = |map: &FxHashMap<String, Option<TeamName>>, key: &str| {
            let name = map.get(&key.to_lowercase()).copied().flatten();
            name.map(|name| name.team)
        };
        self.person(email)
            .or_else(|| self.person(name))
            .map(|person| person.team)
            .or_else(|| known(&self.by_contact, email.trim()))
            .or_else(|| known(&self.by_handle, hidden_login(email)?))
    }

    /// Returns the current spelling that an unknown name was most likely meant to be, and its team.
    pub fn suggest(&self, raw: &str) -> Option<(&str, TeamId)> {
        let spellings = || self.list.iter().flat_map(Team::spellings);
        let texts = spellings()
            .map(|spelling| spelling.value.as_str())
            .filter(|text| url_end(text).is_none());
        let near = closest_name(name_and_address(raw).map_or(raw, |(name, _)| name), texts)
            .or_else(|| {
                let end = slug(last_segment(raw)?);
                let slugs = self.list.iter().map(|team| team.id.value.as_str());
                closest_name(&end, slugs)
            })?;
        let TeamName { team, is_former } = self.find([near])?;
        let of = self.get(team);
        // Do not suggest a former name: it would be reported as well.
        let is_in_use = !is_former && url_end(raw).is_none();
        let near = if is_in_use {
            near
        } else {
            of.name_in_place_of(raw)
        };
        Some((near, team))
    }

    /// Returns whether `ancestor` is an ancestor of `team`.
    pub fn is_ancestor(&self, ancestor: TeamId, team: TeamId) -> bool {
        self.ancestors(team).any(|id| id == ancestor)
    }

    /// Follows successors to the last one. Returns the team itself if it has no successor.
    pub fn successor(&self, team: TeamId) -> TeamId {
        let next = |id: &TeamId| self.get(*id).retired.as_ref()?.successor;
        let chain = std::iter::successors(Some(team), next).take(self.list.len());
        chain.last().unwrap_or(team)
    }

    /// Returns the team, or its last successor if it is retired; `None` if that team is retired as well.
    pub fn active(&self, team: TeamId) -> Option<TeamId> {
        Some(self.successor(team)).filter(|team| self.get(*team).retired.is_none())
    }

    /// Returns the ancestors of a team, nearest first.
    pub fn ancestors(&self, team: TeamId) -> impl Iterator<Item = TeamId> {
        std::iter::successors(self.get(team).parent, |id| self.get(*id).parent)
            .take(self.list.len())
    }
}

/// Returns a handle in lower case, without `@` at the start.
pub(super) fn handle_key(handle: &str) -> String {
    handle.strip_prefix('@').unwrap_or(handle).to_lowercase()
}

/// Adds a team to the one that has a handle: the one that the other is part of, or `None` if they are not related.
fn merge(list: &[Team], known: &mut Option<TeamId>, team: TeamId) {
    *known = known.and_then(|known| common(list, known, team));
}

/// Returns the one of two teams that the other is part of; `None` if they are not related.
fn common(list: &[Team], one: TeamId, other: TeamId) -> Option<TeamId> {
    let parent = |id: &TeamId| list[id.0 as usize].parent;
    let is_in = |team: TeamId, of: TeamId| {
        let chain = std::iter::successors(Some(team), parent).take(list.len() + 1);
        chain.into_iter().any(|id| id == of)
    };
    match (is_in(other, one), is_in(one, other)) {
        (true, _) => Some(one),
        (false, true) => Some(other),
        (false, false) => None,
    }
}

/// Returns whether a name is an email address, and not a handle such as `@org/team`.
fn is_address(name: &str) -> bool {
    name.find('@').is_some_and(|at| at > 0)
}

/// Maps a key to a team, or to `None` if several teams share it.
fn share<K: Eq + Hash>(teams: &mut FxHashMap<K, Option<TeamName>>, key: K, name: TeamName) {
    let known = teams.entry(key).or_insert(Some(name));
    *known = known.filter(|known| known.team == name.team);
}
