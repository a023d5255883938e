//! Parses regular expressions as `regexp2` does, which Gitea uses. Its syntax is that of .NET.

use std::collections::BTreeMap;

use regex_syntax::hir::{Class, ClassUnicode, Hir};

use super::{
    Expression, ExpressionError,
    cursor::Cursor,
    node::{Node, Position, RepeatMode, WordChars},
    property::{class_of, digit_class, property, space_class, word_class},
    re2::{DIGITS, SPACES, WORD, class_from},
};

/// How deep groups may be nested. .NET allows more, but evaluating them would take too much stack.
const MAX_DEPTH: usize = 200;

/// The largest number in an expression.
const MAX_NUMBER: u32 = i32::MAX as u32;

use ExpressionError::{Rejected, Unsupported};

const TOO_DEEP: ExpressionError = Unsupported("its groups are nested too deeply");
const BALANCING: ExpressionError = Unsupported("it has a balancing group");
const MISSING_PAREN: ExpressionError = Rejected("a closing `)` is missing");
const UNEXPECTED_PAREN: ExpressionError = Rejected("a `)` has no opening `(`");
const MISSING_BRACKET: ExpressionError = Rejected("a closing `]` is missing");
const INVALID_ESCAPE: ExpressionError = Rejected("an escape sequence is not supported");
const INVALID_PROPERTY: ExpressionError = Rejected("a Unicode property is unknown");
const UNKNOWN_PROPERTY: ExpressionError = Unsupported("ownlint does not know a Unicode property");
const INVALID_RANGE: ExpressionError = Rejected("a character class has an invalid range");
const INVALID_SUBTRACTION: ExpressionError =
    Rejected("something follows a subtraction in a character class");
const INVALID_GROUP: ExpressionError = Rejected("a group that starts with `(?` is not supported");
const INVALID_NAME: ExpressionError = Rejected("the name of a group is invalid");
const UNKNOWN_GROUP: ExpressionError = Rejected("it refers to a group that does not exist");
const INVALID_CONDITION: ExpressionError = Rejected("a conditional group is invalid");
const UNCLOSED_COMMENT: ExpressionError = Rejected("a comment has no closing `)`");
const INVALID_REPEAT: ExpressionError = Rejected("the number of repetitions is invalid");
const MISSING_ARGUMENT: ExpressionError = Rejected("a repetition operator has no argument");
const NESTED_REPEAT: ExpressionError = Rejected("two repetition operators follow each other");

/// Parses an expression.
///
/// # Errors
/// If it is invalid, or ownlint cannot evaluate it.
pub fn parse(text: &str) -> Result<Expression, ExpressionError> {
    let text: Vec<char> = text.chars().collect();
    let mut first = Parser::new(&text, None);
    let mut node = first.whole()?;
    if first.has_groups {
        let groups = first.found.assigned();
        node = Parser::new(&text, Some(&groups)).whole()?;
    }
    Ok(Expression { node })
}

/// Returns whether an expression matches the same texts as `re2`, which RE2 reads from the same text, except for letters
/// and digits beyond ASCII and line breaks at the end.
pub fn is_like_re2(text: &str, re2: &Hir) -> bool {
    let text: Vec<char> = text.chars().collect();
    let mut parser = Parser::new(&text, None);
    parser.is_like_re2 = true;
    let node = parser.whole();
    let hir = node.ok().and_then(|node| node.hir(true, true));
    hir.as_ref() == Some(re2)
}

#[derive(Debug, Clone, Copy, Default)]
struct Flags {
    /// `i`: letters match in any case.
    folds_case: bool,
    /// `m`: `^` and `$` match at lines.
    has_lines: bool,
    /// `n`: only groups with a name capture.
    is_explicit: bool,
    /// `s`: `.` matches line breaks.
    dot_matches_newline: bool,
    /// `x`: blanks and comments are ignored.
    is_extended: bool,
}

/// The groups of an expression, as they appear.
#[derive(Debug, Default)]
struct FoundGroups {
    /// How many have no name.
    unnamed: u32,
    /// Those with a number for a name.
    numbers: Vec<u32>,
    /// The names, in order.
    names: Vec<String>,
}

/// The groups of an expression with their numbers.
#[derive(Debug)]
struct Groups {
    /// By number, the position among all groups.
    positions: BTreeMap<u32, u32>,
    names: BTreeMap<String, u32>,
}

impl FoundGroups {
    /// Numbers the groups: those without a name first.
    fn assigned(self) -> Groups {
        let mut numbers: Vec<u32> = (1..=self.unnamed).chain(self.numbers).collect();
        let mut names = BTreeMap::new();
        let mut next = self.unnamed + 1;
        for name in self.names {
            if names.contains_key(&name) {
                continue;
            }
            while numbers.contains(&next) {
                next += 1;
            }
            numbers.push(next);
            names.insert(name, next);
        }
        numbers.sort_unstable();
        numbers.dedup();
        Groups {
            positions: numbers.into_iter().zip(1..).collect(),
            names,
        }
    }
}

struct Parser<'t> {
    text: Cursor<'t>,
    flags: Flags,
    depth: usize,
    /// How many groups without a name have been parsed.
    unnamed: u32,
    found: FoundGroups,
    /// Whether the position of a group matters.
    has_groups: bool,
    /// `None` in the first pass, which finds the groups.
    groups: Option<&'t Groups>,
    /// Whether sets with a name and `$` mean the same as in RE2.
    is_like_re2: bool,
}

/// What a `(` starts.
enum Opened {
    /// Flags or a comment.
    Nothing,
    Plain,
    Capture(u32),
    Around {
        is_behind: bool,
        is_negated: bool,
    },
    Atomic,
    /// A group with the condition that the group with this number has matched.
    IfGroup(u32),
    /// A group with the condition that follows in parentheses.
    IfAround,
}

impl<'t> Parser<'t> {
    fn new(text: &'t [char], groups: Option<&'t Groups>) -> Self {
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

    fn whole(&mut self) -> Result<Node, ExpressionError> {
        let branches = self.branches(false)?;
        match self.text.peek().is_none() {
            true => Ok(Node::alternation(branches)),
            false => Err(UNEXPECTED_PAREN),
        }
    }

    /// Parses alternatives up to a closing parenthesis or the end. Groups directly in a conditional one have no flags.
    fn branches(&mut self, is_in_condition: bool) -> Result<Vec<Node>, ExpressionError> {
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

    fn number(&mut self) -> Result<u32, ExpressionError> {
        let mut number = 0_u32;
        while let Some(digit) = self.text.peek().and_then(|char| char.to_digit(10)) {
            self.text.at += 1;
            let more = number.checked_mul(10).and_then(|it| it.checked_add(digit));
            number = more.filter(|it| *it <= MAX_NUMBER).ok_or(INVALID_REPEAT)?;
        }
        Ok(number)
    }

    fn word(&mut self) -> String {
        self.text.take_while(is_word).iter().collect()
    }

    /// Parses what follows `(`. Returns `None` for flags.
    fn group(&mut self, is_in_condition: bool) -> Result<Option<Node>, ExpressionError> {
        let outer = self.flags;
        let opened = self.opening(is_in_condition)?;
        let condition = match opened {
            Opened::Nothing => return Ok(None),
            Opened::IfAround => Some(self.condition()?),
            _ => None,
        };
        self.depth += 1;
        let is_conditional = matches!(opened, Opened::IfAround | Opened::IfGroup(_));
        let mut branches = self.branches(is_conditional)?;
        self.depth -= 1;
        if !self.text.eat(")") {
            return Err(MISSING_PAREN);
        }
        self.flags = outer;
        if is_conditional && branches.len() > 2 {
            return Err(INVALID_CONDITION);
        }
        let mut node = || Box::new(Node::alternation(std::mem::take(&mut branches)));
        Ok(Some(match opened {
            Opened::Nothing => Node::Empty,
            Opened::Plain => *node(),
            Opened::Capture(number) => Node::Group(number, node()),
            Opened::Around {
                is_behind,
                is_negated,
            } => Node::Around {
                node: node(),
                is_behind,
                is_negated,
            },
            Opened::Atomic => Node::Atomic(node()),
            Opened::IfGroup(number) => {
                let (yes, no) = two(branches);
                Node::IfGroup(vec![number], Box::new(yes), Box::new(no))
            }
            Opened::IfAround => {
                let (yes, no) = two(branches);
                let ahead = Node::Around {
                    node: Box::new(condition.unwrap_or(Node::Empty)),
                    is_behind: false,
                    is_negated: false,
                };
                Node::if_around(ahead, yes, no)
            }
        }))
    }

    /// Parses the condition of a conditional group. Its parentheses do not capture.
    fn condition(&mut self) -> Result<Node, ExpressionError> {
        let outer = self.flags;
        self.text.at += 1;
        self.depth += 1;
        let opened = match self.text.rest() {
            ['?', ')', ..] => Opened::Plain,
            ['?', '#' | '\'', ..] => return Err(INVALID_CONDITION),
            ['?', '<', char, ..] if !matches!(char, '!' | '=') => return Err(INVALID_CONDITION),
            ['?', ..] => self.opening(true)?,
            _ => Opened::Plain,
        };
        let node = match opened {
            Opened::Plain => Node::alternation(self.branches(false)?),
            Opened::Atomic => Node::Atomic(Box::new(Node::alternation(self.branches(false)?))),
            Opened::Around {
                is_behind,
                is_negated,
            } => Node::Around {
                node: Box::new(Node::alternation(self.branches(false)?)),
                is_behind,
                is_negated,
            },
            _ => return Err(INVALID_CONDITION),
        };
        self.depth -= 1;
        if !self.text.eat(")") {
            return Err(MISSING_PAREN);
        }
        self.flags = outer;
        Ok(node)
    }

    fn opening(&mut self, is_in_condition: bool) -> Result<Opened, ExpressionError> {
        let is_plain = self.text.peek() != Some('?') || self.text.starts_with("?)");
        if is_plain {
            if self.flags.is_explicit {
                return Ok(Opened::Plain);
            }
            self.unnamed += 1;
            self.found.unnamed = self.unnamed;
            return Ok(Opened::Capture(self.position(self.unnamed)?));
        }
        self.text.at += 1;
        let around = |is_behind, is_negated| Opened::Around {
            is_behind,
            is_negated,
        };
        Ok(match self.text.next().ok_or(INVALID_GROUP)? {
            ':' => Opened::Plain,
            '=' => around(false, false),
            '!' => around(false, true),
            '>' => Opened::Atomic,
            '<' if self.text.eat("=") => around(true, false),
            '<' if self.text.eat("!") => around(true, true),
            '<' => self.named('>')?,
            '\'' => self.named('\'')?,
            '(' => self.conditional()?,
            _ => {
                self.text.at -= 1;
                if !is_in_condition {
                    self.parse_flags();
                }
                match self.text.next() {
                    Some(')') => Opened::Nothing,
                    Some(':') => Opened::Plain,
                    _ => return Err(INVALID_GROUP),
                }
            }
        })
    }

    fn parse_flags(&mut self) {
        let mut value = true;
        while let Some(char) = self.text.peek() {
            match char.to_ascii_lowercase() {
                '-' => value = false,
                '+' => value = true,
                'i' => self.flags.folds_case = value,
                'm' => self.flags.has_lines = value,
                'n' => self.flags.is_explicit = value,
                's' => self.flags.dot_matches_newline = value,
                'x' => self.flags.is_extended = value,
                // It only matters together with ECMAScript's syntax.
                'u' => {}
                _ => return,
            }
            self.text.at += 1;
        }
    }

    /// Returns the position of the group with a number, which exists unless this is the first pass.
    fn position(&mut self, number: u32) -> Result<u32, ExpressionError> {
        self.has_groups = true;
        match self.groups {
            None => Ok(0),
            Some(groups) => groups.positions.get(&number).copied().ok_or(UNKNOWN_GROUP),
        }
    }

    fn position_of_name(&mut self, name: &str) -> Result<u32, ExpressionError> {
        self.has_groups = true;
        match self.groups {
            None => Ok(0),
            Some(groups) => self.position(*groups.names.get(name).ok_or(UNKNOWN_GROUP)?),
        }
    }

    /// Parses the name or the number of a group and what closes it.
    fn named(&mut self, close: char) -> Result<Opened, ExpressionError> {
        let first = self.text.peek().ok_or(INVALID_GROUP)?;
        if first == '-' {
            return Err(BALANCING);
        }
        let position = if first.is_ascii_digit() {
            let number = self.number()?;
            if number == 0 {
                return Err(INVALID_NAME);
            }
            self.found.numbers.push(number);
            self.position(number)?
        } else {
            let name = self.word();
            if name.is_empty() {
                return Err(INVALID_NAME);
            }
            self.found.names.push(name.clone());
            self.position_of_name(&name)?
        };
        match self.text.next() {
            Some('-') => Err(BALANCING),
            Some(char) if char == close => Ok(Opened::Capture(position)),
            Some(_) => Err(INVALID_NAME),
            None => Err(INVALID_GROUP),
        }
    }

    /// Parses what follows `(?(`.
    fn conditional(&mut self) -> Result<Opened, ExpressionError> {
        let start = self.text.at;
        if self.text.peek().is_some_and(|char| char.is_ascii_digit()) {
            let number = self.number()?;
            return match self.text.eat(")") {
                true => Ok(Opened::IfGroup(self.position(number)?)),
                false => Err(INVALID_CONDITION),
            };
        }
        let name = self.word();
        let position = self.position_of_name(&name);
        // In the first pass, whether it is a name does not matter: neither reading captures.
        if !name.is_empty() && self.groups.is_some() && position.is_ok() && self.text.eat(")") {
            return Ok(Opened::IfGroup(position?));
        }
        self.text.at = start - 1;
        Ok(Opened::IfAround)
    }

    /// Parses what follows a backslash outside of a class.
    fn escape(&mut self) -> Result<Node, ExpressionError> {
        let start = self.text.at;
        let position = match self.text.peek().ok_or(INVALID_ESCAPE)? {
            'b' => Some(Position::WordBoundary(WordChars::Unicode)),
            'B' => Some(Position::NoWordBoundary(WordChars::Unicode)),
            // A search starts at the start.
            'A' | 'G' => Some(Position::Start),
            'Z' => Some(Position::LastLineEnd),
            'z' => Some(Position::End),
            _ => None,
        };
        if let Some(position) = position {
            self.text.at += 1;
            return Ok(Node::Position(position));
        }
        if let Some(category) = self.category()? {
            return Ok(Node::Set(Class::Unicode(category.resolved())));
        }
        if let Some(node) = self.reference()? {
            return Ok(node);
        }
        self.text.at = start;
        Ok(match self.escaped_char()? {
            Some(char) => self.literal(char),
            None => Node::fail(),
        })
    }

    /// Parses a reference after a backslash. Returns `None` if none follows.
    fn reference(&mut self) -> Result<Option<Node>, ExpressionError> {
        let folds_case = self.flags.folds_case;
        let to = |position: u32| Ok(Some(Node::Backreference(vec![position], folds_case)));
        let is_keyword = self.text.eat("k");
        let close = match self.text.peek() {
            Some('<') => ">",
            Some('\'') => "'",
            Some('1'..='9') if !is_keyword => {
                let number = self.number()?;
                return match self.position(number) {
                    Err(error) if number <= 9 => Err(error),
                    Err(_) => Ok(None),
                    Ok(position) => to(position),
                };
            }
            _ if is_keyword => return Err(UNKNOWN_GROUP),
            _ => return Ok(None),
        };
        self.text.at += 1;
        if self.text.peek().is_some_and(|char| char.is_ascii_digit()) {
            let number = self.number()?;
            return match self.text.eat(close) {
                true => to(self.position(number)?),
                false => Ok(None),
            };
        }
        let name = self.word();
        if !name.is_empty() && self.text.eat(close) {
            return to(self.position_of_name(&name)?);
        }
        match is_keyword {
            true => Err(UNKNOWN_GROUP),
            false => Ok(None),
        }
    }

    fn literal(&self, char: char) -> Node {
        let mut class = class_of(char, char);
        if self.flags.folds_case {
            class.case_fold_simple();
        }
        Node::Set(Class::Unicode(class))
    }

    /// Parses a set of characters with a name after a backslash, such as `\d` and `\pL`. Returns `None` if none follows.
    fn category(&mut self) -> Result<Option<Set>, ExpressionError> {
        let is_set = |char: &char| matches!(char.to_ascii_lowercase(), 'd' | 's' | 'w' | 'p');
        let Some(char) = self.text.peek().filter(is_set) else {
            return Ok(None);
        };
        self.text.at += 1;
        let class = match char.to_ascii_lowercase() {
            'd' if self.is_like_re2 => class_from(DIGITS),
            's' if self.is_like_re2 => class_from(SPACES),
            'w' if self.is_like_re2 => class_from(WORD),
            'd' => digit_class().clone(),
            's' => space_class().clone(),
            'w' => word_class().clone(),
            _ => self.property()?,
        };
        let mut set = Set::new(false);
        set.categories.push((class, char.is_ascii_uppercase()));
        Ok(Some(set))
    }

    /// Parses the name of a Unicode property after `\p` or `\P`.
    fn property(&mut self) -> Result<ClassUnicode, ExpressionError> {
        if self.text.peek().is_some_and(|char| char != '{') {
            let name: String = self.text.next().into_iter().collect();
            return match &*name {
                "C" | "L" | "M" | "N" | "P" | "S" | "Z" => self.known_property(&name),
                _ => Err(INVALID_PROPERTY),
            };
        }
        self.text.eat("{");
        let is_part = |char| is_word(char) || matches!(char, '-' | '=');
        let name: String = self.text.take_while(is_part).iter().collect();
        if !self.text.eat("}") {
            return Err(INVALID_PROPERTY);
        }
        let is_cased = matches!(&*name, "Ll" | "Lu" | "Lt");
        if self.flags.folds_case && is_cased {
            let mut class = ClassUnicode::empty();
            for name in ["Ll", "Lu", "Lt"] {
                class.union(&self.known_property(name)?);
            }
            return Ok(class);
        }
        self.known_property(&name)
    }

    fn known_property(&self, name: &str) -> Result<ClassUnicode, ExpressionError> {
        let is_rejected = name.is_empty() || name.to_ascii_lowercase().starts_with("is");
        let unknown = match is_rejected {
            true => INVALID_PROPERTY,
            false => UNKNOWN_PROPERTY,
        };
        property(name, false).ok_or(unknown)
    }

    /// Parses the escape of a single character after a backslash. Returns `None` for a surrogate, which no text
    /// contains.
    fn escaped_char(&mut self) -> Result<Option<char>, ExpressionError> {
        let char = self.text.next().ok_or(INVALID_ESCAPE)?;
        let code = match char {
            'a' => 7,
            'b' => 8,
            'e' => 0x1B,
            'f' => 12,
            'n' => 10,
            'r' => 13,
            't' => 9,
            'v' => 11,
            '0'..='7' => {
                self.text.at -= 1;
                let digits = self.text.rest().iter().take(3);
                let digits: Vec<u32> = digits.map_while(|char| char.to_digit(8)).collect();
                self.text.at += digits.len();
                digits.iter().fold(0, |code, digit| code * 8 + digit) & 0xFF
            }
            'x' if self.text.eat("{") => {
                let length = self.text.rest().iter().position(|char| *char == '}');
                let length = length.filter(|length| *length > 0).ok_or(INVALID_ESCAPE)?;
                let code = self.hexadecimal(length)?;
                self.text.at += 1;
                code
            }
            'x' => self.hexadecimal(2)?,
            'u' => self.hexadecimal(4)?,
            'c' => {
                let control = self.text.next().ok_or(INVALID_ESCAPE)?.to_ascii_uppercase();
                let code = u32::from(control).checked_sub(u32::from('@'));
                code.filter(|code| *code < 0x20).ok_or(INVALID_ESCAPE)?
            }
            char if is_word(char) => return Err(INVALID_ESCAPE),
            char => u32::from(char),
        };
        Ok(char::from_u32(code))
    }

    fn hexadecimal(&mut self, length: usize) -> Result<u32, ExpressionError> {
        let digits = self.text.rest().get(..length).ok_or(INVALID_ESCAPE)?;
        self.text.at += length;
        digits.iter().try_fold(0_u32, |code, char| {
            let code = code * 16 + char.to_digit(16).ok_or(INVALID_ESCAPE)?;
            let is_valid = code <= u32::from(char::MAX);
            is_valid.then_some(code).ok_or(INVALID_ESCAPE)
        })
    }

    /// Parses a class after `[`.
    fn class(&mut self) -> Result<Set, ExpressionError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(TOO_DEEP);
        }
        let mut set = Set::new(self.text.eat("^"));
        // The start of a range; `Some(None)` for a surrogate.
        let mut low: Option<Option<char>> = None;
        let mut is_first = true;
        loop {
            let is_at_start = std::mem::replace(&mut is_first, false);
            let next = self.text.next().ok_or(MISSING_BRACKET)?;
            let mut is_escaped = false;
            let mut char = Some(next);
            match next {
                ']' if !is_at_start => break,
                '\\' if self.text.peek().is_some() => {
                    if let Some(category) = self.category()? {
                        if low.is_some() {
                            return Err(INVALID_RANGE);
                        }
                        set.categories.extend(category.categories);
                        continue;
                    }
                    // This does not end a range.
                    if self.text.eat("-") {
                        set.chars.union(&class_of('-', '-'));
                        continue;
                    }
                    char = self.escaped_char()?;
                    is_escaped = true;
                }
                '[' if low.is_none() => self.skip_posix_set(),
                _ => {}
            }
            let is_bracket = next == '[' && !is_escaped && !is_at_start;
            if let Some(low) = low.take() {
                if is_bracket {
                    set.add(low, low)?;
                    set.subtracted = Some(Box::new(self.subtracted()?));
                } else {
                    set.add(low, char)?;
                }
            } else if matches!(self.text.rest(), ['-', after, ..] if *after != ']') {
                self.text.at += 1;
                low = Some(char);
            } else if next == '-' && !is_escaped && !is_at_start && self.text.peek() == Some('[') {
                self.text.at += 1;
                set.subtracted = Some(Box::new(self.subtracted()?));
            } else {
                set.add(char, char)?;
            }
        }
        if self.flags.folds_case {
            set.chars.case_fold_simple();
        }
        self.depth -= 1;
        Ok(set)
    }

    /// Parses the class that is subtracted from another one, after its `[`.
    fn subtracted(&mut self) -> Result<Set, ExpressionError> {
        let set = self.class()?;
        match self.text.peek() {
            Some(char) if char != ']' => Err(INVALID_SUBTRACTION),
            _ => Ok(set),
        }
    }

    /// Skips a set such as `[:alpha:]` after its `[`, which alone counts.
    fn skip_posix_set(&mut self) {
        let start = self.text.at;
        if !self.text.eat(":") {
            return;
        }
        if self.text.rest().len() > 1 {
            self.text.eat("^");
        }
        self.word();
        if !(self.text.eat(":") && self.text.eat("]")) {
            self.text.at = start;
        }
    }
}

/// A class of characters.
#[derive(Debug)]
struct Set {
    chars: ClassUnicode,
    /// Sets with a name, and whether each is negated.
    categories: Vec<(ClassUnicode, bool)>,
    is_negated: bool,
    subtracted: Option<Box<Self>>,
}

impl Set {
    fn new(is_negated: bool) -> Self {
        Self {
            chars: ClassUnicode::empty(),
            categories: Vec::new(),
            is_negated,
            subtracted: None,
        }
    }

    fn add(&mut self, low: Option<char>, high: Option<char>) -> Result<(), ExpressionError> {
        // Surrogates lie between these two.
        let code = |char: Option<char>| char.map_or(0xD800, u32::from);
        if code(low) > code(high) {
            return Err(INVALID_RANGE);
        }
        let (low, high) = (low.unwrap_or('\u{E000}'), high.unwrap_or('\u{D7FF}'));
        if low <= high {
            self.chars.union(&class_of(low, high));
        }
        Ok(())
    }

    /// Returns the characters in it.
    fn resolved(self) -> ClassUnicode {
        let mut class = self.chars;
        let mut rest = class_of('\0', char::MAX);
        for (category, is_negated) in self.categories {
            // The first negated set decides, and so does each set before it.
            let mut found = category;
            if is_negated {
                found.negate();
            }
            found.intersect(&rest);
            class.union(&found);
            if is_negated {
                rest = ClassUnicode::empty();
            }
        }
        if self.is_negated {
            class.negate();
        }
        if let Some(subtracted) = self.subtracted {
            class.difference(&subtracted.resolved());
        }
        class
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

fn two(branches: Vec<Node>) -> (Node, Node) {
    let mut branches = branches.into_iter();
    let yes = branches.next().unwrap_or(Node::Empty);
    (yes, branches.next().unwrap_or(Node::Empty))
}

fn is_word(char: char) -> bool {
    match char.is_ascii() {
        true => char.is_ascii_alphanumeric() || char == '_',
        false => {
            let mut ranges = word_class().iter();
            ranges.any(|range| (range.start()..=range.end()).contains(&char))
        }
    }
}
