//! What parentheses contain.

use super::{
    class::Charset,
    parser::{Atom, Parser},
    reference::Reference,
};
use crate::regexes::{
    ExpressionError::{self, Rejected, Unsupported},
    Node,
    error::{INVALID_NAME, MISSING_PAREN},
};

/// The greatest length of what a group like `(?<=…)` matches.
const MAX_BEHIND: usize = 255;

const INVALID_GROUP: ExpressionError = Rejected("a group that starts with `(?` is invalid");
const INVALID_VERB: ExpressionError = Rejected("a group that starts with `(*` is invalid");
const INVALID_FLAGS: ExpressionError = Rejected("the modifiers after `(?` are invalid");
const INVALID_CONDITION: ExpressionError = Rejected("a condition after `(?(` is invalid");
const RECURSION: ExpressionError = Unsupported("it is recursive");
const VERB: ExpressionError = Unsupported("it controls backtracking");
const NESTED_CONDITION: ExpressionError =
    Unsupported("a condition contains a group or another condition");
const LOCALE: ExpressionError = Unsupported("it depends on the locale");

/// The condition of a conditional group.
enum Condition {
    Group(Reference),
    Around(Node),
    Never,
}

impl Parser<'_> {
    /// Parses what follows `(`.
    pub fn parenthesis(&mut self, depth: usize) -> Result<Atom, ExpressionError> {
        let outer = self.flags;
        let node = if self.text.starts_with("*") {
            self.verb(depth)?
        } else if self.text.eat("?") {
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
    fn group_content(&mut self, depth: usize) -> Result<Node, ExpressionError> {
        let node = self.alternation(depth + 1)?;
        match self.text.eat(")") {
            true => Ok(node),
            false => Err(MISSING_PAREN),
        }
    }

    /// Parses a capturing group.
    fn group(&mut self, name: Option<String>, depth: usize) -> Result<Node, ExpressionError> {
        self.groups += 1;
        let group = self.groups;
        self.numbers.push(vec![group]);
        if let Some(name) = name {
            self.names.entry(name).or_default().push(group);
        }
        let node = self.group_content(depth)?;
        Ok(Node::Group(group, Box::new(node)))
    }

    /// Parses a group that starts with `(*`.
    fn verb(&mut self, depth: usize) -> Result<Node, ExpressionError> {
        self.text.at += 1;
        let is_name = |char: char| char.is_ascii_alphanumeric() || char == '_';
        let name: String = self.text.take_while(is_name).iter().collect();
        let end = self.text.next();
        if end == Some(':') {
            match &*name {
                "pla" | "positive_lookahead" => return self.around(false, false, depth),
                "nla" | "negative_lookahead" => return self.around(false, true, depth),
                "plb" | "positive_lookbehind" => return self.around(true, false, depth),
                "nlb" | "negative_lookbehind" => return self.around(true, true, depth),
                "atomic" => {
                    let outer = std::mem::replace(&mut self.is_in_around, true);
                    let node = self.group_content(depth)?;
                    self.is_in_around = outer;
                    return Ok(Node::Atomic(Box::new(node)));
                }
                "sr" | "script_run" | "asr" | "atomic_script_run" => return Err(VERB),
                _ => {}
            }
        }
        match (&*name, end) {
            ("F" | "FAIL", Some(')')) => Ok(Node::fail()),
            ("F" | "FAIL" | "ACCEPT" | "PRUNE" | "SKIP" | "THEN" | "COMMIT", Some(')' | ':'))
            | ("" | "MARK", Some(':')) => Err(VERB),
            _ => Err(INVALID_VERB),
        }
    }

    /// Parses the content of a lookaround.
    fn around(
        &mut self,
        is_behind: bool,
        is_negated: bool,
        depth: usize,
    ) -> Result<Node, ExpressionError> {
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
    fn special(&mut self, depth: usize) -> Result<Option<Node>, ExpressionError> {
        if self.text.eat("P<") {
            return self.named('>', depth).map(Some);
        }
        if self.text.eat("P=") {
            let name = self.text.until(')').ok_or(MISSING_PAREN)?;
            return self.name_reference(name).map(Some);
        }
        let node = match self.text.rest() {
            [] => return Err(INVALID_GROUP),
            ['P', '>', ..] | ['&' | 'R' | '0'..='9', ..] | ['+' | '-', '0'..='9', ..] => {
                return Err(RECURSION);
            }
            [next, ..] if !next.is_ascii() => return Err(INVALID_GROUP),
            _ if self.text.eat("<=") => self.around(true, false, depth)?,
            _ if self.text.eat("<!") => self.around(true, true, depth)?,
            _ if self.text.eat("<") => self.named('>', depth)?,
            _ if self.text.eat("'") => self.named('\'', depth)?,
            _ if self.text.eat("=") => self.around(false, false, depth)?,
            _ if self.text.eat("!") => self.around(false, true, depth)?,
            _ if self.text.eat(">") => Node::Atomic(Box::new(self.group_content(depth)?)),
            _ if self.text.eat("|") => self.shared_numbers(depth)?,
            _ if self.text.eat("(") => self.conditional(depth)?,
            ['{' | '?', ..] => return Err(Rejected("it contains code")),
            ['[', ..] => return Err(Unsupported("it combines character classes")),
            _ if self.flags()? => return Ok(None),
            _ => self.group_content(depth)?,
        };
        Ok(Some(node))
    }

    /// Parses a group whose alternatives share their numbers.
    fn shared_numbers(&mut self, depth: usize) -> Result<Node, ExpressionError> {
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
            if !self.text.eat("|") {
                break;
            }
        }
        self.numbers = numbers;
        match self.text.eat(")") {
            true => Ok(Node::Alternation(branches)),
            false => Err(MISSING_PAREN),
        }
    }

    /// Parses the name of a group and the group.
    fn named(&mut self, end: char, depth: usize) -> Result<Node, ExpressionError> {
        let name = self.text.until(end).ok_or(INVALID_GROUP)?;
        let name = self.checked_name(name)?;
        self.group(Some(name), depth)
    }

    /// Returns the name of a group if it is valid.
    pub fn checked_name(&self, name: &[char]) -> Result<String, ExpressionError> {
        let starts_valid = name.first().is_some_and(|char| !char.is_ascii_digit());
        match starts_valid && name.iter().all(|char| self.is_word(*char)) {
            true => Ok(name.iter().collect()),
            false => Err(INVALID_NAME),
        }
    }

    fn is_word(&self, char: char) -> bool {
        match char.is_ascii() {
            true => char.is_ascii_alphanumeric() || char == '_',
            false => char.is_alphanumeric() && self.default.charset == Charset::Unicode,
        }
    }

    /// Parses modifiers, and returns whether no group follows them.
    fn flags(&mut self) -> Result<bool, ExpressionError> {
        let mut flags = self.flags;
        if self.text.eat("^") {
            flags = self.default;
        }
        let mut value = true;
        let mut charsets = String::new();
        loop {
            let flag = self.text.next().ok_or(INVALID_FLAGS)?;
            match flag {
                'i' => flags.folds_case = value,
                'm' => flags.has_lines = value,
                's' => flags.dot_matches_newline = value,
                'n' => flags.has_no_groups = value,
                'x' => {
                    flags.is_extended = value;
                    flags.has_blank_classes = value && self.text.eat("x");
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
    fn conditional(&mut self, depth: usize) -> Result<Node, ExpressionError> {
        let condition = self.condition(depth)?;
        let yes = self.branch(depth + 1)?;
        let no = match self.text.eat("|") {
            true => self.branch(depth + 1)?,
            false => Node::Empty,
        };
        if self.text.starts_with("|") {
            return Err(INVALID_CONDITION);
        }
        if !self.text.eat(")") {
            return Err(MISSING_PAREN);
        }
        Ok(match condition {
            Condition::Never => no,
            Condition::Group(reference) => {
                let at = self.refer(reference);
                Node::IfGroup(at, Box::new(yes), Box::new(no))
            }
            Condition::Around(node) => Node::if_around(node, yes, no),
        })
    }

    /// Parses a condition, and the closing parenthesis.
    fn condition(&mut self, depth: usize) -> Result<Condition, ExpressionError> {
        let condition = match self.text.peek() {
            Some('?' | '*') => return self.around_condition(depth),
            Some(open @ ('<' | '\'')) => {
                self.text.at += 1;
                let end = if open == '<' { '>' } else { '\'' };
                let name = self.text.until(end).ok_or(INVALID_CONDITION)?;
                Condition::Group(Reference::Name(self.checked_name(name)?))
            }
            Some('1'..='9') => Condition::Group(Reference::Number(self.number())),
            Some('R') => {
                self.text.until(')').ok_or(INVALID_CONDITION)?;
                // Nothing is recursive.
                return Ok(Condition::Never);
            }
            _ if self.text.eat("DEFINE") => Condition::Never,
            _ => return Err(INVALID_CONDITION),
        };
        match self.text.eat(")") {
            true => Ok(condition),
            false => Err(INVALID_CONDITION),
        }
    }

    /// Parses a condition that is a lookaround.
    fn around_condition(&mut self, depth: usize) -> Result<Condition, ExpressionError> {
        if std::mem::replace(&mut self.is_in_condition, true) {
            return Err(NESTED_CONDITION);
        }
        let before = self.groups;
        let node = match self.parenthesis(depth)? {
            Atom::Node(node @ Node::Around { .. }) => node,
            Atom::Node(_) | Atom::Flags => return Err(INVALID_CONDITION),
        };
        self.is_in_condition = false;
        match self.groups > before {
            true => Err(NESTED_CONDITION),
            false => Ok(Condition::Around(node)),
        }
    }
}
