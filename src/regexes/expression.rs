use regex_syntax::hir::Hir;

use super::node::Node;

/// How much `fancy-regex` may backtrack for one subject.
const BACKTRACK_LIMIT: usize = 100_000;

/// The size limit of an expression that needs backtracking, in bytes.
const SIZE_LIMIT: usize = 1 << 20;

/// An expression in a syntax with assertions and references. Most expressions are regular nevertheless, so that many of
/// them can be searched together. Others need `fancy-regex`, which backtracks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression {
    pub(super) node: Node,
}

/// Why an expression cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpressionError {
    /// It is invalid, for this reason.
    Rejected(&'static str),
    /// It may be valid, but ownlint cannot evaluate it, for this reason.
    Unsupported(&'static str),
}

/// What an automaton must and must not find in a text so that an expression matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// What to search for.
    pub hir: Hir,
    /// Whether it must not be found.
    pub is_negated: bool,
}

impl Expression {
    /// Returns its structure.
    pub fn node(&self) -> &Node {
        &self.node
    }

    /// Returns an expression that matches the same subjects without backtracking; `None` if there is none. `is_ascii` is
    /// true if no subject contains a byte beyond ASCII.
    pub fn hir(&self, is_ascii: bool) -> Option<Hir> {
        self.node.hir(true, is_ascii)
    }

    /// Returns what matches the same subjects without backtracking, also if the expression begins with lookaheads at the
    /// start of the text; `None` if there is nothing. `is_ascii` is true if no subject contains a byte beyond ASCII.
    pub fn conditions(&self, is_ascii: bool) -> Option<Vec<Condition>> {
        let (lookaheads, rest) = self.node.split_lookaheads();
        let of_lookahead = |(node, is_negated): (&Node, bool)| {
            Some(Condition {
                hir: Node::at_start(node).hir(true, is_ascii)?,
                is_negated,
            })
        };
        let mut conditions: Vec<Condition> = lookaheads
            .into_iter()
            .map(of_lookahead)
            .collect::<Option<_>>()?;
        conditions.push(Condition {
            hir: rest.hir(true, is_ascii)?,
            is_negated: false,
        });
        Some(conditions)
    }

    /// Returns an expression that backtracks.
    ///
    /// # Errors
    /// If ownlint cannot evaluate it.
    pub fn backtracking(&self) -> Result<Backtracking, ExpressionError> {
        let mut text = String::new();
        self.node.write(&mut text);
        let regex = fancy_regex::RegexBuilder::new(&text)
            .backtrack_limit(BACKTRACK_LIMIT)
            .delegate_size_limit(SIZE_LIMIT)
            .delegate_dfa_size_limit(SIZE_LIMIT)
            .max_prog_size(SIZE_LIMIT)
            .build();
        let too_complex = ExpressionError::Unsupported("it is too complex");
        regex.map(Backtracking).map_err(|_| too_complex)
    }
}

/// An expression that is evaluated by backtracking.
#[derive(Debug)]
pub struct Backtracking(fancy_regex::Regex);

impl Backtracking {
    /// Returns whether the expression matches in `subject`; `None` if that takes too long to find out.
    pub fn is_match(&self, subject: &str) -> Option<bool> {
        self.0.is_match(subject).ok()
    }

    /// Like [`is_match`](Self::is_match), for an expression that matches bytes.
    pub fn is_match_in_bytes(&self, subject: &[u8]) -> Option<bool> {
        let text: String = subject.iter().copied().map(char::from).collect();
        self.is_match(&text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::regexes::{
        dotnet,
        perl::{self, PerlSyntax},
    };

    fn text() -> impl Strategy<Value = String> {
        let parts = prop::sample::select(vec![
            "\\", "(", "(", ")", ")", "[", "]", "{", "}", "^", "$", "*", "+", "?", "|", "<", ">",
            "=", "!", ":", "#", "'", "-", ",", "&", "a", "b", "x", "i", "k", "g", "p", "P", "N",
            "Q", "E", "R", "X", "K", "1", "2", "0", " ", "\n", "é", "ſ", "(?", "(*", "(?<", "(?(",
            "[[:", ":]", "\\x{", "\\N{U+", "\\p{", "{1,", "(?#", "DEFINE", "pla:",
        ]);
        prop::collection::vec(parts, 0..25).prop_map(|parts| parts.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3_000))]

        #[test]
        fn any_text_is_parsed_or_rejected(text in text(), is_extended: bool, is_decoded: bool) {
            let syntax = PerlSyntax { is_extended, is_decoded };
            let parsed = [dotnet::parse(&text), perl::parse(text.as_bytes(), syntax)];
            for expression in parsed.into_iter().flatten() {
                let is_regular = expression.hir(true).is_some();
                let conditions = expression.conditions(true);
                prop_assert!(!is_regular || conditions.is_some(), "{text}");
            }
        }
    }
}
