//! The routes before a route that may take its alerts, indexed by the values that they require.

use std::{cell::RefCell, collections::BTreeSet, rc::Rc};

use rustc_hash::FxHashMap;

use super::{
    budget::TooComplex,
    configuration::Configuration,
    formula::{Blockers, Match, Witness},
    label_values::UNUSUAL,
};

/// The children of a route that do not continue, by position in order.
#[derive(Debug, Default)]
pub(super) struct IndexedChildren<'c> {
    /// Those that require one of few values of a label, by label and value.
    by_value: FxHashMap<usize, FxHashMap<&'c str, Vec<usize>>>,
    /// The labels with such a value that others have, too, if nothing is required of them.
    unusual: Vec<usize>,
    /// All others.
    others: Vec<usize>,
}

impl<'c> IndexedChildren<'c> {
    /// Indexes the children of a route. Each is listed under the label with the fewest others.
    pub fn new(configuration: &Configuration, route: usize, matches: &[Rc<Match<'c>>]) -> Self {
        let children = configuration.routes[route].children.iter().copied();
        let can_block = |at: &usize| {
            configuration.routes[*at].continues == Some(false) && matches[*at].can_hold()
        };
        let children: Vec<usize> = children.filter(can_block).collect();
        let mut numbers: FxHashMap<(usize, &str), usize> = FxHashMap::default();
        for at in &children {
            for (label, values) in matches[*at].few_values() {
                for value in values {
                    *numbers.entry((label, value)).or_default() += 1;
                }
            }
        }
        let mut index = Self::default();
        for at in children {
            let number = |(label, values): &(usize, &'c [String])| {
                let values = values.iter();
                values
                    .map(|value| numbers[&(*label, &**value)])
                    .sum::<usize>()
            };
            match matches[at].few_values().min_by_key(number) {
                Some((label, values)) => {
                    let by_value = index.by_value.entry(label).or_default();
                    for value in values {
                        by_value.entry(value.as_str()).or_default().push(at);
                    }
                }
                None => index.others.push(at),
            }
        }
        let by_label = index.by_value.iter();
        let unusual = by_label.filter(|(_, by_value)| by_value.contains_key(UNUSUAL));
        index.unusual = unusual.map(|(label, _)| *label).collect();
        index
    }

    /// Returns lists of those that may hold for some values of labels.
    fn lists(&self, labels: &Witness) -> Vec<&[usize]> {
        let known = labels.iter().map(|(label, value)| (label, &**value));
        let unusual = self.unusual.iter().filter(|it| !labels.contains_key(it));
        let values = known.chain(unusual.map(|label| (label, UNUSUAL)));
        let lists = values.filter_map(|(label, value)| self.by_value.get(label)?.get(value));
        lists.chain([&self.others]).map(Vec::as_slice).collect()
    }
}

/// The routes before a route and those around it.
pub(super) struct EarlierRoutes<'i, 'c> {
    pub matches: &'i [Rc<Match<'c>>],
    /// The children of each route around it, and the one of them that leads to it.
    pub levels: Vec<(&'i IndexedChildren<'c>, usize)>,
    /// Those that have been found to hold.
    pub found: RefCell<BTreeSet<usize>>,
}

impl<'c> Blockers<'c> for EarlierRoutes<'_, 'c> {
    fn first_holding(
        &self,
        labels: &Witness,
        mut holds: impl FnMut(&Match<'c>) -> Result<bool, TooComplex>,
    ) -> Result<Option<&Match<'c>>, TooComplex> {
        for (children, end) in &self.levels {
            let mut lists = children.lists(labels);
            // Merges the lists, which are sorted.
            while let Some((list, at)) = lists
                .iter()
                .enumerate()
                .filter_map(|(list, rest)| Some((list, *rest.first()?)))
                .min_by_key(|(_, at)| *at)
                .filter(|(_, at)| at < end)
            {
                lists[list] = &lists[list][1..];
                if holds(&self.matches[at])? {
                    self.found.borrow_mut().insert(at);
                    return Ok(Some(&self.matches[at]));
                }
            }
        }
        Ok(None)
    }
}
