//! The tests of the values of labels, and which of them a value passes.

use std::{
    cell::{OnceCell, RefCell},
    rc::Rc,
};

use rustc_hash::FxHashMap;

use super::{
    configuration::Configuration,
    expression::Expression,
    expressions::ORDINARY_WEIGHT,
    label_values::{Requirement, Searched},
    matcher::{Matcher, Test},
};
use crate::regexes::Regexes;

/// A value that few expressions match.
pub(super) const UNUSUAL: &str = "other";

/// The tests in a configuration, each once.
#[derive(Debug)]
pub(super) struct Tests<'c> {
    /// By position of the label.
    labels: Vec<LabelTests<'c>>,
    /// By position of the route: what its matchers test.
    routes: Vec<Vec<RouteTest>>,
    by_name: FxHashMap<&'c str, usize>,
}

/// The tests of the values of one label, each once.
#[derive(Debug, Default)]
pub(super) struct LabelTests<'c> {
    tests: Vec<&'c Test>,
    equal: FxHashMap<&'c str, usize>,
    same: FxHashMap<*const Expression, usize>,
    /// The tests that only few values pass, by value.
    by_value: FxHashMap<&'c str, Vec<usize>>,
    expressions: OnceCell<ExpressionTests<'c>>,
    values: RefCell<FxHashMap<String, Rc<Value>>>,
    classes: RefCell<FxHashMap<Vec<usize>, usize>>,
    unusual: OnceCell<Rc<Value>>,
    absent: OnceCell<Rc<Value>>,
    searched: RefCell<FxHashMap<Vec<Requirement>, Searched>>,
}

/// A value of a label, and which tests it passes.
#[derive(Debug)]
pub(super) struct Value {
    pub text: String,
    /// The position of the value among all that were requested.
    pub at: usize,
    /// The position of the first value that passes the same tests.
    pub class: usize,
    /// The positions of the tests that it passes, in order.
    passed: Vec<usize>,
    /// Whether it passes these tests is unknown.
    unknown: Vec<usize>,
}

/// What a matcher tests.
#[derive(Debug, Clone, Copy)]
pub(super) struct RouteTest {
    /// The position of the label.
    pub label: usize,
    /// The position of the test among those of the label; `None` if it is unknown what is tested.
    pub test: Option<usize>,
    /// Whether the matcher requires that the value does not pass.
    pub is_negative: bool,
    /// Whether only some results of the template contain the matcher.
    pub is_optional: bool,
}

impl<'c> Tests<'c> {
    pub fn new(configuration: &'c Configuration) -> Self {
        let labels = configuration.labels.iter();
        let by_name = labels.enumerate().map(|(at, name)| (&**name, at));
        let mut all = Self {
            labels: Vec::new(),
            routes: Vec::with_capacity(configuration.routes.len()),
            by_name: by_name.collect(),
        };
        all.labels
            .resize_with(configuration.labels.len(), LabelTests::default);
        for route in &configuration.routes {
            let matchers = route.tested.iter().zip(&route.matchers);
            let tests = matchers.map(|(label, matcher)| all.add(*label, matcher));
            let tests = tests.collect();
            all.routes.push(tests);
        }
        all
    }

    fn add(&mut self, label: usize, matcher: &'c Matcher) -> RouteTest {
        RouteTest {
            label,
            test: self.labels[label].add(&matcher.test),
            is_negative: matcher.operator.is_negative(),
            is_optional: matcher.is_optional,
        }
    }

    /// Returns what the matchers of a route test.
    pub fn of_route(&self, route: usize) -> &[RouteTest] {
        &self.routes[route]
    }

    /// Returns the tests of a label.
    pub fn of_label(&self, label: usize) -> &LabelTests<'c> {
        &self.labels[label]
    }

    /// Returns the position of a label, if a route tests it.
    pub fn position(&self, label: &str) -> Option<usize> {
        self.by_name.get(label).copied()
    }
}

impl<'c> LabelTests<'c> {
    /// Adds a test. Returns its position; `None` if it is unknown.
    pub fn add(&mut self, test: &'c Test) -> Option<usize> {
        let new = self.tests.len();
        let at = match test {
            Test::Unknown => return None,
            Test::Equal(value) => *self.equal.entry(value).or_insert(new),
            Test::Expression(it) => *self.same.entry(&raw const **it).or_insert(new),
        };
        if at == new {
            self.tests.push(test);
            for value in test.values().unwrap_or_default() {
                self.by_value.entry(value).or_default().push(at);
            }
        }
        Some(at)
    }

    pub fn test(&self, at: usize) -> &'c Test {
        self.tests[at]
    }

    /// Returns the number of steps that it takes to find out which tests a value passes, beyond those that every search
    /// takes.
    pub fn cost(&self, value: &str) -> usize {
        match value {
            // These are compared only once.
            UNUSUAL | "" => 0,
            _ => self.expressions().cost.saturating_mul(value.len()),
        }
    }

    fn expressions(&self) -> &ExpressionTests<'c> {
        let expressions = || ExpressionTests::new(&self.tests);
        self.expressions.get_or_init(expressions)
    }

    /// Returns a value with the tests that it passes.
    pub fn value(&self, text: &str) -> Rc<Value> {
        if let Some(known) = self.values.borrow().get(text) {
            return Rc::clone(known);
        }
        let mut passed = self.by_value.get(text).cloned().unwrap_or_default();
        let mut unknown = Vec::new();
        self.expressions().evaluate(text, &mut passed, &mut unknown);
        passed.sort_unstable();
        let mut values = self.values.borrow_mut();
        let at = values.len();
        let mut classes = self.classes.borrow_mut();
        let value = Rc::new(Value {
            text: text.to_owned(),
            at,
            class: *classes.entry(passed.clone()).or_insert(at),
            passed,
            unknown,
        });
        values.insert(text.to_owned(), Rc::clone(&value));
        value
    }

    /// Returns the result of an earlier search for a value.
    pub fn searched(&self, requirements: &[Requirement]) -> Option<Searched> {
        self.searched.borrow().get(requirements).cloned()
    }

    /// Keeps the result of a search for a value.
    pub fn add_searched(&self, requirements: &[Requirement], searched: Searched) {
        let requirements = requirements.to_vec();
        self.searched.borrow_mut().insert(requirements, searched);
    }

    /// Returns the value of a label that an alert does not have.
    pub fn absent(&self) -> &Value {
        self.absent.get_or_init(|| self.value(""))
    }

    /// Returns the value of a label of which nothing is required.
    pub fn unusual(&self) -> &Value {
        self.unusual.get_or_init(|| self.value(UNUSUAL))
    }
}

impl Value {
    /// Returns whether it passes a test; `None` if that is unknown.
    pub fn passes(&self, test: usize) -> Option<bool> {
        match self.unknown.contains(&test) {
            true => None,
            false => Some(self.passed.binary_search(&test).is_ok()),
        }
    }

    /// Returns the positions of the tests that it passes or may pass.
    pub fn passed(&self) -> impl Iterator<Item = usize> {
        self.passed.iter().chain(&self.unknown).copied()
    }
}

impl RouteTest {
    /// Returns whether the matcher holds for a value; `None` if that is unknown.
    pub fn holds(&self, value: &Value) -> Option<bool> {
        Some(value.passes(self.test?)? != self.is_negative)
    }
}

/// The tests of a label that many values pass.
#[derive(Debug)]
struct ExpressionTests<'c> {
    /// Expressions that are searched together.
    together: Regexes,
    /// By expression in `together`: the position of the test.
    positions: Vec<usize>,
    /// Other expressions, by position of the test.
    single: Vec<(usize, &'c Expression)>,
    /// The number of steps that a search takes for each byte.
    cost: usize,
}

/// The [weight](Expression::weight) of floating expressions whose combined states are few.
const FEW_STATES: usize = 2_048;

/// The part of the weight of floating expressions that is compared in one step.
const WEIGHT_IN_STEP: usize = 25;

impl<'c> ExpressionTests<'c> {
    fn new(tests: &[&'c Test]) -> Self {
        let expressions = tests
            .iter()
            .enumerate()
            .filter_map(|(at, test)| match test {
                Test::Expression(it) if it.values().is_none() => Some((at, &**it)),
                _ => None,
            });
        let expressions: Vec<(usize, &Expression)> = expressions.collect();
        // An automaton for one expression, or for large ones, would take memory without saving time.
        let is_alone = expressions.len() == 1;
        let (mut single, small): (Vec<_>, Vec<_>) = expressions
            .into_iter()
            .partition(|(_, it)| is_alone || it.weight() > ORDINARY_WEIGHT);
        let floating = small.iter().filter(|(_, it)| it.is_floating());
        let weight: usize = floating.map(|(_, it)| it.weight()).sum();
        let parsed = (0..).zip(&small);
        let parsed = parsed.map(|(id, (_, expression))| (id, expression.hir().clone()));
        let (together, too_large) = Regexes::new(parsed);
        single.extend(too_large.iter().map(|id| small[*id as usize]));
        Self {
            together,
            positions: small.into_iter().map(|(at, _)| at).collect(),
            single,
            cost: weight.saturating_sub(FEW_STATES) / WEIGHT_IN_STEP,
        }
    }

    /// Adds the tests that a value passes, and those about which that is unknown.
    fn evaluate(&self, value: &str, passed: &mut Vec<usize>, unknown: &mut Vec<usize>) {
        let mut found = Vec::new();
        self.together.all(value.as_bytes(), &mut found);
        passed.extend(found.iter().map(|id| self.positions[*id as usize]));
        for (at, expression) in &self.single {
            match expression.matches(value) {
                Some(true) => passed.push(*at),
                Some(false) => {}
                None => unknown.push(*at),
            }
        }
    }
}
