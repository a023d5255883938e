use std::sync::Arc;

use bstr::{BString, ByteSlice as _};
use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::{Check, Context, removal::remove_item};
use crate::{
    advice::Fix,
    claims::{ClaimId, ClaimSource, Origin},
    config::{Map, Selector, TeamId, list_of},
    finding::Finding,
    pattern::{Pattern, PatternId},
    resolution::ResolvedRepository,
    text::Place,
    whatif::WhatIf,
};

/// A path or selector in the map, with its claims and the number of files.
#[derive(Debug)]
pub(super) struct MapEntry<'c> {
    /// The source of its claims.
    pub subject: ClaimSource,
    /// The position of the repository that it applies to; `None` for all.
    pub repository: Option<usize>,
    /// The path or selector itself.
    pub target: EntryTarget<'c>,
    /// The place in the map.
    pub place: &'c Place,
    /// Its claims, with the positions of their repositories.
    pub claims: Vec<(usize, ClaimId)>,
    /// How many files it matches. A file in several parts of a component counts for each of them.
    pub files: u64,
    /// By repository, a hash of the files that it matches, if it has braces.
    pub matched: FxHashMap<usize, u64>,
    /// Whether it matches a file of the map that git does not track yet, such as the file that `init` has just written.
    pub has_untracked_map: bool,
    /// Whether there are files on which no other claim takes precedence.
    pub is_winning: bool,
    /// Whether it also applies to repositories that are not checked, so that nothing is known of its files there.
    pub is_partly_known: bool,
}

/// What an entry selects.
#[derive(Debug, Clone, Copy)]
pub(super) enum EntryTarget<'c> {
    Path(&'c Arc<Pattern>),
    Selector(&'c Selector),
}

impl<'c> MapEntry<'c> {
    /// Returns all entries of a map, except those of expired exemptions.
    pub fn all(
        map: &'c Map,
        repositories: &[ResolvedRepository],
        what_if: &[WhatIf<'_>],
        today: Date,
    ) -> Vec<Self> {
        let mut entries = in_map(map, today);
        let positions: FxHashMap<ClaimSource, usize> = entries
            .iter()
            .enumerate()
            .map(|(at, entry)| (entry.subject, at))
            .collect();
        for (at, (repository, what_if)) in repositories.iter().zip(what_if).enumerate() {
            let untracked = untracked_map_files(map, repository);
            for entry in entries.iter_mut().filter(|entry| entry.applies_in(at)) {
                let mut untracked = untracked.iter();
                entry.has_untracked_map |= entry.pattern().is_some_and(|pattern| {
                    untracked.any(|path| pattern.matches(path.as_bstr(), false))
                });
            }
            let is_winning = winning(repository);
            // The entries with braces that each pattern belongs to.
            let mut in_braces: FxHashMap<PatternId, Vec<usize>> = FxHashMap::default();
            for (id, claim) in repository.claims.iter() {
                let Some(position) = positions.get(&ClaimSource::of(claim)) else {
                    continue;
                };
                let entry = &mut entries[*position];
                entry.claims.push((at, id));
                entry.is_winning |= is_winning[id as usize];
                match entry.pattern() {
                    Some(pattern) if pattern.alternatives().len() > 1 => {
                        let of_pattern = in_braces.entry(claim.patterns[0]).or_default();
                        of_pattern.push(*position);
                    }
                    _ => entry.files += what_if.files_of_claim(id),
                }
            }
            if !in_braces.is_empty() {
                count_in_braces(&mut entries, at, repository, &in_braces);
            }
        }
        entries
    }

    /// Returns the entry as written.
    pub fn text(&self) -> &'c str {
        match self.target {
            EntryTarget::Path(pattern) => pattern.text(),
            EntryTarget::Selector(selector) => &selector.text,
        }
    }

    /// Returns the pattern; `None` for a selector.
    pub fn pattern(&self) -> Option<&'c Pattern> {
        match self.target {
            EntryTarget::Path(pattern) => Some(pattern),
            EntryTarget::Selector(_) => None,
        }
    }

    /// Returns the owners. They are empty if the entry makes no claims or belongs to an exemption.
    pub fn owners<'r>(&self, repositories: &'r [ResolvedRepository]) -> &'r [TeamId] {
        match self.claims.first() {
            Some((at, id)) => &repositories[*at].claims.get(*id).owners,
            None => &[],
        }
    }

    /// Returns the priority of its claims; 0 if it makes none.
    pub fn priority(&self, repositories: &[ResolvedRepository]) -> i64 {
        let first = self.claims.first();
        first.map_or(0, |(at, id)| repositories[*at].claims.get(*id).priority)
    }

    /// Returns whether it applies to the repository at a position.
    pub fn applies_in(&self, repository: usize) -> bool {
        self.repository.is_none_or(|only| only == repository)
    }

    /// Returns whether it belongs to a rule, not to an exemption.
    pub fn is_of_rule(&self) -> bool {
        matches!(self.subject.origin, Origin::Rule(_))
    }

    /// Returns whether it matches no files or names no component.
    pub fn is_unmatched(&self) -> bool {
        match self.target {
            EntryTarget::Path(_) => self.files == 0 && !self.has_untracked_map,
            EntryTarget::Selector(_) => self.claims.is_empty(),
        }
    }

    /// Returns the fix that removes it from the map; `None` if a person must adapt the layout.
    pub fn removal(&self, map: &Map) -> Option<Fix> {
        let (list, others, whole) = match self.subject.origin {
            Origin::Rule(at) => {
                let rule = &map.rules[at];
                let [paths, components] = [rule.paths.len(), rule.components.len()];
                let list = match self.target {
                    EntryTarget::Path(pattern) => list_of(&rule.paths, pattern),
                    EntryTarget::Selector(_) => ("components", components),
                };
                (list, paths + components - list.1, &rule.place)
            }
            Origin::Exemption(at) => {
                let exemption = &map.exemptions[at];
                let list = list_of(&exemption.paths, self.pattern()?);
                (list, exemption.paths.len() - list.1, &exemption.place)
            }
            Origin::Declaration | Origin::OwnershipFile => return None,
        };
        remove_item(list, others, whole, self.place)
    }

    /// Returns a finding at its place.
    pub fn finding(&self, context: &Context<'_>, check: &Check, message: String) -> Finding {
        Finding {
            repository: context.name_of(self.repository),
            subject: self.text().to_owned(),
            ..check.finding(self.place.clone(), message)
        }
    }
}

fn in_map(map: &Map, today: Date) -> Vec<MapEntry<'_>> {
    let mut entries = Vec::new();
    let mut add = |origin, entry, repository, target, place| {
        entries.push(MapEntry {
            subject: ClaimSource { origin, entry },
            repository,
            target,
            place,
            claims: Vec::new(),
            files: 0,
            has_untracked_map: false,
            matched: FxHashMap::default(),
            is_winning: false,
            is_partly_known: repository.is_none() && map.is_narrowed(),
        });
    };
    for (at, rule) in map.rules.iter().enumerate() {
        let paths = rule
            .paths
            .iter()
            .map(|path| (EntryTarget::Path(&path.value), &path.place));
        let selectors = rule.components.iter();
        let selectors = selectors.map(|one| (EntryTarget::Selector(&one.value), &one.place));
        for (entry, (target, place)) in paths.chain(selectors).enumerate() {
            add(Origin::Rule(at), entry, rule.repository, target, place);
        }
    }
    let exemptions = map.exemptions.iter().enumerate();
    for (at, exemption) in exemptions.filter(|(_, one)| !one.has_expired(today)) {
        for (entry, path) in exemption.paths.iter().enumerate() {
            let origin = Origin::Exemption(at);
            let target = EntryTarget::Path(&path.value);
            add(origin, entry, exemption.repository, target, &path.place);
        }
    }
    entries
}

/// Counts the files that entries with braces match in the repository at position `at`: several alternatives of an
/// entry may match the same files.
fn count_in_braces(
    entries: &mut [MapEntry<'_>],
    at: usize,
    repository: &ResolvedRepository,
    in_braces: &FxHashMap<PatternId, Vec<usize>>,
) {
    let mut last_group = vec![0; entries.len()];
    for (number, group) in (1..).zip(repository.resolved.groups()) {
        let patterns = group.patterns.iter();
        for position in patterns.filter_map(|id| in_braces.get(id)).flatten() {
            if std::mem::replace(&mut last_group[*position], number) != number {
                let entry = &mut entries[*position];
                entry.files += group.files;
                let matched = entry.matched.entry(at).or_default();
                *matched = mix(*matched, number);
            }
        }
    }
}

/// Adds a number to a hash.
pub(super) fn mix(so_far: u64, more: u64) -> u64 {
    (so_far.rotate_left(5) ^ more).wrapping_mul(0x517c_c1b7_2722_0a95)
}

/// Returns the paths of the map's files in a repository that are not listed there. An untracked map has the same findings
/// as it will have when git tracks it.
pub(super) fn untracked_map_files(map: &Map, repository: &ResolvedRepository) -> Vec<BString> {
    let below = map.files.iter();
    let below = below.filter_map(|file| file.strip_prefix(&repository.root).ok());
    let paths = below.filter_map(|path| Some(BString::from(<[u8]>::from_path(path)?)));
    paths
        .filter(|path| repository.listing.files.find(path.as_bstr()).is_none())
        .collect()
}

/// Returns, for each claim, whether there is a file on which no other claim takes precedence.
fn winning(repository: &ResolvedRepository) -> Vec<bool> {
    let mut is_winning = vec![false; repository.claims.iter().count()];
    for group in repository.resolved.groups() {
        for claim in &group.resolution.winning {
            is_winning[*claim as usize] = true;
        }
    }
    is_winning
}
