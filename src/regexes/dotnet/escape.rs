//! What follows a backslash.

use regex_syntax::hir::{Class, ClassUnicode};

use super::{
    parser::{Parser, is_word},
    set::Set,
};
use crate::regexes::{
    ExpressionError::{self, Rejected, Unsupported},
    node::{Node, Position, WordChars},
    property::{digit_class, property, space_class, word_class},
    re2::{DIGITS, SPACES, WORD, class_from},
};

const INVALID_ESCAPE: ExpressionError = Rejected("an escape sequence is not supported");
const INVALID_PROPERTY: ExpressionError = Rejected("a Unicode property is unknown");
const UNKNOWN_PROPERTY: ExpressionError = Unsupported("ownlint does not know a Unicode property");

impl Parser<'_> {
    /// Parses what follows a backslash outside of a class.
    pub fn escape(&mut self) -> Result<Node, ExpressionError> {
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

    /// Parses a set of characters with a name after a backslash, such as `\d` and `\pL`. Returns `None` if none follows.
    pub fn category(&mut self) -> Result<Option<Set>, ExpressionError> {
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
    pub fn escaped_char(&mut self) -> Result<Option<char>, ExpressionError> {
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
}
