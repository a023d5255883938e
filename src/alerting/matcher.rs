use std::sync::Arc;

use super::expression::Expression;
use crate::text::{Place, without_template_code};

/// A condition on one label.
#[derive(Debug, Clone)]
pub struct Matcher {
    /// The name of the label.
    pub label: Arc<str>,
    /// How the value is compared.
    pub operator: Operator,
    /// The value or the expression, as written.
    pub value: String,
    /// The place of the matcher.
    pub place: Place,
    /// Whether only some results of the template contain it.
    pub is_optional: bool,
    pub(super) test: Test,
}

/// How a matcher compares the value of its label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `=~`
    Matches,
    /// `!~`
    NotMatches,
}

/// What a matcher compares with.
#[derive(Debug, Clone)]
pub(super) enum Test {
    Equal(String),
    Expression(Arc<Expression>),
    /// A template decides, the expression is invalid, or the expressions of the configuration are too large.
    Unknown,
}

impl Operator {
    /// Returns it as written in matchers.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Matches => "=~",
            Self::NotMatches => "!~",
        }
    }

    /// Returns the operator with this symbol.
    pub fn from_symbol(symbol: &str) -> Option<Self> {
        let (operator, rest) = Self::at_start(symbol)?;
        rest.is_empty().then_some(operator)
    }

    /// Returns the operator at the start of a text, and the rest.
    pub(super) fn at_start(text: &str) -> Option<(Self, &str)> {
        // `=` is also the start of `=~`.
        let all = [Self::Matches, Self::NotMatches, Self::NotEqual, Self::Equal];
        let mut all = all.into_iter();
        all.find_map(|it| Some((it, text.strip_prefix(it.symbol())?)))
    }

    /// Returns whether it requires that the value does not match.
    pub fn is_negative(self) -> bool {
        matches!(self, Self::NotEqual | Self::NotMatches)
    }

    pub(super) fn has_expression(self) -> bool {
        matches!(self, Self::Matches | Self::NotMatches)
    }
}

impl Test {
    /// Returns all values that pass, if they are few.
    pub fn values(&self) -> Option<&[String]> {
        match self {
            Self::Equal(value) => Some(std::slice::from_ref(value)),
            Self::Expression(expression) => expression.values(),
            Self::Unknown => None,
        }
    }
}

impl Matcher {
    /// Returns whether it is unknown which values it matches.
    pub(super) fn is_unknown(&self) -> bool {
        matches!(self.test, Test::Unknown)
    }

    /// Returns all values that it matches, if they are few.
    pub fn values(&self) -> Option<&[String]> {
        match self.operator.is_negative() {
            true => None,
            false => self.test.values(),
        }
    }
}

impl std::fmt::Display for Matcher {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The text of an invalid matcher, or of one that a template decides.
        if self.label.is_empty() {
            return out.write_str(&without_template_code(&self.value));
        }
        write!(
            out,
            "{}{}{:?}",
            without_template_code(&self.label),
            self.operator.symbol(),
            without_template_code(&self.value)
        )
    }
}
