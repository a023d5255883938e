//! The findings that count: selected, suppressed, compared with a baseline and a base, and sorted.

mod areas;
mod baseline;
mod change;
mod gather;
mod report;
mod selection;
mod suppress;

pub use baseline::{Baseline, BaselineError, Comparison, Entry};
pub use change::ChangeReport;
pub use gather::unowned_anywhere;
pub use report::Report;
pub use selection::Selection;
