//! How patterns of the map are spelled where wildcards are as in CODEOWNERS.

use crate::pattern::{Alternative, ByteSet, Step, Token};

/// The lines for a pattern: for each way to write out its classes, from the root, where everything
/// below is meant with a `/` at the end. `escape` writes a character, `class` what a class stands
/// for.
pub(super) fn patterns(
    alternative: &Alternative,
    escape: fn(char) -> String,
    class: fn(&ByteSet) -> Option<Vec<String>>,
) -> Option<Vec<String>> {
    let (steps, inside) = plain(alternative);
    if steps.is_empty() {
        return Some(vec!["*".to_owned()]);
    }
    let mut texts = vec![String::new()];
    let extend = |texts: &mut Vec<String>, ends: &[String]| {
        *texts = texts
            .iter()
            .flat_map(|text| ends.iter().map(move |end| text.clone() + end))
            .collect();
    };
    for step in steps {
        extend(&mut texts, &["/".to_owned()]);
        match step {
            Step::AnyDepth => extend(&mut texts, &["**".to_owned()]),
            Step::Literal(name) => extend(&mut texts, &[escaped(name, escape)]),
            Step::Glob(glob) => {
                // Bytes of one character stand together.
                let byte = |token: &Token| match token {
                    Token::Byte(byte) => Some(*byte),
                    _ => None,
                };
                let are_bytes = |a: &_, b: &_| byte(a).is_some() && byte(b).is_some();
                for run in glob.tokens().chunk_by(are_bytes) {
                    let ends = match run {
                        [Token::Star] => vec!["*".to_owned()],
                        [Token::One(set)] => class(set)?,
                        bytes => {
                            let bytes: Vec<u8> = bytes.iter().filter_map(byte).collect();
                            vec![escaped(&bytes, escape)]
                        }
                    };
                    extend(&mut texts, &ends);
                    if texts.len() > MAX_LINES {
                        return None;
                    }
                }
            }
        }
    }
    if inside {
        extend(&mut texts, &["/".to_owned()]);
    }
    Some(texts)
}

/// How many lines one pattern may become.
const MAX_LINES: usize = 100;

/// The steps of a pattern, without a last `*`, which with its content is all that is inside.
fn plain(alternative: &Alternative) -> (&[Step], bool) {
    let is_star = |step: &Step| matches!(step, Step::Glob(glob) if glob.tokens() == [Token::Star]);
    let mut steps = &alternative.steps[..];
    let mut inside = alternative.inside;
    if let [before @ .., last] = steps
        && !inside
        && is_star(last)
    {
        inside = true;
        steps = before;
        while let [before @ .., Step::AnyDepth] = steps {
            steps = before;
        }
    }
    (steps, inside)
}

/// A path, its characters written by `escape`; each byte that is part of none is one that can't be
/// written.
pub(super) fn escaped(path: &[u8], escape: fn(char) -> String) -> String {
    let chars = path.utf8_chunks().flat_map(|chunk| {
        let faulty = chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER);
        chunk.valid().chars().chain(faulty)
    });
    chars.map(escape).collect()
}

/// A character of a path: `special` ones behind a `\`, what can't be written, such as `others`, as any
/// one character.
pub(super) fn escape(char: char, special: &str, others: &str) -> String {
    if special.contains(char) {
        format!("\\{char}")
    } else if others.contains(char)
        || char == char::REPLACEMENT_CHARACTER
        || char.is_whitespace()
        || char.is_control()
    {
        "?".to_owned()
    } else {
        char.to_string()
    }
}
