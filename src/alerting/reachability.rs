//! Whether any alert can reach a route.

use std::rc::Rc;

use super::{
    LabelSet,
    blockers::Blockers,
    budget::Budget,
    configuration::Configuration,
    formula::{Decision, Formula},
    label_tests::Tests,
    open_matches::OpenMatches,
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
        let open = OpenMatches::new(self, Rc::new(Tests::new(self)), |_| false);
        let mut all: Vec<Reachability> = Vec::with_capacity(self.routes.len());
        for (at, route) in self.routes.iter().enumerate() {
            let is_in_unreachable = route.parent.is_some_and(|parent| {
                use Reachability::{Contradictory, ParentUnreachable, Taken};
                matches!(all[parent], Contradictory | ParentUnreachable | Taken(_))
            });
            all.push(match is_in_unreachable {
                true => Reachability::ParentUnreachable,
                false => self.reachability_of(at, &open, &mut budget),
            });
        }
        all
    }

    fn reachability_of(
        &self,
        at: usize,
        open: &OpenMatches<'_>,
        budget: &mut Budget,
    ) -> Reachability {
        let formula = open.formula(at);
        let levels = open.levels(at);
        let earlier = Blockers::new(open, &levels);
        match formula.decide(&earlier, budget) {
            Decision::Unknown => Reachability::Unknown,
            Decision::Possible(witness) => {
                let labels = witness.values().iter();
                let labels = labels.map(|(label, value)| (&*self.labels[*label], &*value.text));
                Reachability::Reachable(labels.collect())
            }
            Decision::Impossible if is_impossible(&formula, open, &[], budget) => {
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
                    if is_impossible(&formula, open, &fewer, budget) {
                        needed = fewer;
                    }
                }
                Reachability::Taken(needed)
            }
        }
    }
}

/// Returns whether no alert that meets the requirements of a formula matches none of some routes.
fn is_impossible(
    formula: &Formula,
    open: &OpenMatches<'_>,
    routes: &[usize],
    budget: &mut Budget,
) -> bool {
    let blockers = Blockers {
        further: routes,
        ..Blockers::new(open, &[])
    };
    matches!(formula.decide(&blockers, budget), Decision::Impossible)
}
