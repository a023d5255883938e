use crate::{
    dialects::glob::{Glob, GlobToken},
    pattern::{ByteSet, Pattern, Segment, Step, Token},
};

/// A pattern in the map or of an ownership file, by segment.
#[derive(Debug)]
pub(super) struct Shape {
    /// Its segments.
    pub steps: Vec<ShapeStep>,
    /// Whether it matches only paths inside what the steps match.
    pub inside: bool,
    /// Whether it also matches everything inside what it matches.
    pub with_content: bool,
    /// The pattern or line that it belongs to.
    pub id: u32,
    /// The section; in each section, the shape with the highest id wins.
    pub section: Option<u32>,
}

/// One segment.
#[derive(Debug)]
pub(super) enum ShapeStep {
    /// Exactly these bytes.
    Literal(Box<[u8]>),
    /// A glob.
    Name(NameGlob),
    /// Any number of segments.
    AnyDepth,
}

/// A glob for a name.
#[derive(Debug)]
pub(super) struct NameGlob {
    /// The glob for names of ASCII characters.
    pub segment: Segment,
    /// The glob for all names, if it differs.
    glob: Option<Glob>,
}

impl NameGlob {
    pub fn matches(&self, name: &[u8]) -> bool {
        match &self.glob {
            Some(glob) => glob.matches(name),
            None => self.segment.matches(name),
        }
    }
}

impl Shape {
    /// Returns the shapes of a pattern in the map.
    pub fn of_pattern(pattern: &Pattern, id: u32) -> impl Iterator<Item = Self> {
        let step = |step: &Step| match step {
            Step::Literal(name) => ShapeStep::Literal(name.clone()),
            Step::Glob(segment) => ShapeStep::Name(NameGlob {
                segment: segment.clone(),
                glob: None,
            }),
            Step::AnyDepth => ShapeStep::AnyDepth,
        };
        pattern.alternatives().iter().map(move |alternative| Self {
            steps: alternative.steps.iter().map(step).collect(),
            inside: alternative.inside,
            with_content: true,
            id,
            section: None,
        })
    }

    /// Returns the shape of a line's glob; `None` if its wildcards cross segments.
    pub fn of_glob(glob: &Glob, id: u32, section: u32) -> Option<Self> {
        let mut steps = Vec::new();
        let mut rest = &glob.tokens[..];
        while !rest.is_empty() {
            if let [GlobToken::Directories, after @ ..] = rest {
                if !matches!(steps.last(), Some(ShapeStep::AnyDepth)) {
                    steps.push(ShapeStep::AnyDepth);
                }
                rest = after;
                continue;
            }
            let is_end = |token: &GlobToken| *token == GlobToken::Char('/');
            let length = rest.iter().position(is_end).unwrap_or(rest.len());
            steps.push(name(&rest[..length])?);
            rest = rest.get(length + 1..).unwrap_or_default();
        }
        Some(Self {
            steps,
            inside: false,
            with_content: glob.with_content,
            id,
            section: Some(section),
        })
    }
}

/// Converts a segment of a glob; returns `None` if its wildcards cross segments.
fn name(tokens: &[GlobToken]) -> Option<ShapeStep> {
    let mut segment = Vec::new();
    let mut is_plain = true;
    for token in tokens {
        let one = match token {
            GlobToken::Char(char) => {
                let mut buffer = [0; 4];
                let bytes = char.encode_utf8(&mut buffer).bytes();
                segment.extend(bytes.map(Token::Byte));
                continue;
            }
            GlobToken::Star => {
                segment.push(Token::Star);
                continue;
            }
            GlobToken::One | GlobToken::Class(_) => token,
            GlobToken::Any | GlobToken::Anything | GlobToken::Directories => return None,
        };
        is_plain = false;
        let taken = (0..0x80).filter(|byte: &u8| one.matches_char(char::from(*byte)));
        segment.push(Token::One(taken.collect::<ByteSet>()));
    }
    let glob = (!is_plain).then(|| Glob {
        tokens: tokens.to_vec(),
        with_content: false,
    });
    Some(match Step::of(segment) {
        Step::Literal(name) => ShapeStep::Literal(name),
        Step::Glob(segment) => ShapeStep::Name(NameGlob { segment, glob }),
        Step::AnyDepth => ShapeStep::AnyDepth,
    })
}
