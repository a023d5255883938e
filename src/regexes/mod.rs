//! Regular expressions: the syntaxes of other programs, and sets of expressions that are searched together.

mod cursor;
pub mod dotnet;
mod error;
mod expression;
mod lazy_set;
mod node;
pub mod perl;
mod property;
pub mod re2;
mod set;
mod weight;

pub use expression::{Backtracking, Expression, ExpressionError};
pub use node::{Node, Position};
pub use set::Regexes;
pub use weight::weight;
