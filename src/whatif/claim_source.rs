use crate::claims::{Claim, Origin};

/// What makes claims: one path or selector of the map, or the declaration of one component.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClaimSource {
    /// Who says so.
    pub origin: Origin,
    /// Which of the paths and then selectors of its rule or exemption, or which component.
    pub entry: usize,
}

impl ClaimSource {
    /// What makes this claim.
    pub fn of(claim: &Claim) -> Self {
        Self {
            origin: claim.origin,
            entry: claim.entry,
        }
    }
}
