//! Which receivers alerts reach.

use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    LabelSet,
    budget::Budget,
    configuration::Configuration,
    formula::{Decision, Formula, Match},
};

/// The number of steps after which routes that seem possible are not proven to be.
const BUDGET: usize = 20_000;

/// The receivers of alerts with some labels in one configuration.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// The routes at which alerts can end, in order.
    pub routes: Vec<ReachedRoute>,
    /// The receivers that all alerts with these labels reach, by position in order.
    pub certain: Vec<usize>,
    /// The receivers that only some alerts with these labels may reach, by position: first those of alerts that have no
    /// other labels.
    pub possible: Vec<usize>,
}

/// A route at which alerts can end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReachedRoute {
    /// Its position.
    pub route: usize,
    /// Whether all alerts with these labels end there.
    pub is_certain: bool,
}

/// Whether a route matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Yes,
    Maybe,
    No,
}

/// A set of receivers, sorted by position.
type Receivers = Vec<usize>;

impl Configuration {
    /// Returns the receivers of alerts with some labels.
    pub fn evaluate(&self, labels: &LabelSet) -> Reached {
        let mut evaluation = Evaluation::new(self, self.tested_values(labels), BUDGET);
        let certain = evaluation.root();
        let mut reached = evaluation.reached;
        reached.sort_by_key(|it| it.route);
        let mut possible: Vec<usize> = Vec::new();
        let mut known: FxHashSet<usize> = certain.iter().copied().collect();
        let all = || reached.iter().map(|it| it.route);
        let usual = self.usual(labels).into_iter();
        let usual = usual.filter(|usual| all().any(|route| route == *usual));
        for route in usual.chain(all()) {
            let receivers = self.routes[route].receivers.iter();
            possible.extend(receivers.filter(|it| known.insert(**it)));
        }
        Reached {
            routes: reached,
            certain,
            possible,
        }
    }

    /// Returns the values of the labels that routes test, which alone decide what alerts reach; `None` for unknown ones.
    pub fn tested_values<'l>(&self, labels: &'l LabelSet) -> Vec<Option<&'l str>> {
        let tested = self.labels.iter();
        tested.map(|label| labels.get(label)).collect()
    }

    /// Returns the routes at which alerts can end that have no other labels.
    fn usual(&self, labels: &LabelSet) -> Vec<usize> {
        let values = self.tested_values(labels).into_iter();
        let values = values.map(|value| Some(value.unwrap_or_default()));
        let mut evaluation = Evaluation::new(self, values.collect(), 0);
        evaluation.without_conditions = true;
        evaluation.root();
        let reached = evaluation.reached.into_iter();
        reached.map(|it| it.route).collect()
    }
}

struct Evaluation<'c> {
    configuration: &'c Configuration,
    /// By label: the value, if it is known.
    values: Vec<Option<&'c str>>,
    /// By route: what is unknown about a match.
    matches: FxHashMap<usize, Rc<Match<'c>>>,
    /// The earlier routes that do not match, because alerts would not come to the current one.
    blockers: Vec<Rc<Match<'c>>>,
    /// Whether routes that depend on conditions of a template do not match, unless known labels show that they exist.
    without_conditions: bool,
    budget: Budget,
    reached: Vec<ReachedRoute>,
}

impl<'c> Evaluation<'c> {
    fn new(configuration: &'c Configuration, values: Vec<Option<&'c str>>, budget: usize) -> Self {
        Self {
            configuration,
            values,
            matches: FxHashMap::default(),
            blockers: Vec::new(),
            without_conditions: false,
            budget: Budget::new(budget, 1),
            reached: Vec::new(),
        }
    }

    /// Returns the receivers that alerts certainly reach.
    fn root(&mut self) -> Receivers {
        let formula = Formula::default();
        match self.status(0, &formula) {
            Status::No => Receivers::new(),
            Status::Yes => self.walk(0, true, &formula),
            Status::Maybe => {
                let formula = self.given_match(&formula, 0);
                self.walk(0, false, &formula);
                Receivers::new()
            }
        }
    }

    /// Visits the routes in a route that matches, given what is required of unknown labels. Returns the receivers that
    /// all alerts reach which come to it.
    fn walk(&mut self, at: usize, is_certain: bool, formula: &Formula<'c>) -> Receivers {
        let configuration = self.configuration;
        let route = &configuration.routes[at];
        let outer = self.blockers.len();
        // The children that may match, with the receivers that alerts certainly reach there.
        let mut children: Vec<(Status, Option<bool>, Receivers)> = Vec::new();
        let mut maybe: Vec<Rc<Match<'c>>> = Vec::new();
        let mut is_surely_visited = is_certain;
        for child in &route.children {
            let status = self.status(*child, formula);
            if status == Status::No {
                continue;
            }
            let continues = configuration.routes[*child].continues;
            let is_sure = is_surely_visited && status == Status::Yes;
            let receivers = match status {
                Status::Yes => self.walk(*child, is_sure, formula),
                _ => {
                    let formula = self.given_match(formula, *child);
                    self.walk(*child, is_sure, &formula)
                }
            };
            children.push((status, continues, receivers));
            if status == Status::Maybe {
                let unknown = self.unknown(*child);
                if continues == Some(false) {
                    self.blockers.push(Rc::clone(&unknown));
                }
                maybe.push(unknown);
            }
            match (status, continues) {
                (_, Some(true)) => {}
                (Status::Yes, Some(false)) => break,
                _ => is_surely_visited = false,
            }
        }
        let has_match = children.iter().any(|(status, ..)| *status == Status::Yes);
        let is_end = !has_match && self.may_match_none(formula, maybe);
        self.blockers.truncate(outer);
        if is_end {
            self.reached.push(ReachedRoute {
                route: at,
                is_certain: is_certain && children.is_empty(),
            });
        }
        let own = match &route.receivers[..] {
            [receiver] if !configuration.receiver_names[*receiver].is_template => vec![*receiver],
            _ => Receivers::new(),
        };
        match configuration.unknown_routes {
            Some(_) => Receivers::new(),
            None => certain(&children, own, is_end),
        }
    }

    /// Returns whether a route matches, given what is required of unknown labels.
    fn status(&mut self, at: usize, formula: &Formula<'c>) -> Status {
        let configuration = self.configuration;
        let route = &configuration.routes[at];
        let mut status = match route.conditions.is_empty() {
            true => Status::Yes,
            false if self.without_conditions => {
                let labels = configuration.labels.iter().zip(&self.values);
                let value = |name: &str| {
                    let mut same = labels.clone().filter(|(label, _)| ***label == *name);
                    same.next().and_then(|(_, value)| *value)
                };
                let is_created = configuration.is_created(at, value);
                return if is_created { Status::Yes } else { Status::No };
            }
            false => Status::Maybe,
        };
        for (label, matcher) in route.tested.iter().zip(&route.matchers) {
            let value = self.values[*label];
            match value.and_then(|value| matcher.matches(value)) {
                Some(true) => {}
                Some(false) if !matcher.is_optional => return Status::No,
                Some(false) | None => status = Status::Maybe,
            }
        }
        if status == Status::Yes || self.budget.is_empty() {
            return status;
        }
        let matching = self.given_match(formula, at);
        if self.decide(&matching) == Decision::Impossible {
            return Status::No;
        }
        let unknown = self.unknown(at);
        self.blockers.push(unknown);
        let not_matching = self.decide(formula);
        self.blockers.pop();
        match not_matching {
            Decision::Impossible => Status::Yes,
            _ => Status::Maybe,
        }
    }

    /// Returns whether some alert matches none of some routes.
    fn may_match_none(&mut self, formula: &Formula<'c>, routes: Vec<Rc<Match<'c>>>) -> bool {
        if routes.is_empty() {
            return true;
        }
        self.blockers.extend(routes);
        self.decide(formula) != Decision::Impossible
    }

    fn decide(&mut self, formula: &Formula<'c>) -> Decision {
        formula.decide(self.configuration, &self.blockers[..], &mut self.budget)
    }

    fn given_match(&mut self, formula: &Formula<'c>, at: usize) -> Formula<'c> {
        let mut formula = formula.clone();
        formula.require_match(&self.unknown(at));
        formula
    }

    /// Returns what is unknown about a match of a route.
    fn unknown(&mut self, at: usize) -> Rc<Match<'c>> {
        let (configuration, values) = (self.configuration, &self.values);
        let matches = self.matches.entry(at);
        let new = || Match::of(configuration, at, |label| values[label].is_some());
        Rc::clone(matches.or_insert_with(|| Rc::new(new())))
    }
}

/// Returns the receivers that all alerts reach at a route with these children, of which the last may be one after which
/// no further route is visited. Alerts that match none of them reach the `own` receivers, if there are such alerts.
fn certain(
    children: &[(Status, Option<bool>, Receivers)],
    own: Receivers,
    has_end: bool,
) -> Receivers {
    // What alerts certainly reach in the remaining children: those that have matched an earlier child, and others,
    // which is `None` if there are none.
    let mut matched = Receivers::new();
    let mut unmatched = has_end.then_some(own);
    for (status, continues, inner) in children.iter().rev() {
        let taken = match continues {
            Some(true) => union(inner, &matched),
            Some(false) | None => inner.clone(),
        };
        match status {
            Status::Yes => (matched, unmatched) = (taken.clone(), Some(taken)),
            _ => {
                matched = intersection(&taken, &matched);
                unmatched = Some(match unmatched {
                    Some(unmatched) => intersection(&taken, &unmatched),
                    None => taken,
                });
            }
        }
    }
    unmatched.unwrap_or_default()
}

fn union(one: &Receivers, other: &Receivers) -> Receivers {
    let mut all: Receivers = one.iter().chain(other).copied().collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn intersection(one: &Receivers, other: &Receivers) -> Receivers {
    let both = one.iter().filter(|it| other.binary_search(it).is_ok());
    both.copied().collect()
}
