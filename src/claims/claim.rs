use std::sync::Arc;

use super::Origin;
use crate::{
    config::TeamId,
    pattern::{Pattern, PatternId},
    text::Place,
};

/// A claim, by its position in [`Claims`](super::Claims).
pub type ClaimId = u32;

/// A component, by its position in the repository's list.
pub type ComponentId = u32;

/// One statement that some paths have some owners, or need none.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Who says so.
    pub origin: Origin,
    /// Which of the paths and then selectors of its rule or exemption it is; for a declaration the
    /// component.
    pub entry: usize,
    /// The owners, the primary one first; none for an exemption.
    pub owners: Vec<TeamId>,
    /// The patterns it is about, any of which may match. They are those of a component's footprint,
    /// if it is about one.
    pub patterns: Vec<PatternId>,
    /// The component it is about.
    pub component: Option<ComponentId>,
    /// Higher ones beat lower ones.
    pub priority: i64,
    /// The name glob of a selector that doesn't name its component exactly.
    pub default_for: Option<Arc<Pattern>>,
    /// What it says it is about, as written: a pattern, a selector, a component.
    pub about: String,
    /// Where it is said.
    pub place: Place,
    /// Where else: what a component declares may be spread over several of its files.
    pub further: Vec<Place>,
}
