//! Writes patterns of the map in dialects with the wildcards of CODEOWNERS.

use crate::pattern::{Alternative, ByteSet, Extent, Segment, Step, Token};

/// Returns the patterns for an alternative, anchored at the root, one for each way to expand its classes; a
/// final `/` matches everything below. `escape` writes a character, `class` a class. Returns `None` if the
/// dialect cannot express a class or too many patterns result.
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
                for part in parts(glob) {
                    let ends = match part {
                        GlobPart::Star => vec!["*".to_owned()],
                        GlobPart::One(set) => class(set)?,
                        GlobPart::Bytes(bytes) => vec![escaped(&bytes, escape)],
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

/// A part of a segment. The bytes of a character must not be separated.
pub(super) enum GlobPart<'g> {
    Star,
    One(&'g ByteSet),
    Bytes(Vec<u8>),
}

/// Returns the parts of a segment.
pub(super) fn parts(glob: &Segment) -> impl Iterator<Item = GlobPart<'_>> {
    let byte = |token: &Token| match token {
        Token::Byte(byte) => Some(*byte),
        _ => None,
    };
    let runs = glob
        .tokens()
        .chunk_by(move |a, b| byte(a).is_some() && byte(b).is_some());
    runs.map(move |run| match run {
        [Token::Star] => GlobPart::Star,
        [Token::One(set)] => GlobPart::One(set),
        bytes => GlobPart::Bytes(bytes.iter().filter_map(byte).collect()),
    })
}

/// Writes a class in brackets: `[`, then `negation` if it contains all characters beyond ASCII, then the characters that
/// it contains, or lacks. `matches_slash` is true if such a class matches `/` unless it lacks it. `shown` writes a
/// character; it returns `None` if that is impossible.
pub(super) fn bracketed(
    set: &ByteSet,
    negation: char,
    matches_slash: bool,
    shown: impl Fn(u8) -> Option<String>,
) -> Option<String> {
    let beyond = (0x80..=u8::MAX).filter(|byte| set.contains(*byte)).count();
    let is_negated = match beyond {
        0 => false,
        0x80 => true,
        _ => return None,
    };
    // File names cannot contain NUL.
    let listed: Vec<u8> = (1..0x80)
        .filter(|byte| set.contains(*byte) != is_negated && (matches_slash || *byte != b'/'))
        .collect();
    let mut text = String::from("[");
    text.extend(is_negated.then_some(negation));
    for run in listed.chunk_by(|a, b| a + 1 == *b) {
        let run: Vec<String> = run.iter().map(|byte| shown(*byte)).collect::<Option<_>>()?;
        match &run[..] {
            [first, .., last] if run.len() > 2 => text += &format!("{first}-{last}"),
            few => text.extend(few.iter().map(String::as_str)),
        }
    }
    Some(text + "]")
}

/// Writes each byte of a class as a pattern of its own, for dialects without ranges.
pub(super) fn single_bytes(set: &ByteSet, escape: fn(char) -> String) -> Option<Vec<String>> {
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

/// The maximum number of patterns for one alternative.
const MAX_LINES: usize = 100;

/// Returns the steps of a pattern without a final `*`, which with its content means everything inside, and whether it
/// means that.
pub(super) fn plain(alternative: &Alternative) -> (&[Step], bool) {
    let is_star = |step: &Step| matches!(step, Step::Glob(glob) if glob.tokens() == [Token::Star]);
    let mut steps = &alternative.steps[..];
    let mut inside = alternative.extent == Extent::Inside;
    if let [before @ .., last] = steps
        && is_star(last)
        && match alternative.extent {
            Extent::Whole => true,
            Extent::Inside => false,
            // Everything inside consists of files.
            Extent::File => before.last() == Some(&Step::AnyDepth),
        }
    {
        inside = true;
        steps = before;
        while let [before @ .., Step::AnyDepth] = steps {
            steps = before;
        }
    }
    (steps, inside)
}

/// Returns a path with its characters escaped; invalid bytes become replacement characters.
pub(super) fn escaped(path: &[u8], escape: fn(char) -> String) -> String {
    let chars = path.utf8_chunks().flat_map(|chunk| {
        let faulty = chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER);
        chunk.valid().chars().chain(faulty)
    });
    chars.map(escape).collect()
}

/// Escapes a character of a path: `special` ones with a `\`. `?` replaces `others` and other characters that
/// cannot be written.
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
