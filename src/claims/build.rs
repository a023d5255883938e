use std::sync::Arc;

use jiff::civil::Date;

use super::{Claim, Heard, Origin};
use crate::{
    config::{Map, Policy, Rule},
    inventory::Component,
    pattern::{Pattern, PatternId},
};

/// A claim, by its position in [`Claims`].
pub type ClaimId = u32;

/// A component, by its position in the repository's list.
pub type ComponentId = u32;

/// All claims on one repository, and the patterns they are about.
#[derive(Debug, Default)]
pub struct Claims {
    claims: Vec<Claim>,
    patterns: Vec<Arc<Pattern>>,
    /// By pattern: the claims about it.
    by_pattern: Vec<Vec<ClaimId>>,
    /// By pattern: the component whose footprint it belongs to.
    components: Vec<Option<ComponentId>>,
    /// By component: the patterns of its footprint.
    footprints: Vec<Vec<PatternId>>,
}

impl Claims {
    /// All claims of the map and of declarations on the repository at position `repository` of the
    /// map. `heard` goes with `components`. Exemptions that ended before `today` claim nothing.
    pub fn new(
        map: &Map,
        repository: usize,
        components: &[Component],
        heard: &[Heard],
        today: Date,
    ) -> Self {
        let mut claims = Self::default();
        for (component, id) in components.iter().zip(0..) {
            let footprint = component
                .footprint
                .iter()
                .map(|pattern| claims.add_pattern(Arc::clone(pattern), Some(id)))
                .collect();
            claims.footprints.push(footprint);
        }
        let applies = |of: Option<usize>| of.is_none_or(|of| of == repository);
        for (at, rule) in map.rules.iter().enumerate() {
            if applies(rule.repository) {
                claims.add_rule(at, rule, components);
            }
        }
        for (at, exemption) in map.exemptions.iter().enumerate() {
            if !applies(exemption.repository) || exemption.has_expired(today) {
                continue;
            }
            for path in &exemption.paths {
                let pattern = claims.add_pattern(Arc::clone(&path.value), None);
                claims.add(Claim {
                    origin: Origin::Exemption(at),
                    owners: Vec::new(),
                    patterns: vec![pattern],
                    component: None,
                    priority: 0,
                    default_for: None,
                    about: path.value.text().to_string(),
                    place: path.place.clone(),
                });
            }
        }
        let policy = |detector| map.repositories[repository].policy(detector);
        for ((component, heard), id) in components.iter().zip(heard).zip(0..) {
            let Some(place) = &heard.place else {
                continue;
            };
            if policy(component.detector) != Policy::Trust || heard.owners.is_empty() {
                continue;
            }
            claims.add(Claim {
                origin: Origin::Declaration,
                owners: heard.owners.clone(),
                patterns: claims.footprints[id as usize].clone(),
                component: Some(id),
                priority: 0,
                default_for: None,
                about: component.id(),
                place: place.clone(),
            });
        }
        claims
    }

    fn add_rule(&mut self, at: usize, rule: &Rule, components: &[Component]) {
        let claim = Claim {
            origin: Origin::Rule(at),
            owners: rule.owners.iter().map(|owner| owner.value).collect(),
            patterns: Vec::new(),
            component: None,
            priority: rule.priority,
            default_for: None,
            about: String::new(),
            place: rule.place.clone(),
        };
        for path in &rule.paths {
            let pattern = self.add_pattern(Arc::clone(&path.value), None);
            self.add(Claim {
                patterns: vec![pattern],
                about: path.value.text().to_string(),
                place: path.place.clone(),
                ..claim.clone()
            });
        }
        for selector in &rule.components {
            let name = Arc::clone(&selector.value.name);
            for (component, id) in components.iter().zip(0..) {
                if selector.value.matches(component.kind, &component.name) {
                    self.add(Claim {
                        patterns: self.footprints[id as usize].clone(),
                        component: Some(id),
                        default_for: (!selector.value.is_exact()).then(|| Arc::clone(&name)),
                        about: selector.value.text.clone(),
                        place: selector.place.clone(),
                        ..claim.clone()
                    });
                }
            }
        }
    }

    fn add_pattern(&mut self, pattern: Arc<Pattern>, component: Option<ComponentId>) -> PatternId {
        self.patterns.push(pattern);
        self.by_pattern.push(Vec::new());
        self.components.push(component);
        PatternId::try_from(self.patterns.len() - 1).expect("fewer than 2^32 patterns")
    }

    fn add(&mut self, claim: Claim) {
        let id = ClaimId::try_from(self.claims.len()).expect("fewer than 2^32 claims");
        for pattern in &claim.patterns {
            self.by_pattern[*pattern as usize].push(id);
        }
        self.claims.push(claim);
    }

    /// The claim of an id.
    pub fn get(&self, id: ClaimId) -> &Claim {
        &self.claims[id as usize]
    }

    /// All claims with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (ClaimId, &Claim)> {
        (0..).zip(&self.claims)
    }

    /// All patterns; their positions are their ids.
    pub fn patterns(&self) -> &[Arc<Pattern>] {
        &self.patterns
    }

    /// The claims about a pattern.
    pub fn about(&self, pattern: PatternId) -> &[ClaimId] {
        &self.by_pattern[pattern as usize]
    }

    /// The component that a pattern belongs to.
    pub fn component_of(&self, pattern: PatternId) -> Option<ComponentId> {
        self.components[pattern as usize]
    }
}
