//! The routes before a route that may take its alerts, indexed by the values that they require.

use std::{
    borrow::Cow,
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use rustc_hash::FxHashMap;

use super::{
    budget::TooComplex,
    configuration::Configuration,
    expression::Expression,
    expressions::ORDINARY_WEIGHT,
    formula::{Blockers, Match, Witness},
    label_values::UNUSUAL,
};
use crate::regexes::Regexes;

/// The children of a route that do not continue, by position in order.
#[derive(Debug, Default)]
pub(super) struct IndexedChildren<'c> {
    /// Those that require one of few values of a label, by label and value.
    by_value: FxHashMap<usize, FxHashMap<&'c str, Vec<usize>>>,
    /// The labels with such a value that others have, too, if nothing is required of them.
    unusual: Vec<usize>,
    /// Those that require that one of many values matches an expression, by label.
    by_expression: FxHashMap<usize, ExpressionIndex<'c>>,
    /// The positions of those that match if nothing is required of their label, with the label.
    matching_unusual: Vec<(usize, Vec<usize>)>,
    /// All others.
    others: Vec<usize>,
}

/// Children that require that a label matches an expression.
#[derive(Debug)]
struct ExpressionIndex<'c> {
    /// Expressions that are searched together.
    expressions: Regexes,
    /// By the id of the expression: the children with it.
    children: Vec<Vec<usize>>,
    /// Other expressions, with their children.
    single: Vec<(&'c Expression, Vec<usize>)>,
}

impl ExpressionIndex<'_> {
    fn matching(&self, value: &str) -> Vec<usize> {
        let mut found = Vec::new();
        self.expressions.all(value.as_bytes(), &mut found);
        let found = found.iter().map(|id| &self.children[*id as usize]);
        let single = self.single.iter();
        let single = single.filter(|(expression, _)| expression.matches(value) != Some(false));
        let found = found.chain(single.map(|(_, children)| children));
        let mut found: Vec<usize> = found.flatten().copied().collect();
        found.sort_unstable();
        found
    }
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
        let mut expressions: FxHashMap<usize, usize> = FxHashMap::default();
        for (label, _) in children.iter().flat_map(|at| matches[*at].expressions()) {
            *expressions.entry(label).or_default() += 1;
        }
        let mut index = Self::default();
        let mut by_label: BTreeMap<usize, Vec<(usize, &Expression)>> = BTreeMap::new();
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
                None => {
                    let own = matches[at].expressions();
                    match own.min_by_key(|(label, _)| expressions[label]) {
                        Some((label, expression)) => {
                            by_label.entry(label).or_default().push((at, expression));
                        }
                        None => index.others.push(at),
                    }
                }
            }
        }
        for (label, of_label) in by_label {
            index.add_expressions(label, &of_label);
        }
        index.others.sort_unstable();
        let by_label = index.by_value.iter();
        let unusual = by_label.filter(|(_, by_value)| by_value.contains_key(UNUSUAL));
        index.unusual = unusual.map(|(label, _)| *label).collect();
        index
    }

    fn add_expressions(&mut self, label: usize, of_label: &[(usize, &'c Expression)]) {
        let mut ids: FxHashMap<*const Expression, usize> = FxHashMap::default();
        let mut each: Vec<(&'c Expression, Vec<usize>)> = Vec::new();
        for (at, expression) in of_label {
            let id = *ids.entry(*expression).or_insert(each.len());
            if id == each.len() {
                each.push((expression, Vec::new()));
            }
            each[id].1.push(*at);
        }
        // An automaton for one expression, or for large ones, would take memory without saving time.
        let is_alone = each.len() == 1;
        let (single, each): (Vec<_>, Vec<_>) = each
            .into_iter()
            .partition(|(expression, _)| is_alone || expression.weight() > ORDINARY_WEIGHT);
        let parsed = (0..).zip(&each);
        let parsed = parsed.map(|(id, (expression, _))| (id, expression.hir().clone()));
        let (expressions, too_large) = Regexes::new(parsed);
        let added = ExpressionIndex {
            expressions,
            children: each.into_iter().map(|(_, children)| children).collect(),
            single,
        };
        let too_large = too_large
            .iter()
            .flat_map(|id| &added.children[*id as usize]);
        self.others.extend(too_large);
        let unusual = added.matching(UNUSUAL);
        if !unusual.is_empty() {
            self.matching_unusual.push((label, unusual));
        }
        self.by_expression.insert(label, added);
    }

    /// Returns lists of those that may hold for some values of labels.
    fn lists(&self, labels: &Witness) -> Vec<Cow<'_, [usize]>> {
        let known = labels.iter().map(|(label, value)| (label, &**value));
        let unusual = self.unusual.iter().filter(|it| !labels.contains_key(it));
        let values = known.clone().chain(unusual.map(|label| (label, UNUSUAL)));
        let lists = values.filter_map(|(label, value)| self.by_value.get(label)?.get(value));
        let matching =
            known.filter_map(|(label, value)| Some(self.by_expression.get(label)?.matching(value)));
        let unusual = self.matching_unusual.iter();
        let unusual = unusual.filter(|(label, _)| !labels.contains_key(label));
        let borrowed = lists
            .chain(unusual.map(|(_, list)| list))
            .chain([&self.others]);
        let borrowed = borrowed.map(|list| Cow::Borrowed(list.as_slice()));
        borrowed.chain(matching.map(Cow::Owned)).collect()
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
            let all = children.lists(labels);
            let mut lists: Vec<&[usize]> = all.iter().map(|list| &**list).collect();
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
