//! Parses regular expressions as RE2 does, which decides what Alertmanager and Prow accept. The syntax of the `regex` crates
//! is similar, but not the same: they reject `a{,3}`, accept `a**` and `[a&&b]`, and match Unicode digits with `\d`.

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, Look, Repetition};

use super::property::{class_of, property};

/// The largest number of repetitions, also of nested ones multiplied.
const MAX_REPEAT: u32 = 1_000;

/// How deep groups may be nested. RE2 allows more, but compiling them would take too much stack.
const MAX_DEPTH: usize = 200;

/// The number of ranges of characters in the large classes of expressions that are parsed together. Classes such as
/// `(?i)[^\pL]` take much longer than their few characters suggest.
pub const MAX_RANGES: usize = 1 << 17;

/// The number of ranges of a class that do not count.
const UNCOUNTED_RANGES: usize = 64;

/// Why an expression cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Re2Error {
    /// RE2 rejects it, for this reason.
    Rejected(&'static str),
    /// RE2 may accept it, but it is too large.
    TooLarge,
}

use Re2Error::Rejected;

const MISSING_PAREN: Re2Error = Rejected("a closing `)` is missing");
const UNEXPECTED_PAREN: Re2Error = Rejected("a `)` has no opening `(`");
const MISSING_BRACKET: Re2Error = Rejected("a closing `]` is missing");
const INVALID_ESCAPE: Re2Error = Rejected("an escape sequence is not supported");
const INVALID_RANGE: Re2Error = Rejected("a character class has an invalid range");
const INVALID_GROUP: Re2Error = Rejected("a group that starts with `(?` is not supported");
const INVALID_REPEAT: Re2Error = Rejected("the number of repetitions is invalid or above 1000");
const MISSING_ARGUMENT: Re2Error = Rejected("a repetition operator has no argument");
const NESTED_REPEAT: Re2Error = Rejected("two repetition operators in a row");
const TRAILING_BACKSLASH: Re2Error = Rejected("the expression ends with a backslash");

/// Parses an expression.
///
/// # Errors
/// If RE2 rejects it, or it is too large.
pub fn parse(text: &str) -> Result<Hir, Re2Error> {
    parse_within(text, &mut { MAX_RANGES })
}

/// Parses an expression, and subtracts the ranges of its large classes from those that are allowed.
///
/// # Errors
/// If RE2 rejects it, or it is too large.
pub fn parse_within(text: &str, ranges: &mut usize) -> Result<Hir, Re2Error> {
    let mut parser = Parser {
        rest: text,
        flags: Flags::default(),
        ranges,
    };
    let node = parser.group(0)?;
    match parser.rest.is_empty() {
        true => Ok(node.hir),
        false => Err(UNEXPECTED_PAREN),
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Flags {
    /// `i`: letters match in any case.
    folds_case: bool,
    /// `m`: `^` and `$` match at lines.
    has_lines: bool,
    /// `s`: `.` matches line breaks.
    dot_matches_newline: bool,
}

/// A part of an expression.
struct Node {
    hir: Hir,
    /// The largest product of nested repetitions in it.
    repeats: u32,
}

impl From<Hir> for Node {
    fn from(hir: Hir) -> Self {
        Self { hir, repeats: 1 }
    }
}

struct Parser<'t> {
    rest: &'t str,
    flags: Flags,
    /// The number of ranges that further classes may have.
    ranges: &'t mut usize,
}

impl Parser<'_> {
    /// Counts the ranges of a class.
    fn count(&mut self, class: &ClassUnicode) -> Result<(), Re2Error> {
        let counted = class.ranges().len().saturating_sub(UNCOUNTED_RANGES);
        match self.ranges.checked_sub(counted) {
            Some(rest) => {
                *self.ranges = rest;
                Ok(())
            }
            None => {
                *self.ranges = 0;
                Err(Re2Error::TooLarge)
            }
        }
    }

    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let next = chars.next()?;
        self.rest = chars.as_str();
        Some(next)
    }

    fn eat(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// Parses alternatives up to a closing parenthesis or the end.
    fn group(&mut self, depth: usize) -> Result<Node, Re2Error> {
        if depth > MAX_DEPTH {
            return Err(Re2Error::TooLarge);
        }
        let mut branches: Vec<Node> = Vec::new();
        let mut items: Vec<Node> = Vec::new();
        let mut follows_repeat = false;
        loop {
            let before = self.rest;
            let Some(char) = self.next() else {
                break;
            };
            let mut is_repeat = false;
            match char {
                ')' => {
                    self.rest = before;
                    break;
                }
                '|' => branches.push(concat(&mut items)),
                '(' => items.extend(self.parenthesis(depth)?),
                '*' | '+' | '?' => {
                    let (min, max) = match char {
                        '*' => (0, None),
                        '+' => (1, None),
                        _ => (0, Some(1)),
                    };
                    self.repeat(&mut items, min, max, follows_repeat)?;
                    is_repeat = true;
                }
                '{' => match counts(self.rest) {
                    Some((counts, rest)) => {
                        let (min, max) = counts.ok_or(INVALID_REPEAT)?;
                        self.rest = rest;
                        self.repeat(&mut items, min, max, follows_repeat)?;
                        is_repeat = true;
                    }
                    None => items.push(self.literal('{').into()),
                },
                '\\' => self.escape(&mut items)?,
                '[' => items.push(self.class()?.into()),
                '^' if self.flags.has_lines => items.push(Hir::look(Look::StartLF).into()),
                '^' => items.push(Hir::look(Look::Start).into()),
                '$' if self.flags.has_lines => items.push(Hir::look(Look::EndLF).into()),
                '$' => items.push(Hir::look(Look::End).into()),
                '.' => {
                    let mut any = class_of('\0', char::MAX);
                    if !self.flags.dot_matches_newline {
                        any.difference(&class_of('\n', '\n'));
                    }
                    items.push(Hir::class(Class::Unicode(any)).into());
                }
                char => items.push(self.literal(char).into()),
            }
            follows_repeat = is_repeat;
        }
        branches.push(concat(&mut items));
        let repeats = branches.iter().map(|node| node.repeats).max();
        Ok(Node {
            repeats: repeats.unwrap_or(1),
            hir: Hir::alternation(branches.into_iter().map(|node| node.hir).collect()),
        })
    }

    /// Parses what follows `(`. Returns `None` for flags without a group.
    fn parenthesis(&mut self, depth: usize) -> Result<Option<Node>, Re2Error> {
        let outer = self.flags;
        if self.eat("?") && !self.named_group()? && self.flags()? == GroupStart::FlagsOnly {
            return Ok(None);
        }
        let node = self.group(depth + 1)?;
        if !self.eat(")") {
            return Err(MISSING_PAREN);
        }
        self.flags = outer;
        Ok(Some(node))
    }

    /// Parses the name of a group after `(?`, if it has one.
    fn named_group(&mut self) -> Result<bool, Re2Error> {
        if !self.eat("P<") && !self.eat("<") {
            return Ok(false);
        }
        let (name, rest) = self.rest.split_once('>').ok_or(INVALID_GROUP)?;
        let is_word = |char: char| char.is_ascii_alphanumeric() || char == '_';
        self.rest = rest;
        match !name.is_empty() && name.chars().all(is_word) {
            true => Ok(true),
            false => Err(INVALID_GROUP),
        }
    }

    /// Parses the flags after `(?`.
    fn flags(&mut self) -> Result<GroupStart, Re2Error> {
        let mut flags = self.flags;
        let (mut value, mut has_flag) = (true, false);
        loop {
            match self.next().ok_or(INVALID_GROUP)? {
                'i' => flags.folds_case = value,
                'm' => flags.has_lines = value,
                's' => flags.dot_matches_newline = value,
                // Which of several matches is preferred does not matter here.
                'U' => {}
                '-' if value => {
                    (value, has_flag) = (false, false);
                    continue;
                }
                ':' | ')' if !value && !has_flag => return Err(INVALID_GROUP),
                end @ (':' | ')') => {
                    self.flags = flags;
                    return Ok(match end {
                        ':' => GroupStart::Group,
                        _ => GroupStart::FlagsOnly,
                    });
                }
                _ => return Err(INVALID_GROUP),
            }
            has_flag = true;
        }
    }

    /// Repeats the last item.
    fn repeat(
        &mut self,
        items: &mut Vec<Node>,
        min: u32,
        max: Option<u32>,
        follows_repeat: bool,
    ) -> Result<(), Re2Error> {
        // Which of several matches is preferred does not matter here.
        self.eat("?");
        if follows_repeat {
            return Err(NESTED_REPEAT);
        }
        let item = items.pop().ok_or(MISSING_ARGUMENT)?;
        let repeats = match max {
            Some(0) => 1,
            max => item.repeats.saturating_mul(max.unwrap_or(min).max(1)),
        };
        if repeats > MAX_REPEAT {
            return Err(INVALID_REPEAT);
        }
        let repetition = Repetition {
            min,
            max,
            greedy: true,
            sub: Box::new(item.hir),
        };
        items.push(Node {
            hir: Hir::repetition(repetition),
            repeats,
        });
        Ok(())
    }

    /// Parses what follows a backslash outside of a class.
    fn escape(&mut self, items: &mut Vec<Node>) -> Result<(), Re2Error> {
        let look = match self.rest.chars().next() {
            Some('A') => Some(Look::Start),
            Some('z') => Some(Look::End),
            Some('b') => Some(Look::WordAscii),
            Some('B') => Some(Look::WordAsciiNegate),
            _ => None,
        };
        if let Some(look) = look {
            self.next();
            items.push(Hir::look(look).into());
            return Ok(());
        }
        if self.eat("Q") {
            let (literal, rest) = self.rest.split_once("\\E").unwrap_or((self.rest, ""));
            self.rest = rest;
            items.extend(literal.chars().map(|char| self.literal(char).into()));
            return Ok(());
        }
        let item = match self.named_set()? {
            Some(set) => Hir::class(Class::Unicode(set)),
            None => match self.escaped_char()? {
                Some(char) => self.literal(char),
                None => Hir::fail(),
            },
        };
        items.push(item.into());
        Ok(())
    }

    fn literal(&self, char: char) -> Hir {
        match self.flags.folds_case {
            true => Hir::class(Class::Unicode(self.folded(class_of(char, char)))),
            false => Hir::literal(char.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }

    fn folded(&self, mut class: ClassUnicode) -> ClassUnicode {
        if self.flags.folds_case {
            class.case_fold_simple();
        }
        class
    }

    /// Parses a set of characters with a name after a backslash, such as `\d` and `\pL`.
    fn named_set(&mut self) -> Result<Option<ClassUnicode>, Re2Error> {
        let (set, is_negated) = match self.rest.chars().next() {
            Some(char @ ('d' | 'D')) => (DIGITS, char == 'D'),
            Some(char @ ('s' | 'S')) => (SPACES, char == 'S'),
            Some(char @ ('w' | 'W')) => (WORD, char == 'W'),
            Some(char @ ('p' | 'P')) => {
                self.next();
                return self.property(char == 'P').map(Some);
            }
            _ => return Ok(None),
        };
        self.next();
        Ok(Some(self.signed(class_from(set), is_negated)))
    }

    fn signed(&self, class: ClassUnicode, is_negated: bool) -> ClassUnicode {
        let mut class = self.folded(class);
        if is_negated {
            class.negate();
        }
        class
    }

    /// Parses the name of a Unicode property after `\p` or `\P`.
    fn property(&mut self, is_negated: bool) -> Result<ClassUnicode, Re2Error> {
        let rest = self.rest;
        let name = match self.next().ok_or(INVALID_RANGE)? {
            '{' => {
                let (name, rest) = self.rest.split_once('}').ok_or(INVALID_RANGE)?;
                self.rest = rest;
                name
            }
            char => &rest[..char.len_utf8()],
        };
        let positive = name.strip_prefix('^');
        let class = property(positive.unwrap_or(name), true).ok_or(INVALID_RANGE)?;
        self.count(&class)?;
        Ok(self.signed(class, is_negated != positive.is_some()))
    }

    /// Parses the escape of a single character after a backslash. Returns `None` for a surrogate, which no text
    /// contains.
    fn escaped_char(&mut self) -> Result<Option<char>, Re2Error> {
        let char = self.next().ok_or(TRAILING_BACKSLASH)?;
        let is_octal = |char: &char| char.is_digit(8);
        let code = match char {
            'a' => 7,
            'f' => 12,
            'n' => 10,
            'r' => 13,
            't' => 9,
            'v' => 11,
            '1'..='7' if !self.rest.starts_with(|char: char| is_octal(&char)) => {
                return Err(INVALID_ESCAPE);
            }
            '0'..='7' => {
                let digits = self.rest.chars().take(2).take_while(is_octal).count();
                let (digits, rest) = self.rest.split_at(digits);
                self.rest = rest;
                let text = format!("{char}{digits}");
                u32::from_str_radix(&text, 8).map_err(|_| INVALID_ESCAPE)?
            }
            'x' => self.hexadecimal()?,
            char if char.is_ascii() && !char.is_ascii_alphanumeric() => u32::from(char),
            _ => return Err(INVALID_ESCAPE),
        };
        Ok(char::from_u32(code))
    }

    fn hexadecimal(&mut self) -> Result<u32, Re2Error> {
        let split = match self.eat("{") {
            true => self.rest.split_once('}'),
            false => self.rest.split_at_checked(2),
        };
        let (digits, rest) = split.ok_or(INVALID_ESCAPE)?;
        self.rest = rest;
        // `from_str_radix` also accepts a sign.
        let is_valid = !digits.is_empty() && digits.chars().all(|char| char.is_ascii_hexdigit());
        let digits = digits.trim_start_matches('0');
        let code = match digits.len() {
            _ if !is_valid => None,
            0 => Some(0),
            1..=6 => u32::from_str_radix(digits, 16).ok(),
            _ => None,
        };
        let code = code.filter(|code| *code <= u32::from(char::MAX));
        code.ok_or(INVALID_ESCAPE)
    }

    /// Parses a class after `[`.
    fn class(&mut self) -> Result<Hir, Re2Error> {
        let is_negated = self.eat("^");
        let mut class = ClassUnicode::empty();
        let mut is_first = true;
        while is_first || !self.rest.starts_with(']') {
            is_first = false;
            self.count(&class)?;
            if let Some(set) = self.posix_set()? {
                class.union(&set);
                continue;
            }
            let rest = self.rest;
            if self.eat("\\") {
                if let Some(set) = self.named_set()? {
                    class.union(&set);
                    continue;
                }
                self.rest = rest;
            }
            let low = self.class_char()?;
            let is_range =
                self.rest.starts_with('-') && self.rest.len() > 1 && !self.rest.starts_with("-]");
            let high = match is_range {
                true => {
                    self.next();
                    self.class_char()?
                }
                false => low,
            };
            if high < low {
                return Err(INVALID_RANGE);
            }
            class.union(&self.folded(class_between(low, high)));
        }
        self.next();
        if is_negated {
            class.negate();
        }
        Ok(Hir::class(Class::Unicode(class)))
    }

    /// Parses the code of a character in a class.
    fn class_char(&mut self) -> Result<u32, Re2Error> {
        match self.next() {
            None => Err(MISSING_BRACKET),
            // Surrogates lie between these two.
            Some('\\') => Ok(self.escaped_char()?.map_or(0xD800, u32::from)),
            Some(char) => Ok(u32::from(char)),
        }
    }

    /// Parses a set such as `[:alpha:]`.
    fn posix_set(&mut self) -> Result<Option<ClassUnicode>, Re2Error> {
        let Some((name, rest)) = self
            .rest
            .strip_prefix("[:")
            .and_then(|rest| rest.split_once(":]"))
        else {
            return Ok(None);
        };
        let positive = name.strip_prefix('^');
        let ranges = match positive.unwrap_or(name) {
            "alnum" => &[('0', '9'), ('A', 'Z'), ('a', 'z')][..],
            "alpha" => &[('A', 'Z'), ('a', 'z')],
            "ascii" => &[('\0', '\x7F')],
            "blank" => &[('\t', '\t'), (' ', ' ')],
            "cntrl" => &[('\0', '\x1F'), ('\x7F', '\x7F')],
            "digit" => DIGITS,
            "graph" => &[('!', '~')],
            "lower" => &[('a', 'z')],
            "print" => &[(' ', '~')],
            "punct" => &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
            "space" => &[('\t', '\r'), (' ', ' ')],
            "upper" => &[('A', 'Z')],
            "word" => WORD,
            "xdigit" => &[('0', '9'), ('A', 'F'), ('a', 'f')],
            _ => return Err(INVALID_RANGE),
        };
        self.rest = rest;
        Ok(Some(self.signed(class_from(ranges), positive.is_some())))
    }
}

#[derive(Debug, PartialEq, Eq)]
enum GroupStart {
    Group,
    FlagsOnly,
}

pub(super) const DIGITS: &[(char, char)] = &[('0', '9')];
pub(super) const SPACES: &[(char, char)] = &[('\t', '\n'), ('\x0C', '\r'), (' ', ' ')];
pub(super) const WORD: &[(char, char)] = &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')];

pub(super) fn class_from(ranges: &[(char, char)]) -> ClassUnicode {
    let ranges = ranges.iter();
    ClassUnicode::new(ranges.map(|(low, high)| ClassUnicodeRange::new(*low, *high)))
}

/// Returns the characters between two codes, which may be surrogates.
fn class_between(low: u32, high: u32) -> ClassUnicode {
    let low = char::from_u32(low).unwrap_or('\u{E000}');
    let high = char::from_u32(high).unwrap_or('\u{D7FF}');
    match low <= high {
        true => class_of(low, high),
        false => ClassUnicode::empty(),
    }
}

fn concat(items: &mut Vec<Node>) -> Node {
    let repeats = items.iter().map(|node| node.repeats).max();
    Node {
        repeats: repeats.unwrap_or(1),
        hir: Hir::concat(items.drain(..).map(|node| node.hir).collect()),
    }
}

/// The smallest and largest number of repetitions; the latter is `None` if there is no limit.
type Counts = (u32, Option<u32>);

/// Parses `2}`, `2,}` or `2,3}`, and returns the rest. Anything else is not a repetition. The counts are `None` if they
/// are invalid.
fn counts(text: &str) -> Option<(Option<Counts>, &str)> {
    let (min, rest) = number(text)?;
    let (max, rest) = match rest.strip_prefix(',') {
        None => (Some(min), rest),
        Some(rest) if rest.starts_with('}') => (None, rest),
        Some(rest) => {
            let (max, rest) = number(rest)?;
            (Some(max), rest)
        }
    };
    let rest = rest.strip_prefix('}')?;
    let is_valid = min <= MAX_REPEAT && max.is_none_or(|max| min <= max && max <= MAX_REPEAT);
    Some((is_valid.then_some((min, max)), rest))
}

/// Parses a number without leading zeros.
fn number(text: &str) -> Option<(u32, &str)> {
    let is_digit = |char: char| char.is_ascii_digit();
    let end = text.find(|char| !is_digit(char)).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let is_number = !digits.is_empty() && (digits == "0" || !digits.starts_with('0'));
    is_number.then(|| (digits.parse().unwrap_or(u32::MAX), rest))
}
