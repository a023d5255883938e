use bstr::BStr;

use super::{DIALECT, owner::owner_fault, pattern};
use crate::{
    config::TeamId,
    dialects::{
        Ownership, Refusal, Written,
        ordered::{self, Syntax},
        spelling::{self, chars},
    },
    pattern::ByteSet,
    text::quoted,
};

const SYNTAX: Syntax = Syntax {
    pattern: |alternative| spelling::patterns(alternative, escape, class),
    file: |path| format!("/{}", segment(path)),
    read: |text| pattern::parse(text).ok()?.glob,
};

/// CODEOWNERS for GitHub.
pub(super) fn write(ownership: &Ownership<'_>) -> Result<Written, Vec<Refusal>> {
    let handles = |teams: &[TeamId]| {
        let handles = ownership.handles(teams, DIALECT.name)?;
        match handles.iter().find(|handle| owner_fault(handle).is_some()) {
            None => Ok(handles),
            Some(wrong) => Err(Refusal {
                place: teams
                    .first()
                    .map(|id| ownership.teams().get(*id).id.place.clone()),
                message: format!("{} is no owner on GitHub", quoted(wrong)),
                help: Some("write `@user`, `@org/team` or an e-mail address".to_owned()),
            }),
        }
    };
    let expected = ownership.expected(handles)?;
    let lines = ordered::lines(ownership, &SYNTAX, |teams| handles(teams).is_ok())?;
    let text = ordered::text(ownership, &lines, handles)?;
    Ok(Written {
        files: vec![(DIALECT.locations[0].into(), text)],
        expected,
        notes: Vec::new(),
    })
}

/// A character of a path; what can't be written is any one character.
fn escape(char: char) -> String {
    match char {
        '\\' | '*' | '?' | '[' | ']' | ' ' => format!("\\{char}"),
        '#' | char::REPLACEMENT_CHARACTER => "?".to_owned(),
        char if char.is_whitespace() || char.is_control() => "?".to_owned(),
        char => char.to_string(),
    }
}

fn segment(path: &BStr) -> String {
    chars(path).map(escape).collect()
}

/// One way to write each byte of a class; there are no ranges.
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
