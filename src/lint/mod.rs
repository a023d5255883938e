//! The findings that count: selected, suppressed, compared with a baseline and a base, and sorted.

mod areas;
mod baseline;
mod baseline_entry;
mod change;
mod gather;
mod report;
mod selection;
mod since;
mod suppress;

pub use baseline::{Baseline, BaselineError, Comparison};
pub use baseline_entry::BaselineEntry;
pub use change::ChangeReport;
pub use gather::unowned_anywhere;
pub use report::Report;
pub use selection::Selection;
