//! Drafts a first map from the ownership information that a repository already has.

mod corrections;
mod declared_teams;
mod dropped;
mod exemptions;
mod expected_owners;
mod intersection;
mod named_owners;
mod owner_keys;
mod people;
mod priorities;
mod proof;
mod prose;
mod rule;
mod rules_by_folder;
mod rules_in_order;
mod suggestion;
mod teams;
mod unowned;
mod write;

pub use corrections::corrections;
pub use declared_teams::{add_declared_teams, add_directories, has_declarations};
pub use dropped::{Dropped, dropped, unread};
pub use exemptions::exemptions;
pub use expected_owners::{ExpectedOwners, folder_of_new_file};
pub use named_owners::NamedOwners;
pub use owner_keys::{ProposedKey, proposed_keys};
pub use people::{DraftPeople, DraftPerson};
pub use proof::{DraftDifference, DraftProof};
pub use prose::{Statement, statements};
pub use rule::DraftRule;
pub use rules_by_folder::rules as rules_by_folder;
pub use rules_in_order::rules as rules_in_order;
pub use suggestion::{Suggestion, suggestions};
pub use teams::{DraftTeam, DraftTeams, handle_id};
pub use unowned::{Unowned, unowned};
pub use write::{Draft, DraftRepository, write, write_alone};
