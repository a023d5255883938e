//! References to groups.

use std::collections::{BTreeMap, BTreeSet};

use super::parser::Parser;
use crate::regexes::{ExpressionError, Node, error::UNKNOWN_GROUP};

/// The groups of an expression, as they appear.
#[derive(Debug, Default)]
pub(super) struct FoundGroups {
    /// How many have no name.
    pub unnamed: u32,
    /// Those with a number for a name.
    pub numbers: Vec<u32>,
    /// The names, in order.
    pub names: Vec<String>,
}

/// The groups of an expression with their numbers.
#[derive(Debug)]
pub(super) struct Groups {
    /// By number, the position among all groups.
    positions: BTreeMap<u32, u32>,
    names: BTreeMap<String, u32>,
}

impl FoundGroups {
    /// Numbers the groups: those without a name first.
    pub fn assigned(self) -> Groups {
        let mut numbers: BTreeSet<u32> = (1..=self.unnamed).chain(self.numbers).collect();
        let mut names = BTreeMap::new();
        let mut next = self.unnamed + 1;
        for name in self.names {
            if names.contains_key(&name) {
                continue;
            }
            while numbers.contains(&next) {
                next += 1;
            }
            numbers.insert(next);
            names.insert(name, next);
        }
        Groups {
            positions: numbers.into_iter().zip(1..).collect(),
            names,
        }
    }
}

impl Parser<'_> {
    /// Returns the position of the group with a number, which exists unless this is the first pass.
    pub fn position(&mut self, number: u32) -> Result<u32, ExpressionError> {
        self.has_groups = true;
        match self.groups {
            None => Ok(0),
            Some(groups) => groups.positions.get(&number).copied().ok_or(UNKNOWN_GROUP),
        }
    }

    pub fn position_of_name(&mut self, name: &str) -> Result<u32, ExpressionError> {
        self.has_groups = true;
        match self.groups {
            None => Ok(0),
            Some(groups) => self.position(*groups.names.get(name).ok_or(UNKNOWN_GROUP)?),
        }
    }

    /// Parses a reference after a backslash. Returns `None` if none follows.
    pub fn reference(&mut self) -> Result<Option<Node>, ExpressionError> {
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
}
