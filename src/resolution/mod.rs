//! Resolves claims to verdicts and owners.

mod coverage;
mod filed;
mod former_members;
mod group;
mod precedence;
#[cfg(test)]
mod properties;
mod repository;
mod resolve;
mod summary;
mod verdict;
mod verdict_counts;

pub use coverage::{Coverage, KindCoverage};
pub use former_members::FormerMembers;
pub use group::{Group, GroupId};
pub use precedence::{Reason, Unordered, agree, more_precise};
pub use repository::{RepositoryError, ResolvedRepository, is_vendored};
pub use resolve::{Resolved, Resolver};
pub use verdict::{AlertResolution, Overridden, Resolution, Verdict, owner_set};
pub use verdict_counts::VerdictCounts;
