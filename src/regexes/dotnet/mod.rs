//! Parses regular expressions as `regexp2` does, which Gitea uses. Its syntax is that of .NET.

mod bracket;
mod escape;
mod group;
mod parser;
mod reference;
mod set;

use parser::Parser;
use regex_syntax::hir::Hir;

use super::{Expression, ExpressionError};

/// Parses an expression.
///
/// # Errors
/// If it is invalid, or ownlint cannot evaluate it.
pub fn parse(text: &str) -> Result<Expression, ExpressionError> {
    let text: Vec<char> = text.chars().collect();
    let mut first = Parser::new(&text, None);
    let mut node = first.whole()?;
    if first.has_groups {
        let groups = first.found.assigned();
        node = Parser::new(&text, Some(&groups)).whole()?;
    }
    Ok(Expression { node })
}

/// Returns whether an expression matches the same texts as `re2`, which RE2 reads from the same text, except for letters
/// and digits beyond ASCII and line breaks at the end.
pub fn is_like_re2(text: &str, re2: &Hir) -> bool {
    let text: Vec<char> = text.chars().collect();
    let mut parser = Parser::new(&text, None);
    parser.is_like_re2 = true;
    let node = parser.whole();
    let hir = node.ok().and_then(|node| node.hir(true, true));
    hir.as_ref() == Some(re2)
}
