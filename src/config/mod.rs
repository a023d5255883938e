//! `ownership.yaml`: read as written, validated with all faults at once, then usable.

mod fault;
mod load;
mod member_path;
mod min_coverage;
mod model;
mod own_words;
mod percent;
mod reader;
mod schema;
mod selector;
mod settings;
mod suppress;
mod teams;
mod validate;

pub(crate) use crate::snapshot::without_dots;
pub use fault::{Fault, MapError};
pub(crate) use load::MAX_BYTES as MAX_MAP_BYTES;
pub use load::{MAP_NAME, Vocabulary, find_in, load_from, load_text};
pub use member_path::MemberPath;
pub use min_coverage::MinCoverage;
pub use model::{Escalation, Map, Policy, Repository, Rule, Spanned, repository_title};
pub use percent::Percent;
pub use selector::Selector;
pub use settings::{CustomKind, Settings};
pub use suppress::Suppression;
pub use teams::{Person, Retired, Team, TeamId, Teams, slug};
pub(crate) use teams::{name_and_mail, spelling_parts};
