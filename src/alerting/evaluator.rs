use std::{rc::Rc, sync::Arc};

use rustc_hash::FxHashMap;

use super::{
    LabelSet,
    configuration::Configuration,
    evaluate::{Evaluation, Reached},
    label_tests::{Tests, Value},
    open_matches::OpenMatches,
};

/// Evaluates a configuration for many alerts, most of which differ only in labels that no route tests, or in values that
/// no route distinguishes.
#[derive(Debug)]
pub struct Evaluator<'c> {
    configuration: &'c Configuration,
    tests: Rc<Tests<'c>>,
    /// By the known labels among those that routes test.
    open: FxHashMap<Vec<usize>, OpenMatches<'c>>,
    /// The results, by these labels and the distinguished values.
    results: FxHashMap<Vec<(usize, usize)>, Arc<Reached>>,
    /// Whether routes distinguish all values, because names of receivers contain them.
    has_filled_names: bool,
}

impl<'c> Evaluator<'c> {
    /// Creates an evaluator that knows no results yet.
    pub fn new(configuration: &'c Configuration) -> Self {
        let mut names = configuration.receiver_names.iter();
        Self {
            configuration,
            tests: Rc::new(Tests::new(configuration)),
            open: FxHashMap::default(),
            results: FxHashMap::default(),
            has_filled_names: names.any(|name| name.is_template),
        }
    }

    /// Returns the receivers of alerts with some labels.
    pub fn evaluate(&mut self, labels: &LabelSet) -> Arc<Reached> {
        let known = labels.known().filter_map(|(name, value)| {
            let label = self.tests.position(name)?;
            Some((label, self.tests.of_label(label).value(value)))
        });
        let mut known: Vec<(usize, Rc<Value>)> = known.collect();
        known.sort_by_key(|(label, _)| *label);
        let distinguished = |value: &Value| match self.has_filled_names {
            true => value.at,
            false => value.class,
        };
        let key = known.iter();
        let key = key.map(|(label, value)| (*label, distinguished(value)));
        let key: Vec<(usize, usize)> = key.collect();
        if let Some(reached) = self.results.get(&key) {
            return Arc::clone(reached);
        }
        let positions: Vec<usize> = known.iter().map(|(label, _)| *label).collect();
        let is_known = |label| positions.binary_search(&label).is_ok();
        let new = || OpenMatches::new(self.configuration, Rc::clone(&self.tests), is_known);
        let open = self.open.entry(positions.clone()).or_insert_with(new);
        let reached = Arc::new(Evaluation::reached(open, labels, known));
        self.results.insert(key, Arc::clone(&reached));
        reached
    }
}
