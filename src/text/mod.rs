//! Where words stand: byte spans, the sources they lie in, and text that is safe to print.

mod place;
mod printable;
mod source;
mod span;
mod suggest;
mod unit;

pub use place::Place;
pub use printable::{printable, printable_bytes, quoted};
pub use source::{LineColumn, Origin, Source};
pub use span::Span;
pub use suggest::closest;
pub use unit::Unit;
