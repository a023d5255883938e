//! Everything that can say who owns something, as claims of one shape.

mod build;
mod claim;
mod heard;
mod origin;
mod sources;

pub use build::Claims;
pub use claim::{Claim, ClaimId, ComponentId};
pub use heard::{Heard, Statement, hear, team};
pub use origin::Origin;
