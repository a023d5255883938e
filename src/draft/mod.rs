//! A first map, drafted from what a repository says of its owners already.

mod evidence;
mod folders;
mod ordered;
mod proof;
mod rule;
mod teams;
mod unowned;
mod write;

pub use evidence::{Evidence, Guess};
pub use folders::rules as rules_by_folder;
pub use ordered::rules as rules_in_order;
pub use proof::prove;
pub use rule::DraftRule;
pub use teams::{DraftTeam, DraftTeams};
pub use unowned::{Unowned, unowned};
pub use write::{Draft, write};
