//! What a change hands from one team to another: files with their renames, and components.

mod component;
mod file_transition;
mod moment;
mod owner_state;
mod renames;
mod smallest_cover;
mod transfers;

pub use component::{ComponentChange, component_changes};
pub use file_transition::{FileTransition, fates};
pub use moment::Moment;
pub use owner_state::OwnerState;
pub use renames::Renames;
pub use smallest_cover::smallest_cover;
pub use transfers::{Transfer, TransferKind, transfers};
