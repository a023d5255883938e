use super::{DIALECT, owner::owner_problem, pattern};
use crate::{
    dialects::{
        Ownership, Refusal, Written,
        last_match::{self, Syntax},
        spelling::{self, escaped},
    },
    pattern::ByteSet,
};

const SYNTAX: Syntax = Syntax {
    pattern: |alternative| spelling::patterns(alternative, escape, class),
    file: |path| format!("/{}", escaped(path, escape)),
    read: |text| pattern::parse(text).ok()?.glob,
    is_owner: |handle| owner_problem(handle).is_none(),
    owners: "`@user`, `@org/team` or an email address",
};

/// Writes CODEOWNERS for GitHub.
pub(super) fn write(ownership: &Ownership<'_>) -> Result<Written, Vec<Refusal>> {
    last_match::write(ownership, &DIALECT, &SYNTAX)
}

fn escape(char: char) -> String {
    spelling::escape(char, "\\*?[] ", "#")
}

/// Writes each byte of a class as a pattern of its own, as there are no ranges.
fn class(set: &ByteSet) -> Option<Vec<String>> {
    if *set == ByteSet::WITHIN_SEGMENT {
        return Some(vec!["?".to_owned()]);
    }
    let bytes: Vec<u8> = (0..=u8::MAX).filter(|byte| set.contains(*byte)).collect();
    let is_writable = |byte: &u8| byte.is_ascii_graphic() && *byte != b'#';
    bytes
        .iter()
        .all(is_writable)
        .then(|| bytes.iter().map(|byte| escape(char::from(*byte))).collect())
}
