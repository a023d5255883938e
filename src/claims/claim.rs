use std::sync::Arc;

use super::{ClaimSource, Filed, Origin};
use crate::{
    config::TeamId,
    pattern::{Pattern, PatternId},
    text::Place,
};

/// A claim, by its position in [`Claims`](super::Claims).
pub type ClaimId = u32;

/// A component, by its position in the repository's list.
pub type ComponentId = u32;

/// A statement that some paths have some owners, or need none.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The source of the claim.
    pub origin: Origin,
    /// The position among the paths, then the selectors, of its rule or exemption; the component for a
    /// declaration; the pattern for an ownership file.
    pub entry: usize,
    /// The owners, the primary one first; none for an exemption.
    pub owners: Vec<TeamId>,
    /// The patterns of the claim, any of which may match. For a claim about a component, they are the
    /// paths of the component.
    pub patterns: Vec<PatternId>,
    /// The component that the claim is about.
    pub component: Option<ComponentId>,
    /// A higher priority beats a lower one.
    pub priority: i64,
    /// The name glob of a selector with wildcards.
    pub default_for: Option<Arc<Pattern>>,
    /// The subject: a pattern or a selector, with one alternative if the entry has braces, or a component.
    pub about: String,
    /// Whether it is about one of several alternatives in the braces of an entry.
    pub is_alternative: bool,
    /// The place of the claim.
    pub place: Place,
    /// More places: a component may declare its owner in several files.
    pub further: Vec<Place>,
    /// What only the claims of ownership files have.
    pub filed: Option<Box<Filed>>,
}

impl Claim {
    /// Returns the owners that are not teams in the map.
    pub fn people(&self) -> &[Arc<str>] {
        self.filed.as_ref().map_or(&[], |filed| &filed.people)
    }

    /// Returns whether its owners are people, and none of them is a team in the map. It conflicts with no other claim.
    pub fn is_of_people(&self) -> bool {
        self.owners.is_empty() && !self.people().is_empty()
    }

    /// Returns whether it states that the paths need no owner.
    pub fn is_exemption(&self) -> bool {
        let names_nobody = || self.owners.is_empty() && self.people().is_empty();
        self.origin.is_exemption() || self.filed.is_some() && names_nobody()
    }

    /// Returns what the claims about all alternatives in the braces of an entry have in common: the entry, and the
    /// component for a selector.
    pub fn unsplit(&self) -> (ClaimSource, Option<ComponentId>) {
        (ClaimSource::of(self), self.component)
    }
}
