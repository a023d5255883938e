use std::sync::Arc;

use bstr::{BString, ByteSlice};
use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::{Claim, ClaimId, ComponentId, Heard, Origin};
use crate::{
    config::{Map, Policy, Rule, TeamId},
    inventory::Component,
    pattern::{Pattern, PatternId},
};

/// All claims on one repository, and the patterns they are about.
#[derive(Debug, Default)]
pub struct Claims {
    claims: Vec<Claim>,
    patterns: Vec<Arc<Pattern>>,
    /// Equal patterns are one.
    ids: FxHashMap<Arc<Pattern>, PatternId>,
    /// By pattern: the claims about it.
    by_pattern: Vec<Vec<ClaimId>>,
    /// The patterns of the footprints of components that something is said about.
    footprints: FxHashMap<ComponentId, Vec<PatternId>>,
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
            for (entry, path) in exemption.paths.iter().enumerate() {
                let pattern = claims.add_pattern(Arc::clone(&path.value));
                claims.add(Claim {
                    origin: Origin::Exemption(at),
                    entry,
                    owners: Vec::new(),
                    patterns: vec![pattern],
                    component: None,
                    priority: 0,
                    default_for: None,
                    about: path.value.text().to_string(),
                    place: path.place.clone(),
                    further: Vec::new(),
                });
            }
        }
        let policy = |detector| map.repositories[repository].policy(detector);
        // What lies in the very same files as something else declares with it, not against it.
        let mut joint: FxHashMap<(&str, &[BString]), ClaimId> = FxHashMap::default();
        for ((component, heard), id) in components.iter().zip(heard).zip(0..) {
            let Some((first, further)) = heard.statements.split_first() else {
                continue;
            };
            if policy(component.detector) != Policy::Trust {
                continue;
            }
            let next = ClaimId::try_from(claims.claims.len()).expect("fewer than 2^32 claims");
            let with = *joint
                .entry((component.detector, &component.footprint))
                .or_insert(next);
            if with != next {
                let owners = &mut claims.claims[with as usize].owners;
                let new = heard.owners.iter().filter(|team| !owners.contains(team));
                let new: Vec<TeamId> = new.copied().collect();
                owners.extend(new);
                continue;
            }
            let further = further.iter().map(|statement| statement.place.clone());
            let patterns = claims.footprint(id, component);
            claims.add(Claim {
                origin: Origin::Declaration,
                entry: 0,
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
        claims
    }

    fn add_rule(&mut self, at: usize, rule: &Rule, components: &[Component]) {
        let claim = Claim {
            origin: Origin::Rule(at),
            entry: 0,
            owners: rule.owners.iter().map(|owner| owner.value).collect(),
            patterns: Vec::new(),
            component: None,
            priority: rule.priority,
            default_for: None,
            about: String::new(),
            place: rule.place.clone(),
            further: Vec::new(),
        };
        for (entry, path) in rule.paths.iter().enumerate() {
            let pattern = self.add_pattern(Arc::clone(&path.value));
            self.add(Claim {
                entry,
                patterns: vec![pattern],
                about: path.value.text().to_string(),
                place: path.place.clone(),
                ..claim.clone()
            });
        }
        for (selector, entry) in rule.components.iter().zip(rule.paths.len()..) {
            let name = Arc::clone(&selector.value.name);
            for (component, id) in components.iter().zip(0..) {
                if selector.value.matches(component.kind, &component.name) {
                    let patterns = self.footprint(id, component);
                    self.add(Claim {
                        entry,
                        patterns,
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

    /// The patterns of a component, the same ones for every claim about it.
    fn footprint(&mut self, id: ComponentId, component: &Component) -> Vec<PatternId> {
        if let Some(known) = self.footprints.get(&id) {
            return known.clone();
        }
        let parts = component.footprint.iter();
        let patterns: Vec<PatternId> = parts
            .map(|part| self.add_pattern(Pattern::literal(part.as_bstr()).into()))
            .collect();
        self.footprints.insert(id, patterns.clone());
        patterns
    }

    fn add_pattern(&mut self, pattern: Arc<Pattern>) -> PatternId {
        if let Some(known) = self.ids.get(&pattern) {
            return *known;
        }
        let id = PatternId::try_from(self.patterns.len()).expect("fewer than 2^32 patterns");
        self.ids.insert(Arc::clone(&pattern), id);
        self.patterns.push(pattern);
        self.by_pattern.push(Vec::new());
        id
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
}
