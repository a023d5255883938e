use bstr::BStr;

use crate::{
    claims::ComponentId,
    config::TeamId,
    inventory::{Alert, NameKind},
    resolution::{Resolution, ResolvedRepository, Verdict},
    text::{Place, printable_bytes},
};

/// What a name refers to, and who owns it.
#[derive(Debug, Clone)]
pub struct NamedThing<'r> {
    /// What it is.
    pub kind: NameKind,
    /// Its name: `kind:name` for a component.
    pub name: String,
    /// The repository that names it.
    pub repository: &'r ResolvedRepository,
    /// The component: itself, or the one that is assigned to a machine.
    pub component: Option<ComponentId>,
    /// The alert, if it is one that is not vendored.
    pub alert: Option<&'r Alert>,
    /// Whether the rule of the alert names its owners.
    pub is_owned_by_rule: bool,
    /// The place of the name.
    pub place: Place,
    /// Who owns it. For an alert, the team in its rule comes first.
    pub resolution: Resolution,
    /// The teams that the rule of its alert names, if the map knows none of them. Then the owners are those of the file.
    pub unknown_teams: Vec<String>,
    /// The owners of the files in a directory without an owner, those of the most files first.
    pub owners_inside: Vec<TeamId>,
    /// How the name was understood.
    pub understanding: Vec<Understanding>,
}

/// How a name was understood, if it is not exactly the name of the thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Understanding {
    /// It is the name of a pod of the thing.
    Pod,
    /// It contains a namespace, but the files do not show the namespace of the thing.
    UnverifiedNamespace(String),
    /// The machine has no node definition of its own.
    DefaultNode,
    /// Only the last part of the name is the same: the directories before it differ.
    LastPart,
    /// It is a URL that a text contains, and not the value of a key such as `runbook_url`.
    Mention,
}

impl<'r> NamedThing<'r> {
    /// Returns whether the name may be that of something else.
    pub fn is_guess(&self) -> bool {
        self.understanding.contains(&Understanding::LastPart)
    }

    /// Returns the alert with its repository, if it is one.
    pub fn rule(&self) -> Option<(&'r ResolvedRepository, &'r Alert)> {
        Some((self.repository, self.alert?))
    }

    /// Creates something without a component and an alert.
    pub(super) fn new(
        kind: NameKind,
        name: String,
        repository: &'r ResolvedRepository,
        place: Place,
        resolution: Resolution,
    ) -> Self {
        Self {
            kind,
            name,
            repository,
            component: None,
            alert: None,
            is_owned_by_rule: false,
            place,
            resolution,
            unknown_teams: Vec::new(),
            owners_inside: Vec::new(),
            understanding: Vec::new(),
        }
    }

    /// Creates a path. `owners_inside` are those of the files in a directory without an owner.
    pub fn of_path(
        path: &BStr,
        repository: &'r ResolvedRepository,
        resolution: Resolution,
        owners_inside: Vec<TeamId>,
    ) -> Self {
        let name = match path.is_empty() {
            true => ".".to_owned(),
            false => printable_bytes(path),
        };
        let place = repository.place(path);
        Self {
            owners_inside,
            ..Self::new(NameKind::Path, name, repository, place, resolution)
        }
    }

    /// Returns whether it is a URL that a text only mentions.
    pub fn is_mention(&self) -> bool {
        self.understanding.contains(&Understanding::Mention)
    }

    /// Returns whether its owners are only those of its file or of files in it.
    pub fn is_owned_indirectly(&self) -> bool {
        let is_indirect = !self.unknown_teams.is_empty() || !self.owners_inside.is_empty();
        is_indirect || self.is_mention()
    }

    /// Returns the component, or those that contain its place.
    pub fn components_around(&self) -> Vec<ComponentId> {
        let components = self.repository.existing_components();
        let path = self.place.path();
        let around = components.filter(|(id, component)| match self.component {
            Some(own) => *id == own,
            None => component.holds(path, false),
        });
        around.map(|(id, _)| id).collect()
    }

    /// Returns whether it has an owner.
    pub fn is_owned(&self) -> bool {
        self.resolution.verdict == Verdict::Owned
    }

    /// Returns its owners, or all teams with a claim if the claims conflict.
    pub fn teams(&self) -> Vec<TeamId> {
        match self.owners_inside.is_empty() {
            true => self.repository.mentioned(&self.resolution),
            false => self.owners_inside.clone(),
        }
    }
}
