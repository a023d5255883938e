use super::{DIALECT, fnmatch, references::references};
use crate::{
    dialects::{
        Ownership, Refusal, Written,
        last_match::{self, Syntax},
        spelling::{self, escaped},
    },
    pattern::{Alternative, ByteSet},
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

/// A pattern without a final `/` matches files only, so the content of a directory needs a second
/// pattern. Redundant ones are removed later.
fn patterns(alternative: &Alternative) -> Option<Vec<String>> {
    let texts = spelling::patterns(alternative, escape, class)?;
    let content = |text: String| match text.ends_with('/') || text == "*" {
        true => vec![text],
        false => vec![text.clone(), text + "/"],
    };
    Some(texts.into_iter().flat_map(content).collect())
}

fn escape(char: char) -> String {
    spelling::escape(char, "\\*?[ ", "")
}

/// Writes a class by its characters or, if it contains all characters beyond ASCII, by those it lacks.
fn class(set: &ByteSet) -> Option<Vec<String>> {
    if *set == ByteSet::WITHIN_SEGMENT {
        return Some(vec!["?".to_owned()]);
    }
    let beyond = (0x80..=u8::MAX).filter(|byte| set.contains(*byte)).count();
    let is_negated = match beyond {
        0 => false,
        0x80 => true,
        _ => return None,
    };
    // File names cannot contain NUL.
    let listed = |byte: &u8| *byte != b'/' && set.contains(*byte) != is_negated;
    let listed: Vec<u8> = (1..0x80).filter(listed).collect();
    if !listed.iter().all(u8::is_ascii_graphic) {
        return None;
    }
    let mut text = String::from(if is_negated { "[!" } else { "[" });
    for run in listed.chunk_by(|a, b| a + 1 == *b) {
        let shown = |byte: u8| match byte {
            b'\\' | b']' | b'-' | b'^' | b'!' => format!("\\{}", char::from(byte)),
            byte => char::from(byte).to_string(),
        };
        match run {
            [first, .., last] if run.len() > 2 => {
                text += &format!("{}-{}", shown(*first), shown(*last));
            }
            few => text.extend(few.iter().map(|byte| shown(*byte))),
        }
    }
    Some(vec![text + "]"])
}
