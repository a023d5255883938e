use std::collections::VecDeque;

use bstr::ByteSlice;
use rustc_hash::{FxHashMap, FxHashSet};

use super::answer::OwnerAnswer;
use crate::{
    claims::ComponentId,
    config::{TeamId, Teams},
    inventory::{Component, Hint},
    resolution::{ResolvedRepository, Verdict},
};

/// An owner that is inferred from a linked component.
#[derive(Debug)]
pub struct InferredOwner<'r> {
    /// The component in question.
    pub component: &'r Component,
    /// The hint that links it to another component.
    pub hint: &'r Hint,
    /// The verdict on the linked component.
    pub verdict: Verdict,
    /// The owners of the linked component.
    pub owners: Vec<TeamId>,
}

/// Returns the inferred owners for the components of an answer, once for each linked component. Follows the links of
/// linked components without an owner.
pub fn inferred_owners<'r>(answer: &OwnerAnswer<'r>, teams: &Teams) -> Vec<InferredOwner<'r>> {
    let repository = answer.repository;
    let ids = repository.components.iter().zip(0..);
    let ids: FxHashMap<(&str, &str), ComponentId> = ids
        .map(|(component, id)| ((component.kind, component.name.as_str()), id))
        .collect();
    let mut inferred: Vec<InferredOwner<'r>> = Vec::new();
    let mut seen: FxHashSet<ComponentId> = answer.components.iter().copied().collect();
    let mut queue: VecDeque<ComponentId> = answer.components.iter().copied().collect();
    while let Some(id) = queue.pop_front() {
        let component = &repository.components[id as usize];
        for hint in &component.hints {
            let Some(linked) = ids.get(&(hint.kind, hint.name.as_str())).copied() else {
                continue;
            };
            if !seen.insert(linked) {
                continue;
            }
            let (verdict, owners) = owners(repository, linked, teams);
            if verdict == Verdict::Unowned {
                queue.push_back(linked);
            }
            inferred.push(InferredOwner {
                component,
                hint,
                verdict,
                owners,
            });
        }
    }
    inferred
}

/// Returns the owners of the place where a component declares its owner, or else of its path.
fn owners(
    repository: &ResolvedRepository,
    id: ComponentId,
    teams: &Teams,
) -> (Verdict, Vec<TeamId>) {
    let component = &repository.components[id as usize];
    let place = component.declares_in.first().unwrap_or(&component.path);
    let path = place.strip_suffix(b"/").unwrap_or(place);
    // Claims that cannot be compared are reported for the path itself.
    match repository.resolve_path(teams, path.as_bstr(), place.ends_with(b"/")) {
        Ok((resolution, _)) => (resolution.verdict, resolution.owners),
        Err(_) => (Verdict::Unowned, Vec::new()),
    }
}
