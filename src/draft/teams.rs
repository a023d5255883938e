use std::collections::BTreeMap;

use super::rule::lower;
use crate::{
    config::{name_and_mail, slug, spelling_parts},
    dialects::{Answers, Dialect},
    inventory::Name,
};

/// The teams of a draft; names with the same slug become one team.
#[derive(Debug, Default)]
pub struct DraftTeams {
    list: Vec<DraftTeam>,
    by_slug: BTreeMap<String, usize>,
    by_handle: BTreeMap<String, usize>,
}

/// A team of a draft.
#[derive(Debug, Default)]
pub struct DraftTeam {
    /// Its id.
    pub id: String,
    /// Its names in declarations.
    pub aliases: Vec<String>,
    /// Its handles in ownership files, with their dialects.
    pub handles: Vec<(&'static Dialect, String)>,
    /// Its email address.
    pub email: Option<String>,
}

impl DraftTeams {
    /// Adds all owners of an ownership file.
    pub fn add_owners(&mut self, dialect: &'static Dialect, answers: &Answers) {
        let all = (0..answers.len()).flat_map(|at| &answers.of(at).owners);
        all.for_each(|owner| self.add_handle(dialect, owner));
    }

    /// Adds an owner of an ownership file. Two handles of one dialect are always two teams.
    pub fn add_handle(&mut self, dialect: &'static Dialect, handle: &str) {
        if self.by_handle.contains_key(&lower(handle)) {
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
            None => self.add(&short, &id(&slug(handle))),
        };
        let team = &mut self.list[at];
        if dialect.forge.is_none() {
            let mail = name_and_mail(handle).map(|(_, mail)| mail);
            let mail = mail.filter(|mail| !mail.is_empty()).unwrap_or(handle);
            team.email = Some(mail.to_owned());
        }
        team.handles.push((dialect, handle.to_owned()));
        self.by_handle.insert(lower(handle), at);
    }

    /// Adds a team that a component declares, with all spellings of its name.
    pub fn add_name(&mut self, name: &Name) {
        let spellings = || name.spellings.iter().map(|text| text.trim());
        let keys = || {
            let parts = spellings().flat_map(spelling_parts);
            parts
                .map(|part| id(&slug(part)))
                .filter(|key| key != "team")
        };
        let known = keys().find_map(|key| self.by_slug.get(&key).copied());
        // People mostly use the shortest spelling.
        let Some(shortest) = keys().min_by_key(String::len) else {
            return;
        };
        let at = known.unwrap_or_else(|| self.add(&shortest, &shortest));
        for spelling in spellings() {
            let whole = slug(spelling);
            if *self.by_slug.entry(whole).or_insert(at) != at {
                continue;
            }
            let team = &mut self.list[at];
            if spelling != team.id && !team.aliases.iter().any(|alias| alias == spelling) {
                team.aliases.push(spelling.to_owned());
            }
        }
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
        self.list.push(DraftTeam {
            id,
            ..DraftTeam::default()
        });
        at
    }

    /// Returns the id of the team with this handle.
    pub fn of_handle(&self, handle: &str) -> Option<&str> {
        let at = *self.by_handle.get(&lower(handle))?;
        Some(&self.list[at].id)
    }

    /// Returns all teams, sorted by id.
    pub fn sorted(&self) -> Vec<&DraftTeam> {
        let mut teams: Vec<&DraftTeam> = self.list.iter().collect();
        teams.sort_by(|a, b| a.id.cmp(&b.id));
        teams
    }
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

/// The maximum length of an id: longer ones are unreadable, and YAML limits the length of keys.
const MAX_ID: usize = 100;

/// Returns an id that the map allows.
fn id(slug: &str) -> String {
    let allowed = |char: &char| char.is_ascii_lowercase() || char.is_ascii_digit() || *char == '-';
    let id: String = slug.chars().filter(allowed).take(MAX_ID).collect();
    match id.trim_matches('-') {
        "" => "team".to_owned(),
        id => id.to_owned(),
    }
}
