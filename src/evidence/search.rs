use bstr::{BStr, ByteSlice as _};
use rustc_hash::FxHashMap;

use super::{ChangeHistory, Changes, Evidence, Links, structure::Structure};
use crate::{
    claims::ComponentId,
    config::Teams,
    git::Authored,
    inventory::Subtree,
    resolution::{ResolvedRepository, Verdict},
    text::directory_around,
};

/// The evidence for everything in a repository that has no owner.
#[derive(Debug)]
pub struct EvidenceSearch<'r> {
    structure: Structure<'r>,
    history: Option<ChangeHistory<'r>>,
    /// The directories and files without an owner, sorted.
    unowned: Vec<Subtree<'r>>,
    /// The components by path.
    components: FxHashMap<&'r BStr, Vec<ComponentId>>,
}

impl<'r> EvidenceSearch<'r> {
    /// Prepares the search in a repository, of which all files must be resolved. Without `history`, only the structure
    /// of the repository is evidence.
    pub fn new(
        repository: &'r ResolvedRepository,
        teams: &'r Teams,
        history: Option<&'r [Authored]>,
    ) -> Self {
        let links = Links::new(repository, teams);
        let mut components: FxHashMap<&BStr, Vec<ComponentId>> = FxHashMap::default();
        let all = repository.components.iter().zip(0..);
        for (component, id) in all.filter(|(component, _)| component.is_listed) {
            let at_path = components.entry(component.path.as_bstr());
            at_path.or_default().push(id);
        }
        let is_unowned =
            |at| repository.resolved.group_of(at).resolution.verdict == Verdict::Unowned;
        Self {
            history: history.map(|history| ChangeHistory::new(history, &links)),
            unowned: repository.listing.files.subtrees(is_unowned),
            structure: Structure::new(links),
            components,
        }
    }

    /// Returns the directories and files without an owner, sorted.
    pub fn unowned(&self) -> &[Subtree<'r>] {
        &self.unowned
    }

    /// Returns the evidence for a component without an owner, the best first.
    pub fn of_component(&self, id: ComponentId) -> Vec<Evidence> {
        let component = self.structure.links.component(id);
        let mut found = self.structure.of_component(id);
        let paths: Vec<&BStr> = component.paths.iter().map(|path| path.as_bstr()).collect();
        found.extend(self.changes(&paths).and_then(|it| self.of_changes(&it)));
        found
    }

    /// Returns whether a component is at this path.
    pub fn has_component(&self, path: &BStr) -> bool {
        self.components.contains_key(path)
    }

    /// Returns the evidence for exactly this file, or this directory, whose path ends in `/`, and for the components
    /// at this path; the best first.
    pub fn of_place(&self, place: &BStr) -> Vec<Evidence> {
        if let Some(ids) = self.components.get(place) {
            return self.of_components(ids);
        }
        let structure = &self.structure;
        let mut found = Vec::from_iter(structure.of_team_name(place));
        found.extend(structure.of_sibling(place));
        found.extend(self.changes(&[place]).and_then(|it| self.of_changes(&it)));
        found
    }

    /// Returns the evidence for a path without an owner, which need not exist, the best first: for the innermost of
    /// its `components`, or else for the file and for the directories around it in which nothing has an owner.
    pub fn of_path(&self, path: &BStr, components: &[ComponentId]) -> Vec<Evidence> {
        let length = |id: &ComponentId| self.structure.links.component(*id).path.len();
        if let Some(innermost) = components.iter().map(length).max() {
            let ids = components.iter().copied();
            let ids: Vec<ComponentId> = ids.filter(|id| length(id) == innermost).collect();
            return self.of_components(&ids);
        }
        let places = self.unowned_around(path);
        let structure = &self.structure;
        let mut found = Vec::from_iter(structure.of_team_name(path));
        found.extend(places.iter().find_map(|place| structure.of_sibling(place)));
        let changes = places.iter().find_map(|place| self.changes(&[place]));
        found.extend(changes.and_then(|it| self.of_changes(&it)));
        found
    }

    /// Returns the evidence for components at the same path, the best first.
    fn of_components(&self, ids: &[ComponentId]) -> Vec<Evidence> {
        let mut found: Vec<Evidence> = Vec::new();
        for evidence in ids.iter().flat_map(|id| self.of_component(*id)) {
            let is_same = |known: &Evidence| {
                (known.basis, &known.owners, &known.reason)
                    == (evidence.basis, &evidence.owners, &evidence.reason)
            };
            if !found.iter().any(is_same) {
                found.push(evidence);
            }
        }
        found.sort_by_key(|evidence| evidence.basis);
        found
    }

    /// Returns the changes of files, and of directories, whose paths end in `/`; `None` if there are too few, or
    /// without a history.
    pub fn changes(&self, places: &[&BStr]) -> Option<Changes> {
        self.history.as_ref()?.about(places)
    }

    fn of_changes(&self, changes: &Changes) -> Option<Evidence> {
        changes.evidence(self.structure.links.teams)
    }

    /// Returns a path and the directories around it in which no file has an owner, the innermost first.
    pub fn unowned_around<'p>(&self, path: &'p BStr) -> Vec<&'p BStr> {
        let before = self.unowned.partition_point(|area| area.path <= path);
        let area = before.checked_sub(1).map(|at| self.unowned[at].path);
        // The path itself may not exist yet, in a directory that does.
        let top = area.filter(|area| area.ends_with(b"/") && path.starts_with(area));
        let mut places = vec![path];
        let mut place = directory_around(path);
        while top.is_some_and(|top| place.len() >= top.len()) {
            places.push(place);
            place = directory_around(place);
        }
        places
    }
}
