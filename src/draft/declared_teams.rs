//! The teams that the components of a repository declare, and those for which its directories are named.

use std::collections::BTreeSet;

use bstr::ByteSlice as _;

use super::DraftTeams;
use crate::{
    claims::UnknownName,
    config::Teams,
    inventory::{OwnerCatalog, detectors},
    resolution::ResolvedRepository,
    text::directory,
};

/// Returns whether any component that is not vendored names owners.
pub fn has_declarations(repository: &ResolvedRepository) -> bool {
    let mut own = repository.declarations.iter().filter(|it| !it.is_vendored);
    own.any(|it| !it.declarations.is_empty())
}

/// Adds the teams that components declare, and those among their maintainers. Returns the detectors that found them.
pub fn add_declared_teams(
    repository: &ResolvedRepository,
    catalogs: &[&OwnerCatalog],
    teams: &mut DraftTeams,
) -> BTreeSet<&'static str> {
    let mut detectors: BTreeSet<&str> = BTreeSet::new();
    let known = Teams::default();
    let (mut certain, mut probable) = (Vec::new(), Vec::new());
    for (component, declarations) in repository.components.iter().zip(&repository.declarations) {
        if declarations.is_vendored {
            continue;
        }
        for name in declarations.counting().flat_map(|(it, _)| &it.names) {
            let reference = name.reference.as_ref();
            let is_undefined = reference.is_some_and(|it| OwnerCatalog::lack(catalogs, &it.entity));
            if name.is_template || is_undefined {
                continue;
            }
            match UnknownName::of(name, &known) {
                UnknownName::Team => certain.push(name),
                UnknownName::ProbableTeam => probable.push(name.as_written()),
                UnknownName::Placeholder | UnknownName::Person => continue,
            }
            detectors.insert(component.detector);
        }
    }
    teams.add_names(&certain);
    // The order of the files must not decide which names are one team.
    probable.sort_unstable();
    for name in probable {
        teams.add_prose(name);
    }
    detectors
}

/// Adds teams for directories such as `team-shop` with files of kinds that are usually in one directory per team.
pub fn add_directories(repository: &ResolvedRepository, teams: &mut DraftTeams) {
    for component in &repository.components {
        if !detectors::of(component).is_filed_by_team {
            continue;
        }
        let names = directory(component.path.as_bstr()).split_str("/");
        let names = names.filter_map(|name| name.to_str().ok());
        names.for_each(|name| teams.add_directory(name));
    }
}
