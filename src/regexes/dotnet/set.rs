use regex_syntax::hir::ClassUnicode;

use crate::regexes::{ExpressionError, error::INVALID_RANGE, property::class_of};

/// A class of characters.
#[derive(Debug)]
pub(super) struct Set {
    pub chars: ClassUnicode,
    /// Sets with a name, and whether each is negated.
    pub categories: Vec<(ClassUnicode, bool)>,
    is_negated: bool,
    pub subtracted: Option<Box<Self>>,
}

impl Set {
    pub fn new(is_negated: bool) -> Self {
        Self {
            chars: ClassUnicode::empty(),
            categories: Vec::new(),
            is_negated,
            subtracted: None,
        }
    }

    pub fn add(&mut self, low: Option<char>, high: Option<char>) -> Result<(), ExpressionError> {
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
    pub fn resolved(self) -> ClassUnicode {
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
