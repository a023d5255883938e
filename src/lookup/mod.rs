//! Looks up names: of components, alerts, machines, Kubernetes resources, images, dashboards and URLs.

mod labels;
mod name_index;
mod named_thing;
mod searched_name;
mod web_address;

pub use labels::{Label, labels};
pub use name_index::NameIndex;
pub use named_thing::{NamedThing, Understanding};
pub use searched_name::{SearchedName, is_naming_label, without_punctuation};
pub use web_address::teams_at;
