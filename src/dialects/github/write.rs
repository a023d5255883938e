use super::{DIALECT, owner::owner_problem};
use crate::dialects::{
    Ownership, Refusal, Written, ignore_lines,
    ignore_pattern::{self, FinalStar},
    last_match::{self, Syntax},
};

const SYNTAX: Syntax = Syntax {
    pattern: ignore_lines::patterns,
    file: ignore_lines::file,
    read: |text| ignore_pattern::parse(text, FinalStar::Files).ok()?.glob,
    can_disown: true,
    is_owner: |handle| owner_problem(handle).is_none(),
    owners: "`@user`, `@org/team` or an email address",
};

/// Writes CODEOWNERS for GitHub.
pub(super) fn write(ownership: &Ownership<'_>) -> Result<Written, Vec<Refusal>> {
    last_match::write(ownership, &DIALECT, &SYNTAX)
}
