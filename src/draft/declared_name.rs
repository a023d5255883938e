//! The forms of a declared name by which the draft of a map finds its team.

use std::collections::{BTreeMap, BTreeSet};

use super::{rule::handle_key, teams::id};
use crate::{
    config::{is_team_handle, slug, spelling_parts, url_end},
    inventory::Name,
};

/// The full form of a URL, a handle or an address, which belongs to one team only.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// The host, the path and the query of a URL.
    Url(String),
    /// The key of a handle such as `@organization/team`.
    Handle(String),
}

impl Scope {
    /// Returns the scope of a text; `None` if it is a plain name.
    pub fn of(text: &str) -> Option<Self> {
        let text = text.trim();
        if is_team_handle(text) {
            return Some(Self::Handle(handle_key(text)));
        }
        let (_, rest) = text.split_once("://").filter(|_| !text.contains(' '))?;
        // A fragment is about a part of the same page.
        let page = rest.split('#').next()?;
        url_end(text).map(|_| Self::Url(slug(page)))
    }

    /// Returns whether two scopes are of one kind, so that only one of them can be the same team.
    pub fn is_comparable(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

/// A declared name in the forms by which its team can be found.
#[derive(Debug)]
pub struct DeclaredName<'n> {
    /// All spellings.
    pub spellings: Vec<&'n str>,
    /// Its URLs and handles.
    pub scopes: BTreeSet<Scope>,
    /// The ids for its plain names.
    pub plain: Vec<String>,
    /// The ids for the last segments of its URLs and handles.
    pub ends: Vec<String>,
    /// The ids for its URLs, without the host, and its handles.
    pub paths: Vec<String>,
}

impl<'n> DeclaredName<'n> {
    /// Reads the spellings of a name.
    pub fn new(name: &'n Name) -> Self {
        let mut own = Self {
            spellings: name.spellings.iter().map(|text| text.trim()).collect(),
            scopes: BTreeSet::new(),
            plain: Vec::new(),
            ends: Vec::new(),
            paths: Vec::new(),
        };
        let parts = own.spellings.iter().flat_map(|text| spelling_parts(text));
        let parts: Vec<&str> = parts.collect();
        let scoped: Vec<&str> = parts
            .iter()
            .copied()
            .filter(|it| Scope::of(it).is_some())
            .collect();
        for part in parts {
            let key = id(&slug(part));
            // The last segments of URLs are parts as well.
            let is_end = scoped.iter().any(|it| last_segment(it) == Some(part));
            let list = match Scope::of(part) {
                Some(scope) => {
                    own.scopes.insert(scope);
                    own.paths.push(id(&slug(path(part))));
                    continue;
                }
                None if is_end => &mut own.ends,
                None => &mut own.plain,
            };
            if key != "team" {
                list.push(key);
            }
        }
        own
    }
}

/// Returns the last segments that belong to several URLs, or to several handles. They show no team.
pub fn ambiguous_ends(names: &[DeclaredName<'_>]) -> BTreeSet<String> {
    let mut scopes: BTreeMap<&String, BTreeSet<&Scope>> = BTreeMap::new();
    for name in names {
        for end in &name.ends {
            scopes.entry(end).or_default().extend(&name.scopes);
        }
    }
    let differ = |scopes: &BTreeSet<&Scope>| {
        let mut pairs = scopes.iter().zip(scopes.iter().skip(1));
        // Those of one kind are adjacent.
        pairs.any(|(one, other)| one.is_comparable(other))
    };
    scopes.retain(|_, scopes| differ(scopes));
    scopes.into_keys().cloned().collect()
}

/// Returns the last segment of a URL or a handle.
fn last_segment(text: &str) -> Option<&str> {
    let handle = || is_team_handle(text).then(|| text.rsplit('/').next())?;
    url_end(text).or_else(handle)
}

/// Returns a handle, or a URL without its host.
fn path(text: &str) -> &str {
    let of_url = text
        .split_once("://")
        .and_then(|(_, rest)| rest.split_once('/'));
    of_url.map_or(text, |(_, path)| path)
}
