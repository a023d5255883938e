//! Path globs: what they mean, which of many match a path, and which language lies inside which.
//!
//! A pattern is anchored at the root of the repository. What it matches, it owns with everything
//! inside: the language of `P` is `P` and `P/**`, that of `P/` is `P/**`. So a language that holds a
//! path holds everything below it, which makes most questions about two patterns cheap.
//!
//! One segment has the syntax of the `globset` crate; bytes, case-sensitive. Braces are written
//! out before anything else happens.

mod byteset;
mod glob_index;
mod language;
mod parse;
mod segment;
mod tree;

pub use byteset::ByteSet;
pub use language::{Language, TooComplex};
pub use parse::{Alternative, MAX_ALTERNATIVES, Pattern, PatternError, Step, escape};
pub use segment::{Segment, Token};
pub use tree::{PatternId, PatternTree, Walker};
