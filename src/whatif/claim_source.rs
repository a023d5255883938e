use crate::claims::{Claim, Origin};

/// The source of claims: one path or selector in the map, or the declaration of one component.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClaimSource {
    /// The origin of the claims.
    pub origin: Origin,
    /// The position among the paths and then selectors of the rule or exemption, or the component.
    pub entry: usize,
}

impl ClaimSource {
    /// Returns the source of a claim.
    pub fn of(claim: &Claim) -> Self {
        Self {
            origin: claim.origin,
            entry: claim.entry,
        }
    }
}
