//! Claims about owners, which rules, exemptions, declarations and ownership files make.

mod append_only;
mod build;
mod claim;
mod claim_source;
mod file_statement;
mod filed;
mod origin;
mod resolved_declarations;
mod sources;
mod unknown_name;

pub use build::Claims;
pub use claim::{Claim, ClaimId, ComponentId};
pub use claim_source::ClaimSource;
pub use file_statement::{
    DecidingLine, FileQuestion, FileStatement, FileStatements, GroupDefinition, OwnerName,
    ReadStatements,
};
pub use filed::{Approvers, Filed, StatedTeam};
pub use origin::Origin;
pub use resolved_declarations::{
    ResolvedDeclarations, Unresolved, resolve_declarations, team, teams_of,
};
pub use unknown_name::UnknownName;
