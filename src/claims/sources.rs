//! Everything that makes claims, by source.

use std::sync::Arc;

use bstr::BString;
use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::{Claim, ClaimId, Claims, Heard, Origin};
use crate::{
    config::{Map, Policy, Rule, Spanned, TeamId},
    inventory::Component,
    pattern::Pattern,
};

impl Claims {
    /// All claims on the repository at position `repository` of the
    /// map. `heard` goes with `components`. Exemptions that ended before `today` claim nothing.
    pub fn new(
        map: &Map,
        repository: usize,
        components: &[Component],
        heard: &[Heard],
        today: Date,
    ) -> Self {
        let ground = Ground {
            map,
            repository,
            components,
            heard,
            today,
        };
        let mut claims = Self::default();
        for source in SOURCES {
            source(&ground, &mut claims);
        }
        claims
    }
}

/// What claims on one repository are made of.
struct Ground<'g> {
    map: &'g Map,
    /// By its position in the map.
    repository: usize,
    components: &'g [Component],
    /// Goes with `components`.
    heard: &'g [Heard],
    today: Date,
}

/// All sources, in the order of their claims.
const SOURCES: [fn(&Ground<'_>, &mut Claims); 3] = [rules, exemptions, declarations];

impl Ground<'_> {
    /// Whether an entry of the map is about the repository.
    fn is_for(&self, repository: Option<usize>) -> bool {
        repository.is_none_or(|of| of == self.repository)
    }
}

fn rules(ground: &Ground<'_>, claims: &mut Claims) {
    for (at, rule) in ground.map.rules.iter().enumerate() {
        if ground.is_for(rule.repository) {
            add_rule(claims, at, rule, ground.components);
        }
    }
}

fn add_rule(claims: &mut Claims, at: usize, rule: &Rule, components: &[Component]) {
    let origin = Origin::Rule(at);
    let owners: Vec<TeamId> = rule.owners.iter().map(|owner| owner.value).collect();
    add_paths(claims, origin, &owners, rule.priority, &rule.paths);
    for (selector, entry) in rule.components.iter().zip(rule.paths.len()..) {
        let name = Arc::clone(&selector.value.name);
        for (component, id) in components.iter().zip(0..) {
            if selector.value.matches(component.kind, &component.name) {
                let patterns = claims.footprint(id, component);
                claims.add(Claim {
                    origin,
                    entry,
                    owners: owners.clone(),
                    patterns,
                    component: Some(id),
                    priority: rule.priority,
                    default_for: (!selector.value.is_exact()).then(|| Arc::clone(&name)),
                    about: selector.value.text.clone(),
                    place: selector.place.clone(),
                    further: Vec::new(),
                });
            }
        }
    }
}

fn exemptions(ground: &Ground<'_>, claims: &mut Claims) {
    for (at, exemption) in ground.map.exemptions.iter().enumerate() {
        if !ground.is_for(exemption.repository) || exemption.has_expired(ground.today) {
            continue;
        }
        add_paths(claims, Origin::Exemption(at), &[], 0, &exemption.paths);
    }
}

/// What the paths of a rule or an exemption claim.
fn add_paths(
    claims: &mut Claims,
    origin: Origin,
    owners: &[TeamId],
    priority: i64,
    paths: &[Spanned<Arc<Pattern>>],
) {
    for (entry, path) in paths.iter().enumerate() {
        let pattern = claims.add_pattern(Arc::clone(&path.value));
        claims.add(Claim {
            origin,
            entry,
            owners: owners.to_vec(),
            patterns: vec![pattern],
            component: None,
            priority,
            default_for: None,
            about: path.value.text().to_string(),
            place: path.place.clone(),
            further: Vec::new(),
        });
    }
}

fn declarations(ground: &Ground<'_>, claims: &mut Claims) {
    let repository = &ground.map.repositories[ground.repository];
    // What lies in the very same files as something else declares with it, not against it.
    let mut joint: FxHashMap<(&str, &[BString]), ClaimId> = FxHashMap::default();
    for ((component, heard), id) in ground.components.iter().zip(ground.heard).zip(0..) {
        let Some((first, further)) = heard.statements.split_first() else {
            continue;
        };
        if repository.policy(component.detector) != Policy::Trust {
            continue;
        }
        let next = claims.next_id();
        let with = *joint
            .entry((component.detector, &component.footprint))
            .or_insert(next);
        if with != next {
            claims.add_owners(with, &heard.owners);
            continue;
        }
        let further = further.iter().map(|statement| statement.place.clone());
        let patterns = claims.footprint(id, component);
        claims.add(Claim {
            origin: Origin::Declaration,
            entry: id as usize,
            owners: heard.owners.clone(),
            patterns,
            component: Some(id),
            priority: 0,
            default_for: None,
            about: component.id(),
            place: first.place.clone(),
            further: further.collect(),
        });
    }
}
