//! Which receivers alerts reach.

use std::{cell::RefCell, rc::Rc};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    LabelSet, ReachedReceiver,
    blockers::Blockers,
    budget::Budget,
    certain::{Certain, Receivers},
    configuration::Configuration,
    formula::{Decision, Formula, Witness},
    label_tests::Value,
    open_matches::{Example, OpenMatches},
    reached_receiver::ReceiverSet,
};

/// The number of steps after which routes that seem possible are not proven to be.
const BUDGET: usize = 20_000;

/// The receivers of alerts with some labels in one configuration.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// The routes at which alerts can end, in order.
    pub routes: Vec<ReachedRoute>,
    /// The receivers that all alerts with these labels reach, by position of the name.
    pub certain: Vec<ReachedReceiver>,
    /// The receivers that only some alerts with these labels may reach: first those of alerts that have no other labels.
    pub possible: Vec<ReachedReceiver>,
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

/// Whether a route matches the alerts that come to it, with examples of such alerts, if any were found.
struct Found {
    status: Status,
    /// Alerts that match.
    matching: Option<Rc<Witness>>,
    /// Alerts that do not.
    other: Option<Rc<Witness>>,
}

/// Evaluates the routes for alerts with some labels.
pub(super) struct Evaluation<'e, 'c> {
    configuration: &'c Configuration,
    open: &'e OpenMatches<'c>,
    labels: &'e LabelSet,
    /// By position of the label: the value, if it is known.
    known: Vec<Option<Rc<Value>>>,
    /// Whether all other labels are absent. Then routes that depend on conditions of a template do not match, unless known
    /// labels show that they exist.
    are_others_absent: bool,
    /// The routes around the current one, each with the child that leads to it.
    levels: Vec<(usize, usize)>,
    /// By route: whether alerts that it matches do not come to later routes.
    taking: Vec<bool>,
    budget: Budget,
    routes: Vec<ReachedRoute>,
}

impl<'e, 'c> Evaluation<'e, 'c> {
    /// Returns the receivers of alerts with some labels. `values` are those of the labels that routes test, by position.
    pub fn reached(
        open: &'e OpenMatches<'c>,
        labels: &'e LabelSet,
        values: Vec<(usize, Rc<Value>)>,
    ) -> Reached {
        let configuration = open.configuration;
        let mut known = vec![None; configuration.labels.len()];
        for (label, value) in values {
            known[label] = Some(value);
        }
        let new = |known, are_others_absent| Self {
            configuration,
            open,
            labels,
            known,
            are_others_absent,
            levels: Vec::new(),
            taking: vec![false; configuration.routes.len()],
            budget: Budget::new(BUDGET, 1),
            routes: Vec::new(),
        };
        let mut usual = new(known.clone(), true);
        usual.root();
        let mut evaluation = new(known, false);
        let certain = evaluation.root();
        let mut routes = evaluation.routes;
        routes.sort_by_key(|it| it.route);
        let usual = usual.routes.iter().map(|it| it.route).collect();
        let possible = possible(configuration, labels, &routes, usual, &certain);
        let mut certain: Vec<usize> = certain.into_iter().collect();
        certain.sort_unstable();
        let certain = certain.into_iter();
        Reached {
            routes,
            certain: certain.map(ReachedReceiver::of_name).collect(),
            possible,
        }
    }

    /// Returns the receivers that alerts certainly reach.
    fn root(&mut self) -> Receivers {
        let found = self.find(0, None);
        match found.status {
            Status::No => Receivers::default(),
            Status::Yes => self.walk(0, true, found.matching),
            Status::Maybe => {
                self.walk(0, false, found.matching);
                Receivers::default()
            }
        }
    }

    /// Visits the routes in a route that matches. `example` are alerts that come to it. Returns the receivers that all
    /// alerts reach which come to it.
    fn walk(&mut self, at: usize, is_certain: bool, mut example: Option<Rc<Witness>>) -> Receivers {
        let configuration = self.configuration;
        let route = &configuration.routes[at];
        // The children that may match, with the receivers that alerts certainly reach there.
        let mut children: Vec<(Status, Option<bool>, Receivers)> = Vec::new();
        let mut maybe: Vec<usize> = Vec::new();
        let mut is_surely_visited = is_certain;
        for child in &route.children {
            self.levels.push((at, *child));
            let found = self.find(*child, example.as_ref());
            let status = found.status;
            if status == Status::No {
                self.levels.pop();
                continue;
            }
            let continues = configuration.routes[*child].continues;
            let is_sure = is_surely_visited && status == Status::Yes;
            let receivers = self.walk(*child, is_sure, found.matching);
            self.levels.pop();
            children.push((status, continues, receivers));
            if status == Status::Maybe {
                maybe.push(*child);
                if continues == Some(false) {
                    self.taking[*child] = true;
                    example = found.other;
                }
            }
            match (status, continues) {
                (_, Some(true)) => {}
                (Status::Yes, Some(false)) => break,
                _ => is_surely_visited = false,
            }
        }
        let has_match = children.iter().any(|(status, ..)| *status == Status::Yes);
        let is_end = !has_match && self.may_match_none(at, &maybe, example.as_deref());
        if is_end {
            self.routes.push(ReachedRoute {
                route: at,
                is_certain: is_certain && children.is_empty(),
            });
        }
        if configuration.unknown_routes.is_some() {
            return Receivers::default();
        }
        let own = match &route.receivers[..] {
            [receiver] if !configuration.receiver_names[*receiver].is_template => Some(*receiver),
            _ => None,
        };
        let mut certain = Certain::new(is_end.then(|| own.into_iter().collect()));
        for (status, continues, inner) in children.into_iter().rev() {
            let continues = continues == Some(true);
            match status {
                Status::Yes => certain.add_certain(inner, continues),
                _ => certain.add_possible(inner, continues),
            }
        }
        certain.finish()
    }

    /// Finds out whether a route matches. `example` are alerts that come to it.
    fn find(&mut self, at: usize, example: Option<&Rc<Witness>>) -> Found {
        let open = self.open;
        let status = self.known_status(at);
        let mut found = Found {
            status,
            matching: example.cloned(),
            other: example.cloned(),
        };
        if status != Status::Maybe || self.are_others_absent {
            return found;
        }
        let unknown = open.of(at);
        let is_match = example.map(|example| open.holds(at, example));
        if is_match != Some(true) {
            let formula = || open.formula(at);
            match self.search(open.matching(at), formula, &[]) {
                Decision::Impossible => {
                    found.status = Status::No;
                    return found;
                }
                Decision::Possible(witness) => found.matching = Some(witness),
                Decision::Unknown => found.matching = None,
            }
        }
        if unknown.can_hold() && is_match != Some(false) {
            let formula = || open.formula_around(at);
            match self.search(open.other(at), formula, &[at]) {
                Decision::Impossible => found.status = Status::Yes,
                Decision::Possible(witness) => found.other = Some(witness),
                Decision::Unknown => found.other = None,
            }
        }
        found
    }

    /// Returns whether a route matches, as far as known labels show that.
    fn known_status(&self, at: usize) -> Status {
        let configuration = self.configuration;
        let mut status = match configuration.routes[at].conditions.is_empty() {
            true => Status::Yes,
            false if self.are_others_absent => {
                let value = |name: &str| Some(self.labels.get(name).unwrap_or_default());
                let is_created = configuration.is_created(at, value);
                return if is_created { Status::Yes } else { Status::No };
            }
            false => Status::Maybe,
        };
        for test in self.open.tests.of_route(at) {
            let result = match &self.known[test.label] {
                Some(value) => test.holds(value),
                None if self.are_others_absent => {
                    test.holds(self.open.tests.of_label(test.label).absent())
                }
                None => None,
            };
            match result {
                Some(true) => {}
                Some(false) if !test.is_optional => return Status::No,
                Some(false) | None => status = Status::Maybe,
            }
        }
        status
    }

    /// Searches for alerts that come to the current route, given an example of those for which earlier routes do not
    /// count.
    fn search(
        &mut self,
        example: &Example,
        formula: impl FnOnce() -> Rc<Formula>,
        excluded: &[usize],
    ) -> Decision {
        let is_taking = |at: &usize| self.taking[*at];
        match &example.decision {
            Decision::Impossible => Decision::Impossible,
            Decision::Possible(_)
                if example.is_complete && !example.taking.iter().any(is_taking) =>
            {
                example.decision.clone()
            }
            _ => self.decide(&formula(), excluded),
        }
    }

    /// Returns whether some alert that comes to a route matches none of its children that may match.
    fn may_match_none(&mut self, at: usize, maybe: &[usize], example: Option<&Witness>) -> bool {
        let open = self.open;
        if maybe.is_empty() || self.are_others_absent {
            return true;
        }
        let is_other = |example: &Witness| !maybe.iter().any(|child| open.holds(*child, example));
        if example.is_some_and(is_other) {
            return true;
        }
        let formula = open.formula(at);
        let decision = self.decide(&formula, maybe);
        !matches!(decision, Decision::Impossible)
    }

    fn decide(&mut self, formula: &Formula, excluded: &[usize]) -> Decision {
        let blockers = Blockers {
            open: self.open,
            levels: &self.levels,
            counting: Some(&self.taking),
            further: excluded,
            found: RefCell::default(),
        };
        formula.decide(&blockers, &mut self.budget)
    }
}

/// Returns the receivers of the routes at which alerts can end, without the certain ones, those of `usual` routes first.
fn possible(
    configuration: &Configuration,
    labels: &LabelSet,
    routes: &[ReachedRoute],
    mut usual: Vec<usize>,
    certain: &Receivers,
) -> Vec<ReachedReceiver> {
    let ends: FxHashSet<usize> = routes.iter().map(|it| it.route).collect();
    usual.retain(|route| ends.contains(route));
    let ordered = usual.into_iter().chain(routes.iter().map(|it| it.route));
    // What a template results in for several routes stays together.
    let mut order: FxHashMap<usize, usize> = FxHashMap::default();
    let mut found: Vec<(usize, ReachedReceiver)> = Vec::new();
    let mut known = ReceiverSet::default();
    for receiver in ordered.flat_map(|route| configuration.receivers_of(route, labels)) {
        if !certain.contains(&receiver.at) && known.insert(&receiver) {
            let new = order.len();
            found.push((*order.entry(receiver.at).or_insert(new), receiver));
        }
    }
    found.sort_by_key(|(order, _)| *order);
    found.into_iter().map(|(_, receiver)| receiver).collect()
}
