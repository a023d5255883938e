//! Running checks: selection, suppressions, baselines and comparison with a base revision.

mod areas;
mod baseline;
mod baseline_entry;
mod change;
mod file_hashes;
mod merged;
mod not_checked;
mod report;
mod report_ids;
mod run_checks;
mod selection;
mod since;
mod suppress;

pub use baseline::{Baseline, BaselineError, Comparison};
pub use baseline_entry::BaselineEntry;
pub use change::{ChangeReport, CheckedChange};
use file_hashes::FileHashes;
pub use not_checked::NotChecked;
pub use report::Report;
pub(crate) use report_ids::ReportIds;
pub use run_checks::{looks_at_change, unowned_anywhere};
pub use selection::Selection;
