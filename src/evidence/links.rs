use std::{collections::VecDeque, sync::OnceLock};

use bstr::{BStr, ByteSlice as _};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    claims::{ClaimId, ComponentId},
    config::{TeamId, Teams},
    inventory::{Component, Hint},
    resolution::{Resolution, ResolvedRepository, Verdict},
    text::directory_around,
};

/// The links between the components of a repository, and the owners of the linked components.
#[derive(Debug)]
pub struct Links<'r> {
    pub(super) repository: &'r ResolvedRepository,
    pub(super) teams: &'r Teams,
    ids: FxHashMap<(&'r str, &'r str), ComponentId>,
    /// The resolutions of components, by id, once they are needed.
    resolutions: Vec<OnceLock<Resolution>>,
}

/// An owner that is inferred from a linked component.
#[derive(Debug)]
pub struct LinkedOwner<'r> {
    /// The component in question.
    pub component: &'r Component,
    /// The hint that links it to another component.
    pub hint: &'r Hint,
    /// The verdict on the linked component.
    pub verdict: Verdict,
    /// The owners of the linked component; empty if it has none.
    pub owners: Vec<TeamId>,
}

impl<'r> Links<'r> {
    /// Returns the links of `repository`, of which not all files need to be resolved.
    pub fn new(repository: &'r ResolvedRepository, teams: &'r Teams) -> Self {
        let ids = repository.components.iter().zip(0..);
        Self {
            repository,
            teams,
            ids: ids
                .map(|(component, id)| ((component.kind, component.name.as_str()), id))
                .collect(),
            resolutions: repository
                .components
                .iter()
                .map(|_| OnceLock::new())
                .collect(),
        }
    }

    /// Returns the component that a hint names; `None` if it does not exist.
    pub fn target(&self, hint: &Hint) -> Option<ComponentId> {
        self.id(hint.kind, &hint.name)
    }

    /// Returns the component with this kind and name.
    pub(super) fn id(&self, kind: &str, name: &str) -> Option<ComponentId> {
        self.ids.get(&(kind, name)).copied()
    }

    /// Returns a component.
    pub(super) fn component(&self, id: ComponentId) -> &'r Component {
        &self.repository.components[id as usize]
    }

    /// Returns the resolution of the place where a component declares its owner, or else of its path.
    pub(super) fn resolution(&self, id: ComponentId) -> &Resolution {
        self.resolutions[id as usize].get_or_init(|| {
            let component = self.component(id);
            let place = component.declares_in.first().unwrap_or(&component.path);
            // Claims that cannot be compared are reported for the path itself.
            self.resolve(place.as_bstr()).unwrap_or_default()
        })
    }

    /// Returns the resolution of a file, or of a directory, whose path ends in `/`.
    pub(super) fn resolve(&self, place: &BStr) -> Option<Resolution> {
        let path = place.strip_suffix(b"/").unwrap_or(place);
        let is_directory = place.ends_with(b"/");
        let resolved = self
            .repository
            .resolution_of(self.teams, path.as_bstr(), is_directory);
        resolved.ok()
    }

    /// Returns the owners inferred from the components that a component is linked to.
    pub fn of(&self, id: ComponentId) -> impl Iterator<Item = LinkedOwner<'r>> {
        let component = self.component(id);
        component.hints.iter().filter_map(move |hint| {
            let resolution = self.resolution(self.target(hint)?);
            Some(LinkedOwner {
                component,
                hint,
                verdict: resolution.verdict,
                owners: resolution.owners.clone(),
            })
        })
    }

    /// Returns the owners inferred for several components, once for each linked component. Follows the links of
    /// linked components without an owner.
    pub fn following(&self, ids: &[ComponentId]) -> Vec<LinkedOwner<'r>> {
        let mut inferred: Vec<LinkedOwner<'r>> = Vec::new();
        let mut seen: FxHashSet<ComponentId> = ids.iter().copied().collect();
        let mut queue: VecDeque<ComponentId> = ids.iter().copied().collect();
        while let Some(id) = queue.pop_front() {
            for linked in self.of(id) {
                let Some(target) = self.target(linked.hint).filter(|it| seen.insert(*it)) else {
                    continue;
                };
                if linked.verdict == Verdict::Unowned {
                    queue.push_back(target);
                }
                inferred.push(linked);
            }
        }
        inferred
    }

    /// Returns the owners of a component, if claims about this component name them: the owners of everything around
    /// it, and those of all components of a kind, say little about one component.
    pub(super) fn own_owners(&self, id: ComponentId) -> Option<&[TeamId]> {
        let path = &self.component(id).path;
        self.narrow(self.resolution(id), path.as_bstr())
    }

    /// Returns the owners in the resolution of `place` or of a part of it, unless the claims also apply to the
    /// directory that contains `place`, or to all components of a kind.
    pub(super) fn narrow<'s>(
        &self,
        resolution: &'s Resolution,
        place: &BStr,
    ) -> Option<&'s [TeamId]> {
        let around = directory_around(place);
        let around = around.strip_suffix(b"/").unwrap_or(around).as_bstr();
        let claims = &self.repository.claims;
        let is_narrow = |id: &ClaimId| {
            let claim = claims.get(*id);
            let is_any = |name: &str| matches!(name, "*" | "**");
            let default = claim.default_for.as_ref();
            let mut patterns = claim.patterns.iter();
            !default.is_some_and(|name| is_any(name.text()))
                && !patterns.any(|id| claims.pattern(*id).matches(around, true))
        };
        let is_owned = resolution.verdict == Verdict::Owned;
        (is_owned && resolution.winning.iter().all(is_narrow)).then_some(&resolution.owners)
    }
}
