//! Regular expressions: the syntaxes of other programs, and sets of expressions that are searched together.

pub mod re2;
mod set;
mod weight;

pub use set::Regexes;
pub use weight::weight;
