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

/// Another component whose owner is a guess at that of the one that was asked about.
#[derive(Debug)]
pub struct Hinted<'r> {
    /// The component that is hinted at.
    pub component: &'r Component,
    /// What hints at it.
    pub hint: &'r Hint,
    /// The verdict on what hints.
    pub verdict: Verdict,
    /// Its owners.
    pub owners: Vec<TeamId>,
}

/// What hints at the owner of the components of an answer, each once. Of what hints without having an
/// owner itself, what hints at that.
pub fn hints<'r>(answer: &OwnerAnswer<'r>, teams: &Teams) -> Vec<Hinted<'r>> {
    let repository = answer.repository;
    let ids = repository.components.iter().zip(0..);
    let ids: FxHashMap<(&str, &str), ComponentId> = ids
        .map(|(component, id)| ((component.kind, component.name.as_str()), id))
        .collect();
    let mut hinted: Vec<Hinted<'r>> = Vec::new();
    let mut known: FxHashSet<ComponentId> = answer.components.iter().copied().collect();
    let mut asked: VecDeque<ComponentId> = answer.components.iter().copied().collect();
    while let Some(id) = asked.pop_front() {
        let component = &repository.components[id as usize];
        for hint in &component.hints {
            let Some(by) = ids.get(&(hint.kind, hint.name.as_str())).copied() else {
                continue;
            };
            if !known.insert(by) {
                continue;
            }
            let (verdict, owners) = owners(repository, by, teams);
            if verdict == Verdict::Unowned {
                asked.push_back(by);
            }
            hinted.push(Hinted {
                component,
                hint,
                verdict,
                owners,
            });
        }
    }
    hinted
}

/// What the place says in which a component declares its owner, or where it lies.
fn owners(
    repository: &ResolvedRepository,
    id: ComponentId,
    teams: &Teams,
) -> (Verdict, Vec<TeamId>) {
    let component = &repository.components[id as usize];
    let place = component.declares_in.first().unwrap_or(&component.path);
    let path = place.strip_suffix(b"/").unwrap_or(place);
    // What can't be compared is told where it is asked about.
    match repository.resolve_path(teams, path.as_bstr(), place.ends_with(b"/")) {
        Ok((resolution, _)) => (resolution.verdict, resolution.owners),
        Err(_) => (Verdict::Unowned, Vec::new()),
    }
}
