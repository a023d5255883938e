//! What is unknown about the matches of all routes, given which labels of an alert are known.

use std::{cell::OnceCell, rc::Rc};

use super::{
    blockers::{Blockers, IndexedChildren},
    budget::Budget,
    configuration::Configuration,
    formula::{Decision, Formula, Match, Witness},
    label_tests::Tests,
};

/// The number of steps for one example of alerts.
const EXAMPLE_BUDGET: usize = 500;

/// The number of earlier routes that are listed for one example.
const MOST_TAKING: usize = 4;

/// What is unknown about the matches of all routes.
#[derive(Debug)]
pub(super) struct OpenMatches<'c> {
    pub configuration: &'c Configuration,
    pub tests: Rc<Tests<'c>>,
    /// By route, as all others.
    matches: Vec<Match>,
    children: Vec<OnceCell<IndexedChildren>>,
    formulas: Vec<OnceCell<Rc<Formula>>>,
    matching: Vec<OnceCell<Example>>,
    other: Vec<OnceCell<Example>>,
}

/// Alerts that meet some requirements, whatever earlier routes take.
#[derive(Debug)]
pub(super) struct Example {
    pub decision: Decision,
    /// Some of the earlier routes that match these alerts, if they do not continue.
    pub taking: Vec<usize>,
    /// Whether all such routes are listed.
    pub is_complete: bool,
}

impl<'c> OpenMatches<'c> {
    /// Creates it for alerts of which some labels are known, by position.
    pub fn new(
        configuration: &'c Configuration,
        tests: Rc<Tests<'c>>,
        is_known: impl Fn(usize) -> bool + Copy,
    ) -> Self {
        let routes = 0..configuration.routes.len();
        let number = routes.len();
        let matches = routes.map(|at| Match::of(configuration, &tests, at, is_known));
        let matches = matches.collect();
        Self {
            configuration,
            tests,
            matches,
            children: (0..number).map(|_| OnceCell::new()).collect(),
            formulas: (0..number).map(|_| OnceCell::new()).collect(),
            matching: (0..number).map(|_| OnceCell::new()).collect(),
            other: (0..number).map(|_| OnceCell::new()).collect(),
        }
    }

    /// Returns what is unknown about the match of a route.
    pub fn of(&self, route: usize) -> &Match {
        &self.matches[route]
    }

    /// Returns whether a route certainly matches alerts with some values.
    pub fn holds(&self, route: usize, witness: &Witness) -> bool {
        self.matches[route].holds(self.configuration, &self.tests, witness)
    }

    /// Returns the children of a route that may take alerts from later ones.
    pub fn children(&self, route: usize) -> &IndexedChildren {
        self.children[route].get_or_init(|| IndexedChildren::new(self, route))
    }

    /// Returns what is required of alerts that match a route and those around it.
    pub fn formula(&self, route: usize) -> Rc<Formula> {
        let formula = self.formulas[route].get_or_init(|| {
            let mut formula = Formula::clone(&self.formula_around(route));
            formula.require_match(&self.matches[route]);
            Rc::new(formula)
        });
        Rc::clone(formula)
    }

    /// Returns what is required of alerts that match the routes around a route.
    pub fn formula_around(&self, route: usize) -> Rc<Formula> {
        let parent = self.configuration.routes[route].parent;
        parent.map_or_else(Rc::default, |parent| self.formula(parent))
    }

    /// Returns an example of alerts that match a route and those around it.
    pub fn matching(&self, route: usize) -> &Example {
        self.matching[route].get_or_init(|| self.example(route, &self.formula(route), &[]))
    }

    /// Returns an example of alerts that match the routes around a route, but not the route.
    pub fn other(&self, route: usize) -> &Example {
        let example = || self.example(route, &self.formula_around(route), &[route]);
        self.other[route].get_or_init(example)
    }

    fn example(&self, route: usize, formula: &Formula, excluded: &[usize]) -> Example {
        let mut budget = Budget::new(EXAMPLE_BUDGET, 1);
        let blockers = Blockers {
            further: excluded,
            ..Blockers::new(self, &[])
        };
        let decision = formula.decide(&blockers, &mut budget);
        let mut taking = Vec::new();
        let mut is_complete = true;
        if let Decision::Possible(witness) = &decision {
            let levels = self.levels(route);
            let earlier = Blockers::new(self, &levels);
            let visited = earlier.visit(witness, &mut budget, |at| {
                is_complete = taking.len() < MOST_TAKING;
                if is_complete {
                    taking.push(at);
                }
                is_complete
            });
            is_complete &= visited.is_ok();
        }
        Example {
            decision,
            taking,
            is_complete,
        }
    }

    /// Returns the routes around a route, each with the child that leads to it.
    pub fn levels(&self, route: usize) -> Vec<(usize, usize)> {
        let path = self.configuration.path(route);
        path.windows(2).map(|pair| (pair[0], pair[1])).collect()
    }
}
