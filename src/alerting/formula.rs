//! Decides whether some alert meets a combination of requirements on its unknown labels.

use std::{collections::BTreeMap, rc::Rc};

use super::{
    budget::{Budget, TooComplex},
    configuration::Configuration,
    expression::Expression,
    label_values::{self, Requirement, UNUSUAL},
    matcher::{Matcher, Test},
};

/// Requirements on labels and on the conditions of a template, by position.
#[derive(Debug, Clone, Default)]
pub(super) struct Formula<'c> {
    labels: BTreeMap<usize, Vec<Requirement<'c>>>,
    conditions: BTreeMap<usize, Variants>,
}

/// The variants of a condition that are possible.
#[derive(Debug, Clone, Default)]
struct Variants {
    required: Option<usize>,
    excluded: Vec<usize>,
}

/// A requirement that all matchers and conditions of a route hold, without those that certainly do.
#[derive(Debug, Clone)]
pub(super) struct Match<'c> {
    matchers: Vec<(usize, &'c Matcher)>,
    conditions: Vec<(usize, usize)>,
    /// Whether something unknown also decides.
    is_uncertain: bool,
}

/// Values that meet all requirements: by position, those of labels. Other labels have the value [`UNUSUAL`].
pub(super) type Witness = BTreeMap<usize, String>;

/// The result of a search.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Decision {
    /// These values meet all requirements.
    Possible(Witness),
    /// No values do.
    Impossible,
    /// The search takes too many steps.
    Unknown,
}

/// Routes that must not match.
pub(super) trait Blockers<'c> {
    /// Returns the first of them that holds for some values of labels. `holds` decides whether one does.
    fn first_holding(
        &self,
        labels: &Witness,
        holds: impl FnMut(&Match<'c>) -> Result<bool, TooComplex>,
    ) -> Result<Option<&Match<'c>>, TooComplex>;
}

impl<'c> Blockers<'c> for [Rc<Match<'c>>] {
    fn first_holding(
        &self,
        _: &Witness,
        mut holds: impl FnMut(&Match<'c>) -> Result<bool, TooComplex>,
    ) -> Result<Option<&Match<'c>>, TooComplex> {
        for blocker in self {
            if holds(blocker)? {
                return Ok(Some(blocker));
            }
        }
        Ok(None)
    }
}

impl<'c> Match<'c> {
    /// Returns what is unknown about a match of a route, given the known labels.
    pub fn of(
        configuration: &'c Configuration,
        route: usize,
        is_known: impl Fn(usize) -> bool,
    ) -> Self {
        let route = &configuration.routes[route];
        let mut unknown = Self {
            matchers: Vec::new(),
            conditions: Vec::new(),
            is_uncertain: false,
        };
        for (label, matcher) in route.tested.iter().zip(&route.matchers) {
            match matcher.test {
                Test::Unknown => unknown.is_uncertain = true,
                _ if matcher.is_optional => unknown.is_uncertain = true,
                _ if is_known(*label) => {}
                _ => unknown.matchers.push((*label, matcher)),
            }
        }
        let conditions = route.conditions.iter();
        unknown.conditions = conditions.map(|it| (it.at, it.variant)).collect();
        unknown
    }

    /// Whether it can be proven to hold.
    pub fn can_hold(&self) -> bool {
        !self.is_uncertain
    }

    /// Returns the values of a label that it requires, for each label for which these are few.
    pub fn few_values(&self) -> impl Iterator<Item = (usize, &'c [String])> {
        let matchers = self.matchers.iter();
        matchers.filter_map(|(label, matcher)| Some((*label, matcher.values()?)))
    }

    /// Returns the expressions that must match the value of a label, without those that match few values.
    pub fn expressions(&self) -> impl Iterator<Item = (usize, &'c Expression)> {
        let matchers = self.matchers.iter();
        matchers.filter_map(|(label, matcher)| Some((*label, matcher.expression()?)))
    }

    /// Returns whether it holds for some values of labels, given the variant of each condition.
    fn holds(&self, labels: &Witness, chosen: impl Fn(usize) -> usize) -> bool {
        !self.is_uncertain
            && self
                .conditions
                .iter()
                .all(|(at, variant)| chosen(*at) == *variant)
            && self.matchers.iter().all(|(label, matcher)| {
                let value = labels.get(label).map_or(UNUSUAL, String::as_str);
                matcher.matches(value) == Some(true)
            })
    }
}

impl<'c> Formula<'c> {
    /// Adds the requirement that a matcher holds, or does not.
    fn require(&mut self, label: usize, matcher: &'c Matcher, holds: bool) {
        self.labels.entry(label).or_default().push(Requirement {
            test: &matcher.test,
            passes: holds != matcher.operator.is_negative(),
        });
    }

    /// Adds the requirement that a route matches.
    pub fn require_match(&mut self, unknown: &Match<'c>) {
        for (label, matcher) in &unknown.matchers {
            self.require(*label, matcher, true);
        }
        for (at, variant) in &unknown.conditions {
            let variants = self.conditions.entry(*at).or_default();
            match variants.required {
                Some(required) if required != *variant => variants.excluded.push(required),
                _ => variants.required = Some(*variant),
            }
        }
    }

    /// Decides whether some values meet the requirements although none of the routes in `blockers` matches.
    pub fn decide<B: Blockers<'c> + ?Sized>(
        &self,
        configuration: &Configuration,
        blockers: &B,
        budget: &mut Budget,
    ) -> Decision {
        let mut labels = Witness::new();
        for (label, requirements) in &self.labels {
            match label_values::find(requirements, budget) {
                Ok(Some(value)) => {
                    labels.insert(*label, value);
                }
                Ok(None) => return Decision::Impossible,
                Err(_) => return Decision::Unknown,
            }
        }
        let mut conditions = BTreeMap::new();
        for (at, variants) in &self.conditions {
            let Some(variant) = variants.choose(configuration.variants[*at]) else {
                return Decision::Impossible;
            };
            conditions.insert(*at, variant);
        }
        let chosen = |at: usize| {
            let chosen = conditions.get(&at).copied();
            chosen.unwrap_or_else(|| configuration.variants[at].saturating_sub(1))
        };
        let holds = |blocker: &Match<'c>| {
            budget.take(1)?;
            Ok(blocker.holds(&labels, chosen))
        };
        let blocker = match blockers.first_holding(&labels, holds) {
            Ok(Some(blocker)) => blocker,
            Ok(None) => return Decision::Possible(labels),
            Err(TooComplex) => return Decision::Unknown,
        };
        // In any values that meet all requirements, a part of this match does not hold.
        let mut decision = Decision::Impossible;
        for alternative in self.without(blocker) {
            match alternative.decide(configuration, blockers, budget) {
                Decision::Impossible => {}
                Decision::Unknown => decision = Decision::Unknown,
                possible @ Decision::Possible(_) => return possible,
            }
        }
        decision
    }

    /// Returns the formulas in which a part of a match does not hold.
    fn without(&self, blocker: &Match<'c>) -> Vec<Self> {
        let by_label = blocker.matchers.iter().map(|(label, matcher)| {
            let mut formula = self.clone();
            formula.require(*label, matcher, false);
            formula
        });
        let by_condition = blocker.conditions.iter().map(|(at, variant)| {
            let mut formula = self.clone();
            let variants = formula.conditions.entry(*at).or_default();
            variants.excluded.push(*variant);
            formula
        });
        by_label.chain(by_condition).collect()
    }
}

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
