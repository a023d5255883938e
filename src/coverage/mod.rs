//! Coverage by repository, team, directory, kind and component.

mod components;
mod groups;
mod holdings;
mod overview;
mod repository;

pub use components::ComponentReport;
pub use groups::ComponentGroup;
pub use holdings::{Holding, Holdings};
pub use overview::{DirectoryCoverage, Overview, RepositoryOverview, TeamShare};
pub use repository::RepositoryCoverage;
