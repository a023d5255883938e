use std::collections::BTreeMap;

use regex_syntax::hir::ClassBytes;

use super::{
    PerlError::{self, Rejected, Unsupported},
    PerlSyntax,
    class::{Charset, HORIZONTAL, VERTICAL, posix, property},
    node::{LATIN1_LETTERS, Node, Position, RepeatMode, WORD, WordBytes, class},
};

/// The largest number of repetitions.
const MAX_REPEAT: u32 = 65_534;

/// The greatest length of what a group like `(?<=…)` matches.
const MAX_BEHIND: usize = 255;

/// How deep groups may be nested. Perl allows more, but compiling them would take too much stack.
const MAX_DEPTH: usize = 100;

const MISSING_PAREN: PerlError = Rejected("a closing `)` is missing");
const MISSING_BRACKET: PerlError = Rejected("a closing `]` is missing");
const MISSING_BRACE: PerlError = Rejected("a closing `}` is missing");
const MISSING_ARGUMENT: PerlError = Rejected("a quantifier has nothing to repeat");
const NESTED_REPEAT: PerlError = Rejected("two quantifiers follow each other");
const INVALID_REPEAT: PerlError = Rejected("a quantifier is invalid or larger than 65534");
const INVALID_GROUP: PerlError = Rejected("a group that starts with `(?` is invalid");
const INVALID_VERB: PerlError = Rejected("a group that starts with `(*` is invalid");
const INVALID_FLAGS: PerlError = Rejected("the modifiers after `(?` are invalid");
const INVALID_NAME: PerlError = Rejected("the name of a group is invalid");
const INVALID_ESCAPE: PerlError = Rejected("an escape sequence is invalid");
const INVALID_RANGE: PerlError = Rejected("a character class has an invalid range");
const INVALID_BRACE: PerlError = Rejected("a `{` must be escaped");
const INVALID_CLASS: PerlError = Rejected("a class such as `[:alpha:]` is unknown");
const INVALID_CONDITION: PerlError = Rejected("a condition after `(?(` is invalid");
const UNKNOWN_GROUP: PerlError = Rejected("it refers to a group that does not exist");
const TOO_DEEP: PerlError = Unsupported("its groups are nested too deep");
const UNKNOWN_PROPERTY: PerlError = Unsupported("ownlint does not know one of its properties");
const RECURSION: PerlError = Unsupported("it is recursive");
const VERB: PerlError = Unsupported("it controls backtracking");
const NESTED_CONDITION: PerlError =
    Unsupported("a condition contains a group or another condition");
const TOO_LONG: PerlError = Unsupported("it is longer than 10,000 characters");
const LOCALE: PerlError = Unsupported("it depends on the locale");
const NAMED_CHARACTER: PerlError = Unsupported("it contains the name of a character");
const SEVERAL_LETTERS: PerlError = Unsupported("one of its letters is several in another case");
const TEXT_BOUNDARY: PerlError = Unsupported("it searches for a boundary of Unicode");

/// The length up to which expressions are parsed, because that can take quadratic time.
const MAX_LENGTH: usize = 10_000;

/// Parses an expression.
pub(super) fn parse(text: &[u8], syntax: PerlSyntax) -> Result<Node, PerlError> {
    if text.len() > MAX_LENGTH {
        return Err(TOO_LONG);
    }
    let text: Vec<u32> = match (syntax.is_decoded, std::str::from_utf8(text)) {
        (true, Ok(text)) => text.chars().map(u32::from).collect(),
        _ => text.iter().copied().map(u32::from).collect(),
    };
    let parse = |charset| {
        let mut parser = Parser::new(&text, syntax.is_extended, charset);
        let node = parser.all()?;
        Ok((node, parser.needs_unicode))
    };
    let charset = match syntax.is_decoded {
        true => Charset::Unicode,
        false => Charset::Bytes,
    };
    match parse(charset)? {
        // Anything of Unicode in an expression changes what the rest of it means.
        (_, true) if charset == Charset::Bytes => Ok(parse(Charset::Unicode)?.0),
        (node, _) => Ok(node),
    }
}

#[derive(Debug, Clone, Copy)]
struct Flags {
    /// `i`: letters match in any case.
    folds_case: bool,
    /// `m`: `^` and `$` match at lines.
    has_lines: bool,
    /// `s`: `.` matches line breaks.
    dot_matches_newline: bool,
    /// `x`: blanks and comments are ignored.
    is_extended: bool,
    /// `xx`: blanks are ignored in classes, too.
    has_blank_classes: bool,
    /// `n`: `(…)` does not capture.
    has_no_groups: bool,
    charset: Charset,
}

struct Parser<'t> {
    text: &'t [u32],
    at: usize,
    flags: Flags,
    /// The flags that `(?^…)` restores.
    default: Flags,
    /// The groups with each number: several if alternatives share their numbers.
    numbers: Vec<Vec<u32>>,
    /// The number of groups so far.
    groups: u32,
    /// The groups with each name.
    names: BTreeMap<Vec<u32>, Vec<u32>>,
    /// Nodes that refer to groups, which can follow.
    references: Vec<Reference>,
    needs_unicode: bool,
    is_in_around: bool,
    is_in_class: bool,
    is_in_condition: bool,
}

/// What a reference to groups refers to. Until all groups are known, its node contains its position among the references.
enum Reference {
    Number(usize),
    Name(Vec<u32>),
}

/// An atom, or what is none.
enum Atom {
    Node(Node),
    /// Only modifiers.
    Flags,
}

fn is(code: Option<u32>, char: char) -> bool {
    code == Some(u32::from(char))
}

fn ascii(code: u32) -> Option<char> {
    char::from_u32(code).filter(char::is_ascii)
}

impl<'t> Parser<'t> {
    fn new(text: &'t [u32], is_extended: bool, charset: Charset) -> Self {
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
            text,
            at: 0,
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

    fn all(&mut self) -> Result<Node, PerlError> {
        let mut node = self.alternation(0)?;
        if self.peek().is_some() {
            return Err(Rejected("a `)` has no opening `(`"));
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

    fn peek(&self) -> Option<u32> {
        self.text.get(self.at).copied()
    }

    fn peek_ascii(&self) -> Option<char> {
        self.peek().and_then(ascii)
    }

    fn rest(&self) -> &'t [u32] {
        &self.text[self.at..]
    }

    fn next(&mut self) -> Option<u32> {
        let next = self.peek()?;
        self.at += 1;
        Some(next)
    }

    fn starts_with(&self, text: &str) -> bool {
        let codes = text.chars().map(u32::from);
        let rest = self.rest();
        rest.len() >= text.len() && codes.zip(rest).all(|(a, b)| a == *b)
    }

    fn eat(&mut self, text: &str) -> bool {
        let does = self.starts_with(text);
        self.at += if does { text.len() } else { 0 };
        does
    }

    /// Returns what precedes `end`, and skips both.
    fn until(&mut self, end: char) -> Option<&'t [u32]> {
        let rest = self.rest();
        let length = rest.iter().position(|code| *code == u32::from(end))?;
        self.at += length + 1;
        Some(&rest[..length])
    }

    /// Skips comments, and blanks with `/x`.
    fn skip_ignored(&mut self) -> Result<(), PerlError> {
        loop {
            if self.eat("(?#") {
                self.until(')').ok_or(MISSING_PAREN)?;
            } else if self.flags.is_extended && self.peek().is_some_and(is_pattern_blank) {
                self.at += 1;
            } else if self.flags.is_extended && is(self.peek(), '#') {
                if self.until('\n').is_none() {
                    self.at = self.text.len();
                }
            } else {
                return Ok(());
            }
        }
    }

    /// Parses alternatives up to a closing parenthesis or the end.
    fn alternation(&mut self, depth: usize) -> Result<Node, PerlError> {
        let mut branches = vec![self.branch(depth)?];
        while self.eat("|") {
            branches.push(self.branch(depth)?);
        }
        Ok(match branches.len() {
            1 => branches.remove(0),
            _ => Node::Alternation(branches),
        })
    }

    fn branch(&mut self, depth: usize) -> Result<Node, PerlError> {
        if depth > MAX_DEPTH {
            return Err(TOO_DEEP);
        }
        let mut items = Vec::new();
        loop {
            self.skip_ignored()?;
            if matches!(self.peek_ascii(), Some('|' | ')')) || self.peek().is_none() {
                break;
            }
            if let Atom::Node(atom) = self.atom(depth)? {
                items.push(self.repeated(atom)?);
            }
        }
        Ok(match items.len() {
            0 => Node::Empty,
            1 => items.remove(0),
            _ => Node::Concat(items),
        })
    }

    /// Parses the quantifier that may follow an atom.
    fn repeated(&mut self, atom: Node) -> Result<Node, PerlError> {
        self.skip_ignored()?;
        let Some((min, max)) = self.quantifier()? else {
            return Ok(atom);
        };
        self.skip_ignored()?;
        let mode = match () {
            () if self.eat("?") => RepeatMode::Lazy,
            () if self.eat("+") => RepeatMode::Possessive,
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
        if max == Some(0) {
            return Ok(Node::Empty);
        }
        // Perl then ignores where the expression starts.
        if mode == RepeatMode::Possessive && matches!(atom, Node::Position(_)) {
            return Err(Unsupported("it repeats a position"));
        }
        // At one position, it matches as often as needed.
        if atom.longest() == Some(0) {
            let optional = |atom| Node::Alternation(vec![atom, Node::Empty]);
            return Ok(if min == 0 { optional(atom) } else { atom });
        }
        Ok(Node::Repeat {
            node: Box::new(atom),
            min,
            max,
            mode,
        })
    }

    fn quantifier(&mut self) -> Result<Option<(u32, Option<u32>)>, PerlError> {
        let found = match self.peek_ascii() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => {
                let Some((min, max, length)) = counts(&self.rest()[1..])? else {
                    return Ok(None);
                };
                let is_valid = |count: Option<u32>| count.is_none_or(|it| it <= MAX_REPEAT);
                if !is_valid(Some(min)) || !is_valid(max) {
                    return Err(INVALID_REPEAT);
                }
                self.at += length;
                (min, max)
            }
            _ => return Ok(None),
        };
        self.at += 1;
        Ok(Some(found))
    }

    fn atom(&mut self, depth: usize) -> Result<Atom, PerlError> {
        let Some(code) = self.next() else {
            return Ok(Atom::Node(Node::Empty));
        };
        let node = match ascii(code) {
            Some('(') => return self.parenthesis(depth),
            Some('*' | '+' | '?') => return Err(MISSING_ARGUMENT),
            Some('{') if self.follows_escape() => return Err(INVALID_BRACE),
            Some('\\') => self.escape()?,
            Some('[') => self.class()?,
            Some('^') if self.flags.has_lines => Node::Position(Position::LineStart),
            Some('^') => Node::Position(Position::Start),
            Some('$') if self.flags.has_lines => Node::Position(Position::LineEnd),
            Some('$') => Node::Position(Position::LastLineEnd),
            Some('.') if self.flags.dot_matches_newline => Node::Byte(class(&[(0, 0xFF)])),
            Some('.') => Node::Byte(no_newline()),
            _ => self.literal(code)?,
        };
        Ok(Atom::Node(node))
    }

    /// Returns whether a backslash and a letter precede the last character.
    fn follows_escape(&self) -> bool {
        let before = &self.text[..self.at - 1];
        let is_letter = |code: u32| ascii(code).is_some_and(|char| char.is_ascii_alphabetic());
        matches!(before, [.., backslash, letter] if is(Some(*backslash), '\\') && is_letter(*letter))
    }

    fn literal(&mut self, code: u32) -> Result<Node, PerlError> {
        Ok(Node::Byte(self.one(code)?))
    }

    /// Returns the bytes that a character matches.
    fn one(&mut self, code: u32) -> Result<ClassBytes, PerlError> {
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

    /// Parses what follows `(`.
    fn parenthesis(&mut self, depth: usize) -> Result<Atom, PerlError> {
        let outer = self.flags;
        let node = if self.starts_with("*") {
            self.verb(depth)?
        } else if self.eat("?") {
            match self.special(depth)? {
                Some(node) => node,
                None => return Ok(Atom::Flags),
            }
        } else if self.flags.has_no_groups {
            self.group_content(depth)?
        } else {
            self.group(None, depth)?
        };
        self.flags = outer;
        Ok(Atom::Node(node))
    }

    /// Parses the content of a group, and the closing parenthesis.
    fn group_content(&mut self, depth: usize) -> Result<Node, PerlError> {
        let node = self.alternation(depth + 1)?;
        match self.eat(")") {
            true => Ok(node),
            false => Err(MISSING_PAREN),
        }
    }

    /// Parses a capturing group.
    fn group(&mut self, name: Option<&[u32]>, depth: usize) -> Result<Node, PerlError> {
        self.groups += 1;
        let group = self.groups;
        self.numbers.push(vec![group]);
        if let Some(name) = name {
            self.names.entry(name.to_vec()).or_default().push(group);
        }
        let node = self.group_content(depth)?;
        Ok(Node::Group(group, Box::new(node)))
    }

    /// Parses a group that starts with `(*`.
    fn verb(&mut self, depth: usize) -> Result<Node, PerlError> {
        let is_name = |code: &u32| {
            let is_in_name = |char: char| char.is_ascii_alphanumeric() || char == '_';
            ascii(*code).is_some_and(is_in_name)
        };
        let rest = &self.rest()[1..];
        let length = rest.iter().take_while(|code| is_name(code)).count();
        let name: String = rest[..length].iter().filter_map(|it| ascii(*it)).collect();
        let end = rest.get(length).copied().and_then(ascii);
        let around = match &*name {
            "pla" | "positive_lookahead" => Some((false, false)),
            "nla" | "negative_lookahead" => Some((false, true)),
            "plb" | "positive_lookbehind" => Some((true, false)),
            "nlb" | "negative_lookbehind" => Some((true, true)),
            _ => None,
        };
        let is_open = end == Some(':');
        if is_open {
            let start = self.at;
            self.at += 1 + length + 1;
            match (around, &*name) {
                (Some((is_behind, is_negated)), _) => {
                    return self.around(is_behind, is_negated, depth);
                }
                (None, "atomic") => {
                    let outer = std::mem::replace(&mut self.is_in_around, true);
                    let node = self.group_content(depth)?;
                    self.is_in_around = outer;
                    return Ok(Node::Atomic(Box::new(node)));
                }
                (None, "sr" | "script_run" | "asr" | "atomic_script_run") => return Err(VERB),
                _ => self.at = start,
            }
        }
        match (&*name, end) {
            ("F" | "FAIL", Some(')')) => {
                self.at += 1 + length + 1;
                Ok(Node::fail())
            }
            ("F" | "FAIL" | "ACCEPT" | "PRUNE" | "SKIP" | "THEN" | "COMMIT", Some(')' | ':'))
            | ("" | "MARK", Some(':')) => Err(VERB),
            _ => Err(INVALID_VERB),
        }
    }

    fn around(
        &mut self,
        is_behind: bool,
        is_negated: bool,
        depth: usize,
    ) -> Result<Node, PerlError> {
        let outer = std::mem::replace(&mut self.is_in_around, true);
        let node = self.group_content(depth)?;
        self.is_in_around = outer;
        if is_behind && node.longest().is_none_or(|length| length > MAX_BEHIND) {
            return Err(Rejected("a lookbehind is longer than 255 characters"));
        }
        Ok(Node::Around {
            node: Box::new(node),
            is_behind,
            is_negated,
        })
    }

    /// Parses what follows `(?`. Returns `None` for modifiers without a group.
    fn special(&mut self, depth: usize) -> Result<Option<Node>, PerlError> {
        let Some(next) = self.peek_ascii() else {
            return Err(INVALID_GROUP);
        };
        if self.eat("P<") {
            return self.named('>', depth).map(Some);
        }
        if self.eat("P=") {
            let name = self.until(')').ok_or(MISSING_PAREN)?;
            return self.name_reference(name).map(Some);
        }
        if self.eat("P>") || self.eat("&") {
            return Err(RECURSION);
        }
        let is_digit = |code: Option<&u32>| {
            code.and_then(|code| ascii(*code))
                .is_some_and(|it| it.is_ascii_digit())
        };
        let follows_digit = is_digit(self.rest().get(1));
        let node = match next {
            'R' | '0'..='9' => return Err(RECURSION),
            '+' | '-' if follows_digit => return Err(RECURSION),
            '<' | '\'' => {
                self.at += 1;
                match (next, self.peek_ascii()) {
                    ('<', Some('=')) => {
                        self.at += 1;
                        self.around(true, false, depth)?
                    }
                    ('<', Some('!')) => {
                        self.at += 1;
                        self.around(true, true, depth)?
                    }
                    ('<', _) => self.named('>', depth)?,
                    _ => self.named('\'', depth)?,
                }
            }
            '=' | '!' => {
                self.at += 1;
                self.around(false, next == '!', depth)?
            }
            '>' => {
                self.at += 1;
                let node = self.group_content(depth)?;
                Node::Atomic(Box::new(node))
            }
            '|' => {
                self.at += 1;
                self.shared_numbers(depth)?
            }
            '(' => {
                self.at += 1;
                self.conditional(depth)?
            }
            '{' | '?' => return Err(Rejected("it contains code")),
            '[' => return Err(Unsupported("it combines character classes")),
            _ => {
                if self.flags()? {
                    return Ok(None);
                }
                self.group_content(depth)?
            }
        };
        Ok(Some(node))
    }

    /// Parses a group whose alternatives share their numbers.
    fn shared_numbers(&mut self, depth: usize) -> Result<Node, PerlError> {
        let before = self.numbers.len();
        let mut numbers = self.numbers.clone();
        let mut branches = Vec::new();
        loop {
            branches.push(self.branch(depth + 1)?);
            let added = self.numbers.split_off(before);
            for (at, groups) in (before..).zip(added) {
                match numbers.get_mut(at) {
                    Some(known) => known.extend(groups),
                    None => numbers.push(groups),
                }
            }
            if !self.eat("|") {
                break;
            }
        }
        self.numbers = numbers;
        match self.eat(")") {
            true => Ok(Node::Alternation(branches)),
            false => Err(MISSING_PAREN),
        }
    }

    /// Parses the name of a group and the group.
    fn named(&mut self, end: char, depth: usize) -> Result<Node, PerlError> {
        let name = self.until(end).ok_or(INVALID_GROUP)?;
        self.check_name(name)?;
        self.group(Some(name), depth)
    }

    fn check_name(&self, name: &[u32]) -> Result<(), PerlError> {
        let is_start =
            |code: u32| self.is_word(code) && !ascii(code).is_some_and(|it| it.is_ascii_digit());
        let is_valid = name.first().is_some_and(|code| is_start(*code))
            && name.iter().all(|code| self.is_word(*code));
        match is_valid {
            true => Ok(()),
            false => Err(INVALID_NAME),
        }
    }

    fn is_word(&self, code: u32) -> bool {
        match ascii(code) {
            Some(char) => char.is_ascii_alphanumeric() || char == '_',
            None => {
                let is_letter = char::from_u32(code).is_some_and(char::is_alphanumeric);
                is_letter && self.default.charset == Charset::Unicode
            }
        }
    }

    /// Parses modifiers, and returns whether no group follows them.
    fn flags(&mut self) -> Result<bool, PerlError> {
        let mut flags = self.flags;
        if self.eat("^") {
            flags = self.default;
        }
        let mut value = true;
        let mut charsets = String::new();
        loop {
            let flag = self.next().and_then(ascii).ok_or(INVALID_FLAGS)?;
            match flag {
                'i' => flags.folds_case = value,
                'm' => flags.has_lines = value,
                's' => flags.dot_matches_newline = value,
                'n' => flags.has_no_groups = value,
                'x' => {
                    flags.is_extended = value;
                    flags.has_blank_classes = value && self.eat("x");
                }
                'p' => {}
                // These have an effect elsewhere in Perl, and a warning here.
                'o' | 'g' | 'c' => {}
                'a' | 'd' | 'l' | 'u' if value => {
                    charsets.push(flag);
                    flags.charset = match &*charsets {
                        "a" => Charset::Ascii,
                        "aa" => Charset::AsciiOnly,
                        "d" => self.default.charset,
                        "u" => Charset::Unicode,
                        "l" => return Err(LOCALE),
                        _ => return Err(INVALID_FLAGS),
                    };
                    self.needs_unicode |= flag == 'u';
                }
                '-' if value => value = false,
                ':' | ')' => {
                    self.flags = flags;
                    return Ok(flag == ')');
                }
                _ => return Err(INVALID_FLAGS),
            }
        }
    }

    /// Parses what follows `(?(`.
    fn conditional(&mut self, depth: usize) -> Result<Node, PerlError> {
        let condition = match self.peek_ascii() {
            Some('?' | '*') => {
                // Only a lookaround can be a condition.
                if std::mem::replace(&mut self.is_in_condition, true) {
                    return Err(NESTED_CONDITION);
                }
                let before = self.groups;
                let Atom::Node(node) = self.parenthesis(depth)? else {
                    return Err(INVALID_CONDITION);
                };
                if !matches!(node, Node::Around { .. }) {
                    return Err(INVALID_CONDITION);
                }
                self.is_in_condition = false;
                if self.groups > before {
                    return Err(NESTED_CONDITION);
                }
                Condition::Around(node)
            }
            Some(open @ ('<' | '\'')) => {
                self.at += 1;
                let end = if open == '<' { '>' } else { '\'' };
                let name = self.until(end).ok_or(INVALID_CONDITION)?;
                self.check_name(name)?;
                if !self.eat(")") {
                    return Err(INVALID_CONDITION);
                }
                Condition::Group(Reference::Name(name.to_vec()))
            }
            Some('1'..='9') => {
                let number = self.number();
                if !self.eat(")") {
                    return Err(INVALID_CONDITION);
                }
                Condition::Group(Reference::Number(number))
            }
            Some('R') => {
                self.until(')').ok_or(INVALID_CONDITION)?;
                // Nothing is recursive.
                Condition::Never
            }
            Some('D') if self.eat("DEFINE)") => Condition::Never,
            _ => return Err(INVALID_CONDITION),
        };
        let yes = self.branch(depth + 1)?;
        let no = match self.eat("|") {
            true => self.branch(depth + 1)?,
            false => Node::Empty,
        };
        if is(self.peek(), '|') {
            return Err(INVALID_CONDITION);
        }
        if !self.eat(")") {
            return Err(MISSING_PAREN);
        }
        Ok(match condition {
            Condition::Never => no,
            Condition::Group(reference) => {
                let at = self.refer(reference);
                Node::IfGroup(at, Box::new(yes), Box::new(no))
            }
            Condition::Around(node) => {
                let opposite = opposite(&node);
                Node::Alternation(vec![
                    Node::Concat(vec![node, yes]),
                    Node::Concat(vec![opposite, no]),
                ])
            }
        })
    }

    fn number(&mut self) -> usize {
        let is_digit = |code: &&u32| ascii(**code).is_some_and(|it| it.is_ascii_digit());
        let digits = self.rest().iter().take_while(is_digit);
        let digits: String = digits.filter_map(|code| ascii(*code)).collect();
        self.at += digits.len();
        digits.parse().unwrap_or(usize::MAX)
    }

    /// Adds a reference, and returns what stands for its groups.
    fn refer(&mut self, reference: Reference) -> Vec<u32> {
        self.references.push(reference);
        vec![u32::try_from(self.references.len() - 1).unwrap_or(u32::MAX)]
    }

    fn reference(&mut self, reference: Reference) -> Node {
        let at = self.refer(reference);
        Node::Backreference(at, self.flags.folds_case)
    }

    fn name_reference(&mut self, name: &[u32]) -> Result<Node, PerlError> {
        self.check_name(name)?;
        Ok(self.reference(Reference::Name(name.to_vec())))
    }

    /// Parses what follows a backslash outside of a class.
    fn escape(&mut self) -> Result<Node, PerlError> {
        let Some(code) = self.next() else {
            return Err(Rejected("it ends with a backslash"));
        };
        let words = match self.flags.charset.has_latin1() {
            true => WordBytes::Latin1,
            false => WordBytes::Ascii,
        };
        let node = match ascii(code) {
            Some('A' | 'G') => Node::Position(Position::Start),
            Some('z') => Node::Position(Position::End),
            Some('Z') => Node::Position(Position::LastLineEnd),
            Some('b' | 'B') if is(self.peek(), '{') => {
                self.at += 1;
                let kind = self.until('}').ok_or(MISSING_BRACE)?;
                let kind: String = kind.iter().filter_map(|code| ascii(*code)).collect();
                return Err(match kind.trim() {
                    "gcb" | "g" | "lb" | "sb" | "wb" => TEXT_BOUNDARY,
                    _ => INVALID_ESCAPE,
                });
            }
            Some('b') => Node::Position(Position::WordBoundary(words)),
            Some('B') => Node::Position(Position::NoWordBoundary(words)),
            Some('K') if self.is_in_around => {
                return Err(Rejected("`\\K` is not allowed in a lookaround"));
            }
            // It only changes what counts as the match.
            Some('K') => {
                self.skip_ignored()?;
                let start = self.at;
                if let Some((_, None)) = self.quantifier()? {
                    return Err(Rejected("`\\K` is repeated without a limit"));
                }
                self.at = start;
                Node::Empty
            }
            Some('C') => return Err(INVALID_ESCAPE),
            Some('R') => Node::Atomic(Box::new(Node::Alternation(vec![
                line_break(),
                Node::Byte(class(VERTICAL)),
            ]))),
            // No other characters up to U+00FF belong together.
            Some('X') => {
                let any = Node::Alternation(vec![line_break(), Node::Byte(class(&[(0, 0xFF)]))]);
                // For Perl, it can have any length.
                let nothing = Node::Repeat {
                    node: Box::new(Node::fail()),
                    min: 0,
                    max: None,
                    mode: RepeatMode::Greedy,
                };
                Node::Atomic(Box::new(Node::Concat(vec![any, nothing])))
            }
            Some('N')
                if !is(self.peek(), '{') || matches!(counts(&self.rest()[1..]), Ok(Some(_))) =>
            {
                Node::Byte(no_newline())
            }
            Some('k') => {
                let end = match self.next().and_then(ascii) {
                    Some('<') => '>',
                    Some('{') => '}',
                    Some('\'') => '\'',
                    _ => return Err(INVALID_ESCAPE),
                };
                let name = self.until(end).ok_or(INVALID_ESCAPE)?;
                let name = if end == '}' { trim_blanks(name) } else { name };
                self.name_reference(name)?
            }
            Some('g') => self.group_reference()?,
            Some(char @ '1'..='9') => {
                let start = self.at;
                self.at -= 1;
                let number = self.number();
                if number > 9 && number >= self.numbers.len() && !matches!(char, '8' | '9') {
                    self.at = start;
                    let code = self.escaped_code(code)?;
                    self.literal(code)?
                } else {
                    self.reference(Reference::Number(number))
                }
            }
            _ => match self.named_set(code)? {
                Some(set) => Node::Byte(set),
                None => {
                    let code = self.escaped_code(code)?;
                    self.literal(code)?
                }
            },
        };
        Ok(node)
    }

    /// Parses what follows `\g`.
    fn group_reference(&mut self) -> Result<Node, PerlError> {
        let is_in_braces = self.eat("{");
        let start = self.at;
        let text = match is_in_braces {
            true => trim_blanks(self.until('}').ok_or(INVALID_ESCAPE)?),
            false => {
                self.eat("-");
                self.number();
                &self.text[start..self.at]
            }
        };
        let is_negative = is(text.first().copied(), '-');
        let digits = &text[usize::from(is_negative)..];
        let is_digit = |code: &&u32| ascii(**code).is_some_and(|it| it.is_ascii_digit());
        let digits = digits.iter().take_while(is_digit);
        let digits: String = digits.filter_map(|code| ascii(*code)).collect();
        if digits.is_empty() {
            return match is_in_braces {
                true => self.name_reference(text),
                false => Err(INVALID_ESCAPE),
            };
        }
        let number = digits.parse().unwrap_or(usize::MAX);
        let number = match is_negative {
            true => self.numbers.len().checked_sub(number),
            false => Some(number),
        };
        match number {
            Some(number) if number > 0 => Ok(self.reference(Reference::Number(number))),
            _ => Err(UNKNOWN_GROUP),
        }
    }

    /// Parses a set of characters with a name after a backslash, such as `\d` and `\pL`.
    fn named_set(&mut self, code: u32) -> Result<Option<ClassBytes>, PerlError> {
        let has_latin1 = self.flags.charset.has_latin1();
        let Some(char) = ascii(code) else {
            return Ok(None);
        };
        let mut set = match char.to_ascii_lowercase() {
            'd' => class(&[(b'0', b'9')]),
            'w' if has_latin1 => class(&[WORD, LATIN1_LETTERS].concat()),
            'w' => class(WORD),
            's' if has_latin1 => class(&[VERTICAL, HORIZONTAL].concat()),
            's' => class(&[(b'\t', b'\r'), (b' ', b' ')]),
            'h' => class(HORIZONTAL),
            'v' => class(VERTICAL),
            'p' => self.property()?,
            _ => return Ok(None),
        };
        if char.is_ascii_uppercase() {
            set.negate();
        }
        Ok(Some(set))
    }

    /// Parses the name of a Unicode property after `\p` or `\P`.
    fn property(&mut self) -> Result<ClassBytes, PerlError> {
        self.needs_unicode = true;
        let name = match self.next() {
            None => return Err(Rejected("the name of a property is missing")),
            Some(code) if is(Some(code), '{') => trim_blanks(self.until('}').ok_or(MISSING_BRACE)?),
            Some(_) => &self.text[self.at - 1..self.at],
        };
        if name.is_empty() {
            return Err(Rejected("the name of a property is missing"));
        }
        let name: Option<String> = name.iter().map(|code| ascii(*code)).collect();
        let name = name.ok_or(UNKNOWN_PROPERTY)?;
        let positive = name.strip_prefix('^');
        let mut set = property(positive.unwrap_or(&name)).ok_or(UNKNOWN_PROPERTY)?;
        if self.flags.folds_case {
            self.fold(&mut set);
        }
        if positive.is_some() {
            set.negate();
        }
        Ok(set)
    }

    /// Adds the letters in another case.
    fn fold(&self, set: &mut ClassBytes) {
        for range in set.clone().ranges() {
            for byte in range.start()..=range.end() {
                self.flags.charset.fold(u32::from(byte), set);
            }
        }
    }

    /// Parses the escape of a single character, whose first character after the backslash is `code`.
    fn escaped_code(&mut self, code: u32) -> Result<u32, PerlError> {
        let Some(char) = ascii(code) else {
            return Ok(code);
        };
        Ok(match char {
            'a' => 7,
            'e' => 0x1B,
            'f' => 12,
            'n' => 10,
            'r' => 13,
            't' => 9,
            '0'..='7' => {
                let mut value = 0;
                self.at -= 1;
                for _ in 0..3 {
                    let Some(digit) = self.peek_ascii().and_then(|it| it.to_digit(8)) else {
                        break;
                    };
                    value = value * 8 + digit;
                    self.at += 1;
                }
                value
            }
            'x' => self.hexadecimal()?,
            'o' => {
                if !self.eat("{") {
                    return Err(INVALID_ESCAPE);
                }
                let digits = trim_blanks(self.until('}').ok_or(MISSING_BRACE)?);
                if digits.is_empty() {
                    return Err(INVALID_ESCAPE);
                }
                number_of(digits, 8)?
            }
            'c' => {
                let control = self.next().and_then(ascii);
                let control = control.filter(|it| !it.is_ascii_control() && *it != '{');
                let control = control.ok_or(INVALID_ESCAPE)?;
                u32::from(control.to_ascii_uppercase()) ^ 0x40
            }
            'N' => {
                if !self.eat("{") {
                    return Err(INVALID_ESCAPE);
                }
                let name = self.until('}').ok_or(MISSING_BRACE)?;
                let name: String = name.iter().filter_map(|code| ascii(*code)).collect();
                let digits = name.trim().strip_prefix("U+").ok_or(NAMED_CHARACTER)?;
                self.needs_unicode = true;
                if self.is_in_class {
                    // In a class, nothing else lets Perl skip blanks.
                    self.skip_ignored()?;
                }
                u32::from_str_radix(digits, 16).map_err(|_| INVALID_ESCAPE)?
            }
            _ => code,
        })
    }

    fn hexadecimal(&mut self) -> Result<u32, PerlError> {
        if self.eat("{") {
            let digits = trim_blanks(self.until('}').ok_or(MISSING_BRACE)?);
            return number_of(digits, 16);
        }
        let mut value = 0;
        for _ in 0..2 {
            let Some(digit) = self.peek_ascii().and_then(|it| it.to_digit(16)) else {
                break;
            };
            value = value * 16 + digit;
            self.at += 1;
        }
        Ok(value)
    }

    /// Parses a class after `[`.
    fn class(&mut self) -> Result<Node, PerlError> {
        self.is_in_class = true;
        let node = self.class_content()?;
        self.is_in_class = false;
        Ok(node)
    }

    fn class_content(&mut self) -> Result<Node, PerlError> {
        let is_negated = self.eat("^");
        let mut set = ClassBytes::empty();
        let mut is_first = true;
        loop {
            if self.flags.has_blank_classes {
                while matches!(self.peek_ascii(), Some(' ' | '\t')) {
                    self.at += 1;
                }
            }
            if !is_first && self.eat("]") {
                break;
            }
            is_first = false;
            let low = self.class_item()?;
            let is_range = self.starts_with("-") && !self.starts_with("-]");
            // A `-` after a set is a character.
            if !is_range || matches!(low, ClassItem::Set(_)) {
                self.add(&low, &mut set)?;
                if is_range {
                    self.at += 1;
                    self.add(&ClassItem::Code(u32::from('-')), &mut set)?;
                }
                continue;
            }
            self.at += 1;
            let high = self.class_item()?;
            match (&low, &high) {
                (ClassItem::Code(low), ClassItem::Code(high)) => {
                    if high < low {
                        return Err(INVALID_RANGE);
                    }
                    self.needs_unicode |= *high > 0xFF;
                    for code in *low..=(*high).min(0xFF) {
                        set.union(&self.one(code)?);
                    }
                    // Characters beyond U+00FF can be the same as a byte in another case.
                    let beyond = (*low).max(0x100)..=(*high).min(0x2FFF);
                    if self.flags.folds_case {
                        beyond.for_each(|code| self.flags.charset.fold(code, &mut set));
                    }
                }
                // The `-` is a character.
                _ => {
                    self.add(&low, &mut set)?;
                    self.add(&ClassItem::Code(u32::from('-')), &mut set)?;
                    self.add(&high, &mut set)?;
                }
            }
        }
        if is_negated {
            set.negate();
        }
        Ok(Node::Byte(set))
    }

    fn add(&mut self, item: &ClassItem, set: &mut ClassBytes) -> Result<(), PerlError> {
        match item {
            ClassItem::Code(code) => set.union(&self.one(*code)?),
            ClassItem::Set(other) => set.union(other),
        }
        Ok(())
    }

    /// Parses a character or a named set in a class.
    fn class_item(&mut self) -> Result<ClassItem, PerlError> {
        if is(self.peek(), '[')
            && let Some(set) = self.posix_set()?
        {
            return Ok(ClassItem::Set(set));
        }
        let code = self.next().ok_or(MISSING_BRACKET)?;
        if !is(Some(code), '\\') {
            return Ok(ClassItem::Code(code));
        }
        let code = self.next().ok_or(MISSING_BRACKET)?;
        if is(Some(code), 'b') {
            return Ok(ClassItem::Code(8));
        }
        Ok(match self.named_set(code)? {
            Some(set) => ClassItem::Set(set),
            None => ClassItem::Code(self.escaped_code(code)?),
        })
    }

    /// Parses a set such as `[:alpha:]`.
    fn posix_set(&mut self) -> Result<Option<ClassBytes>, PerlError> {
        let Some(kind) = self.rest().get(1).copied().and_then(ascii) else {
            return Ok(None);
        };
        if !matches!(kind, ':' | '.' | '=') {
            return Ok(None);
        }
        let inner = &self.rest()[2..];
        let ends = |pair: &[u32]| pair == [u32::from(kind), u32::from(']')];
        let Some(length) = inner.windows(2).position(ends) else {
            return Ok(None);
        };
        let name: Option<String> = inner[..length].iter().map(|code| ascii(*code)).collect();
        let name = name.ok_or(INVALID_CLASS)?;
        // Perl also looks for such a class where its author forgot a character.
        let is_meant = |name: &str| !name.contains(['[', ']', '\\', '(', ')']);
        if !is_meant(name.strip_suffix(']').unwrap_or(&name)) {
            return Ok(None);
        }
        if kind != ':' {
            return Err(INVALID_CLASS);
        }
        self.at += 2 + length + 2;
        let positive = name.strip_prefix('^');
        let charset = self.flags.charset;
        let mut set = posix(positive.unwrap_or(&name), charset).ok_or(INVALID_CLASS)?;
        if self.flags.folds_case && name.ends_with("er") {
            // Also letters that have no other case.
            for case in ["lower", "upper"] {
                set.union(&posix(case, charset).unwrap_or_else(ClassBytes::empty));
            }
        }
        if positive.is_some() {
            set.negate();
        }
        Ok(Some(set))
    }
}

enum Condition {
    Group(Reference),
    Around(Node),
    Never,
}

enum ClassItem {
    Code(u32),
    Set(ClassBytes),
}

/// Replaces references by the groups that they refer to.
fn resolve(node: &mut Node, groups: &[Vec<u32>]) {
    match node {
        Node::Empty | Node::Byte(_) | Node::Position(_) => {}
        Node::Concat(nodes) | Node::Alternation(nodes) => {
            nodes.iter_mut().for_each(|node| resolve(node, groups));
        }
        Node::Repeat { node, .. }
        | Node::Group(_, node)
        | Node::Around { node, .. }
        | Node::Atomic(node) => resolve(node, groups),
        Node::Backreference(of, _) => of.clone_from(&groups[of[0] as usize]),
        Node::IfGroup(of, yes, no) => {
            of.clone_from(&groups[of[0] as usize]);
            resolve(yes, groups);
            resolve(no, groups);
        }
    }
}

/// Returns the opposite of a lookaround.
fn opposite(node: &Node) -> Node {
    match node {
        Node::Around {
            node,
            is_behind,
            is_negated,
        } => Node::Around {
            node: node.clone(),
            is_behind: *is_behind,
            is_negated: !is_negated,
        },
        other => other.clone(),
    }
}

fn no_newline() -> ClassBytes {
    let mut any = class(&[(b'\n', b'\n')]);
    any.negate();
    any
}

fn line_break() -> Node {
    let byte = |byte| Node::Byte(class(&[(byte, byte)]));
    Node::Concat(vec![byte(b'\r'), byte(b'\n')])
}

/// Returns whether `/x` ignores a character.
fn is_pattern_blank(code: u32) -> bool {
    matches!(
        code,
        9..=13 | 0x20 | 0x85 | 0x200E | 0x200F | 0x2028 | 0x2029
    )
}

fn is_blank(code: u32) -> bool {
    matches!(ascii(code), Some(' ' | '\t'))
}

fn trim_blanks(mut text: &[u32]) -> &[u32] {
    while let [first, rest @ ..] = text
        && is_blank(*first)
    {
        text = rest;
    }
    while let [rest @ .., last] = text
        && is_blank(*last)
    {
        text = rest;
    }
    text
}

/// Returns the value of the digits that a text starts with.
fn number_of(text: &[u32], radix: u32) -> Result<u32, PerlError> {
    let mut value = 0_u32;
    for code in text {
        match ascii(*code).and_then(|char| char.to_digit(radix)) {
            Some(digit) => {
                let more = value
                    .checked_mul(radix)
                    .and_then(|it| it.checked_add(digit));
                value = more.ok_or(INVALID_ESCAPE)?;
            }
            None if is(Some(*code), '_') => {}
            None => break,
        }
    }
    Ok(value)
}

/// The smallest and the largest number of repetitions, which can have no limit; and the length of the text.
type Counts = (u32, Option<u32>, usize);

/// Parses `2}`, `2,}`, `2,3}` and `,3}`, also with blanks. Returns the counts and the length.
fn counts(text: &[u32]) -> Result<Option<Counts>, PerlError> {
    let Some((min, max, length)) = count_texts(text) else {
        return Ok(None);
    };
    let has_zeros = |digits: &str| digits.len() > 1 && digits.starts_with('0');
    if has_zeros(&min) || max.as_deref().is_some_and(has_zeros) {
        return Err(INVALID_REPEAT);
    }
    let value = |digits: &str| digits.parse().unwrap_or(u32::MAX);
    let least = if min.is_empty() { 0 } else { value(&min) };
    let most = match max.as_deref() {
        None => Some(least),
        Some("") => None,
        Some(max) => Some(value(max)),
    };
    Ok(Some((least, most, length)))
}

/// Returns the digits in braces, and the length.
fn count_texts(text: &[u32]) -> Option<(String, Option<String>, usize)> {
    let end = text.iter().position(|code| *code == u32::from('}'))?;
    let inner = &text[..end];
    let (min, max) = match inner.iter().position(|code| *code == u32::from(',')) {
        Some(comma) => (&inner[..comma], Some(&inner[comma + 1..])),
        None => (inner, None),
    };
    let digits = |text| {
        let text: Option<String> = trim_blanks(text).iter().map(|code| ascii(*code)).collect();
        text.filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let min = digits(min)?;
    let max = match max {
        Some(max) => Some(digits(max)?),
        None => None,
    };
    let is_empty = min.is_empty() && max.as_ref().is_none_or(String::is_empty);
    (!is_empty).then_some((min, max, end + 1))
}
