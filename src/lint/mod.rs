//! The findings that count: selected, suppressed, compared with a baseline and a base, and sorted.

mod areas;
mod baseline;
mod change;
mod entry;
mod gather;
mod report;
mod selection;
mod since;
mod suppress;

pub use baseline::{Baseline, BaselineError, Comparison};
pub use change::ChangeReport;
pub use entry::Entry;
pub use gather::unowned_anywhere;
pub use report::Report;
pub use selection::Selection;
