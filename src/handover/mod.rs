//! What a change hands from one team to another: files with their renames, and components.

mod component;
mod cover;
mod fate;
mod holding;
mod moment;
mod renames;
mod transfer;

pub use component::{ComponentChange, component_changes};
pub use cover::smallest_cover;
pub use fate::{Fate, fates};
pub use holding::Holding;
pub use moment::Moment;
pub use renames::Renames;
pub use transfer::{Transfer, TransferKind, transfers};
