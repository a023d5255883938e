//! Creates the claims of rules, exemptions and declarations, in this order.

use std::sync::Arc;

use bstr::BString;
use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::{Claim, ClaimId, Claims, Origin, ResolvedDeclarations};
use crate::{
    config::{Map, Policy, Repository, Rule, Spanned, TeamId},
    inventory::Component,
    pattern::Pattern,
};

impl Claims {
    /// Returns all claims on the repository at position `repository` in the map. `resolved_declarations`
    /// has one entry for each of `components`. Exemptions that ended before `today` make no claims.
    pub fn new(
        map: &Map,
        repository: usize,
        components: &[Component],
        resolved_declarations: &[ResolvedDeclarations],
        today: Date,
    ) -> Self {
        let mut claims = Self::default();
        let is_here = |of: Option<usize>| of.is_none_or(|of| of == repository);
        let rules = map.rules.iter().enumerate();
        for (at, rule) in rules.filter(|(_, rule)| is_here(rule.repository)) {
            add_rule(&mut claims, at, rule, components);
        }
        for (at, exemption) in map.exemptions.iter().enumerate() {
            if is_here(exemption.repository) && !exemption.has_expired(today) {
                let origin = Origin::Exemption(at);
                let priority = priority_of(exemption.priority.as_ref());
                add_paths(&mut claims, origin, &[], priority, &exemption.paths);
            }
        }
        add_declarations(
            &mut claims,
            &map.repositories[repository],
            components,
            resolved_declarations,
        );
        claims
    }
}

/// Returns the priority of claims, which is 0 unless the map sets it.
fn priority_of(priority: Option<&Spanned<i64>>) -> i64 {
    priority.map_or(0, |priority| priority.value)
}

fn add_rule(claims: &mut Claims, at: usize, rule: &Rule, components: &[Component]) {
    let origin = Origin::Rule(at);
    let owners: Vec<TeamId> = rule.owners.iter().map(|owner| owner.value).collect();
    let priority = priority_of(rule.priority.as_ref());
    add_paths(claims, origin, &owners, priority, &rule.paths);
    for (selector, entry) in rule.components.iter().zip(rule.paths.len()..) {
        let alternatives = selector.value.split();
        let is_alternative = alternatives.len() > 1;
        for one in alternatives {
            for (component, id) in components.iter().zip(0..) {
                if one.matches(component.kind, &component.name) {
                    let patterns = claims.patterns_of(id, component);
                    claims.add(Claim {
                        origin,
                        entry,
                        owners: owners.clone(),
                        patterns,
                        component: Some(id),
                        priority,
                        default_for: (!one.is_exact()).then(|| Arc::clone(&one.name)),
                        about: one.text.clone(),
                        is_alternative,
                        place: selector.place.clone(),
                        further: Vec::new(),
                        filed: None,
                    });
                }
            }
        }
    }
}

/// Adds a claim for each path in a rule or an exemption, and for each alternative in its braces.
fn add_paths(
    claims: &mut Claims,
    origin: Origin,
    owners: &[TeamId],
    priority: i64,
    paths: &[Spanned<Arc<Pattern>>],
) {
    for (entry, path) in paths.iter().enumerate() {
        let alternatives = path.value.split();
        let is_alternative = alternatives.len() > 1;
        for one in alternatives {
            let about = one.text().to_string();
            let pattern = claims.add_pattern(one);
            claims.add(Claim {
                origin,
                entry,
                owners: owners.to_vec(),
                patterns: vec![pattern],
                component: None,
                priority,
                default_for: None,
                about,
                is_alternative,
                place: path.place.clone(),
                further: Vec::new(),
                filed: None,
            });
        }
    }
}

fn add_declarations(
    claims: &mut Claims,
    repository: &Repository,
    components: &[Component],
    resolved_declarations: &[ResolvedDeclarations],
) {
    // Components with exactly the same files add to one claim instead of conflicting.
    let mut joint: FxHashMap<(&str, &[BString]), ClaimId> = FxHashMap::default();
    for ((component, resolved_declarations), id) in
        components.iter().zip(resolved_declarations).zip(0..)
    {
        let Some((first, further)) = resolved_declarations.statements.split_first() else {
            continue;
        };
        if repository.policy(component.detector) != Policy::Trust {
            continue;
        }
        let next = claims.next_id();
        let shared = *joint
            .entry((component.detector, &component.paths))
            .or_insert(next);
        let further = further.iter().map(|statement| statement.place.clone());
        let patterns = claims.patterns_of(id, component);
        let claim = Claim {
            origin: Origin::Declaration,
            entry: id as usize,
            owners: resolved_declarations.owners.clone(),
            patterns,
            component: Some(id),
            priority: 0,
            default_for: None,
            about: component.id(),
            is_alternative: false,
            place: first.place.clone(),
            further: further.collect(),
            filed: None,
        };
        match shared == next {
            true => claims.add(claim),
            false => claims.join(shared, claim),
        }
    }
}
