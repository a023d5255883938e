use regex_syntax::hir::{Class, ClassBytes, ClassBytesRange, Hir, Look, Repetition};

/// A part of an expression. It matches bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    /// Nothing, which always matches.
    Empty,
    /// One byte of a set, which can be empty.
    Byte(ClassBytes),
    /// A position.
    Position(Position),
    /// One after the other.
    Concat(Vec<Node>),
    /// The first that matches.
    Alternation(Vec<Node>),
    /// A repetition.
    Repeat {
        node: Box<Node>,
        min: u32,
        max: Option<u32>,
        mode: RepeatMode,
    },
    /// A capturing group, by its position among the groups of the expression, from 1.
    Group(u32, Box<Node>),
    /// What must, or must not, follow or precede.
    Around {
        node: Box<Node>,
        is_behind: bool,
        is_negated: bool,
    },
    /// A part whose first match counts.
    Atomic(Box<Node>),
    /// What the first of these groups that has matched contains; and whether letters match in any case.
    Backreference(Vec<u32>, bool),
    /// The second node if the first of these groups has matched, otherwise the third.
    IfGroup(Vec<u32>, Box<Node>, Box<Node>),
}

/// A position in a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Position {
    Start,
    LineStart,
    End,
    /// The end, or before the line break at the end.
    LastLineEnd,
    LineEnd,
    WordBoundary(WordBytes),
    NoWordBoundary(WordBytes),
}

/// The bytes that words consist of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WordBytes {
    Ascii,
    /// Also the letters of Latin-1.
    Latin1,
}

/// How often a repetition matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RepeatMode {
    Greedy,
    Lazy,
    Possessive,
}

/// The letters of Latin-1 beyond ASCII.
pub(super) const LATIN1_LETTERS: &[(u8, u8)] = &[
    (0xAA, 0xAA),
    (0xB5, 0xB5),
    (0xBA, 0xBA),
    (0xC0, 0xD6),
    (0xD8, 0xF6),
    (0xF8, 0xFF),
];

/// ASCII letters, digits and `_`.
pub(super) const WORD: &[(u8, u8)] = &[(b'0', b'9'), (b'A', b'Z'), (b'_', b'_'), (b'a', b'z')];

pub(super) fn class(ranges: &[(u8, u8)]) -> ClassBytes {
    let ranges = ranges.iter();
    ClassBytes::new(ranges.map(|(low, high)| ClassBytesRange::new(*low, *high)))
}

impl Node {
    /// Returns a node that never matches.
    pub fn fail() -> Self {
        Self::Byte(ClassBytes::empty())
    }

    /// Returns the greatest number of bytes that it matches; `None` if there is no limit.
    pub fn longest(&self) -> Option<usize> {
        match self {
            Self::Empty | Self::Position(_) | Self::Around { .. } => Some(0),
            Self::Byte(_) => Some(1),
            Self::Concat(nodes) => {
                let mut nodes = nodes.iter();
                nodes.try_fold(0_usize, |sum, node| {
                    Some(sum.saturating_add(node.longest()?))
                })
            }
            Self::Alternation(nodes) => {
                let mut nodes = nodes.iter();
                nodes.try_fold(0, |most, node| Some(most.max(node.longest()?)))
            }
            Self::Repeat { node, max, .. } => {
                let times = usize::try_from((*max)?).ok()?;
                Some(node.longest()?.saturating_mul(times))
            }
            Self::Group(_, node) | Self::Atomic(node) => node.longest(),
            Self::Backreference(..) => None,
            Self::IfGroup(_, yes, no) => Some(yes.longest()?.max(no.longest()?)),
        }
    }

    /// Converts it to an expression without backtracking; `None` if that is impossible. `is_last` is true if nothing
    /// follows it, and `is_ascii` if no subject contains a byte beyond ASCII.
    pub fn hir(&self, is_last: bool, is_ascii: bool) -> Option<Hir> {
        let hir = match self {
            Self::Empty => Hir::empty(),
            Self::Byte(class) => Hir::class(Class::Bytes(class.clone())),
            Self::Position(position) => position.hir(is_last, is_ascii)?,
            Self::Concat(nodes) => {
                let last = nodes.len().saturating_sub(1);
                let nodes = nodes.iter().enumerate();
                let hirs = nodes.map(|(at, node)| node.hir(is_last && at == last, is_ascii));
                Hir::concat(hirs.collect::<Option<_>>()?)
            }
            Self::Alternation(nodes) => {
                let hirs = nodes.iter().map(|node| node.hir(is_last, is_ascii));
                Hir::alternation(hirs.collect::<Option<_>>()?)
            }
            Self::Repeat {
                mode: RepeatMode::Possessive,
                ..
            } => return None,
            Self::Repeat { node, min, max, .. } => Hir::repetition(Repetition {
                min: *min,
                max: *max,
                greedy: true,
                sub: Box::new(node.hir(false, is_ascii)?),
            }),
            Self::Group(_, node) => node.hir(is_last, is_ascii)?,
            Self::Around { .. } | Self::Atomic(_) | Self::Backreference(..) | Self::IfGroup(..) => {
                return None;
            }
        };
        Some(hir)
    }

    /// Writes it in the syntax of `fancy-regex`, for subjects whose bytes were converted to the characters with the
    /// same codes. This uses only what cannot have another meaning there.
    pub fn write(&self, out: &mut String) {
        match self {
            Self::Empty => *out += "(?:)",
            Self::Byte(class) => write_class(class, out),
            Self::Position(position) => position.write(out),
            Self::Concat(nodes) => {
                *out += "(?:";
                nodes.iter().for_each(|node| node.write(out));
                out.push(')');
            }
            Self::Alternation(nodes) => {
                *out += "(?:";
                for (at, node) in nodes.iter().enumerate() {
                    *out += if at == 0 { "" } else { "|" };
                    node.write(out);
                }
                out.push(')');
            }
            Self::Repeat {
                node,
                min,
                max,
                mode,
            } => {
                *out += match mode {
                    RepeatMode::Possessive => "(?>(?:",
                    RepeatMode::Greedy | RepeatMode::Lazy => "(?:(?:",
                };
                node.write(out);
                *out += &match max {
                    Some(max) => format!("){{{min},{max}}}"),
                    None => format!("){{{min},}}"),
                };
                *out += match mode {
                    RepeatMode::Lazy => "?)",
                    RepeatMode::Greedy | RepeatMode::Possessive => ")",
                };
            }
            Self::Group(group, node) => {
                *out += &format!("(?<g{group}>");
                node.write(out);
                out.push(')');
            }
            Self::Around {
                node,
                is_behind,
                is_negated,
            } => {
                *out += match (is_behind, is_negated) {
                    (false, false) => "(?=",
                    (false, true) => "(?!",
                    (true, false) => "(?<=",
                    (true, true) => "(?<!",
                };
                node.write(out);
                out.push(')');
            }
            Self::Atomic(node) => {
                *out += "(?>";
                node.write(out);
                out.push(')');
            }
            Self::Backreference(groups, folds_case) => {
                let case = if *folds_case { "(?i:" } else { "(?:" };
                write_if_group(
                    groups,
                    out,
                    |group, out| *out += &format!("{case}\\k<g{group}>)"),
                    |out| *out += "(?!)",
                );
            }
            Self::IfGroup(groups, yes, no) => {
                write_if_group(groups, out, |_, out| yes.write(out), |out| no.write(out));
            }
        }
    }
}

fn write_if_group(
    groups: &[u32],
    out: &mut String,
    yes: impl Fn(u32, &mut String),
    no: impl Fn(&mut String),
) {
    for group in groups {
        *out += &format!("(?(<g{group}>)");
        yes(*group, out);
        out.push('|');
    }
    no(out);
    out.extend(groups.iter().map(|_| ')'));
}

fn write_class(class: &ClassBytes, out: &mut String) {
    if class.ranges().is_empty() {
        *out += "[^\\x{00}-\\x{FF}]";
        return;
    }
    out.push('[');
    for range in class.ranges() {
        *out += &format!("\\x{{{:02X}}}-\\x{{{:02X}}}", range.start(), range.end());
    }
    out.push(']');
}

impl Position {
    fn hir(self, is_last: bool, is_ascii: bool) -> Option<Hir> {
        let is_exact = |bytes| is_ascii || bytes == WordBytes::Ascii;
        let look = match self {
            Self::Start => Look::Start,
            Self::LineStart => Look::StartLF,
            Self::End => Look::End,
            Self::LineEnd => Look::EndLF,
            Self::LastLineEnd if is_last => {
                let newline = Hir::repetition(Repetition {
                    min: 0,
                    max: Some(1),
                    greedy: true,
                    sub: Box::new(Hir::literal(*b"\n")),
                });
                return Some(Hir::concat(vec![newline, Hir::look(Look::End)]));
            }
            Self::WordBoundary(bytes) if is_exact(bytes) => Look::WordAscii,
            Self::NoWordBoundary(bytes) if is_exact(bytes) => Look::WordAsciiNegate,
            Self::LastLineEnd | Self::WordBoundary(_) | Self::NoWordBoundary(_) => return None,
        };
        Some(Hir::look(look))
    }

    fn write(self, out: &mut String) {
        match self {
            Self::Start => *out += "\\A",
            Self::LineStart => *out += "(?:\\A|(?<=\\x{0A}))",
            Self::End => *out += "\\z",
            Self::LastLineEnd => *out += "(?=\\x{0A}?\\z)",
            Self::LineEnd => *out += "(?=\\x{0A}|\\z)",
            Self::WordBoundary(bytes) | Self::NoWordBoundary(bytes) => {
                let mut word = class(WORD);
                if bytes == WordBytes::Latin1 {
                    word.union(&class(LATIN1_LETTERS));
                }
                let mut set = String::new();
                write_class(&word, &mut set);
                *out += &match self {
                    Self::WordBoundary(_) => {
                        format!("(?:(?<={set})(?!{set})|(?<!{set})(?={set}))")
                    }
                    _ => format!("(?:(?<={set})(?={set})|(?<!{set})(?!{set}))"),
                };
            }
        }
    }
}
