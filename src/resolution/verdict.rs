use std::sync::Arc;

use super::Reason;
use crate::{claims::ClaimId, config::TeamId};

/// The result of resolving claims, from best to worst: `Exempt < Owned < Unowned < Conflicting`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It needs no owner.
    Exempt,
    /// It has an owner.
    Owned,
    /// No claim matches.
    #[default]
    Unowned,
    /// Equally strong claims name different owners.
    Conflicting,
}

impl Verdict {
    /// All verdicts, in the order of output.
    pub const ALL: [Self; 4] = [Self::Owned, Self::Exempt, Self::Unowned, Self::Conflicting];

    /// Returns its name in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exempt => "exempt",
            Self::Owned => "owned",
            Self::Unowned => "unowned",
            Self::Conflicting => "conflicting",
        }
    }
}

/// The verdict on files with the same claims. The default is the verdict without claims.
#[derive(Debug, Clone, Default)]
pub struct Resolution {
    /// The verdict.
    pub verdict: Verdict,
    /// The owners, the primary one first; empty unless the verdict is `Owned`.
    pub owners: Vec<TeamId>,
    /// The owners in ownership files that are not teams in the map; empty unless the verdict is `Owned`.
    pub people: Vec<Arc<str>>,
    /// The claims that no other claim beats.
    pub winning: Vec<ClaimId>,
    /// The claims that another claim beats.
    pub overridden: Vec<Overridden>,
}

/// Who owns an alert.
#[derive(Debug, Clone)]
pub struct AlertResolution {
    /// The verdict.
    pub resolution: Resolution,
    /// Whether the rule names the owners.
    pub is_in_rule: bool,
}

/// Returns owners sorted, to compare lists without regard to order.
pub fn owner_set(owners: &[TeamId]) -> Vec<TeamId> {
    let mut set = owners.to_vec();
    set.sort_unstable();
    set
}

/// A claim that another claim beats.
#[derive(Debug, Clone, Copy)]
pub struct Overridden {
    /// The claim.
    pub claim: ClaimId,
    /// The claim that beats it.
    pub by: ClaimId,
    /// Why.
    pub reason: Reason,
}
