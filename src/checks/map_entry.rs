use std::sync::Arc;

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::{Check, Context};
use crate::{
    claims::{ClaimId, Origin},
    config::{Map, Selector, TeamId},
    finding::Finding,
    pattern::Pattern,
    resolution::ResolvedRepository,
    text::Place,
    whatif::{ClaimSource, WhatIf},
};

/// One path or selector of the map, and what has come of it.
#[derive(Debug)]
pub(super) struct MapEntry<'c> {
    /// What makes its claims.
    pub subject: ClaimSource,
    /// The repository (by position) it is for; nothing for all of them.
    pub repository: Option<usize>,
    /// What it says.
    pub says: EntryTarget<'c>,
    /// Where.
    pub place: &'c Place,
    /// Its claims, with the positions of their repositories.
    pub claims: Vec<(usize, ClaimId)>,
    /// How many files it matches; those in several parts of a component count as often.
    pub files: u64,
    /// Whether there are files on which nothing is stronger.
    pub stands: bool,
}

/// What an entry is about.
#[derive(Debug, Clone, Copy)]
pub(super) enum EntryTarget<'c> {
    Path(&'c Arc<Pattern>),
    Selector(&'c Selector),
}

impl<'c> MapEntry<'c> {
    /// All entries of a map, but for exemptions that have expired.
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
            let stands = standing(repository);
            for (id, claim) in repository.claims.iter() {
                let Some(entry) = positions.get(&ClaimSource::of(claim)) else {
                    continue;
                };
                let entry = &mut entries[*entry];
                entry.claims.push((at, id));
                entry.files += what_if.files_of_claim(id);
                entry.stands |= stands[id as usize];
            }
        }
        entries
    }

    /// As written.
    pub fn text(&self) -> &'c str {
        match self.says {
            EntryTarget::Path(pattern) => pattern.text(),
            EntryTarget::Selector(selector) => &selector.text,
        }
    }

    /// The pattern, if it is a path.
    pub fn pattern(&self) -> Option<&'c Pattern> {
        match self.says {
            EntryTarget::Path(pattern) => Some(pattern),
            EntryTarget::Selector(_) => None,
        }
    }

    /// Whose it is; nobody's if it makes no claims, or is one of an exemption.
    pub fn owners<'r>(&self, repositories: &'r [ResolvedRepository]) -> &'r [TeamId] {
        match self.claims.first() {
            Some((at, id)) => &repositories[*at].claims.get(*id).owners,
            None => &[],
        }
    }

    /// Whether it is for the repository at a position.
    pub fn applies_in(&self, repository: usize) -> bool {
        self.repository.is_none_or(|only| only == repository)
    }

    /// Whether it is one of a rule, not of an exemption.
    pub fn is_of_rule(&self) -> bool {
        matches!(self.subject.origin, Origin::Rule(_))
    }

    /// Whether it matches nothing, or names no component.
    pub fn is_dead(&self) -> bool {
        match self.says {
            EntryTarget::Path(_) => self.files == 0,
            EntryTarget::Selector(_) => self.claims.is_empty(),
        }
    }

    /// A finding at its place.
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
    let mut add = |origin, entry, repository, says, place| {
        entries.push(MapEntry {
            subject: ClaimSource { origin, entry },
            repository,
            says,
            place,
            claims: Vec::new(),
            files: 0,
            stands: false,
        });
    };
    for (at, rule) in map.rules.iter().enumerate() {
        let paths = rule
            .paths
            .iter()
            .map(|path| (EntryTarget::Path(&path.value), &path.place));
        let selectors = rule.components.iter();
        let selectors = selectors.map(|one| (EntryTarget::Selector(&one.value), &one.place));
        for (entry, (says, place)) in paths.chain(selectors).enumerate() {
            add(Origin::Rule(at), entry, rule.repository, says, place);
        }
    }
    let exemptions = map.exemptions.iter().enumerate();
    for (at, exemption) in exemptions.filter(|(_, one)| !one.has_expired(today)) {
        for (entry, path) in exemption.paths.iter().enumerate() {
            let origin = Origin::Exemption(at);
            let says = EntryTarget::Path(&path.value);
            add(origin, entry, exemption.repository, says, &path.place);
        }
    }
    entries
}

/// By claim: whether there is a file on which nothing is stronger.
fn standing(repository: &ResolvedRepository) -> Vec<bool> {
    let mut stands = vec![false; repository.claims.iter().count()];
    for group in repository.resolved.groups() {
        for claim in &group.resolution.winning {
            stands[*claim as usize] = true;
        }
    }
    stands
}
