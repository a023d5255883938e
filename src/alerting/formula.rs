//! Decides whether some alert meets a combination of requirements on its unknown labels.

use std::{collections::BTreeMap, rc::Rc};

use super::{
    blockers::Blockers,
    budget::Budget,
    configuration::Configuration,
    label_tests::{RouteTest, Tests, Value},
    label_values::{self, Requirement},
};

/// Requirements on labels and on the conditions of a template, by position.
#[derive(Debug, Clone, Default)]
pub(super) struct Formula {
    labels: BTreeMap<usize, Requirements>,
    conditions: BTreeMap<usize, Variants>,
}

/// Requirements on one label.
#[derive(Debug, Clone, Default)]
struct Requirements {
    all: Rc<Vec<Requirement>>,
    /// A value that meets them, if one was found.
    value: Option<Rc<Value>>,
}

/// The variants of a condition that are possible.
#[derive(Debug, Clone, Default)]
struct Variants {
    required: Option<usize>,
    excluded: Vec<usize>,
}

/// A requirement that all matchers and conditions of a route hold, without those that certainly do.
#[derive(Debug, Clone)]
pub(super) struct Match {
    tests: Vec<RouteTest>,
    conditions: Vec<(usize, usize)>,
    /// Whether something unknown also decides.
    is_uncertain: bool,
}

/// Values that meet all requirements. Other labels have an unusual value.
#[derive(Debug, Clone, Default)]
pub(super) struct Witness {
    /// By position of the label.
    values: BTreeMap<usize, Rc<Value>>,
    /// The variants of conditions, by position of the condition.
    conditions: BTreeMap<usize, usize>,
}

/// The result of a search.
#[derive(Debug, Clone)]
pub(super) enum Decision {
    /// These values meet all requirements.
    Possible(Rc<Witness>),
    /// No values do.
    Impossible,
    /// The search takes too many steps.
    Unknown,
}

impl Witness {
    /// Returns the values of labels, by position of the label.
    pub fn values(&self) -> &BTreeMap<usize, Rc<Value>> {
        &self.values
    }
}

impl Match {
    /// Returns what is unknown about a match of a route, given the known labels.
    pub fn of(
        configuration: &Configuration,
        tests: &Tests<'_>,
        route: usize,
        is_known: impl Fn(usize) -> bool,
    ) -> Self {
        let conditions = configuration.routes[route].conditions.iter();
        let mut unknown = Self {
            tests: Vec::new(),
            conditions: conditions.map(|it| (it.at, it.variant)).collect(),
            is_uncertain: false,
        };
        for test in tests.of_route(route) {
            if test.test.is_none() || test.is_optional {
                unknown.is_uncertain = true;
            } else if !is_known(test.label) {
                unknown.tests.push(*test);
            }
        }
        unknown
    }

    /// Returns whether it can be proven to hold.
    pub fn can_hold(&self) -> bool {
        !self.is_uncertain
    }

    /// Returns the tests of labels.
    pub fn tests(&self) -> &[RouteTest] {
        &self.tests
    }

    /// Returns whether it holds for some values.
    pub fn holds(
        &self,
        configuration: &Configuration,
        tests: &Tests<'_>,
        witness: &Witness,
    ) -> bool {
        let variant = |at: usize| {
            let chosen = witness.conditions.get(&at).copied();
            chosen.unwrap_or_else(|| configuration.variants[at].saturating_sub(1))
        };
        let mut conditions = self.conditions.iter();
        !self.is_uncertain
            && conditions.all(|(at, required)| variant(*at) == *required)
            && self.tests.iter().all(|test| {
                let value = witness.values.get(&test.label).map(|value| &**value);
                let value = value.unwrap_or_else(|| tests.of_label(test.label).unusual());
                test.holds(value) == Some(true)
            })
    }
}

impl Formula {
    /// Adds the requirement that a matcher holds, or does not.
    fn require(&mut self, it: &RouteTest, holds: bool) {
        let requirements = self.labels.entry(it.label).or_default();
        let new = it.test.map(|test| Requirement {
            test,
            passes: holds != it.is_negative,
        });
        Rc::make_mut(&mut requirements.all).extend(new);
        requirements.value = None;
    }

    /// Adds the requirement that a route matches.
    pub fn require_match(&mut self, unknown: &Match) {
        for test in &unknown.tests {
            self.require(test, true);
        }
        for (at, variant) in &unknown.conditions {
            let variants = self.conditions.entry(*at).or_default();
            match variants.required {
                Some(required) if required != *variant => variants.excluded.push(required),
                _ => variants.required = Some(*variant),
            }
        }
    }

    /// Decides whether some values meet the requirements although none of the `blockers` matches.
    pub fn decide(&self, blockers: &Blockers<'_, '_>, budget: &mut Budget) -> Decision {
        self.clone().search(blockers, budget)
    }

    fn search(mut self, blockers: &Blockers<'_, '_>, budget: &mut Budget) -> Decision {
        let open = blockers.open;
        let mut witness = Witness::default();
        let size = self.labels.len() + self.conditions.len();
        if budget.take(size.saturating_sub(FEW_PARTS)).is_err() {
            return Decision::Unknown;
        }
        for (label, requirements) in &mut self.labels {
            if requirements.value.is_none() {
                let tests = open.tests.of_label(*label);
                match label_values::find(tests, &requirements.all, budget) {
                    Ok(Some(value)) => requirements.value = Some(value),
                    Ok(None) => return Decision::Impossible,
                    Err(_) => return Decision::Unknown,
                }
            }
            let value = requirements.value.iter().cloned();
            witness.values.extend(value.map(|value| (*label, value)));
        }
        for (at, variants) in &self.conditions {
            let Some(variant) = variants.choose(open.configuration.variants[*at]) else {
                return Decision::Impossible;
            };
            witness.conditions.insert(*at, variant);
        }
        let blocker = match blockers.first_holding(&witness, budget) {
            Ok(Some(blocker)) => open.of(blocker),
            Ok(None) => return Decision::Possible(Rc::new(witness)),
            Err(_) => return Decision::Unknown,
        };
        // In any values that meet all requirements, a part of this match does not hold.
        let mut decision = Decision::Impossible;
        for alternative in self.without(blocker) {
            match alternative.search(blockers, budget) {
                Decision::Impossible => {}
                Decision::Unknown => decision = Decision::Unknown,
                possible @ Decision::Possible(_) => return possible,
            }
        }
        decision
    }

    /// Returns the formulas in which a part of a match does not hold.
    fn without(&self, blocker: &Match) -> impl Iterator<Item = Self> {
        let by_label = blocker.tests.iter().map(|test| {
            let mut formula = self.clone();
            formula.require(test, false);
            formula
        });
        let by_condition = blocker.conditions.iter().map(|(at, variant)| {
            let mut formula = self.clone();
            let variants = formula.conditions.entry(*at).or_default();
            variants.excluded.push(*variant);
            formula
        });
        by_label.chain(by_condition)
    }
}

/// The number of labels and conditions that are compared without a step of their own.
const FEW_PARTS: usize = 4;

impl Variants {
    fn choose(&self, count: usize) -> Option<usize> {
        let is_free = |variant: &usize| !self.excluded.contains(variant);
        match self.required {
            Some(required) => Some(required).filter(is_free),
            // The last one mostly contains no routes.
            None => (0..count).rev().find(is_free),
        }
    }
}
