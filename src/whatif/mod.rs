//! What-if analysis: the owners of files that do not exist yet. It works on the languages of patterns and uses
//! the same resolution as existing files.

mod evaluator;
mod existing_names;
mod new_claim;
mod overridden;
mod potential_conflict;
mod redundancy;
#[cfg(test)]
mod tests;

pub use evaluator::{Evaluator, WhatIf};
pub use new_claim::NewClaim;
pub use overridden::{OverriddenClaim, Prospect};
pub use potential_conflict::{MOST, PotentialConflict, Undecided};
