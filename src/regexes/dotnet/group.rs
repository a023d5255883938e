//! What parentheses contain.

use super::parser::Parser;
use crate::regexes::{
    ExpressionError::{self, Rejected, Unsupported},
    Node,
    error::{INVALID_NAME, MISSING_PAREN},
};

const INVALID_GROUP: ExpressionError = Rejected("a group that starts with `(?` is not supported");
const INVALID_CONDITION: ExpressionError = Rejected("a conditional group is invalid");
const BALANCING: ExpressionError = Unsupported("it has a balancing group");

/// What a `(` starts.
enum Opened {
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

impl Parser<'_> {
    /// Parses what follows `(`. Returns `None` for flags.
    pub fn group(&mut self, is_in_condition: bool) -> Result<Option<Node>, ExpressionError> {
        let outer = self.flags;
        let Some(opened) = self.opening(is_in_condition)? else {
            return Ok(None);
        };
        let condition = match opened {
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
            ['?', ..] => self.opening(true)?.ok_or(INVALID_CONDITION)?,
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

    /// Parses what a group starts with. Returns `None` for flags without a group.
    fn opening(&mut self, is_in_condition: bool) -> Result<Option<Opened>, ExpressionError> {
        let is_plain = self.text.peek() != Some('?') || self.text.starts_with("?)");
        if is_plain {
            if self.flags.is_explicit {
                return Ok(Some(Opened::Plain));
            }
            self.unnamed += 1;
            self.found.unnamed = self.unnamed;
            return Ok(Some(Opened::Capture(self.position(self.unnamed)?)));
        }
        self.text.at += 1;
        let around = |is_behind, is_negated| Opened::Around {
            is_behind,
            is_negated,
        };
        Ok(Some(match self.text.next().ok_or(INVALID_GROUP)? {
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
                    Some(')') => return Ok(None),
                    Some(':') => Opened::Plain,
                    _ => return Err(INVALID_GROUP),
                }
            }
        }))
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
}

fn two(branches: Vec<Node>) -> (Node, Node) {
    let mut branches = branches.into_iter();
    let yes = branches.next().unwrap_or(Node::Empty);
    (yes, branches.next().unwrap_or(Node::Empty))
}
