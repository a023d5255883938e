//! Path globs: what they mean, which of many match a path, and which language lies inside which.
//!
//! A pattern is anchored at the root of the repository. What it matches, it owns with everything
//! inside: the language of `P` is `P` and `P/**`, that of `P/` is `P/**`. So a language that holds a
//! path holds everything below it, which makes most questions about two patterns cheap.
//!
//! One segment has the syntax of the `globset` crate; bytes, case-sensitive. Braces are written
//! out before anything else happens.

mod bit_rows;
mod byteset;
mod glob_index;
mod globs;
mod language;
mod names;
mod overlaps;
mod parse;
mod part;
mod paths;
#[cfg(test)]
mod properties;
mod segment;
mod tree;
mod unintended;
mod witness;

pub use byteset::ByteSet;
pub use globs::{Globs, StateSet, classes};
pub use language::{Language, Relation};
pub use names::TooComplex;
pub use overlaps::Overlaps;
pub use parse::{Alternative, Pattern, PatternError, Step, escape};
use part::Part;
pub use segment::{Segment, Token};
pub use tree::{PatternId, PatternTree, Walker};
pub use witness::readable;
