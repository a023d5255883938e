//! The routes that may take the alerts of a later route.

use std::{
    cell::RefCell,
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap},
    rc::Rc,
};

use rustc_hash::FxHashMap;

use super::{
    budget::{Budget, TooComplex},
    formula::Witness,
    label_tests::{RouteTest, Value},
    open_matches::OpenMatches,
};

/// The children of a route that do not continue, by position in order. Each is listed under one test of those that a
/// value must pass, if there is any.
#[derive(Debug, Default)]
pub(super) struct IndexedChildren {
    /// By position of the label and of the test.
    by_test: Lists,
    /// By position of the label and of a value that passes many tests: all that are listed under these.
    by_value: RefCell<Lists>,
    /// By position of the label: those under the tests that it passes if nothing is required of it.
    unusual: BTreeMap<usize, Rc<[usize]>>,
    /// All others.
    others: Rc<[usize]>,
}

/// Children in order, by position of the label and of a test or value.
type Lists = FxHashMap<(usize, usize), Rc<[usize]>>;

/// The number of lists that are merged again each time that a value is compared. The merged list of more is kept.
const FEW_LISTS: usize = 2;

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
        let mut by_test: FxHashMap<(usize, usize), Vec<usize>> = FxHashMap::default();
        let mut others = Vec::new();
        for at in children {
            // Many values can pass an expression.
            let rank = |(label, test): &(usize, usize)| {
                let has_few_values = open.tests.of_label(*label).test(*test).values().is_some();
                (!has_few_values, numbers[&(*label, *test)])
            };
            match tests(at).min_by_key(rank) {
                Some(test) => by_test.entry(test).or_default().push(at),
                None => others.push(at),
            }
        }
        let by_test = by_test.into_iter();
        let mut index = Self {
            by_test: by_test.map(|(test, all)| (test, all.into())).collect(),
            others: others.into(),
            ..Self::default()
        };
        let labels: BTreeSet<usize> = index.by_test.keys().map(|(label, _)| *label).collect();
        for label in labels {
            let merged = index.merged(label, open.tests.of_label(label).unusual());
            if !merged.is_empty() {
                index.unusual.insert(label, merged);
            }
        }
        index
    }

    /// Returns lists of those that may hold for some values of labels.
    fn lists(&self, witness: &Witness) -> Vec<Rc<[usize]>> {
        let mut lists = vec![Rc::clone(&self.others)];
        for (label, value) in witness.values() {
            if value.passed().count() <= FEW_LISTS {
                lists.extend(self.passed(*label, value).cloned());
                continue;
            }
            let mut by_value = self.by_value.borrow_mut();
            let known = by_value.entry((*label, value.at));
            let merged = known.or_insert_with(|| self.merged(*label, value));
            lists.push(Rc::clone(merged));
        }
        let unusual = self.unusual.iter();
        let unusual = unusual.filter(|(label, _)| !witness.values().contains_key(label));
        lists.extend(unusual.map(|(_, list)| Rc::clone(list)));
        lists
    }

    /// Returns the lists under the tests that a value passes or may pass.
    fn passed(&self, label: usize, value: &Value) -> impl Iterator<Item = &Rc<[usize]>> {
        let passed = value.passed();
        passed.filter_map(move |test| self.by_test.get(&(label, test)))
    }

    /// Returns all that are listed under the tests that a value passes or may pass, in order.
    fn merged(&self, label: usize, value: &Value) -> Rc<[usize]> {
        let mut merged: Vec<usize> = match value.passed().count() > self.by_test.len() {
            // Most of these tests are those of children of other routes.
            true => {
                let lists = self.by_test.iter();
                let lists = lists
                    .filter(|((of, test), _)| *of == label && value.passes(*test) != Some(false));
                lists.flat_map(|(_, list)| list.iter()).copied().collect()
            }
            false => {
                let lists = self.passed(label, value);
                lists.flat_map(|list| list.iter()).copied().collect()
            }
        };
        merged.sort_unstable();
        merged.into()
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
