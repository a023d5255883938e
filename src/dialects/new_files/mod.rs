//! Checks that new files will get the owners that the map gives them: compares the map's patterns with the
//! generated lines, one kind of path at a time.
//!
//! It compares all paths with names that consist of ASCII characters or occur in a pattern, except below
//! existing files. Components and their declarations are used as they exist now.

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

/// The result for files that don't exist yet.
#[derive(Debug, Default)]
pub struct NewFiles {
    /// One example file for each difference between the forge and the map.
    pub differences: Vec<Difference>,
    /// Whether these are all differences.
    pub is_complete: bool,
}

/// The owners of a kind of path by the map.
struct ByMap {
    owners: BTreeSet<String>,
    standing: Vec<ClaimId>,
}

/// Compares the written files with the map; returns `None` if the dialect does not consist of patterns.
/// Paths with conflicting claims are skipped.
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
    let is_complete = kinds::walk(ownership, globs?.into_iter(), |path, in_map, lines| {
        let Some(by_map) = map.owners(in_map) else {
            return;
        };
        let entries = || lines.iter().map(|line| &entries[*line as usize]);
        let answered = || entries().flat_map(|entry| &entry.owners);
        let mut expected = by_map.owners.iter();
        let is_same = answered().all(|owner| by_map.owners.contains(owner))
            && expected.all(|owner| answered().any(|one| one == owner));
        if !is_same && seen.insert((by_map.standing.clone(), lines.to_vec())) {
            let place = by_map.standing.first();
            differences.push(Difference {
                path: path.to_owned(),
                expected: by_map.owners.clone(),
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

/// Resolves owners by the map.
struct MapAnswers<'o> {
    ownership: &'o Ownership<'o>,
    dialect: &'o Dialect,
    resolver: Resolver<'o>,
    known: FxHashMap<Box<[u32]>, Option<ByMap>>,
    is_complete: bool,
}

impl MapAnswers<'_> {
    /// Returns the owners where these patterns match; `None` if claims conflict.
    fn owners(&mut self, patterns: &[u32]) -> Option<&ByMap> {
        if !self.known.contains_key(patterns) {
            let resolved = self.resolver.resolve(patterns);
            self.is_complete &= resolved.is_ok();
            let decided = resolved
                .ok()
                .filter(|it| it.verdict != Verdict::Conflicting);
            let by_map = decided.map(|resolution| ByMap {
                owners: self.handles(&resolution.owners),
                standing: resolution.winning,
            });
            self.known.insert(patterns.into(), by_map);
        }
        self.known[patterns].as_ref()
    }

    fn handles(&self, owners: &[TeamId]) -> BTreeSet<String> {
        let handles = owners.iter().flat_map(|team| {
            // A team without files needs no handle yet.
            let handles = self.ownership.handles(&[*team], self.dialect.handle_key());
            handles.unwrap_or_else(|_| {
                let team = self.ownership.teams().get(*team);
                vec![format!("{} (no handle)", quoted(&team.id.value))]
            })
        });
        handles.collect()
    }
}
