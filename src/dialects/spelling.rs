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
            Step::Literal(name) => {
                extend(&mut texts, &[chars(name).map(escape).collect()]);
            }
            Step::Glob(glob) => {
                // Bytes of one character stand together.
                let mut literal = Vec::new();
                let flush = |literal: &mut Vec<u8>, texts: &mut Vec<String>| {
                    let text: String = chars(literal).map(escape).collect();
                    literal.clear();
                    extend(texts, &[text]);
                };
                for token in glob.tokens() {
                    match token {
                        Token::Byte(byte) => literal.push(*byte),
                        Token::Star => {
                            flush(&mut literal, &mut texts);
                            extend(&mut texts, &["*".to_owned()]);
                        }
                        Token::One(set) => {
                            flush(&mut literal, &mut texts);
                            extend(&mut texts, &class(set)?);
                        }
                    }
                    if texts.len() > MAX_LINES {
                        return None;
                    }
                }
                flush(&mut literal, &mut texts);
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

/// The characters of a path; each byte that is part of none is one that can't be written.
pub(super) fn chars(path: &[u8]) -> impl Iterator<Item = char> {
    path.utf8_chunks().flat_map(|chunk| {
        let faulty = chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER);
        chunk.valid().chars().chain(faulty)
    })
}
