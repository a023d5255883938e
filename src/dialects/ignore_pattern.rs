//! Patterns as in gitignore(5), except for syntax that CODEOWNERS files do not support.

use std::ops::Range;

use super::glob::{Glob, GlobToken};

/// A parsed pattern.
#[derive(Debug)]
pub(super) struct ReadPattern {
    /// `None` if it matches no path.
    pub glob: Option<Glob>,
    /// A warning about an effect that its author might not expect.
    pub note: Option<&'static str>,
}

/// An invalid part of a pattern: its byte range and the problem.
type InvalidPart = (Range<usize>, &'static str);

/// One segment of a pattern.
#[derive(Debug, Default)]
struct PatternSegment {
    tokens: Vec<GlobToken>,
    /// Whether it is exactly `**`.
    is_any_depth: bool,
}

impl PatternSegment {
    fn is_star(&self) -> bool {
        self.tokens == [GlobToken::Star]
    }
}

/// What a pattern with `*` as its last segment matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FinalStar {
    /// Files directly in the directory, as on GitHub.
    Files,
    /// Everything in the directory, as in git.
    Everything,
}

/// Parses a pattern.
pub(super) fn parse(text: &str, final_star: FinalStar) -> Result<ReadPattern, InvalidPart> {
    let segments = segments(text)?;
    let never = |note| {
        Ok(ReadPattern {
            glob: None,
            note: Some(note),
        })
    };
    if text == "/" {
        return never("`/` matches no paths: use `*` to match everything");
    }
    let mut segments = segments.into_iter().peekable();
    let mut is_anchored = false;
    if segments.next_if(|first| first.tokens.is_empty()).is_some() {
        is_anchored = true;
    }
    let mut segments: Vec<PatternSegment> = segments.collect();
    segments.dedup_by(|a, b| a.is_any_depth && b.is_any_depth);
    let is_directory = segments.pop_if(|last| last.tokens.is_empty()).is_some();
    is_anchored |= segments.len() > 1;
    if segments.iter().any(|segment| segment.tokens.is_empty()) {
        return never("an empty segment (`//`) matches no paths");
    }
    let is_dots = |segment: &PatternSegment| {
        let dot = GlobToken::Char('.');
        matches!(&segment.tokens[..], [one] if *one == dot)
            || matches!(&segment.tokens[..], [one, two] if *one == dot && *two == dot)
    };
    if segments.iter().any(is_dots) {
        return never("a `.` or `..` segment matches no paths, because patterns start at the root");
    }
    let note = text
        .contains('#')
        .then_some("`#` is treated as part of the pattern, but the forge does not document this");
    Ok(ReadPattern {
        glob: Some(glob(segments, is_anchored, is_directory, final_star)),
        note,
    })
}

fn glob(
    mut segments: Vec<PatternSegment>,
    is_anchored: bool,
    is_directory: bool,
    final_star: FinalStar,
) -> Glob {
    let mut glob = Glob {
        tokens: Vec::new(),
        with_content: true,
    };
    let star = || PatternSegment {
        tokens: vec![GlobToken::Star],
        is_any_depth: false,
    };
    let mut inside = is_directory;
    if segments.last().is_some_and(|last| last.is_any_depth) {
        // `x/**` matches everything below x; `x/**/` everything below a directory in x.
        segments.pop();
        if is_directory {
            segments.push(star());
        }
        inside = true;
    } else if final_star == FinalStar::Files
        && !is_directory
        && is_anchored
        && segments.last().is_some_and(PatternSegment::is_star)
    {
        let is_any_depth = segments.iter().rev().nth(1).is_some_and(|s| s.is_any_depth);
        glob.with_content = is_any_depth;
    }
    if !is_anchored {
        glob.tokens.push(GlobToken::Directories);
    }
    let count = segments.len();
    for (at, segment) in segments.into_iter().enumerate() {
        if segment.is_any_depth {
            glob.tokens.push(GlobToken::Directories);
            continue;
        }
        glob.tokens.extend(segment.tokens);
        if at + 1 < count {
            glob.tokens.push(GlobToken::Char('/'));
        }
    }
    if inside {
        if count > 0 {
            glob.tokens.push(GlobToken::Char('/'));
        }
        // Any entry of the directory, with its content.
        glob.tokens.push(GlobToken::Star);
    }
    glob
}

fn segments(text: &str) -> Result<Vec<PatternSegment>, InvalidPart> {
    if text.starts_with('!') {
        return Err((0..1, "`!` is not supported in CODEOWNERS"));
    }
    if text.starts_with("\\#") {
        return Err((0..2, "`\\#` is not supported in CODEOWNERS"));
    }
    let mut segments = vec![PatternSegment::default()];
    let mut chars = text.char_indices().peekable();
    while let Some((at, char)) = chars.next() {
        let token = match char {
            '/' => {
                segments.push(PatternSegment::default());
                continue;
            }
            '[' | ']' => {
                return Err((
                    at..at + 1,
                    "`[` and `]` must be escaped with `\\`, because CODEOWNERS does not support \
                     character ranges",
                ));
            }
            '*' => {
                let mut stars = 1;
                while chars.next_if(|(_, next)| *next == '*').is_some() {
                    stars += 1;
                }
                if stars > 2 {
                    return Err((at..at + stars, "pattern has more than two `*` in a row"));
                }
                let begins = segments.last().is_some_and(|s| s.tokens.is_empty());
                let ends = chars.peek().is_none_or(|(_, next)| *next == '/');
                if let Some(segment) = segments.last_mut() {
                    segment.is_any_depth = stars == 2 && begins && ends;
                }
                GlobToken::Star
            }
            '?' => GlobToken::One,
            '\\' => match chars.next() {
                Some((_, escaped)) => GlobToken::Char(escaped),
                None => {
                    return Err((at..at + 1, "pattern ends with `\\`"));
                }
            },
            other => GlobToken::Char(other),
        };
        if let Some(segment) = segments.last_mut() {
            segment.tokens.push(token);
        }
    }
    Ok(segments)
}
