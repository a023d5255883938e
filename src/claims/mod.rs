//! Everything that can say who owns something, as claims of one shape.

mod build;
mod claim;
mod heard;

pub use build::Claims;
pub use claim::{Claim, ClaimId, ComponentId, Origin};
pub use heard::{Heard, Statement, hear, team};
