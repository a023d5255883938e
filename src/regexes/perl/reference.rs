//! References to groups.

use super::{counts::trim_blanks, error::INVALID_ESCAPE, parser::Parser};
use crate::regexes::{ExpressionError, Node, error::UNKNOWN_GROUP};

/// What a reference to groups refers to. Until all groups are known, its node contains its position among the references.
pub(super) enum Reference {
    Number(usize),
    Name(String),
}

impl Parser<'_> {
    /// Parses the number of a group.
    pub fn number(&mut self) -> usize {
        let digits = self.text.take_while(|char| char.is_ascii_digit());
        number_in(digits).unwrap_or_default()
    }

    /// Adds a reference, and returns what stands for its groups.
    pub fn refer(&mut self, reference: Reference) -> Vec<u32> {
        self.references.push(reference);
        vec![u32::try_from(self.references.len() - 1).unwrap_or(u32::MAX)]
    }

    /// Returns a node for what the groups of a reference contain.
    pub fn reference(&mut self, reference: Reference) -> Node {
        let at = self.refer(reference);
        Node::Backreference(at, self.flags.folds_case)
    }

    /// Returns a node for what the groups with a name contain.
    pub fn name_reference(&mut self, name: &[char]) -> Result<Node, ExpressionError> {
        let name = self.checked_name(name)?;
        Ok(self.reference(Reference::Name(name)))
    }

    /// Parses what follows `\k`.
    pub fn escaped_name_reference(&mut self) -> Result<Node, ExpressionError> {
        let end = match self.text.next() {
            Some('<') => '>',
            Some('{') => '}',
            Some('\'') => '\'',
            _ => return Err(INVALID_ESCAPE),
        };
        let name = self.text.until(end).ok_or(INVALID_ESCAPE)?;
        let name = if end == '}' { trim_blanks(name) } else { name };
        self.name_reference(name)
    }

    /// Parses what follows `\g`.
    pub fn group_reference(&mut self) -> Result<Node, ExpressionError> {
        let is_in_braces = self.text.eat("{");
        let text = match is_in_braces {
            true => trim_blanks(self.text.until('}').ok_or(INVALID_ESCAPE)?),
            false => {
                let mut is_first = true;
                self.text.take_while(|char| {
                    let is_sign = std::mem::take(&mut is_first) && char == '-';
                    is_sign || char.is_ascii_digit()
                })
            }
        };
        let positive = text.strip_prefix(&['-']);
        let Some(number) = number_in(positive.unwrap_or(text)) else {
            return match is_in_braces {
                true => self.name_reference(text),
                false => Err(INVALID_ESCAPE),
            };
        };
        let number = match positive {
            Some(_) => self.numbers.len().checked_sub(number),
            None => Some(number),
        };
        match number {
            Some(number) if number > 0 => Ok(self.reference(Reference::Number(number))),
            _ => Err(UNKNOWN_GROUP),
        }
    }
}

/// Returns the number that a text starts with; `None` if it starts with no digit.
fn number_in(text: &[char]) -> Option<usize> {
    let digits: String = text.iter().take_while(|it| it.is_ascii_digit()).collect();
    (!digits.is_empty()).then(|| digits.parse().unwrap_or(usize::MAX))
}

/// Replaces references by the groups that they refer to.
pub(super) fn resolve(node: &mut Node, groups: &[Vec<u32>]) {
    match node {
        Node::Empty | Node::Set(_) | Node::Position(_) => {}
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
