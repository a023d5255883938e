//! Everything that can say who owns something, as claims of one shape.

mod build;
mod claim;
mod heard;

pub use build::{ClaimId, Claims, ComponentId};
pub use claim::{Claim, Origin};
pub use heard::{Heard, Statement, hear, team};
