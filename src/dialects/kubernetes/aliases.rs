use std::{collections::BTreeSet, sync::Arc};

use rustc_hash::{FxHashMap, FxHashSet};

use super::parse::{self, document, is_blank, login, not_a_login, uncertain};
use crate::{
    claims::GroupDefinition,
    dialects::FileProblem,
    prow::{Fault, Json, JsonContent, Target, is_field, to_json},
    text::{Place, Source, Typos, closest_name, quoted},
};

/// The key that contains all aliases.
const FIELD: &str = "aliases";

const DUPLICATE: &str = "an alias is written in two ways, and any of the lists may count";

/// The aliases: names for several people.
#[derive(Debug, Default)]
pub(super) struct Aliases(FxHashMap<String, Arc<GroupDefinition>>);

impl Aliases {
    /// Parses `OWNERS_ALIASES`; returns no aliases if any part of the file is invalid.
    ///
    /// Versions of Prow differ: in newer ones, an alias may be a mapping, of which the keys count, and an item that is not
    /// text ends the list of aliases, which is in no particular order.
    pub fn parse(source: &Arc<Source>, problems: &mut Vec<FileProblem>) -> Self {
        let mut duplicates = Vec::new();
        let Some(value) = document(source, problems) else {
            return Self::default();
        };
        let json = to_json(&value, Target::AliasFile, &mut duplicates);
        let mut unsure = duplicates.first().map(|span| (*span, DUPLICATE.to_owned()));
        let aliases = json.and_then(|json| Self::read(source, &json, &mut unsure, problems));
        if let Some((span, reason)) = unsure {
            problems.push(FileProblem::new(source, span, uncertain(&reason)));
        }
        aliases.unwrap_or_else(|(span, message)| {
            let message = format!("{message}: the whole file is ignored");
            problems.push(FileProblem::new(source, span, message));
            Self::default()
        })
    }

    /// Reads aliases from JSON; sets `unsure` to the first reason why another version of Prow may read others.
    fn read(
        source: &Arc<Source>,
        json: &Json,
        unsure: &mut Option<Fault>,
        problems: &mut Vec<FileProblem>,
    ) -> Result<Self, Fault> {
        let mut aliases: FxHashMap<String, (Vec<String>, Place)> = FxHashMap::default();
        let entries = json.entries()?;
        if let Some(first) = entries.first()
            && !entries.iter().any(|entry| is_field(FIELD, &entry.key))
        {
            let keys = entries.iter().map(|entry| entry.key.as_str());
            let meant = closest_name(FIELD, keys);
            let entry = entries
                .iter()
                .find(|entry| Some(entry.key.as_str()) == meant);
            let entry = entry.unwrap_or(first);
            let message = match meant {
                Some(_) => format!(
                    "unknown key {} is ignored; did you mean `{FIELD}`?",
                    quoted(&entry.key)
                ),
                None => format!(
                    "the file defines no aliases, because they are not under the key `{FIELD}`"
                ),
            };
            problems.push(FileProblem::new(source, entry.key_span, message));
        }
        for entry in entries {
            if !is_field(FIELD, &entry.key) {
                continue;
            }
            if matches!(entry.value.content, JsonContent::Null) {
                aliases.clear();
            }
            for alias in entry.value.entries()? {
                let Some(members) = members(source, &alias.value, unsure, problems)? else {
                    continue;
                };
                let place = Place::Text(Arc::clone(source), alias.key_span);
                let known = aliases.insert(login(&alias.key), (members, place));
                if known.is_some() {
                    unsure.get_or_insert((alias.key_span, DUPLICATE.to_owned()));
                }
            }
        }
        let siblings: Arc<BTreeSet<String>> = Arc::new(aliases.keys().cloned().collect());
        let defined = aliases.into_iter().map(|(name, (members, place))| {
            let siblings = Arc::clone(&siblings);
            let definition = GroupDefinition {
                members,
                siblings,
                place,
            };
            (name, Arc::new(definition))
        });
        Ok(Self(defined.collect()))
    }

    /// Returns logins with their aliases expanded as Prow does it: in the order of names, so that a member that is an
    /// alias itself is expanded only if it is also one of `logins` and comes later.
    pub fn expand(&self, logins: &BTreeSet<String>) -> BTreeSet<String> {
        let mut expanded = logins.clone();
        for login in logins {
            // Prow normalizes names once more to look for an alias.
            if let Some(alias) = self.definition(login) {
                expanded.remove(login);
                expanded.extend(alias.members.iter().cloned());
            }
        }
        expanded
    }

    /// Returns the alias with this name.
    pub fn definition(&self, login: &str) -> Option<&Arc<GroupDefinition>> {
        self.0.get(&parse::login(login))
    }

    /// Returns what finds the alias of which a login is probably a misspelling. Members of aliases are real logins.
    pub fn typos<'a>(&'a self) -> impl Fn(&str) -> Option<&'a str> {
        let names = self.0.keys().map(|name| (name.clone(), name.as_str()));
        let mut names: Vec<(String, &str)> = names.collect();
        names.sort_unstable();
        let typos = Typos::new(names);
        let members = self.0.values().flat_map(|alias| &alias.members);
        let members: FxHashSet<&str> = members.map(String::as_str).collect();
        move |login| {
            let is_unknown = self.definition(login).is_none() && !members.contains(login);
            typos.find(login).copied().filter(|_| is_unknown)
        }
    }

    /// Returns the names of the aliases, each with its members.
    #[cfg(test)]
    pub fn iter(&self) -> impl Iterator<Item = (String, BTreeSet<String>)> {
        let aliases = self.0.iter();
        aliases.map(|(name, alias)| (name.clone(), alias.members.iter().cloned().collect()))
    }

    /// Returns the first alias, by name, that expands to exactly these logins.
    pub fn of(&self, logins: &BTreeSet<String>) -> Option<&str> {
        let expands = |alias: &&String| self.expand(&BTreeSet::from([(*alias).clone()])) == *logins;
        self.0.keys().filter(expands).min().map(String::as_str)
    }
}

/// Returns the members of an alias. A blank one is reported, but still counts. Returns `None` if new versions of Prow
/// ignore the alias.
fn members(
    source: &Arc<Source>,
    json: &Json,
    unsure: &mut Option<Fault>,
    problems: &mut Vec<FileProblem>,
) -> Result<Option<Vec<String>>, Fault> {
    let items = match &json.content {
        JsonContent::Null => &[][..],
        JsonContent::List(items) => items,
        JsonContent::Mapping(entries) => {
            let reason = "older versions ignore all aliases if one is a mapping";
            unsure.get_or_insert((json.span, reason.to_owned()));
            let keys = entries.iter().map(|entry| login(&entry.key));
            return Ok(Some(keys.collect()));
        }
        _ => return Err(json.unexpected("a list")),
    };
    let mut members = Some(Vec::new());
    for item in items {
        match &item.content {
            JsonContent::Text { text, is_converted } => {
                if *is_converted {
                    let reason = "newer versions do not accept a number or boolean as a name";
                    unsure.get_or_insert((item.span, reason.to_owned()));
                }
                if is_blank(&login(text)) {
                    problems.push(FileProblem::new(source, item.span, "the name is empty"));
                }
                if let Some(message) = not_a_login(text) {
                    problems.push(FileProblem::new(source, item.span, message));
                }
                if let Some(members) = &mut members {
                    members.push(login(text));
                }
            }
            JsonContent::Null => {
                let reason = "newer versions do not accept an empty item in an alias";
                unsure.get_or_insert((item.span, reason.to_owned()));
                members = None;
            }
            _ => return Err(item.unexpected("a name")),
        }
    }
    Ok(members)
}
