//! Path globs: parsing, matching many of them at once, and comparing their languages.
//!
//! A pattern is anchored at the root of the repository. It matches a path and everything inside it: the
//! language of `P` is `P` and `P/**`, that of `P/` is `P/**`. So a language with a path contains everything
//! below it, which makes most comparisons of two patterns cheap.
//!
//! A pattern for files is the exception: it matches a file whose whole path fits, and nothing below that path. It
//! matches no submodule either, which is a path that other patterns match like the path of a file.
//!
//! A segment has the syntax of the `globset` crate; it matches bytes, case-sensitively. Braces are
//! expanded first.

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
pub use parse::{
    Alternative, Extent, Pattern, PatternError, SPECIAL, Step, escape, with_literal_ends,
};
use part::Part;
pub use segment::{Segment, Token};
pub use tree::{PatternId, PatternTree, Walker};
pub use witness::readable;
