//! Changes to YAML files that keep everything else as it is, byte for byte: comments, quotes, layout and line endings.

mod additions;
mod data;
mod insertion;
mod new_value;
#[cfg(test)]
mod tests;

pub use additions::Additions;
pub use insertion::EditError;
pub use new_value::{NewValue, Step};
