//! Ownership changes of files (with renames) and of components.

mod approval_change;
mod compared_approvals;
mod component;
mod file_transition;
mod later_teams;
mod new_names;
mod owner_state;
mod ownership_change;
mod renames;
mod side;
mod smallest_cover;
mod team_renames;
mod transfers;

pub use approval_change::{ApprovalChange, ApprovalSubject, ChangedGroup};
pub use compared_approvals::approval_changes;
pub use component::{ComponentChange, component_changes};
pub use file_transition::{FileTransition, file_transitions};
pub use new_names::NewName;
pub use owner_state::OwnerState;
pub use ownership_change::OwnershipChange;
pub(crate) use renames::moved_directory;
pub use side::Side;
pub use smallest_cover::smallest_cover;
pub use team_renames::TeamRenames;
pub use transfers::{Transfer, TransferKind, transfers};
