//! The routes that may take the alerts of a later route.

use std::{cell::RefCell, cmp::Reverse, collections::BTreeSet, collections::BinaryHeap};

use rustc_hash::FxHashMap;

use super::{
    budget::{Budget, TooComplex},
    formula::Witness,
    label_tests::RouteTest,
    open_matches::OpenMatches,
};

/// The children of a route that do not continue, by position in order. Each is listed under one test of those that a
/// value must pass, if there is any.
#[derive(Debug, Default)]
pub(super) struct IndexedChildren {
    /// By position of the label and of the test.
    by_test: FxHashMap<(usize, usize), Vec<usize>>,
    /// The tests that a label passes of which nothing is required.
    unusual: Vec<(usize, usize)>,
    /// All others.
    others: Vec<usize>,
}

impl IndexedChildren {
    /// Indexes the children of a route. Each is listed under the test with the fewest others.
    pub fn new(open: &OpenMatches<'_>, route: usize) -> Self {
        let configuration = open.configuration;
        let children = configuration.routes[route].children.iter().copied();
        let can_block = |at: &usize| {
            configuration.routes[*at].continues == Some(false) && open.of(*at).can_hold()
        };
        let children: Vec<usize> = children.filter(can_block).collect();
        let tests = |at: usize| {
            let tests = open.of(at).tests().iter().filter(|it| !it.is_negative);
            tests.filter_map(|it: &RouteTest| Some((it.label, it.test?)))
        };
        let mut numbers: FxHashMap<(usize, usize), usize> = FxHashMap::default();
        for test in children.iter().flat_map(|at| tests(*at)) {
            *numbers.entry(test).or_default() += 1;
        }
        let mut index = Self::default();
        for at in children {
            // Many values can pass an expression.
            let rank = |(label, test): &(usize, usize)| {
                let has_few_values = open.tests.of_label(*label).test(*test).values().is_some();
                (!has_few_values, numbers[&(*label, *test)])
            };
            match tests(at).min_by_key(rank) {
                Some(test) => index.by_test.entry(test).or_default().push(at),
                None => index.others.push(at),
            }
        }
        let passed = |(label, test): &&(usize, usize)| {
            open.tests.of_label(*label).unusual().passes(*test) != Some(false)
        };
        index.unusual = index.by_test.keys().filter(passed).copied().collect();
        index.unusual.sort_unstable();
        index
    }

    /// Returns lists of those that may hold for some values of labels.
    fn lists(&self, witness: &Witness) -> Vec<&[usize]> {
        let known = witness.values().iter();
        let known = known.flat_map(|(label, value)| value.passed().map(|test| (*label, test)));
        let unusual = self.unusual.iter().copied();
        let unusual = unusual.filter(|(label, _)| !witness.values().contains_key(label));
        let lists = known.chain(unusual);
        let lists = lists.filter_map(|test| self.by_test.get(&test));
        lists.chain([&self.others]).map(Vec::as_slice).collect()
    }
}

/// The routes that must not match.
#[derive(Debug)]
pub(super) struct Blockers<'b, 'c> {
    pub open: &'b OpenMatches<'c>,
    /// Routes, each with the first of its children that does not count any more.
    pub levels: &'b [(usize, usize)],
    /// By route, whether it counts; `None` if all do that do not continue.
    pub counting: Option<&'b [bool]>,
    /// Further routes.
    pub further: &'b [usize],
    /// Those that have been found to hold.
    pub found: RefCell<BTreeSet<usize>>,
}

impl<'b, 'c> Blockers<'b, 'c> {
    pub fn new(open: &'b OpenMatches<'c>, levels: &'b [(usize, usize)]) -> Self {
        Self {
            open,
            levels,
            counting: None,
            further: &[],
            found: RefCell::default(),
        }
    }

    /// Returns the first of them that holds for some values.
    pub fn first_holding(
        &self,
        witness: &Witness,
        budget: &mut Budget,
    ) -> Result<Option<usize>, TooComplex> {
        let mut first = None;
        self.visit(witness, budget, |at| {
            first = Some(at);
            false
        })?;
        self.found.borrow_mut().extend(first);
        Ok(first)
    }

    /// Visits those that hold for some values, as long as `visit` wants more.
    pub fn visit(
        &self,
        witness: &Witness,
        budget: &mut Budget,
        mut visit: impl FnMut(usize) -> bool,
    ) -> Result<(), TooComplex> {
        let mut is_holding = |at: usize| {
            budget.take(1)?;
            let counts = self.counting.is_none_or(|counting| counting[at]);
            Ok(counts && self.open.holds(at, witness))
        };
        for (parent, end) in self.levels {
            let lists = self.open.children(*parent).lists(witness);
            // Merges the lists, which are in order.
            let firsts = lists.iter().enumerate();
            let firsts = firsts.filter_map(|(list, all)| Some(Reverse((*all.first()?, list, 0))));
            let mut next: BinaryHeap<Reverse<(usize, usize, usize)>> = firsts.collect();
            while let Some(Reverse((at, list, position))) = next.pop() {
                if at >= *end {
                    break;
                }
                if is_holding(at)? && !visit(at) {
                    return Ok(());
                }
                let position = position + 1;
                next.extend(
                    lists[list]
                        .get(position)
                        .map(|at| Reverse((*at, list, position))),
                );
            }
        }
        for at in self.further {
            budget.take(1)?;
            if self.open.holds(*at, witness) && !visit(*at) {
                return Ok(());
            }
        }
        Ok(())
    }
}
