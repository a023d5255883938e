//! Claims about owners, which rules, exemptions and declarations make.

mod build;
mod claim;
mod claim_source;
mod origin;
mod resolved_declarations;
mod sources;
mod unknown_name;

pub use build::Claims;
pub use claim::{Claim, ClaimId, ComponentId};
pub use claim_source::ClaimSource;
pub use origin::Origin;
pub use resolved_declarations::{
    ResolvedDeclarations, Unresolved, resolve_declarations, team, teams_of,
};
pub use unknown_name::UnknownName;
