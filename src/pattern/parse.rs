use std::{ops::Range, sync::Arc};

use bstr::{BStr, BString, ByteSlice};
use globset::{Candidate, GlobBuilder};
use rustc_hash::FxHashSet;

use super::{ByteSet, Segment, Token, bit_rows::with_rows};

/// The number of patterns that the braces of one pattern may expand to.
pub const MAX_ALTERNATIVES: usize = 1_000;

/// The number of characters that a pattern may have, as written and with its braces expanded.
const MAX_CHARACTERS: usize = 100_000;
/// The number of bytes of an expanded pattern: a longer path cannot be opened.
const MAX_LENGTH: usize = 4_096;

/// The depth of nested braces.
const MAX_BRACE_DEPTH: usize = 10;

/// A parsed pattern.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pattern {
    pub(super) text: Arc<str>,
    pub(super) alternatives: Vec<Alternative>,
    /// The texts of the alternatives, if there are several.
    texts: Box<[Arc<str>]>,
}

/// One of the patterns that the braces of a pattern expand to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Alternative {
    /// The segments. `**` is never the last one.
    pub steps: Vec<Step>,
    /// What it matches of the paths that the segments match.
    pub extent: Extent,
}

/// What an alternative matches of the paths that its segments match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Extent {
    /// The paths and everything inside them.
    Whole,
    /// Only what is inside them.
    Inside,
    /// Only the paths themselves, if they are files; not submodules.
    File,
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
    /// Creates the step of a segment that consists of `tokens`.
    pub fn of(tokens: Vec<Token>) -> Self {
        let literal: Option<Box<[u8]>> = tokens.iter().map(Token::literal).collect();
        literal.map_or_else(|| Self::Glob(Segment::new(tokens)), Self::Literal)
    }
}

/// The error of a text that is not a valid pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError {
    /// The bytes of the text that are wrong.
    pub range: Range<usize>,
    /// The problem.
    pub message: String,
    /// How to fix it.
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

    /// Returns the error of a pattern for files with a `/` at its end.
    fn of_directory(slash: Range<usize>) -> Self {
        let message = "a pattern under `files` cannot end in `/`, because no file has such a path";
        Self::new(slash, message).help(
            "write `/*` to match the files directly in the directory, or list the directory under \
             `paths`",
        )
    }

    fn help(self, help: impl Into<String>) -> Self {
        Self {
            help: Some(help.into()),
            ..self
        }
    }
}

impl Pattern {
    /// Parses a pattern for paths and everything inside them.
    ///
    /// # Errors
    /// Fails for anything that `globset` would refuse, a path that no file can have (`a//b`, `./a`), a
    /// pattern longer than the maximum path length, and braces that expand to more than [`MAX_ALTERNATIVES`] patterns or
    /// to too many characters. The error has the bytes at fault.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        Self::parse_for(text, false)
    }

    /// Parses a pattern for files: it matches files with their whole path, never what is inside a directory with a path
    /// that it matches.
    ///
    /// # Errors
    /// Like [`parse`](Self::parse), and for a final `/`.
    pub fn parse_files(text: &str) -> Result<Self, PatternError> {
        Self::parse_for(text, true)
    }

    /// Parses another pattern, which is for files if this one is.
    ///
    /// # Errors
    /// Like [`parse_files`](Self::parse_files) or [`parse`](Self::parse).
    pub fn parse_like(&self, text: &str) -> Result<Self, PatternError> {
        Self::parse_for(text, self.is_of_files())
    }

    fn parse_for(text: &str, of_files: bool) -> Result<Self, PatternError> {
        if text.len() > MAX_CHARACTERS {
            let message = format!("it is longer than {MAX_CHARACTERS} bytes");
            return Err(PatternError::new(0..text.len(), message));
        }
        if is_plain(text) && text.len() <= MAX_LENGTH {
            let path = text.strip_prefix('/').unwrap_or(text);
            let mut alternative = Alternative::literal(path.into());
            if of_files {
                if alternative.extent == Extent::Inside {
                    return Err(PatternError::of_directory(text.len() - 1..text.len()));
                }
                alternative.extent = Extent::File;
            }
            return Ok(Self::of(text, vec![alternative]));
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
            let message = format!("the braces expand to more than {limit}");
            return Err(PatternError::new(whole, message)
                .help("use a wildcard instead, or split the pattern into several entries"));
        }
        let mut expanded = vec![Vec::new()];
        expand(&items, &mut expanded);
        let mut alternatives = Vec::with_capacity(expanded.len());
        let mut texts: Vec<Arc<str>> = Vec::new();
        let mut known = FxHashSet::default();
        let has_braces = expanded.len() > 1;
        for atoms in expanded {
            let alternative = Alternative::new(&atoms, &whole, of_files)?;
            if known.insert(alternative.clone()) {
                alternatives.push(alternative);
                if has_braces {
                    let parts = atoms.iter().map(|atom| &text[atom.range.clone()]);
                    texts.push(parts.collect::<String>().into());
                }
            }
        }
        Ok(Self {
            texts: match alternatives.len() {
                1 => Box::default(),
                _ => texts.into(),
            },
            ..Self::of(text, alternatives)
        })
    }

    /// Returns the pattern that matches exactly `path` and everything inside it; only what is inside if
    /// `path` ends in `/` or is empty, which is the root.
    pub fn literal(path: &BStr) -> Self {
        let alternative = match path.is_empty() {
            true => Alternative {
                steps: Vec::new(),
                extent: Extent::Inside,
            },
            false => Alternative::literal(path),
        };
        Self::of(crate::text::printable_bytes(path), vec![alternative])
    }

    /// Creates a pattern from `alternatives`, for pattern syntaxes other than this one.
    pub fn of(text: impl Into<Arc<str>>, alternatives: Vec<Alternative>) -> Self {
        Self {
            text: text.into(),
            alternatives,
            texts: Box::default(),
        }
    }

    /// Returns the pattern that matches the same paths, and everything inside them.
    #[must_use]
    pub fn with_content(&self) -> Self {
        let mut pattern = self.clone();
        for alternative in &mut pattern.alternatives {
            if alternative.extent == Extent::File {
                alternative.extent = Extent::Whole;
            }
        }
        pattern
    }

    /// Returns one pattern for each alternative in its braces; the pattern itself if there is only one.
    pub fn split(self: &Arc<Self>) -> Vec<Arc<Self>> {
        if self.texts.is_empty() {
            return vec![Arc::clone(self)];
        }
        let alternatives = self.texts.iter().zip(&self.alternatives);
        let patterns =
            alternatives.map(|(text, one)| Self::of(Arc::clone(text), vec![one.clone()]));
        patterns.map(Arc::new).collect()
    }

    /// Returns the pattern as written.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// Returns the patterns that the braces expand to; at least one.
    pub fn alternatives(&self) -> &[Alternative] {
        &self.alternatives
    }

    /// Returns its cost in memory: the characters with braces expanded, and some more for each expanded
    /// pattern. A plain path has weight 0.
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

    /// Returns the number of literal segments at its start; the smallest of all alternatives.
    pub fn literal_depth(&self) -> usize {
        let is_literal = |step: &&Step| matches!(step, Step::Literal(_));
        let depth = |one: &Alternative| one.steps.iter().take_while(is_literal).count();
        self.alternatives.iter().map(depth).min().unwrap_or(0)
    }

    /// Returns whether one of its alternatives matches everything except perhaps directories.
    pub fn is_everything(&self) -> bool {
        let is_any = |step: &Step| match step {
            Step::AnyDepth => true,
            Step::Glob(segment) => segment.is_any(),
            Step::Literal(_) => false,
        };
        self.alternatives.iter().any(|alternative| {
            let segments = alternative.steps.iter();
            let named = segments.filter(|step| **step != Step::AnyDepth).count();
            let is_deep = alternative.steps.contains(&Step::AnyDepth);
            let is_all =
                named == 0 || named == 1 && (is_deep || alternative.extent == Extent::Whole);
            is_all && alternative.steps.iter().all(is_any)
        })
    }

    /// Returns whether it has no wildcards and braces.
    pub fn is_literal(&self) -> bool {
        match &self.alternatives[..] {
            [one] => one.is_literal(),
            _ => false,
        }
    }

    /// Returns its path if it has no wildcards and braces, and does not match only the content of a
    /// directory.
    pub fn literal_path(&self) -> Option<BString> {
        match &self.alternatives[..] {
            [one] if one.extent != Extent::Inside => one.path(),
            _ => None,
        }
    }

    /// Returns whether it matches only files.
    pub fn is_of_files(&self) -> bool {
        self.alternatives
            .iter()
            .any(|alternative| alternative.extent == Extent::File)
    }

    /// Returns whether it matches `path`. If the path is a `directory`, a pattern for all of its content
    /// matches it, and a pattern for files does not.
    pub fn matches(&self, path: &BStr, directory: bool) -> bool {
        self.alternatives
            .iter()
            .any(|alternative| alternative.matches(path, directory))
    }
}

impl Alternative {
    fn literal(path: &BStr) -> Self {
        let (path, extent) = match path.strip_suffix(b"/") {
            Some(directory) => (directory, Extent::Inside),
            None => (path.as_bytes(), Extent::Whole),
        };
        let mut steps = Vec::with_capacity(1 + path.find_iter("/").count());
        steps.extend(path.split_str("/").map(|name| Step::Literal(name.into())));
        Self { steps, extent }
    }

    fn new(atoms: &[Atom], whole: &Range<usize>, of_files: bool) -> Result<Self, PatternError> {
        if atoms.len() > MAX_LENGTH {
            return Err(PatternError::new(
                whole.clone(),
                format!("the pattern is longer than the maximum path length ({MAX_LENGTH} bytes)"),
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
        let mut extent = match of_files {
            true => Extent::File,
            false => Extent::Whole,
        };
        if segments.len() > 1 && segments.last().is_some_and(Vec::is_empty) {
            if let Some(slash) = atoms.last().filter(|_| of_files) {
                return Err(PatternError::of_directory(slash.range.clone()));
            }
            segments.pop();
            extent = Extent::Inside;
        }
        if segments.len() == 1 && segments[0].is_empty() {
            return Err(
                PatternError::new(whole.clone(), "an empty pattern matches no files")
                    .help("write `**` to match everything"),
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
                        "an empty segment (`//`) matches no files",
                    )
                    .help("write a single `/`"));
                }
            };
            let step = step(segment);
            if let Step::Literal(name) = &step
                && matches!(&**name, b"." | b"..")
            {
                return Err(PatternError::new(
                    range,
                    format!("segment `{}` matches no files", name.escape_ascii()),
                )
                .help("remove the segment: patterns are relative to the repository root"));
            }
            if step != Step::AnyDepth || steps.last() != Some(&Step::AnyDepth) {
                steps.push(step);
            }
        }
        if steps.last() == Some(&Step::AnyDepth) {
            match of_files {
                // No file has the path of the directory.
                true => steps.push(Step::of(vec![Token::Star])),
                false => {
                    steps.pop();
                    extent = Extent::Inside;
                }
            }
        }
        Ok(Self { steps, extent })
    }

    /// Returns whether it has no wildcards.
    pub fn is_literal(&self) -> bool {
        let is_literal = |step: &Step| matches!(step, Step::Literal(_));
        self.steps.iter().all(is_literal)
    }

    /// Returns its path, or the directory whose content it matches, if it has no wildcards.
    pub fn path(&self) -> Option<BString> {
        let names = self.steps.iter().map(|step| match step {
            Step::Literal(name) => Some(&**name),
            _ => None,
        });
        let names: Vec<&[u8]> = names.collect::<Option<_>>()?;
        Some(bstr::join("/", names).into())
    }

    /// Returns the lengths of the parts of `path` that the steps match as a whole: `path` and its parent directories,
    /// the outermost first.
    pub fn exact_ends(&self, path: &BStr) -> Vec<usize> {
        let mut ends = Vec::new();
        let (mut live, mut length) = (vec![false; self.steps.len() + 1], 0);
        live[0] = true;
        skip_any_depth(&self.steps, &mut live);
        for name in path.split_str("/") {
            let mut next = vec![false; live.len()];
            for (at, step) in self.steps.iter().enumerate().filter(|(at, _)| live[*at]) {
                match step {
                    Step::Literal(literal) => next[at + 1] |= **literal == *name,
                    Step::Glob(glob) => next[at + 1] |= glob.matches(name),
                    Step::AnyDepth => next[at] = true,
                }
            }
            skip_any_depth(&self.steps, &mut next);
            live = next;
            length += name.len();
            if live[self.steps.len()] {
                ends.push(length);
            }
            length += "/".len();
        }
        ends
    }

    /// Returns whether it matches `path`.
    pub fn matches(&self, path: &BStr, directory: bool) -> bool {
        if let Some(Step::Literal(first)) = self.steps.first() {
            let fits = path.strip_prefix(&**first);
            if !fits.is_some_and(|rest| rest.is_empty() || rest[0] == b'/') {
                return false;
            }
        }
        // Most patterns start with literal names, which need no set of live steps.
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
            let is_inside = names.next().is_some();
            return match self.extent {
                Extent::Whole => true,
                Extent::Inside => is_inside || directory,
                Extent::File => !is_inside && !directory,
            };
        }
        with_rows(end + 1, |mut live, mut next| {
            live[0] = true;
            skip_any_depth(steps, live);
            for name in names {
                // The pattern matches a parent directory.
                if live[end] && self.extent != Extent::File {
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
            live[end]
                && match self.extent {
                    Extent::Whole => true,
                    Extent::Inside => directory,
                    Extent::File => !directory,
                }
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

/// Returns whether a text is a valid path without special characters, as most are.
fn is_plain(text: &str) -> bool {
    let path = text.strip_prefix('/').unwrap_or(text);
    let path = path.strip_suffix('/').unwrap_or(path);
    let is_special = |byte: &u8| matches!(byte, b'*' | b'?' | b'[' | b'{' | b'}' | b'\\' | 0);
    !path.as_bytes().iter().any(is_special)
        && path.split('/').all(|name| !matches!(name, "" | "." | ".."))
}

/// The characters with a special meaning anywhere in a pattern.
pub const SPECIAL: [char; 7] = ['*', '?', '[', ']', '{', '}', '\\'];

/// Returns a pattern whose ends are literal: `!`, `~/` and blanks at the start and blanks at the end are errors in a map.
pub fn with_literal_ends(mut pattern: String) -> String {
    if pattern.len() > 1 && pattern.ends_with(' ') && !pattern.ends_with("\\ ") {
        pattern.insert(pattern.len() - 1, '\\');
    }
    if pattern.starts_with(['!', ' ']) || pattern.starts_with("~/") {
        pattern.insert(0, '\\');
    }
    pattern
}

/// Returns a pattern that matches exactly `path`. Bytes that are not UTF-8, which a map cannot contain, become `?`.
pub fn escape(path: &BStr) -> String {
    let mut pattern = String::with_capacity(path.len());
    for chunk in path.utf8_chunks() {
        for char in chunk.valid().chars() {
            if SPECIAL.contains(&char) {
                pattern.push('\\');
            }
            pattern.push(char);
        }
        pattern.extend(chunk.invalid().iter().map(|_| '?'));
    }
    with_literal_ends(pattern)
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

/// One unit of the text and its position.
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

/// Returns how many patterns the items expand to, and how many characters these have in total.
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

fn expand(items: &[Item], out: &mut Vec<Vec<Atom>>) {
    for item in items {
        match item {
            Item::Atom(atom) => out.iter_mut().for_each(|atoms| atoms.push(atom.clone())),
            Item::Braces(branches) => {
                let before = std::mem::take(out);
                for branch in branches {
                    let mut longer = before.clone();
                    expand(branch, &mut longer);
                    out.append(&mut longer);
                }
            }
        }
    }
}

/// Reads branches up to the end of the text or, inside braces, past their `}`. Returns the branches and
/// the position after them.
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
                        format!("braces are nested more than {MAX_BRACE_DEPTH} levels deep"),
                    ));
                }
                let (inner, end) = read_branches(text, next, depth + 1)?;
                if end > text.len() {
                    return Err(PatternError::new(at..next, "`{` is never closed")
                        .help("close it with `}`, or write `\\{` to match a literal `{`"));
                }
                last(&mut branches).push(Item::Braces(inner));
                at = end;
                continue;
            }
            '}' if depth > 0 => return Ok((branches, next)),
            '}' => {
                return Err(PatternError::new(at..next, "`}` has no matching `{`")
                    .help("write `\\}` to match a literal `}`"));
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
                    return Err(PatternError::new(
                        at..next,
                        "`\\` at the end has no character to escape",
                    )
                    .help("write `\\\\` to match a literal backslash"));
                };
                next += escaped.len_utf8();
                plain(escaped)
            }
            '*' => AtomKind::Star,
            '?' => AtomKind::One(ByteSet::WITHIN_SEGMENT),
            other => plain(other),
        };
        if kind == AtomKind::Literal('\0') {
            return Err(PatternError::new(
                at..next,
                "a path cannot contain a NUL byte",
            ));
        }
        let atom = Atom {
            kind,
            range: at..next,
        };
        last(&mut branches).push(Item::Atom(atom));
        at = next;
    }
    // A position past the end means that a brace is not closed.
    Ok((branches, if depth > 0 { at + 1 } else { at }))
}

/// Returns the position after the `]` of the class at `start`. The first character of a class, after
/// its negation, may be `]`.
fn class_end(text: &str, start: usize) -> Result<usize, PatternError> {
    let unclosed = || {
        PatternError::new(start..start + 1, "`[` is never closed")
            .help("close it with `]`, or write `\\[` to match a literal `[`")
    };
    let mut chars = text[start + 1..].char_indices().peekable();
    chars.next_if(|(_, char)| matches!(char, '!' | '^'));
    chars.next().ok_or_else(unclosed)?;
    let (end, _) = chars.find(|(_, char)| *char == ']').ok_or_else(unclosed)?;
    Ok(start + 1 + end + 1)
}

/// Returns the bytes that a class matches, according to `globset`.
fn class(text: &str, range: Range<usize>) -> Result<ByteSet, PatternError> {
    let class = &text[range.clone()];
    if class.contains('/') {
        return Err(
            PatternError::new(range, "a character class cannot contain `/`")
                .help("remove the `/`: a character class cannot match a path separator"),
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
        true => Err(PatternError::new(range, "a path cannot contain a NUL byte")),
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
    fn errors_have_the_bytes_at_fault() {
        assert_eq!(error("modules/[ab"), (8..9, "`[` is never closed".into()));
        assert_eq!(error("a{b,c"), (1..2, "`{` is never closed".into()));
        assert_eq!(error("ab}"), (2..3, "`}` has no matching `{`".into()));
        assert_eq!(
            error("ab\\"),
            (2..3, "`\\` at the end has no character to escape".into())
        );
        assert_eq!(error("x/[z-a]").0, 2..7);
        assert_eq!(error("a//b").0, 1..3);
        assert_eq!(error("./a").0, 0..1);
        assert_eq!(error("a/../b").0, 2..4);
        assert_eq!(error("/").1, "an empty pattern matches no files");
        assert_eq!(error("").1, "an empty pattern matches no files");
        assert_eq!(error("a/b\0").0, 3..4);
        assert_eq!(error("a\\\0").0, 1..3);
        assert_eq!(error("a[\0]").0, 1..4);
        assert!(
            error(&"a/".repeat(3_000))
                .1
                .contains("longer than the maximum path length")
        );
        assert!(error(&"{a,b}".repeat(10)).1.contains("more than 1000"));
        let long = format!("{}{}", "{x,y}".repeat(9), "x".repeat(90_000));
        assert!(error(&long).1.contains("more than 100000 characters"));
        assert!(error(&"x".repeat(100_001)).1.contains("longer than"));
        assert!(error(&"{".repeat(100)).1.contains("more than 10 levels"));
    }

    #[test]
    fn patterns_for_files_match_whole_paths() {
        for (text, matched, unmatched) in [
            ("*", &["a", ".b"][..], &["a/b"][..]),
            ("docs/*", &["docs/a"], &["docs", "docs/a/b", "a"]),
            ("/docs/a.md", &["docs/a.md"], &["docs/a.md/b", "docs"]),
            ("docs/**", &["docs/a", "docs/a/b"], &["docs"]),
            ("**", &["a", "a/b"], &[]),
            ("**/*.md", &["a.md", "a/b.md"], &["a.md/b"]),
            ("{a,b/**}", &["a", "b/c/d"], &["a/b", "b"]),
        ] {
            let pattern = Pattern::parse_files(text).unwrap();
            for path in matched {
                assert!(pattern.matches((*path).into(), false), "{path} of {text}");
                assert!(
                    !pattern.matches((*path).into(), true),
                    "submodule {path} of {text}"
                );
            }
            for path in unmatched {
                assert!(!pattern.matches((*path).into(), false), "{path} of {text}");
            }
        }
    }

    #[test]
    fn a_pattern_for_files_cannot_end_in_a_slash() {
        for (text, slash) in [
            ("docs/", 4..5),
            ("a/*/", 3..4),
            ("{a,b/}", 4..5),
            ("a/**/", 4..5),
        ] {
            let error = Pattern::parse_files(text).unwrap_err();
            assert_eq!(error.range, slash, "{text}");
            assert!(
                error.message.contains("cannot end in `/`"),
                "{}",
                error.message
            );
        }
        assert_eq!(Pattern::parse_files("/").unwrap_err().range, 0..1);
    }

    #[test]
    fn refuses_what_globset_refuses() {
        for text in ["a[", "a{b", "a}", "[z-a]", "a\\", "{a,{b}", "[]", "[!]"] {
            let globset = GlobBuilder::new(text).build();
            assert!(globset.is_err() && Pattern::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn escaped_paths_match_themselves() {
        for path in [&b"a*b/{c}/[d]/\\e?"[..], b"caf\xe9/x", b"plain/path"] {
            let pattern = Pattern::parse(&escape(path.as_bstr())).unwrap();
            assert!(pattern.matches(path.as_bstr(), false));
        }
    }
}
