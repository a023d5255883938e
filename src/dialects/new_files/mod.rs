//! Whether files that are not there yet will get the owners that the map gives them: the languages of
//! the map's patterns and of the lines that were written, compared kind by kind of path.
//!
//! Compared are all paths of names that consist of ASCII characters or stand in some pattern, except
//! below what is a file today. Components and their declarations are taken as they are today.

mod kinds;
mod names;
mod shape;
mod walk;

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Dialect, Difference, Ownership, Tree, Written, glob::Glob};
use crate::{
    claims::ClaimId,
    config::TeamId,
    resolution::{Resolver, Verdict},
    text::quoted,
};
pub(super) use kinds::Kinds;

/// What is known of files that are not there yet.
#[derive(Debug, Default)]
pub struct NewFiles {
    /// A file for each way in which the forge would say something else than the map.
    pub differences: Vec<Difference>,
    /// Whether there are no other ways.
    pub is_complete: bool,
}

/// What the map says of a kind of path.
struct Wanted {
    owners: BTreeSet<String>,
    standing: Vec<ClaimId>,
}

/// Compares what was written with the map; nothing where the dialect's lines are no patterns. What
/// claims conflict about is left out.
pub fn compare_new_files(
    dialect: &Dialect,
    ownership: &Ownership<'_>,
    written: &Written,
) -> Option<NewFiles> {
    let files = written.files.iter();
    let files = files.map(|(path, text)| (path.clone(), text.clone().into_bytes()));
    let entries = (dialect.entries?)(&Tree::in_memory(files));
    let globs: Option<Vec<(&Glob, u32)>> = entries
        .iter()
        .map(|entry| Some((&entry.glob, u32::try_from(entry.section).ok()?)))
        .collect();
    let claims = &ownership.repository.claims;
    let mut map = MapAnswers {
        ownership,
        dialect,
        resolver: Resolver::new(claims, ownership.teams()),
        known: FxHashMap::default(),
        is_complete: true,
    };
    let mut seen: FxHashSet<(Vec<ClaimId>, Vec<u32>)> = FxHashSet::default();
    let mut differences = Vec::new();
    let is_complete = kinds::walk(ownership, globs?.into_iter(), |path, of_map, lines| {
        let Some(wanted) = map.says(of_map) else {
            return;
        };
        let entries = || lines.iter().map(|line| &entries[*line as usize]);
        let answered = || entries().flat_map(|entry| &entry.owners);
        let mut expected = wanted.owners.iter();
        let is_same = answered().all(|owner| wanted.owners.contains(owner))
            && expected.all(|owner| answered().any(|one| one == owner));
        if !is_same && seen.insert((wanted.standing.clone(), lines.to_vec())) {
            let place = wanted.standing.first();
            differences.push(Difference {
                path: path.to_owned(),
                expected: wanted.owners.clone(),
                answered: answered().cloned().collect(),
                place: place.map(|claim| claims.get(*claim).place.clone()),
                rules: entries().map(|entry| entry.place.clone()).collect(),
            });
        }
    })?;
    Some(NewFiles {
        differences,
        is_complete: is_complete && map.is_complete,
    })
}

/// What the map says.
struct MapAnswers<'o> {
    ownership: &'o Ownership<'o>,
    dialect: &'o Dialect,
    resolver: Resolver<'o>,
    known: FxHashMap<Box<[u32]>, Option<Wanted>>,
    is_complete: bool,
}

impl MapAnswers<'_> {
    /// What it says where these patterns match; nothing where claims conflict.
    fn says(&mut self, patterns: &[u32]) -> Option<&Wanted> {
        if !self.known.contains_key(patterns) {
            let resolved = self.resolver.resolve(patterns);
            self.is_complete &= resolved.is_ok();
            let decided = resolved
                .ok()
                .filter(|it| it.verdict != Verdict::Conflicting);
            let wanted = decided.map(|resolution| Wanted {
                owners: self.handles(&resolution.owners),
                standing: resolution.winning,
            });
            self.known.insert(patterns.into(), wanted);
        }
        self.known[patterns].as_ref()
    }

    fn handles(&self, owners: &[TeamId]) -> BTreeSet<String> {
        let handles = owners.iter().flat_map(|team| {
            // A team that owns nothing today needs no handle yet.
            let handles = self.ownership.handles(&[*team], self.dialect.handle_key());
            handles.unwrap_or_else(|_| {
                let team = self.ownership.teams().get(*team);
                vec![format!("{} (no handle)", quoted(&team.id.value))]
            })
        });
        handles.collect()
    }
}
