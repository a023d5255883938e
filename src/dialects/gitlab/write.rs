use super::{DIALECT, fnmatch, references::references};
use crate::{
    dialects::{
        Ownership, Refusal, Written,
        last_match::{self, Syntax},
        spelling::{self, escaped},
    },
    pattern::{Alternative, ByteSet, Extent},
};

const SYNTAX: Syntax = Syntax {
    pattern: patterns,
    file: |path| format!("/{}", escaped(path, escape)),
    read: |text| fnmatch::glob(&fnmatch::key(text)),
    can_disown: true,
    is_owner: |handle| references(handle).owners == [handle],
    owners: "`@user`, `@group/sub`, `@@role` or an email address",
};

/// Writes CODEOWNERS for GitLab with one section, since sections add up and cannot override each other.
pub(super) fn write(ownership: &Ownership<'_>) -> Result<Written, Vec<Refusal>> {
    last_match::write(ownership, &DIALECT, &SYNTAX)
}

/// A pattern without a final `/` matches only files, so the content of a directory needs a second
/// pattern. Redundant ones are removed later.
fn patterns(alternative: &Alternative) -> Option<Vec<String>> {
    let texts = spelling::patterns(alternative, escape, class)?;
    let is_whole = alternative.extent == Extent::Whole;
    let content = |text: String| match text.ends_with('/') || text == "*" || !is_whole {
        true => vec![text],
        false => vec![text.clone(), text + "/"],
    };
    Some(texts.into_iter().flat_map(content).collect())
}

fn escape(char: char) -> String {
    spelling::escape(char, "\\*?[ ", "")
}

fn class(set: &ByteSet) -> Option<Vec<String>> {
    if *set == ByteSet::WITHIN_SEGMENT {
        return Some(vec!["?".to_owned()]);
    }
    let text = spelling::bracketed(set, '!', false, |byte| match byte {
        b'\\' | b']' | b'-' | b'^' | b'!' => Some(format!("\\{}", char::from(byte))),
        byte => byte
            .is_ascii_graphic()
            .then(|| char::from(byte).to_string()),
    });
    text.map(|text| vec![text])
}
