use crate::{
    claims::{Claim, Origin},
    config::Map,
};

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
        let entry = match (claim.origin, claim.component) {
            (Origin::Declaration, Some(component)) => component as usize,
            _ => claim.entry,
        };
        Self {
            origin: claim.origin,
            entry,
        }
    }

    /// Whether it is about every repository of the map.
    pub fn is_for_all(self, map: &Map) -> bool {
        match self.origin {
            Origin::Rule(at) => map.rules[at].repository.is_none(),
            Origin::Exemption(at) => map.exemptions[at].repository.is_none(),
            Origin::Declaration => false,
        }
    }
}
