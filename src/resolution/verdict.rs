use super::Reason;
use crate::{claims::ClaimId, config::TeamId};

/// What claims come to. Ordered from good to bad: `Exempt < Owned < Unowned < Conflicting`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Nobody needs to own it.
    Exempt,
    /// Somebody owns it.
    Owned,
    /// Nobody claims it.
    #[default]
    Unowned,
    /// Equally strong claims differ.
    Conflicting,
}

impl Verdict {
    /// All, in the order in which they are told.
    pub const ALL: [Self; 4] = [Self::Owned, Self::Exempt, Self::Unowned, Self::Conflicting];

    /// The word for it in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exempt => "exempt",
            Self::Owned => "owned",
            Self::Unowned => "unowned",
            Self::Conflicting => "conflicting",
        }
    }
}

/// The verdict on files that the same claims meet on; by default, what no claims at all come to.
#[derive(Debug, Clone, Default)]
pub struct Resolution {
    /// The verdict.
    pub verdict: Verdict,
    /// The owners, the primary one first, if it is owned.
    pub owners: Vec<TeamId>,
    /// The claims that nothing beats.
    pub standing: Vec<ClaimId>,
    /// The others.
    pub overridden: Vec<Overridden>,
}

/// Owners without their order: two lists of the same teams say the same.
pub fn owner_set(owners: &[TeamId]) -> Vec<TeamId> {
    let mut set = owners.to_vec();
    set.sort_unstable();
    set
}

/// A claim that another one beats.
#[derive(Debug, Clone, Copy)]
pub struct Overridden {
    /// The claim.
    pub claim: ClaimId,
    /// What beats it.
    pub by: ClaimId,
    /// Why.
    pub reason: Reason,
}
