use regex_syntax::hir::{
    Class, ClassBytes, ClassBytesRange, ClassUnicode, ClassUnicodeRange, Hir, Look, Repetition,
};

use super::property::word_class;

/// A part of an expression. It matches bytes or characters, depending on its classes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// Nothing, which always matches.
    Empty,
    /// One byte or character of a set, which can be empty.
    Set(Class),
    /// A position.
    Position(Position),
    /// One after the other.
    Concat(Vec<Node>),
    /// The first that matches.
    Alternation(Vec<Node>),
    /// A repetition.
    Repeat {
        /// What is repeated.
        node: Box<Node>,
        /// How often it matches at least.
        min: u32,
        /// How often it matches at most; `None` if there is no limit.
        max: Option<u32>,
        /// How many repetitions are preferred.
        mode: RepeatMode,
    },
    /// A capturing group, by its position among the groups of the expression, from 1.
    Group(u32, Box<Node>),
    /// What must, or must not, follow or precede.
    Around {
        /// What follows or precedes.
        node: Box<Node>,
        /// Whether it precedes.
        is_behind: bool,
        /// Whether it must not match.
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
pub enum Position {
    /// The start.
    Start,
    /// The start of a line.
    LineStart,
    /// The end.
    End,
    /// The end, or before the line break at the end.
    LastLineEnd,
    /// The end of a line.
    LineEnd,
    /// Between a character of a word and another one.
    WordBoundary(WordChars),
    /// Anywhere else.
    NoWordBoundary(WordChars),
}

/// The characters that words consist of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordChars {
    /// Letters, digits and `_`.
    Ascii,
    /// Also the letters of Latin-1.
    Latin1,
    /// Also all letters, marks, digits and connectors of Unicode.
    Unicode,
}

/// How often a repetition matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RepeatMode {
    /// As often as possible.
    Greedy,
    /// As rarely as possible.
    Lazy,
    /// As often as possible, never less often.
    Possessive,
}

/// ASCII letters, digits and `_`.
pub(super) const WORD: &[(u8, u8)] = &[(b'0', b'9'), (b'A', b'Z'), (b'_', b'_'), (b'a', b'z')];

/// The letters of Latin-1 beyond ASCII.
pub(super) const LATIN1_LETTERS: &[(u8, u8)] = &[
    (0xAA, 0xAA),
    (0xB5, 0xB5),
    (0xBA, 0xBA),
    (0xC0, 0xD6),
    (0xD8, 0xF6),
    (0xF8, 0xFF),
];

/// Returns a set of bytes.
pub(super) fn class(ranges: &[(u8, u8)]) -> ClassBytes {
    let ranges = ranges.iter();
    ClassBytes::new(ranges.map(|(low, high)| ClassBytesRange::new(*low, *high)))
}

impl Node {
    /// Returns a node that never matches.
    pub fn fail() -> Self {
        Self::Set(Class::Unicode(ClassUnicode::empty()))
    }

    /// Returns the sequence of some nodes.
    pub fn concat(mut nodes: Vec<Self>) -> Self {
        match nodes.len() {
            0 => Self::Empty,
            1 => nodes.swap_remove(0),
            _ => Self::Concat(nodes),
        }
    }

    /// Returns a node that matches if one of some nodes matches.
    pub fn alternation(mut nodes: Vec<Self>) -> Self {
        match nodes.len() {
            1 => nodes.swap_remove(0),
            _ => Self::Alternation(nodes),
        }
    }

    /// Returns a node that matches `yes` where a lookaround matches, and otherwise `no`.
    pub fn if_around(around: Self, yes: Self, no: Self) -> Self {
        let mut opposite = around.clone();
        if let Self::Around { is_negated, .. } = &mut opposite {
            *is_negated = !*is_negated;
        }
        let branches = [vec![around, yes], vec![opposite, no]];
        Self::Alternation(branches.map(Self::concat).into())
    }

    /// Returns a repetition.
    pub fn repeat(self, min: u32, max: Option<u32>, mode: RepeatMode) -> Self {
        let is_once = min == 1 && max == Some(1);
        match self.longest() {
            _ if max == Some(0) => Self::Empty,
            // Nothing changes after the first match.
            Some(0) if min == 0 => Self::Empty,
            Some(0) => self,
            _ if is_once && mode != RepeatMode::Possessive => self,
            _ => Self::Repeat {
                node: Box::new(self),
                min,
                max,
                mode,
            },
        }
    }

    /// Returns the character that it matches; `None` if it matches anything else.
    pub fn as_char(&self) -> Option<char> {
        match self {
            Self::Set(Class::Unicode(class)) => match class.ranges() {
                [one] if one.start() == one.end() => Some(one.start()),
                _ => None,
            },
            _ => None,
        }
    }

    /// Returns whether it matches any character, except possibly line breaks.
    pub fn is_any(&self) -> bool {
        let Self::Set(Class::Unicode(class)) = self else {
            return false;
        };
        let bounds = |at: &ClassUnicodeRange| (at.start(), at.end());
        match class.ranges() {
            [all] => bounds(all) == ('\0', char::MAX),
            [before, after] => {
                let around = (('\0', '\t'), ('\u{b}', char::MAX));
                (bounds(before), bounds(after)) == around
            }
            _ => false,
        }
    }

    /// Returns a node that matches only at the start.
    pub fn at_start(node: &Self) -> Self {
        Self::Concat(vec![Self::Position(Position::Start), node.clone()])
    }

    /// Returns the lookaheads at the start of the text that it begins with, each with whether it is negated, and the
    /// rest.
    pub fn split_lookaheads(&self) -> (Vec<(&Self, bool)>, Self) {
        let parts = self.parts();
        let Some((start @ Self::Position(Position::Start), parts)) = parts.split_first() else {
            return (Vec::new(), self.clone());
        };
        let lookahead = |node| match node {
            &Self::Around {
                ref node,
                is_behind: false,
                is_negated,
            } => Some((&**node, is_negated)),
            _ => None,
        };
        let lookaheads: Vec<(&Self, bool)> = parts.iter().map_while(lookahead).collect();
        let rest = &parts[lookaheads.len()..];
        let rest = std::iter::once(start).chain(rest).cloned().collect();
        (lookaheads, Self::concat(rest))
    }

    /// Returns the parts of a sequence.
    pub fn parts(&self) -> &[Self] {
        match self {
            Self::Empty => &[],
            Self::Concat(nodes) => nodes,
            one => std::slice::from_ref(one),
        }
    }

    /// Returns the greatest number of bytes or characters that it matches; `None` if there is no limit.
    pub fn longest(&self) -> Option<usize> {
        match self {
            Self::Empty | Self::Position(_) | Self::Around { .. } => Some(0),
            Self::Set(_) => Some(1),
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
            Self::Set(class) => Hir::class(class.clone()),
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
            Self::Set(class) => write_class(class, out),
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

fn write_class(class: &Class, out: &mut String) {
    let ranges: Vec<(u32, u32)> = match class {
        Class::Bytes(class) => {
            let ranges = class.iter();
            ranges
                .map(|range| (range.start().into(), range.end().into()))
                .collect()
        }
        Class::Unicode(class) => {
            let ranges = class.iter();
            ranges
                .map(|range| (range.start().into(), range.end().into()))
                .collect()
        }
    };
    if ranges.is_empty() {
        *out += "(?!)";
        return;
    }
    out.push('[');
    for (start, end) in ranges {
        *out += &format!("\\x{{{start:02X}}}-\\x{{{end:02X}}}");
    }
    out.push(']');
}

impl Position {
    fn hir(self, is_last: bool, is_ascii: bool) -> Option<Hir> {
        let is_exact = |chars| is_ascii || chars == WordChars::Ascii;
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
            Self::WordBoundary(chars) if is_exact(chars) => Look::WordAscii,
            Self::NoWordBoundary(chars) if is_exact(chars) => Look::WordAsciiNegate,
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
            Self::WordBoundary(chars) | Self::NoWordBoundary(chars) => {
                let word = match chars {
                    WordChars::Ascii => Class::Bytes(class(WORD)),
                    WordChars::Latin1 => Class::Bytes(class(&[WORD, LATIN1_LETTERS].concat())),
                    WordChars::Unicode => Class::Unicode(word_class().clone()),
                };
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
