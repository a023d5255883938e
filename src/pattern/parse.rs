use std::{ops::Range, sync::Arc};

use bstr::{BStr, BString, ByteSlice};
use globset::{Candidate, GlobBuilder};
use rustc_hash::FxHashSet;

use super::{ByteSet, Segment, Token, bit_rows::with_rows};

/// How many patterns the braces of one may write out to.
pub const MAX_ALTERNATIVES: usize = 1_000;

/// How many characters the braces of a pattern may write out to, and how long it may be itself.
const MAX_CHARACTERS: usize = 100_000;
/// How many bytes a pattern may have, its braces written out: a path that is longer can't be opened.
const MAX_LENGTH: usize = 4_096;

/// Braces inside braces.
const MAX_BRACE_DEPTH: usize = 10;

/// A parsed pattern.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pattern {
    pub(super) text: Arc<str>,
    pub(super) alternatives: Vec<Alternative>,
}

/// A pattern with its braces written out.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Alternative {
    /// Its segments. `**` is never first to last: at the end it has become `inside`.
    pub steps: Vec<Step>,
    /// Matches only what lies strictly inside what the steps match.
    pub inside: bool,
}

/// One segment of a pattern.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Step {
    /// A segment of exactly these bytes.
    Literal(Box<[u8]>),
    /// A segment that matches this glob.
    Glob(Segment),
    /// Any number of segments, `**`.
    AnyDepth,
}

impl Step {
    /// The segment that consists of `tokens`.
    pub fn of(tokens: Vec<Token>) -> Self {
        let literal: Option<Box<[u8]>> = tokens.iter().map(Token::literal).collect();
        literal.map_or_else(|| Self::Glob(Segment::new(tokens)), Self::Literal)
    }
}

/// Why a text is not a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError {
    /// The bytes of the text that are at fault.
    pub range: Range<usize>,
    /// What is wrong with them.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
}

impl PatternError {
    fn new(range: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            range,
            message: message.into(),
            help: None,
        }
    }

    fn help(self, help: impl Into<String>) -> Self {
        Self {
            help: Some(help.into()),
            ..self
        }
    }
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// For anything that `globset` would refuse, for a path that no file can have (`a//b`, `./a`),
    /// for what is longer than any path, and for braces that write out to more than
    /// [`MAX_ALTERNATIVES`] or to very much text; with the bytes at fault.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        if text.len() > MAX_CHARACTERS {
            let message = format!("it is longer than {MAX_CHARACTERS} bytes");
            return Err(PatternError::new(0..text.len(), message));
        }
        if is_plain(text) && text.len() <= MAX_LENGTH {
            let path = text.strip_prefix('/').unwrap_or(text);
            return Ok(Self {
                text: text.into(),
                alternatives: vec![Alternative::literal(path.into())],
            });
        }
        let (branches, _) = read_branches(text, 0, 0)?;
        let items = branches.into_iter().next().unwrap_or_default();
        let whole = 0..text.len();
        let (patterns, characters) = size(&items);
        let too_many = if patterns > MAX_ALTERNATIVES {
            Some(format!("{MAX_ALTERNATIVES} patterns"))
        } else if characters > MAX_CHARACTERS {
            Some(format!("{MAX_CHARACTERS} characters"))
        } else {
            None
        };
        if let Some(limit) = too_many {
            let message = format!("the braces write out to more than {limit}");
            return Err(
                PatternError::new(whole, message).help("use a wildcard, or several entries")
            );
        }
        let mut written_out = vec![Vec::new()];
        write_out(&items, &mut written_out);
        let mut alternatives = Vec::with_capacity(written_out.len());
        let mut known = FxHashSet::default();
        for atoms in written_out {
            let alternative = Alternative::new(&atoms, &whole)?;
            if known.insert(alternative.clone()) {
                alternatives.push(alternative);
            }
        }
        Ok(Self {
            text: text.into(),
            alternatives,
        })
    }

    /// The pattern that matches exactly `path` and everything inside it; if `path` ends in `/` or is
    /// the root, which is empty, only what is inside.
    pub fn literal(path: &BStr) -> Self {
        Self {
            text: crate::text::printable_bytes(path).into(),
            alternatives: vec![match path.is_empty() {
                true => Alternative {
                    steps: Vec::new(),
                    inside: true,
                },
                false => Alternative::literal(path),
            }],
        }
    }

    /// What any of `alternatives` matches, for a language of patterns other than this one.
    pub fn of(text: impl Into<Arc<str>>, alternatives: Vec<Alternative>) -> Self {
        Self {
            text: text.into(),
            alternatives,
        }
    }

    /// As written.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// With its braces written out; at least one.
    pub fn alternatives(&self) -> &[Alternative] {
        &self.alternatives
    }

    /// What it costs to hold it: its characters with the braces written out, and some for each
    /// pattern that they write out to. A plain path costs nothing but its text.
    pub fn weight(&self) -> usize {
        if self.is_literal() {
            return 0;
        }
        let step = |step: &Step| match step {
            Step::Literal(name) => name.len(),
            Step::Glob(glob) => glob.tokens().len(),
            Step::AnyDepth => 1,
        };
        let alternatives = self.alternatives.iter();
        alternatives
            .map(|alternative| 16 + alternative.steps.iter().map(step).sum::<usize>())
            .sum()
    }

    /// How many names each path in its language begins with are spelled out.
    pub fn literal_depth(&self) -> usize {
        let is_literal = |step: &&Step| matches!(step, Step::Literal(_));
        let depth = |one: &Alternative| one.steps.iter().take_while(is_literal).count();
        self.alternatives.iter().map(depth).min().unwrap_or(0)
    }

    /// Whether it is free of wildcards and braces.
    pub fn is_literal(&self) -> bool {
        match &self.alternatives[..] {
            [one] => one
                .steps
                .iter()
                .all(|step| matches!(step, Step::Literal(_))),
            _ => false,
        }
    }

    /// The path that it spells out, if it is free of wildcards and braces and is not about the inside of
    /// a directory only.
    pub fn literal_path(&self) -> Option<BString> {
        match &self.alternatives[..] {
            [one] if !one.inside => one.path(),
            _ => None,
        }
    }

    /// Whether `path` is in its language. `directory` says that the path is one, so that what
    /// owns all its content owns it.
    pub fn matches(&self, path: &BStr, directory: bool) -> bool {
        self.alternatives
            .iter()
            .any(|alternative| alternative.matches(path, directory))
    }
}

impl Alternative {
    fn literal(path: &BStr) -> Self {
        let (path, inside) = match path.strip_suffix(b"/") {
            Some(directory) => (directory, true),
            None => (path.as_bytes(), false),
        };
        let mut steps = Vec::with_capacity(1 + path.find_iter("/").count());
        steps.extend(path.split_str("/").map(|name| Step::Literal(name.into())));
        Self { steps, inside }
    }

    fn new(atoms: &[Atom], whole: &Range<usize>) -> Result<Self, PatternError> {
        if atoms.len() > MAX_LENGTH {
            return Err(PatternError::new(
                whole.clone(),
                format!("the pattern is longer than any path ({MAX_LENGTH} bytes)"),
            ));
        }
        let mut segments: Vec<Vec<&Atom>> = vec![Vec::new()];
        for atom in atoms {
            match atom.kind {
                AtomKind::Slash => segments.push(Vec::new()),
                _ => segments.last_mut().expect("never empty").push(atom),
            }
        }
        if segments.len() > 1 && segments[0].is_empty() {
            segments.remove(0);
        }
        let mut inside = false;
        if segments.len() > 1 && segments.last().is_some_and(Vec::is_empty) {
            segments.pop();
            inside = true;
        }
        if segments.len() == 1 && segments[0].is_empty() {
            return Err(
                PatternError::new(whole.clone(), "an empty path matches nothing")
                    .help("write `**` for everything"),
            );
        }
        let mut steps = Vec::with_capacity(segments.len());
        for (index, segment) in segments.iter().enumerate() {
            let range = match (segment.first(), segment.last()) {
                (Some(first), Some(last)) => first.range.start..last.range.end,
                _ => {
                    let before = segments[..index].iter().rev().find_map(|s| s.last());
                    let at = before.map_or(whole.start, |atom| atom.range.end);
                    return Err(PatternError::new(
                        at..(at + 2).min(whole.end),
                        "an empty segment (`//`) matches no path",
                    ));
                }
            };
            let step = step(segment);
            if let Step::Literal(name) = &step
                && matches!(&**name, b"." | b"..")
            {
                return Err(PatternError::new(
                    range,
                    format!("a segment `{}` matches no path", name.escape_ascii()),
                )
                .help("patterns start at the root of the repository: leave it out"));
            }
            if step != Step::AnyDepth || steps.last() != Some(&Step::AnyDepth) {
                steps.push(step);
            }
        }
        if steps.last() == Some(&Step::AnyDepth) {
            steps.pop();
            inside = true;
        }
        Ok(Self { steps, inside })
    }

    /// What it spells out, or is about the inside of, if it is free of wildcards.
    pub fn path(&self) -> Option<BString> {
        let names = self.steps.iter().map(|step| match step {
            Step::Literal(name) => Some(&**name),
            _ => None,
        });
        let names: Vec<&[u8]> = names.collect::<Option<_>>()?;
        Some(bstr::join("/", names).into())
    }

    /// Whether `path` is in its language.
    pub fn matches(&self, path: &BStr, directory: bool) -> bool {
        if let Some(Step::Literal(first)) = self.steps.first() {
            let fits = path.strip_prefix(&**first);
            if !fits.is_some_and(|rest| rest.is_empty() || rest[0] == b'/') {
                return false;
            }
        }
        // Most patterns are plain paths, where one step is live at a time.
        let plain = self
            .steps
            .iter()
            .take_while(|step| matches!(step, Step::Literal(_)));
        let plain = plain.count();
        let mut names = path.split_str("/");
        for step in &self.steps[..plain] {
            match (step, names.next()) {
                (Step::Literal(literal), Some(name)) if **literal == *name => {}
                _ => return false,
            }
        }
        let steps = &self.steps[plain..];
        let end = steps.len();
        if end == 0 {
            return names.next().is_some() || directory || !self.inside;
        }
        with_rows(end + 1, |mut live, mut next| {
            live[0] = true;
            skip_any_depth(steps, live);
            for name in names {
                // Something matched the directory that this is in.
                if live[end] {
                    return true;
                }
                next.fill(false);
                for (at, step) in steps.iter().enumerate().filter(|(at, _)| live[*at]) {
                    match step {
                        Step::Literal(literal) => next[at + 1] |= **literal == *name,
                        Step::Glob(glob) => next[at + 1] |= glob.matches(name),
                        Step::AnyDepth => next[at] = true,
                    }
                }
                skip_any_depth(steps, next);
                std::mem::swap(&mut live, &mut next);
            }
            live[end] && (directory || !self.inside)
        })
    }
}

fn skip_any_depth(steps: &[Step], live: &mut [bool]) {
    for (at, step) in steps.iter().enumerate() {
        if *step == Step::AnyDepth {
            live[at + 1] |= live[at];
        }
    }
}

/// Whether a text, as most are, is a path that means just itself and has no fault.
fn is_plain(text: &str) -> bool {
    let path = text.strip_prefix('/').unwrap_or(text);
    let path = path.strip_suffix('/').unwrap_or(path);
    let is_special = |byte: &u8| matches!(byte, b'*' | b'?' | b'[' | b'{' | b'}' | b'\\' | 0);
    !path.as_bytes().iter().any(is_special)
        && path.split('/').all(|name| !matches!(name, "" | "." | ".."))
}

/// A pattern that matches exactly `path`. Bytes that are not UTF-8, which no map can hold, become `?`.
pub fn escape(path: &BStr) -> String {
    let mut pattern = String::with_capacity(path.len());
    for chunk in path.utf8_chunks() {
        for char in chunk.valid().chars() {
            if matches!(char, '*' | '?' | '[' | ']' | '{' | '}' | '\\') {
                pattern.push('\\');
            }
            pattern.push(char);
        }
        pattern.extend(chunk.invalid().iter().map(|_| '?'));
    }
    pattern
}

fn step(segment: &[&Atom]) -> Step {
    let only_stars = segment.iter().all(|atom| atom.kind == AtomKind::Star);
    if segment.len() == 2 && only_stars {
        return Step::AnyDepth;
    }
    let mut tokens = Vec::with_capacity(segment.len());
    for atom in segment {
        match &atom.kind {
            AtomKind::Literal(char) => {
                let mut buffer = [0; 4];
                let bytes = char.encode_utf8(&mut buffer).bytes();
                tokens.extend(bytes.map(Token::Byte));
            }
            AtomKind::One(set) => tokens.push(match set.single() {
                Some(byte) => Token::Byte(byte),
                None => Token::One(*set),
            }),
            AtomKind::Star | AtomKind::Slash => tokens.push(Token::Star),
        }
    }
    Step::of(tokens)
}

/// One unit of the text and where it stands.
#[derive(Debug, Clone)]
struct Atom {
    kind: AtomKind,
    range: Range<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum AtomKind {
    Literal(char),
    One(ByteSet),
    Star,
    Slash,
}

#[derive(Debug)]
enum Item {
    Atom(Atom),
    Braces(Vec<Vec<Item>>),
}

/// How many patterns some items write out to, and how many characters those have together.
fn size(items: &[Item]) -> (usize, usize) {
    items.iter().fold((1, 0), |(patterns, characters), item| {
        let (times, longer) = match item {
            Item::Atom(_) => (1, 1),
            Item::Braces(branches) => {
                let sizes = branches.iter().map(|branch| size(branch));
                sizes.fold(
                    (0usize, 0usize),
                    |(patterns, characters), (more, longer)| {
                        (
                            patterns.saturating_add(more),
                            characters.saturating_add(longer),
                        )
                    },
                )
            }
        };
        let characters = characters.saturating_mul(times);
        (
            patterns.saturating_mul(times),
            characters.saturating_add(longer.saturating_mul(patterns)),
        )
    })
}

fn write_out(items: &[Item], out: &mut Vec<Vec<Atom>>) {
    for item in items {
        match item {
            Item::Atom(atom) => out.iter_mut().for_each(|atoms| atoms.push(atom.clone())),
            Item::Braces(branches) => {
                let before = std::mem::take(out);
                for branch in branches {
                    let mut longer = before.clone();
                    write_out(branch, &mut longer);
                    out.append(&mut longer);
                }
            }
        }
    }
}

/// Reads branches up to the end of the text or, inside braces, past their `}`. Returns them
/// with where reading stopped.
fn read_branches(
    text: &str,
    start: usize,
    depth: usize,
) -> Result<(Vec<Vec<Item>>, usize), PatternError> {
    let plain = |char| match char {
        '/' => AtomKind::Slash,
        other => AtomKind::Literal(other),
    };
    let mut branches = vec![Vec::new()];
    let mut at = start;
    while let Some(char) = text[at..].chars().next() {
        let mut next = at + char.len_utf8();
        let kind = match char {
            '{' => {
                if depth == MAX_BRACE_DEPTH {
                    return Err(PatternError::new(
                        at..next,
                        format!("braces nest deeper than {MAX_BRACE_DEPTH} levels"),
                    ));
                }
                let (inner, end) = read_branches(text, next, depth + 1)?;
                if end > text.len() {
                    return Err(PatternError::new(at..next, "`{` is never closed")
                        .help("close it with `}`, or write `\\{` for the character"));
                }
                last(&mut branches).push(Item::Braces(inner));
                at = end;
                continue;
            }
            '}' if depth > 0 => return Ok((branches, next)),
            '}' => {
                return Err(PatternError::new(at..next, "`}` closes nothing")
                    .help("write `\\}` for the character"));
            }
            ',' if depth > 0 => {
                branches.push(Vec::new());
                at = next;
                continue;
            }
            '[' => {
                next = class_end(text, at)?;
                AtomKind::One(class(text, at..next)?)
            }
            '\\' => {
                let Some(escaped) = text[next..].chars().next() else {
                    return Err(PatternError::new(at..next, "`\\` escapes nothing")
                        .help("write `\\\\` for the character"));
                };
                next += escaped.len_utf8();
                plain(escaped)
            }
            '*' => AtomKind::Star,
            '?' => AtomKind::One(ByteSet::WITHIN_SEGMENT),
            other => plain(other),
        };
        if kind == AtomKind::Literal('\0') {
            return Err(PatternError::new(at..next, "no path holds a NUL"));
        }
        let atom = Atom {
            kind,
            range: at..next,
        };
        last(&mut branches).push(Item::Atom(atom));
        at = next;
    }
    // Past the end tells the caller that a brace was left open.
    Ok((branches, if depth > 0 { at + 1 } else { at }))
}

/// One past the `]` of the class that begins at `start`. The first character of a class, after
/// its negation, may be `]`.
fn class_end(text: &str, start: usize) -> Result<usize, PatternError> {
    let unclosed = || {
        PatternError::new(start..start + 1, "`[` is never closed")
            .help("close it with `]`, or write `\\[` for the character")
    };
    let mut chars = text[start + 1..].char_indices().peekable();
    chars.next_if(|(_, char)| matches!(char, '!' | '^'));
    chars.next().ok_or_else(unclosed)?;
    let (end, _) = chars.find(|(_, char)| *char == ']').ok_or_else(unclosed)?;
    Ok(start + 1 + end + 1)
}

/// The bytes that a class stands for, as `globset` has it.
fn class(text: &str, range: Range<usize>) -> Result<ByteSet, PatternError> {
    let class = &text[range.clone()];
    if class.contains('/') {
        return Err(
            PatternError::new(range, "a class stands for one byte of a name")
                .help("a name holds no `/`: leave it out"),
        );
    }
    let glob = GlobBuilder::new(class)
        .literal_separator(true)
        .build()
        .map_err(|error| PatternError::new(range.clone(), error.kind().to_string()))?
        .compile_matcher();
    let bytes = (0..=u8::MAX).filter(|byte| !matches!(byte, b'/' | 0));
    let set: ByteSet = bytes
        .filter(|byte| glob.is_match_candidate(&Candidate::from_bytes(&[*byte])))
        .collect();
    match set == ByteSet::default() {
        true => Err(PatternError::new(range, "no path holds a NUL")),
        false => Ok(set),
    }
}
fn last(branches: &mut [Vec<Item>]) -> &mut Vec<Item> {
    branches.last_mut().expect("there is always a branch")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn error(text: &str) -> (Range<usize>, String) {
        let error = Pattern::parse(text).unwrap_err();
        (error.range, error.message)
    }

    #[test]
    fn faults_name_the_bytes() {
        assert_eq!(error("modules/[ab"), (8..9, "`[` is never closed".into()));
        assert_eq!(error("a{b,c"), (1..2, "`{` is never closed".into()));
        assert_eq!(error("ab}"), (2..3, "`}` closes nothing".into()));
        assert_eq!(error("ab\\"), (2..3, "`\\` escapes nothing".into()));
        assert_eq!(error("x/[z-a]").0, 2..7);
        assert_eq!(error("a//b").0, 1..3);
        assert_eq!(error("./a").0, 0..1);
        assert_eq!(error("a/../b").0, 2..4);
        assert_eq!(error("/").1, "an empty path matches nothing");
        assert_eq!(error("").1, "an empty path matches nothing");
        assert_eq!(error("a/b\0").0, 3..4);
        assert_eq!(error("a\\\0").0, 1..3);
        assert_eq!(error("a[\0]").0, 1..4);
        assert!(
            error(&"a/".repeat(3_000))
                .1
                .contains("longer than any path")
        );
        assert!(error(&"{a,b}".repeat(10)).1.contains("more than 1000"));
        let long = format!("{}{}", "{x,y}".repeat(9), "x".repeat(90_000));
        assert!(error(&long).1.contains("more than 100000 characters"));
        assert!(error(&"x".repeat(100_001)).1.contains("longer than"));
        assert!(error(&"{".repeat(100)).1.contains("deeper than 10"));
    }

    #[test]
    fn refuses_what_globset_refuses() {
        for text in ["a[", "a{b", "a}", "[z-a]", "a\\", "{a,{b}", "[]", "[!]"] {
            let globset = GlobBuilder::new(text).build();
            assert!(globset.is_err() && Pattern::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_escaped_path_matches_itself() {
        for path in [&b"a*b/{c}/[d]/\\e?"[..], b"caf\xe9/x", b"plain/path"] {
            let pattern = Pattern::parse(&escape(path.as_bstr())).unwrap();
            assert!(pattern.matches(path.as_bstr(), false));
        }
    }
}
