use super::{DIALECT, owner_problem};
use crate::{
    dialects::{
        Ownership, Refusal, Written,
        ignore_pattern::{self, FinalStar},
        last_match::{self, Syntax},
        spelling::{self, escaped},
    },
    pattern::ByteSet,
};

const SYNTAX: Syntax = Syntax {
    pattern: |alternative| spelling::patterns(alternative, escape, class),
    file: |path| format!("/{}", escaped(path, escape)),
    read: |text| {
        ignore_pattern::parse(text, FinalStar::Everything)
            .ok()?
            .glob
    },
    can_disown: false,
    is_owner: |handle| owner_problem(handle).is_none(),
    owners: "`@user`, `@workspace/group`, `@teams/team` or an email address",
};

/// Writes CODEOWNERS for Bitbucket.
pub(super) fn write(ownership: &Ownership<'_>) -> Result<Written, Vec<Refusal>> {
    last_match::write(ownership, &DIALECT, &SYNTAX)
}

fn escape(char: char) -> String {
    spelling::escape(char, "\\*?[] ", "#")
}

fn class(set: &ByteSet) -> Option<Vec<String>> {
    spelling::single_bytes(set, escape)
}
