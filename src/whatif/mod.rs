//! What would come to files that do not exist yet: decided on languages, not on today's files, and
//! asked of the same resolution that today's files go through.

mod claim_source;
mod evaluator;
mod existing_names;
mod overridden;
mod potential_conflict;
mod redundancy;
#[cfg(test)]
mod tests;

pub use claim_source::ClaimSource;
pub use evaluator::{Evaluator, WhatIf};
pub use overridden::{OverriddenClaim, Prospect};
pub use potential_conflict::{MOST, PotentialConflict, Undecided};
