//! Finds, reads and validates the map, and reports all of its errors in one run.

mod alerting;
mod corrections;
mod detector_settings;
mod find;
mod foreign;
mod generated;
mod load;
mod map;
mod map_error;
mod member_path;
mod min_coverage;
mod model;
mod owner_keys;
mod percent;
mod reader;
mod requires;
mod schema;
mod selector;
mod settings;
mod similar_teams;
mod spanned;
mod spelling;
mod suppress;
mod teams;
mod unintended;
mod validate;
mod vocabulary;
mod written;

pub(crate) use crate::snapshot::without_dots;
pub use alerting::{AlertingConfig, AlertingSettings};
pub use find::{FREE_MAP_NAME, MAP_NAME, MAP_NAMES, SeveralMaps, find_in, foreign, map_in};
pub use foreign::Foreign;
pub use generated::GenerateEntry;
pub use load::{load_from, load_texts};
pub use map::{Map, ONLY_REPOSITORY};
pub use map_error::{MapError, MapErrors};
pub use member_path::MemberPath;
pub use model::{
    Escalation, Organization, Policy, Repository, Rule, Suppression, UncheckedRepository, list_of,
    repository_title,
};
pub use owner_keys::OwnerKeys;
pub use percent::Percent;
pub use requires::Requirement;
pub use selector::Selector;
pub use settings::{CustomKind, Settings};
pub use similar_teams::SimilarTeams;
pub use spanned::Spanned;
pub use spelling::{is_team_handle, slug};
pub(crate) use spelling::{name_and_address, name_and_mail, spelling_parts, url_end};
pub use teams::{Person, Retired, Team, TeamId, TeamName, Teams};
pub use vocabulary::{OutputDialect, Vocabulary};
