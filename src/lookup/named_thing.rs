use crate::{
    claims::ComponentId,
    config::TeamId,
    inventory::{Alert, NameKind},
    resolution::{Resolution, ResolvedRepository, Verdict},
    text::Place,
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
    /// The alert, if it is one.
    pub alert: Option<&'r Alert>,
    /// The place of the name.
    pub place: Place,
    /// Who owns it. For an alert, the team in its rule comes first.
    pub resolution: Resolution,
}

impl<'r> NamedThing<'r> {
    /// Returns the alert with its repository, if it is one.
    pub fn rule(&self) -> Option<(&'r ResolvedRepository, &'r Alert)> {
        Some((self.repository, self.alert?))
    }

    /// Returns whether it has an owner.
    pub fn is_owned(&self) -> bool {
        self.resolution.verdict == Verdict::Owned
    }

    /// Returns its owners, or all teams with a claim if the claims conflict.
    pub fn teams(&self) -> Vec<TeamId> {
        self.repository.mentioned(&self.resolution)
    }
}
