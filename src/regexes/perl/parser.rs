use std::collections::BTreeMap;

use regex_syntax::hir::{Class, ClassBytes};

use super::{
    class::Charset,
    counts::counts,
    error::INVALID_REPEAT,
    reference::{Reference, resolve},
};
use crate::regexes::{
    ExpressionError::{self, Rejected, Unsupported},
    cursor::Cursor,
    error::{MISSING_PAREN, UNEXPECTED_PAREN, UNKNOWN_GROUP},
    node::{Node, Position, RepeatMode, class},
};

/// The largest number of repetitions.
const MAX_REPEAT: u32 = 65_534;

/// How deep groups may be nested. Perl allows more, but compiling them would take too much stack.
const MAX_DEPTH: usize = 100;

const MISSING_ARGUMENT: ExpressionError = Rejected("a quantifier has nothing to repeat");
const NESTED_REPEAT: ExpressionError = Rejected("two quantifiers follow each other");
const INVALID_BRACE: ExpressionError = Rejected("a `{` must be escaped");
const TOO_DEEP: ExpressionError = Unsupported("its groups are nested too deep");
const SEVERAL_LETTERS: ExpressionError =
    Unsupported("one of its letters is several in another case");

#[derive(Debug, Clone, Copy)]
pub(super) struct Flags {
    /// `i`: letters match in any case.
    pub folds_case: bool,
    /// `m`: `^` and `$` match at lines.
    pub has_lines: bool,
    /// `s`: `.` matches line breaks.
    pub dot_matches_newline: bool,
    /// `x`: blanks and comments are ignored.
    pub is_extended: bool,
    /// `xx`: blanks are ignored in classes, too.
    pub has_blank_classes: bool,
    /// `n`: `(…)` does not capture.
    pub has_no_groups: bool,
    pub charset: Charset,
}

pub(super) struct Parser<'t> {
    pub text: Cursor<'t>,
    pub flags: Flags,
    /// The flags that `(?^…)` restores.
    pub default: Flags,
    /// The groups with each number: several if alternatives share their numbers.
    pub numbers: Vec<Vec<u32>>,
    /// The number of groups so far.
    pub groups: u32,
    /// The groups with each name.
    pub names: BTreeMap<String, Vec<u32>>,
    /// Nodes that refer to groups, which can follow.
    pub references: Vec<Reference>,
    pub needs_unicode: bool,
    pub is_in_around: bool,
    pub is_in_class: bool,
    pub is_in_condition: bool,
}

/// An atom, or what is none.
pub(super) enum Atom {
    Node(Node),
    /// Only modifiers.
    Flags,
}

impl<'t> Parser<'t> {
    pub fn new(text: &'t [char], is_extended: bool, charset: Charset) -> Self {
        let default = Flags {
            folds_case: false,
            has_lines: false,
            dot_matches_newline: false,
            is_extended: false,
            has_blank_classes: false,
            has_no_groups: false,
            charset,
        };
        Self {
            text: Cursor::new(text),
            flags: Flags {
                is_extended,
                ..default
            },
            default,
            numbers: vec![Vec::new()],
            groups: 0,
            names: BTreeMap::new(),
            references: Vec::new(),
            needs_unicode: false,
            is_in_around: false,
            is_in_class: false,
            is_in_condition: false,
        }
    }

    /// Parses the whole expression.
    pub fn all(&mut self) -> Result<Node, ExpressionError> {
        let mut node = self.alternation(0)?;
        if self.text.peek().is_some() {
            return Err(UNEXPECTED_PAREN);
        }
        let groups: Vec<Vec<u32>> = self
            .references
            .iter()
            .map(|reference| match reference {
                Reference::Number(number) => self.numbers.get(*number),
                Reference::Name(name) => self.names.get(name),
            })
            .map(|groups| groups.cloned().ok_or(UNKNOWN_GROUP))
            .collect::<Result<_, _>>()?;
        resolve(&mut node, &groups);
        Ok(node)
    }

    /// Skips comments, and blanks with `/x`.
    pub fn skip_ignored(&mut self) -> Result<(), ExpressionError> {
        loop {
            if self.text.eat("(?#") {
                self.text.until(')').ok_or(MISSING_PAREN)?;
            } else if self.flags.is_extended && self.text.peek().is_some_and(is_pattern_blank) {
                self.text.at += 1;
            } else if self.flags.is_extended && self.text.starts_with("#") {
                if self.text.until('\n').is_none() {
                    self.text.skip_all();
                }
            } else {
                return Ok(());
            }
        }
    }

    /// Parses alternatives up to a closing parenthesis or the end.
    pub fn alternation(&mut self, depth: usize) -> Result<Node, ExpressionError> {
        let mut branches = vec![self.branch(depth)?];
        while self.text.eat("|") {
            branches.push(self.branch(depth)?);
        }
        Ok(Node::alternation(branches))
    }

    /// Parses one alternative.
    pub fn branch(&mut self, depth: usize) -> Result<Node, ExpressionError> {
        if depth > MAX_DEPTH {
            return Err(TOO_DEEP);
        }
        let mut items = Vec::new();
        loop {
            self.skip_ignored()?;
            if matches!(self.text.peek(), None | Some('|' | ')')) {
                break;
            }
            if let Atom::Node(atom) = self.atom(depth)? {
                items.push(self.repeated(atom)?);
            }
        }
        Ok(Node::concat(items))
    }

    /// Parses the quantifier that may follow an atom.
    fn repeated(&mut self, atom: Node) -> Result<Node, ExpressionError> {
        self.skip_ignored()?;
        let Some((min, max)) = self.quantifier()? else {
            return Ok(atom);
        };
        self.skip_ignored()?;
        let mode = match () {
            () if self.text.eat("?") => RepeatMode::Lazy,
            () if self.text.eat("+") => RepeatMode::Possessive,
            () => RepeatMode::Greedy,
        };
        if mode != RepeatMode::Greedy {
            self.skip_ignored()?;
        }
        if self.quantifier()?.is_some() {
            return Err(NESTED_REPEAT);
        }
        if max.is_some_and(|max| max < min) {
            return Ok(Node::fail());
        }
        // Perl then ignores where the expression starts.
        if mode == RepeatMode::Possessive && max != Some(0) && matches!(atom, Node::Position(_)) {
            return Err(Unsupported("it repeats a position"));
        }
        // A lookaround can set groups.
        if min == 0 && max != Some(0) && atom.longest() == Some(0) {
            return Ok(Node::Alternation(vec![atom, Node::Empty]));
        }
        Ok(atom.repeat(min, max, mode))
    }

    /// Parses a quantifier, if one follows.
    pub fn quantifier(&mut self) -> Result<Option<(u32, Option<u32>)>, ExpressionError> {
        let found = match self.text.peek() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => {
                let Some((min, max, length)) = counts(&self.text.rest()[1..])? else {
                    return Ok(None);
                };
                let is_valid = |count: Option<u32>| count.is_none_or(|it| it <= MAX_REPEAT);
                if !is_valid(Some(min)) || !is_valid(max) {
                    return Err(INVALID_REPEAT);
                }
                self.text.at += length;
                (min, max)
            }
            _ => return Ok(None),
        };
        self.text.at += 1;
        Ok(Some(found))
    }

    fn atom(&mut self, depth: usize) -> Result<Atom, ExpressionError> {
        let Some(char) = self.text.next() else {
            return Ok(Atom::Node(Node::Empty));
        };
        let node = match char {
            '(' => return self.parenthesis(depth),
            '*' | '+' | '?' => return Err(MISSING_ARGUMENT),
            '{' if self.follows_escape() => return Err(INVALID_BRACE),
            '\\' => self.escape()?,
            '[' => self.class()?,
            '^' if self.flags.has_lines => Node::Position(Position::LineStart),
            '^' => Node::Position(Position::Start),
            '$' if self.flags.has_lines => Node::Position(Position::LineEnd),
            '$' => Node::Position(Position::LastLineEnd),
            '.' if self.flags.dot_matches_newline => bytes(class(&[(0, 0xFF)])),
            '.' => bytes(no_newline()),
            char => self.literal(u32::from(char))?,
        };
        Ok(Atom::Node(node))
    }

    /// Returns whether a backslash and a letter precede the last character.
    fn follows_escape(&self) -> bool {
        let parsed = self.text.parsed();
        matches!(parsed, [.., '\\', letter, _] if letter.is_ascii_alphabetic())
    }

    /// Returns a node that matches the character with a code.
    pub fn literal(&mut self, code: u32) -> Result<Node, ExpressionError> {
        Ok(bytes(self.one(code)?))
    }

    /// Returns the bytes that the character with a code matches.
    pub fn one(&mut self, code: u32) -> Result<ClassBytes, ExpressionError> {
        self.needs_unicode |= code > 0xFF;
        let is_several = matches!(code, 0xDF | 0x1E9E | 0xFB00..=0xFB06);
        let has_several = matches!(self.flags.charset, Charset::Unicode | Charset::Ascii);
        if is_several && has_several && self.flags.folds_case {
            return Err(SEVERAL_LETTERS);
        }
        let mut set = match u8::try_from(code) {
            Ok(byte) => class(&[(byte, byte)]),
            Err(_) => ClassBytes::empty(),
        };
        if self.flags.folds_case {
            self.flags.charset.fold(code, &mut set);
        }
        Ok(set)
    }
}

/// Returns a node that matches one byte of a set.
pub(super) fn bytes(set: ClassBytes) -> Node {
    Node::Set(Class::Bytes(set))
}

/// Returns all bytes except line breaks.
pub(super) fn no_newline() -> ClassBytes {
    let mut any = class(&[(b'\n', b'\n')]);
    any.negate();
    any
}

/// Returns whether `/x` ignores a character.
fn is_pattern_blank(char: char) -> bool {
    matches!(
        char,
        '\t'..='\r' | ' ' | '\u{85}' | '\u{200E}' | '\u{200F}' | '\u{2028}' | '\u{2029}'
    )
}
