use super::{Context, Used};
use crate::{finding::Finding, resolution::Verdict, transfer::OwnershipChange};

/// How a check differs from most others. Other code must use these properties, not the check's name.
#[derive(Debug, Clone, Copy)]
pub struct Properties {
    /// The first version of ownlint that has the check.
    pub since: &'static str,
    /// Whether it needs a map; the other checks also run without one.
    pub needs_map: bool,
    /// Whether it is off unless the map sets its severity.
    pub is_opt_in: bool,
    /// Whether it applies the scope of the run itself, file by file, because the paths of its findings
    /// may be wider than the scope. Findings of other checks are dropped if their path is out of scope.
    pub knows_scope: bool,
    /// Whether findings with the same subject in the same repository have one cause, such as a name that
    /// is misspelled in many files. Only one of them is shown in full, and the others by their place.
    pub one_cause: bool,
    /// Whether findings with the same subject in the same repository are one finding with several places. The path and
    /// the component are not part of its identity.
    pub one_finding: bool,
    /// Whether its findings are errors if a change introduces them, unless the map sets the severity: they are about
    /// entries in the map that match nothing since the change.
    pub is_error_if_introduced: bool,
    /// Replaces many findings about files in one directory by a finding about the directory. The findings are about one
    /// repository, and sorted. Suppressions and the scope apply to each finding, so they come first.
    pub roll_up: Option<RollUp>,
    /// Replaces many of its findings about one repository by fewer, in the report of everything. Baselines contain each
    /// of the findings, and reports of a change or of some paths name each of them.
    pub summarize: Option<RollUp>,
    /// The verdict on files that it reports, if any. One finding covers many files and changes with each
    /// of them. At most one check reports a verdict.
    pub verdict: Option<Verdict>,
    /// Checks the suppressions in the map, given which parts of them are used. It is called after all
    /// other checks.
    pub check_suppressions: Option<SuppressionCheck>,
    /// Checks what a change does to the owners. Its findings are about the change as a whole: they exist only in the
    /// report of a change, and no line of a file shows them.
    pub check_change: Option<ChangeCheck>,
}

/// Checks suppressions. The second argument is `None` if it is not known what they hide.
pub type SuppressionCheck = fn(&Context<'_>, Option<&[Used]>) -> Vec<Finding>;

/// Replaces many findings by fewer.
pub type RollUp = fn(&Context<'_>, Vec<Finding>) -> Vec<Finding>;

/// Checks a change.
pub type ChangeCheck = fn(&Context<'_>, &OwnershipChange<'_>) -> Vec<Finding>;

impl Properties {
    /// The properties of most checks.
    pub(super) const USUAL: Self = Self {
        since: "0.1.0",
        needs_map: true,
        is_opt_in: false,
        knows_scope: false,
        one_cause: false,
        one_finding: false,
        is_error_if_introduced: false,
        roll_up: None,
        summarize: None,
        verdict: None,
        check_suppressions: None,
        check_change: None,
    };

    /// The properties of a check of entries in the map that match nothing.
    pub(super) const UNMATCHED: Self = Self {
        is_error_if_introduced: true,
        ..Self::USUAL
    };

    /// The properties of a check that needs no map.
    pub(super) const WITHOUT_MAP: Self = Self {
        needs_map: false,
        ..Self::USUAL
    };

    /// The properties of a check with one finding for all places of a subject.
    pub(super) const ONE_FINDING: Self = Self {
        one_finding: true,
        ..Self::USUAL
    };

    /// The properties of a check with one cause for all findings about a subject.
    pub(super) const ONE_CAUSE: Self = Self {
        one_cause: true,
        ..Self::USUAL
    };
}
