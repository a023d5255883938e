//! What Kubernetes' Prow reads in OWNERS files, which it finds in all folders except for some.

mod config;
mod folders;
mod json;
mod owners_config;

pub use config::{FullConfig, Owners};
pub use folders::is_skipped;
pub use json::{Fault, Json, JsonContent, OWNER_KEYS, Target, is_field, to_json};
pub use owners_config::{EVERYTHING, OwnersConfig};
