use rustc_hash::FxHashMap;

use super::{
    expression::Expression,
    matcher::{Operator, Test},
};
use crate::regexes::re2::{self, MAX_RANGES, Re2Error};

/// The largest cost of all expressions of a configuration. Those of 10,000 ordinary routes are within it.
const COST_LIMIT: usize = 1 << 19;

/// The largest weight of an ordinary expression. Above, a state takes more time and memory.
pub(super) const ORDINARY_WEIGHT: usize = 256;

/// The expressions of a configuration. Each is parsed and compiled once, and those beyond a limit are unknown.
#[derive(Debug)]
pub(super) struct Expressions {
    /// The results, by the text of the expression.
    known: FxHashMap<String, Result<Test, &'static str>>,
    /// The cost of further expressions.
    cost: usize,
    /// The ranges in the classes of further expressions.
    ranges: usize,
    /// Whether some expressions are beyond the limit.
    pub are_too_large: bool,
}

impl Default for Expressions {
    fn default() -> Self {
        Self {
            known: FxHashMap::default(),
            cost: COST_LIMIT,
            ranges: MAX_RANGES,
            are_too_large: false,
        }
    }
}

impl Expressions {
    /// Creates the test of a matcher.
    ///
    /// # Errors
    /// If RE2 rejects the expression.
    pub fn test(&mut self, operator: Operator, value: &str) -> Result<Test, &'static str> {
        match operator.has_expression() {
            true => self.parsed(value),
            false => Ok(Test::Equal(value.to_owned())),
        }
    }

    /// Creates the test of a matcher in `match_re`, whose expression is anchored once more, so that `a)|(b` matches only
    /// `a` and `b`.
    ///
    /// # Errors
    /// If RE2 rejects the expression.
    pub fn anchored_again(
        &mut self,
        operator: Operator,
        value: &str,
    ) -> Result<Test, &'static str> {
        if !operator.has_expression() {
            return self.test(operator, value);
        }
        let anchored = format!("^(?:{value})$");
        if let Err(Re2Error::Rejected(why)) = re2::parse_within(&anchored, &mut self.ranges) {
            return Err(why);
        }
        self.parsed(&anchored)
    }

    fn parsed(&mut self, text: &str) -> Result<Test, &'static str> {
        if let Some(known) = self.known.get(text) {
            return known.clone();
        }
        let test = match Expression::parse_within(text, &mut self.ranges) {
            Err(Re2Error::Rejected(why)) => Err(why),
            Err(Re2Error::TooLarge) => Ok(None),
            Ok(expression) => Ok(self.cost.checked_sub(cost(&expression)).map(|rest| {
                self.cost = rest;
                Test::Expression(expression.into())
            })),
        };
        let test = test.map(|test| {
            self.are_too_large |= test.is_none();
            test.unwrap_or(Test::Unknown)
        });
        self.known.insert(text.to_owned(), test.clone());
        test
    }
}

fn cost(expression: &Expression) -> usize {
    let weight = expression.weight();
    let beyond = weight.saturating_sub(ORDINARY_WEIGHT);
    weight.saturating_add(beyond.saturating_mul(3))
}
