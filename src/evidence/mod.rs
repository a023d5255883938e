//! Evidence for the owners of what has none: never a decision, always with its reason.
//!
//! [`Links`] is the only place that infers owners from related components, and [`EvidenceSearch`] the only one that
//! ranks evidence. `who`, `components`, `init` and the checks use them.

mod authors;
mod basis;
mod change_history;
mod kin;
mod links;
mod search;
mod statement;
mod structure;

pub use basis::Basis;
pub use change_history::{ChangeHistory, Changes};
pub use links::{LinkedOwner, Links};
pub use search::EvidenceSearch;
pub use statement::Evidence;
