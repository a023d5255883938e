use regex_syntax::hir::Class;

use super::reference::{FoundGroups, Groups};
use crate::regexes::{
    ExpressionError::{self, Rejected, Unsupported},
    cursor::Cursor,
    error::UNEXPECTED_PAREN,
    node::{Node, Position, RepeatMode},
    property::{class_of, contains, word_class},
};

/// How deep groups may be nested. .NET allows more, but evaluating them would take too much stack.
pub(super) const MAX_DEPTH: usize = 200;

/// The largest number in an expression.
const MAX_NUMBER: u32 = i32::MAX as u32;

pub(super) const TOO_DEEP: ExpressionError = Unsupported("its groups are nested too deeply");
const UNCLOSED_COMMENT: ExpressionError = Rejected("a comment has no closing `)`");
const INVALID_REPEAT: ExpressionError = Rejected("the number of repetitions is invalid");
const MISSING_ARGUMENT: ExpressionError = Rejected("a repetition operator has no argument");
const NESTED_REPEAT: ExpressionError = Rejected("two repetition operators follow each other");

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Flags {
    /// `i`: letters match in any case.
    pub folds_case: bool,
    /// `m`: `^` and `$` match at lines.
    pub has_lines: bool,
    /// `n`: only groups with a name capture.
    pub is_explicit: bool,
    /// `s`: `.` matches line breaks.
    pub dot_matches_newline: bool,
    /// `x`: blanks and comments are ignored.
    pub is_extended: bool,
}

pub(super) struct Parser<'t> {
    pub text: Cursor<'t>,
    pub flags: Flags,
    pub depth: usize,
    /// How many groups without a name have been parsed.
    pub unnamed: u32,
    pub found: FoundGroups,
    /// Whether the position of a group matters.
    pub has_groups: bool,
    /// `None` in the first pass, which finds the groups.
    pub groups: Option<&'t Groups>,
    /// Whether sets with a name and `$` mean the same as in RE2.
    pub is_like_re2: bool,
}

impl<'t> Parser<'t> {
    pub fn new(text: &'t [char], groups: Option<&'t Groups>) -> Self {
        Self {
            text: Cursor::new(text),
            flags: Flags::default(),
            depth: 0,
            unnamed: 0,
            found: FoundGroups::default(),
            has_groups: false,
            groups,
            is_like_re2: false,
        }
    }

    pub fn whole(&mut self) -> Result<Node, ExpressionError> {
        let branches = self.branches(false)?;
        match self.text.peek().is_none() {
            true => Ok(Node::alternation(branches)),
            false => Err(UNEXPECTED_PAREN),
        }
    }

    /// Parses alternatives up to a closing parenthesis or the end. Groups directly in a conditional one have no flags.
    pub fn branches(&mut self, is_in_condition: bool) -> Result<Vec<Node>, ExpressionError> {
        if self.depth > MAX_DEPTH {
            return Err(TOO_DEEP);
        }
        let mut branches = Vec::new();
        let mut items = Vec::new();
        let mut follows_repeat = false;
        loop {
            self.skip_blanks()?;
            let start = self.text.at;
            let Some(char) = self.text.next() else {
                break;
            };
            let item = match char {
                ')' => {
                    self.text.at = start;
                    break;
                }
                '|' => {
                    branches.push(Node::concat(std::mem::take(&mut items)));
                    follows_repeat = false;
                    continue;
                }
                '(' => match self.group(is_in_condition)? {
                    Some(node) => node,
                    None => {
                        follows_repeat = false;
                        continue;
                    }
                },
                '[' => Node::Set(Class::Unicode(self.class()?.resolved())),
                '\\' => self.escape()?,
                '^' if self.flags.has_lines => Node::Position(Position::LineStart),
                '^' => Node::Position(Position::Start),
                '$' if self.flags.has_lines => Node::Position(Position::LineEnd),
                '$' if self.is_like_re2 => Node::Position(Position::End),
                '$' => Node::Position(Position::LastLineEnd),
                '.' if self.flags.dot_matches_newline => {
                    Node::Set(Class::Unicode(class_of('\0', char::MAX)))
                }
                '.' => {
                    let mut any = class_of('\n', '\n');
                    any.negate();
                    Node::Set(Class::Unicode(any))
                }
                '*' | '+' | '?' => {
                    return Err(match follows_repeat {
                        true => NESTED_REPEAT,
                        false => MISSING_ARGUMENT,
                    });
                }
                '{' if is_counted(self.text.rest()) => {
                    return Err(match follows_repeat {
                        true => NESTED_REPEAT,
                        false => MISSING_ARGUMENT,
                    });
                }
                char => self.literal(char),
            };
            self.skip_blanks()?;
            let repeated = self.repeat()?;
            follows_repeat = repeated.is_some();
            items.push(match repeated {
                Some((min, max, mode)) => item.repeat(min, max, mode),
                None => item,
            });
        }
        branches.push(Node::concat(items));
        Ok(branches)
    }

    /// Skips comments and, with the flag `x`, blanks.
    fn skip_blanks(&mut self) -> Result<(), ExpressionError> {
        loop {
            if self.text.starts_with("(?#") {
                self.text.until(')').ok_or(UNCLOSED_COMMENT)?;
                continue;
            }
            match self.text.peek() {
                Some('\t'..='\r' | ' ') if self.flags.is_extended => self.text.at += 1,
                Some('#') if self.flags.is_extended => {
                    self.text.take_while(|char| char != '\n');
                }
                _ => return Ok(()),
            }
        }
    }

    /// Parses a repetition operator, if one follows.
    fn repeat(&mut self) -> Result<Option<(u32, Option<u32>, RepeatMode)>, ExpressionError> {
        let (min, max) = match self.text.peek() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') if is_counted(&self.text.rest()[1..]) => {
                self.text.at += 1;
                let min = self.number()?;
                let max = match self.text.eat(",") {
                    true if self.text.peek() == Some('}') => None,
                    true => Some(self.number()?),
                    false => Some(min),
                };
                (min, max)
            }
            _ => return Ok(None),
        };
        self.text.at += 1;
        self.skip_blanks()?;
        let mode = match self.text.eat("?") {
            true => RepeatMode::Lazy,
            false => RepeatMode::Greedy,
        };
        match max.is_none_or(|max| min <= max) {
            true => Ok(Some((min, max, mode))),
            false => Err(INVALID_REPEAT),
        }
    }

    pub fn number(&mut self) -> Result<u32, ExpressionError> {
        let mut number = 0_u32;
        while let Some(digit) = self.text.peek().and_then(|char| char.to_digit(10)) {
            self.text.at += 1;
            let more = number.checked_mul(10).and_then(|it| it.checked_add(digit));
            number = more.filter(|it| *it <= MAX_NUMBER).ok_or(INVALID_REPEAT)?;
        }
        Ok(number)
    }

    pub fn word(&mut self) -> String {
        self.text.take_while(is_word).iter().collect()
    }

    pub fn literal(&self, char: char) -> Node {
        let mut class = class_of(char, char);
        if self.flags.folds_case {
            class.case_fold_simple();
        }
        Node::Set(Class::Unicode(class))
    }
}

/// Returns whether a text after `{` starts with `2}`, `2,}` or `2,3}`. Other braces are literal.
fn is_counted(text: &[char]) -> bool {
    let digits = |text: &[char]| text.iter().take_while(|char| char.is_ascii_digit()).count();
    let first = digits(text);
    let rest = match &text[first..] {
        [',', rest @ ..] => &rest[digits(rest)..],
        rest => rest,
    };
    first > 0 && rest.first() == Some(&'}')
}

pub(super) fn is_word(char: char) -> bool {
    match char.is_ascii() {
        true => char.is_ascii_alphanumeric() || char == '_',
        false => contains(word_class(), char),
    }
}
