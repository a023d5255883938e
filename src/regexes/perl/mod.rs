//! Parses regular expressions as Perl does, and searches with them in bytes.
//!
//! Perl decides here: its syntax is similar to the one of the `regex` crates, but not the same, and it dies if an
//! expression is invalid. Most expressions are regular, so that many of them can be searched together. Others, such as
//! those with a backreference, need `fancy-regex`, which backtracks as Perl does.

mod class;
mod node;
mod parser;
#[cfg(test)]
mod tests;

use node::Node;
use regex_syntax::hir::Hir;

/// An expression.
#[derive(Debug)]
pub struct Perl {
    node: Node,
}

/// How Perl reads an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PerlSyntax {
    /// Whether blanks and comments are ignored, as with `/x`.
    pub is_extended: bool,
    /// Whether the program has decoded the expression, so that it consists of characters and not of bytes. The
    /// subjects always consist of bytes.
    pub is_decoded: bool,
}

/// Why an expression cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PerlError {
    /// Perl dies, for this reason.
    Rejected(&'static str),
    /// Perl may accept it, but ownlint cannot evaluate it, for this reason.
    Unsupported(&'static str),
}

/// How much `fancy-regex` may backtrack for one subject.
const BACKTRACK_LIMIT: usize = 100_000;

/// The size limit of an expression that needs backtracking, in bytes.
const SIZE_LIMIT: usize = 1 << 20;

impl Perl {
    /// Parses an expression. Bytes that are not UTF-8 are possible unless it is decoded.
    ///
    /// # Errors
    /// If Perl rejects it, or ownlint cannot evaluate it.
    pub fn parse(text: &[u8], syntax: PerlSyntax) -> Result<Self, PerlError> {
        let node = parser::parse(text, syntax)?;
        Ok(Self { node })
    }

    /// Returns an expression that matches the same subjects without backtracking; `None` if there is none. `is_ascii`
    /// is true if no subject contains a byte beyond ASCII.
    pub fn hir(&self, is_ascii: bool) -> Option<Hir> {
        self.node.hir(true, is_ascii)
    }

    /// Returns an expression that backtracks as Perl does.
    ///
    /// # Errors
    /// If ownlint cannot evaluate it.
    pub fn backtracking(&self) -> Result<Backtracking, PerlError> {
        let mut text = String::new();
        self.node.write(&mut text);
        let regex = fancy_regex::RegexBuilder::new(&text)
            .backtrack_limit(BACKTRACK_LIMIT)
            .delegate_size_limit(SIZE_LIMIT)
            .delegate_dfa_size_limit(SIZE_LIMIT)
            .max_prog_size(SIZE_LIMIT)
            .build();
        let too_complex = PerlError::Unsupported("it is too complex");
        regex.map(Backtracking).map_err(|_| too_complex)
    }
}

/// An expression that is evaluated by backtracking.
#[derive(Debug)]
pub struct Backtracking(fancy_regex::Regex);

impl Backtracking {
    /// Returns whether the expression matches in `subject`; `None` if that takes too long to find out.
    pub fn is_match(&self, subject: &[u8]) -> Option<bool> {
        let text: String = subject.iter().copied().map(char::from).collect();
        self.0.is_match(text.as_str()).ok()
    }
}
