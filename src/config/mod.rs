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
pub use load::{MAP_NAME, Vocabulary, find, load, load_text};
pub(crate) use load::{MAX_BYTES as MAX_MAP_BYTES, without_dots};
pub use member_path::MemberPath;
pub use model::{Escalation, Exemption, Map, Organization, Policy, Repository, Rule, Spanned};
pub use selector::Selector;
pub use settings::{CustomKind, DeclaredBy, Member, Settings};
pub use teams::{Person, Retired, Team, TeamId, Teams, slug};
pub(crate) use teams::{name_and_mail, spelling_parts};
