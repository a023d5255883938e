//! `ownership.yaml`: read as written, validated with all faults at once, then usable.

mod fault;
mod load;
mod member_path;
mod model;
mod own_words;
mod reader;
mod schema;
mod selector;
mod settings;
mod teams;
mod validate;

pub use fault::{Fault, MapError};
pub use load::{MAP_NAME, Vocabulary, find, load};
pub(crate) use load::{MAX_BYTES as MAX_MAP_BYTES, without_dots};
pub use member_path::MemberPath;
pub use model::{Escalation, Exemption, Map, Organization, Policy, Repository, Rule, Spanned};
pub use selector::Selector;
pub use settings::{CustomKind, DeclaredBy, Member, Settings};
pub(crate) use teams::spelling_parts;
pub use teams::{Person, Retired, Team, TeamId, Teams, slug};
