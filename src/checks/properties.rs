use super::{Context, Used};
use crate::{finding::Finding, resolution::Verdict};

/// What distinguishes a check from most others: nothing else may go by its name.
#[derive(Debug, Clone, Copy)]
pub struct Properties {
    /// Whether it asks what the map says; else it is run without a map too.
    pub needs_map: bool,
    /// Whether it asks the scope of the run itself, file by file, since what it finds may lie around
    /// that. Findings of the others are left out where their path is not in it.
    pub knows_scope: bool,
    /// Whether findings with one subject in one repository have one cause, such as a name that many
    /// files misspell: a person needs to see one of them in full, and where the others are.
    pub one_cause: bool,
    /// The verdict on files that it reports, if it does: one finding stands for many files, and
    /// changes with each of them. At most one check reports a verdict.
    pub verdict: Option<Verdict>,
    /// Finds what is wrong with the suppressions of the map, of which so much is used. It is called
    /// when all other checks have answered.
    pub judge: Option<SuppressionCheck>,
}

/// Finds what is wrong with suppressions; `None` if it is not known what they hide.
pub type SuppressionCheck = fn(&Context<'_>, Option<&[Used]>) -> Vec<Finding>;

impl Properties {
    /// Those of most checks.
    pub(super) const USUAL: Self = Self {
        needs_map: true,
        knows_scope: false,
        one_cause: false,
        verdict: None,
        judge: None,
    };

    /// Those of a check that asks nothing of what the map says.
    pub(super) const WITHOUT_MAP: Self = Self {
        needs_map: false,
        ..Self::USUAL
    };

    /// Those of a check whose findings with one subject have one cause.
    pub(super) const ONE_CAUSE: Self = Self {
        one_cause: true,
        ..Self::USUAL
    };
}
