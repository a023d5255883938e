//! From claims to verdicts: the one way to an owner.

mod coverage;
mod group;
mod precedence;
mod repository;
mod resolve;
mod verdict;
mod whole;

pub use coverage::{Coverage, KindCoverage};
pub use group::{Group, GroupId};
pub use precedence::{Reason, Unordered, is_less_precise};
pub use repository::{Directory, RepositoryError, ResolvedRepository};
pub use resolve::{Resolved, Resolver};
pub use verdict::{Overruled, Resolution, Verdict, owner_set};
