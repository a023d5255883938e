//! `ownership.yaml`: read as written, validated with all faults at once, then usable.

mod fault;
mod load;
mod model;
mod reader;
mod schema;
mod selector;
mod teams;
mod validate;

pub use fault::{Fault, MapError};
pub(crate) use load::without_dots;
pub use load::{MAP_NAME, Vocabulary, find, load};
pub use model::{Escalation, Exemption, Map, Organization, Policy, Repository, Rule, Spanned};
pub use selector::Selector;
pub use teams::{Retired, Team, TeamId, Teams, slug};
