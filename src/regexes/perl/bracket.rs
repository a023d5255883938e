//! Character classes in brackets.

use regex_syntax::hir::ClassBytes;

use super::{
    class::posix,
    parser::{Parser, bytes},
};
use crate::regexes::{
    ExpressionError::{self, Rejected},
    Node,
    error::{INVALID_RANGE, MISSING_BRACKET},
};

const INVALID_CLASS: ExpressionError = Rejected("a class such as `[:alpha:]` is unknown");

/// A part of a class.
enum ClassItem {
    /// The character with a code.
    Code(u32),
    /// A set with a name.
    Set(ClassBytes),
}

const HYPHEN: ClassItem = ClassItem::Code('-' as u32);

impl Parser<'_> {
    /// Parses a class after `[`.
    pub fn class(&mut self) -> Result<Node, ExpressionError> {
        self.is_in_class = true;
        let set = self.class_content()?;
        self.is_in_class = false;
        Ok(bytes(set))
    }

    fn class_content(&mut self) -> Result<ClassBytes, ExpressionError> {
        let is_negated = self.text.eat("^");
        let mut set = ClassBytes::empty();
        let mut is_first = true;
        loop {
            if self.flags.has_blank_classes {
                self.text.take_while(|char| matches!(char, ' ' | '\t'));
            }
            if !is_first && self.text.eat("]") {
                break;
            }
            is_first = false;
            let low = self.class_item()?;
            let is_range = self.text.starts_with("-") && !self.text.starts_with("-]");
            // A `-` after a set is a character.
            if !is_range || matches!(low, ClassItem::Set(_)) {
                self.add(&low, &mut set)?;
                if is_range {
                    self.text.at += 1;
                    self.add(&HYPHEN, &mut set)?;
                }
                continue;
            }
            self.text.at += 1;
            let high = self.class_item()?;
            match (&low, &high) {
                (ClassItem::Code(low), ClassItem::Code(high)) => {
                    self.add_range(*low, *high, &mut set)?;
                }
                // The `-` is a character.
                _ => {
                    for item in [&low, &HYPHEN, &high] {
                        self.add(item, &mut set)?;
                    }
                }
            }
        }
        if is_negated {
            set.negate();
        }
        Ok(set)
    }

    fn add(&mut self, item: &ClassItem, set: &mut ClassBytes) -> Result<(), ExpressionError> {
        match item {
            ClassItem::Code(code) => set.union(&self.one(*code)?),
            ClassItem::Set(other) => set.union(other),
        }
        Ok(())
    }

    fn add_range(
        &mut self,
        low: u32,
        high: u32,
        set: &mut ClassBytes,
    ) -> Result<(), ExpressionError> {
        if high < low {
            return Err(INVALID_RANGE);
        }
        self.needs_unicode |= high > 0xFF;
        for code in low..=high.min(0xFF) {
            set.union(&self.one(code)?);
        }
        // Characters beyond U+00FF can be the same as a byte in another case.
        let beyond = low.max(0x100)..=high.min(0x2FFF);
        if self.flags.folds_case {
            beyond.for_each(|code| self.flags.charset.fold(code, set));
        }
        Ok(())
    }

    /// Parses a character or a named set in a class.
    fn class_item(&mut self) -> Result<ClassItem, ExpressionError> {
        if self.text.starts_with("[")
            && let Some(set) = self.posix_set()?
        {
            return Ok(ClassItem::Set(set));
        }
        let char = self.text.next().ok_or(MISSING_BRACKET)?;
        if char != '\\' {
            return Ok(ClassItem::Code(u32::from(char)));
        }
        let char = self.text.next().ok_or(MISSING_BRACKET)?;
        if char == 'b' {
            return Ok(ClassItem::Code(8));
        }
        Ok(match self.named_set(char)? {
            Some(set) => ClassItem::Set(set),
            None => ClassItem::Code(self.escaped_code(char)?),
        })
    }

    /// Parses a set such as `[:alpha:]`.
    fn posix_set(&mut self) -> Result<Option<ClassBytes>, ExpressionError> {
        let ['[', kind @ (':' | '.' | '='), inner @ ..] = self.text.rest() else {
            return Ok(None);
        };
        let Some(length) = inner.windows(2).position(|pair| *pair == [*kind, ']']) else {
            return Ok(None);
        };
        let name: String = inner[..length].iter().collect();
        if !name.is_ascii() {
            return Err(INVALID_CLASS);
        }
        // Perl also looks for such a class where its author forgot a character.
        let is_meant = |name: &str| !name.contains(['[', ']', '\\', '(', ')']);
        if !is_meant(name.strip_suffix(']').unwrap_or(&name)) {
            return Ok(None);
        }
        if *kind != ':' {
            return Err(INVALID_CLASS);
        }
        self.text.at += 2 + length + 2;
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
