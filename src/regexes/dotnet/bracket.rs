//! Character classes in brackets.

use super::{
    parser::{MAX_DEPTH, Parser, TOO_DEEP},
    set::Set,
};
use crate::regexes::{
    ExpressionError::{self, Rejected},
    error::{INVALID_RANGE, MISSING_BRACKET},
    property::class_of,
};

const INVALID_SUBTRACTION: ExpressionError =
    Rejected("something follows a subtraction in a character class");

impl Parser<'_> {
    /// Parses a class after `[`.
    pub fn class(&mut self) -> Result<Set, ExpressionError> {
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
