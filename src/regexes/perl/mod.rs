//! Parses regular expressions as Perl does. They are searched for in bytes.
//!
//! Perl decides here: its syntax is similar to the one of the `regex` crates, but not the same, and it dies if an
//! expression is invalid.

mod bracket;
mod class;
mod counts;
mod error;
mod escape;
mod group;
mod parser;
mod reference;
#[cfg(test)]
mod tests;

use class::Charset;
use error::TOO_LONG;
use parser::Parser;

use super::{Expression, ExpressionError};

/// How Perl reads an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PerlSyntax {
    /// Whether blanks and comments are ignored, as with `/x`.
    pub is_extended: bool,
    /// Whether the program has decoded the expression, so that it consists of characters and not of bytes. The
    /// subjects always consist of bytes.
    pub is_decoded: bool,
}

/// The length up to which expressions are parsed, because that can take quadratic time.
const MAX_LENGTH: usize = 10_000;

/// Parses an expression. Bytes that are not UTF-8 are possible unless it is decoded.
///
/// # Errors
/// If Perl rejects it, or ownlint cannot evaluate it.
pub fn parse(text: &[u8], syntax: PerlSyntax) -> Result<Expression, ExpressionError> {
    if text.len() > MAX_LENGTH {
        return Err(TOO_LONG);
    }
    let text: Vec<char> = match (syntax.is_decoded, std::str::from_utf8(text)) {
        (true, Ok(text)) => text.chars().collect(),
        _ => text.iter().copied().map(char::from).collect(),
    };
    let parse = |charset| {
        let mut parser = Parser::new(&text, syntax.is_extended, charset);
        let node = parser.all()?;
        Ok((node, parser.needs_unicode))
    };
    let charset = match syntax.is_decoded {
        true => Charset::Unicode,
        false => Charset::Bytes,
    };
    let node = match parse(charset)? {
        // Anything of Unicode in an expression changes what the rest of it means.
        (_, true) if charset == Charset::Bytes => parse(Charset::Unicode)?.0,
        (node, _) => node,
    };
    Ok(Expression { node })
}
