//! Whether any alert can reach a route.

use std::{cell::RefCell, rc::Rc};

use super::{
    LabelSet,
    budget::Budget,
    configuration::Configuration,
    earlier_routes::{EarlierRoutes, IndexedChildren},
    formula::{Decision, Formula, Match},
};

/// The number of steps for all routes of a configuration together.
const BUDGET: usize = 20_000_000;

/// The number of steps that one step of a search counts as.
const SEARCH_COST: usize = 16;

/// Whether any alert can reach a route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reachability {
    /// An alert with these labels reaches it, if all others have a value that few expressions match.
    Reachable(LabelSet),
    /// The matchers of the route and of those around it contradict each other.
    Contradictory,
    /// The earlier routes at these positions take all of its alerts.
    Taken(Vec<usize>),
    /// The route around it is unreachable.
    ParentUnreachable,
    /// That takes too many steps to decide, or a template decides.
    Unknown,
}

impl Configuration {
    /// Returns for each route whether any alert can reach it.
    pub fn reachability(&self) -> Vec<Reachability> {
        let mut budget = Budget::new(BUDGET, SEARCH_COST);
        let mut all: Vec<Reachability> = Vec::with_capacity(self.routes.len());
        let matches = (0..self.routes.len()).map(|at| Rc::new(Match::of(self, at, |_| false)));
        let matches: Vec<Rc<Match<'_>>> = matches.collect();
        let indexes = (0..self.routes.len()).map(|at| IndexedChildren::new(self, at, &matches));
        let indexes: Vec<IndexedChildren<'_>> = indexes.collect();
        for (at, route) in self.routes.iter().enumerate() {
            let is_in_unreachable = route.parent.is_some_and(|parent| {
                use Reachability::{Contradictory, ParentUnreachable, Taken};
                matches!(all[parent], Contradictory | ParentUnreachable | Taken(_))
            });
            all.push(match is_in_unreachable {
                true => Reachability::ParentUnreachable,
                false => self.reachability_of(at, &matches, &indexes, &mut budget),
            });
        }
        all
    }

    fn reachability_of<'c>(
        &'c self,
        at: usize,
        matches: &[Rc<Match<'c>>],
        indexes: &[IndexedChildren<'c>],
        budget: &mut Budget,
    ) -> Reachability {
        let mut formula = Formula::default();
        let mut levels = Vec::new();
        for route in self.path(at) {
            formula.require_match(&matches[route]);
            levels.extend(self.routes[route].parent.map(|it| (&indexes[it], route)));
        }
        let earlier = EarlierRoutes {
            matches,
            levels,
            found: RefCell::default(),
        };
        match formula.decide(self, &earlier, budget) {
            Decision::Unknown => Reachability::Unknown,
            Decision::Possible(witness) => {
                let labels = witness.into_iter();
                let labels = labels.map(|(label, value)| (&*self.labels[label], value));
                Reachability::Reachable(labels.collect())
            }
            Decision::Impossible
                if formula.decide(self, &[][..], budget) == Decision::Impossible =>
            {
                Reachability::Contradictory
            }
            Decision::Impossible => {
                // Only the routes without which it would be reachable explain the problem. The search needed no others
                // than those that it found.
                let mut needed: Vec<usize> = earlier.found.into_inner().into_iter().collect();
                let mut index = needed.len();
                while index > 0 {
                    index -= 1;
                    let mut fewer = needed.clone();
                    fewer.remove(index);
                    let blockers = fewer.iter().map(|it| Rc::clone(&matches[*it]));
                    let blockers: Vec<Rc<Match<'_>>> = blockers.collect();
                    if formula.decide(self, &blockers[..], budget) == Decision::Impossible {
                        needed = fewer;
                    }
                }
                Reachability::Taken(needed)
            }
        }
    }
}
