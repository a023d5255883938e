//! What follows a backslash.

use regex_syntax::hir::ClassBytes;

use super::{
    class::{HORIZONTAL, VERTICAL, property},
    counts::{counts, trim_blanks},
    error::{INVALID_ESCAPE, MISSING_BRACE},
    parser::{Parser, bytes, no_newline},
    reference::Reference,
};
use crate::regexes::{
    ExpressionError::{self, Rejected, Unsupported},
    node::{LATIN1_LETTERS, Node, Position, RepeatMode, WORD, WordChars, class},
};

const MISSING_PROPERTY: ExpressionError = Rejected("the name of a property is missing");
const UNKNOWN_PROPERTY: ExpressionError =
    Unsupported("ownlint does not know one of its properties");
const NAMED_CHARACTER: ExpressionError = Unsupported("it contains the name of a character");
const TEXT_BOUNDARY: ExpressionError = Unsupported("it searches for a boundary of Unicode");

impl Parser<'_> {
    /// Parses what follows a backslash outside of a class.
    pub fn escape(&mut self) -> Result<Node, ExpressionError> {
        let Some(char) = self.text.next() else {
            return Err(Rejected("it ends with a backslash"));
        };
        let words = match self.flags.charset.has_latin1() {
            true => WordChars::Latin1,
            false => WordChars::Ascii,
        };
        let node = match char {
            'A' | 'G' => Node::Position(Position::Start),
            'z' => Node::Position(Position::End),
            'Z' => Node::Position(Position::LastLineEnd),
            'b' | 'B' if self.text.eat("{") => return Err(self.text_boundary()),
            'b' => Node::Position(Position::WordBoundary(words)),
            'B' => Node::Position(Position::NoWordBoundary(words)),
            'K' => self.start_of_match()?,
            'C' => return Err(INVALID_ESCAPE),
            'R' => Node::Atomic(Box::new(Node::Alternation(vec![
                line_break(),
                bytes(class(VERTICAL)),
            ]))),
            'X' => cluster(),
            'N' if !self.text.starts_with("{")
                || matches!(counts(&self.text.rest()[1..]), Ok(Some(_))) =>
            {
                bytes(no_newline())
            }
            'k' => self.escaped_name_reference()?,
            'g' => self.group_reference()?,
            '1'..='9' => self.numbered(char)?,
            _ => self.set_or_char(char)?,
        };
        Ok(node)
    }

    /// Parses a set with a name, or a character.
    fn set_or_char(&mut self, char: char) -> Result<Node, ExpressionError> {
        match self.named_set(char)? {
            Some(set) => Ok(bytes(set)),
            None => {
                let code = self.escaped_code(char)?;
                self.literal(code)
            }
        }
    }

    /// Returns the error for what follows `\b{`.
    fn text_boundary(&mut self) -> ExpressionError {
        let Some(kind) = self.text.until('}') else {
            return MISSING_BRACE;
        };
        let kind: String = kind.iter().filter(|char| char.is_ascii()).collect();
        match kind.trim() {
            "gcb" | "g" | "lb" | "sb" | "wb" => TEXT_BOUNDARY,
            _ => INVALID_ESCAPE,
        }
    }

    /// Parses what follows `\K`, which only changes what counts as the match.
    fn start_of_match(&mut self) -> Result<Node, ExpressionError> {
        if self.is_in_around {
            return Err(Rejected("`\\K` is not allowed in a lookaround"));
        }
        self.skip_ignored()?;
        let start = self.text.at;
        if let Some((_, None)) = self.quantifier()? {
            return Err(Rejected("`\\K` is repeated without a limit"));
        }
        self.text.at = start;
        Ok(Node::Empty)
    }

    /// Parses a reference to a group, or an octal number, that starts with the digit `first`.
    fn numbered(&mut self, first: char) -> Result<Node, ExpressionError> {
        let start = self.text.at;
        self.text.at -= 1;
        let number = self.number();
        let is_octal = number > 9 && number >= self.numbers.len() && !matches!(first, '8' | '9');
        if !is_octal {
            return Ok(self.reference(Reference::Number(number)));
        }
        self.text.at = start;
        let code = self.escaped_code(first)?;
        self.literal(code)
    }

    /// Parses a set of characters with a name after a backslash, such as `\d` and `\pL`.
    pub fn named_set(&mut self, char: char) -> Result<Option<ClassBytes>, ExpressionError> {
        let has_latin1 = self.flags.charset.has_latin1();
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
    fn property(&mut self) -> Result<ClassBytes, ExpressionError> {
        self.needs_unicode = true;
        let name: String = match self.text.next() {
            None => return Err(MISSING_PROPERTY),
            Some('{') => {
                let name = self.text.until('}').ok_or(MISSING_BRACE)?;
                trim_blanks(name).iter().collect()
            }
            Some(char) => char.to_string(),
        };
        if name.is_empty() {
            return Err(MISSING_PROPERTY);
        }
        let positive = name.strip_prefix('^');
        let found = property(positive.unwrap_or(&name)).filter(|_| name.is_ascii());
        let mut set = found.ok_or(UNKNOWN_PROPERTY)?;
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

    /// Parses the escape of a single character, whose first character after the backslash is `char`.
    pub fn escaped_code(&mut self, char: char) -> Result<u32, ExpressionError> {
        Ok(match char {
            'a' => 7,
            'e' => 0x1B,
            'f' => 12,
            'n' => 10,
            'r' => 13,
            't' => 9,
            '0'..='7' => {
                self.text.at -= 1;
                self.digits(8, 3)
            }
            'x' if self.text.eat("{") => {
                let digits = trim_blanks(self.text.until('}').ok_or(MISSING_BRACE)?);
                number_of(digits, 16)?
            }
            'x' => self.digits(16, 2),
            'o' => {
                if !self.text.eat("{") {
                    return Err(INVALID_ESCAPE);
                }
                let digits = trim_blanks(self.text.until('}').ok_or(MISSING_BRACE)?);
                if digits.is_empty() {
                    return Err(INVALID_ESCAPE);
                }
                number_of(digits, 8)?
            }
            'c' => {
                let is_allowed = |it: &char| it.is_ascii() && !it.is_ascii_control() && *it != '{';
                let control = self.text.next().filter(is_allowed).ok_or(INVALID_ESCAPE)?;
                u32::from(control.to_ascii_uppercase()) ^ 0x40
            }
            'N' => self.named_code()?,
            char => u32::from(char),
        })
    }

    /// Parses what follows `\N` if it is a character.
    fn named_code(&mut self) -> Result<u32, ExpressionError> {
        if !self.text.eat("{") {
            return Err(INVALID_ESCAPE);
        }
        let name = self.text.until('}').ok_or(MISSING_BRACE)?;
        let name: String = name.iter().filter(|char| char.is_ascii()).collect();
        let digits = name.trim().strip_prefix("U+").ok_or(NAMED_CHARACTER)?;
        self.needs_unicode = true;
        if self.is_in_class {
            // In a class, nothing else lets Perl skip blanks.
            self.skip_ignored()?;
        }
        u32::from_str_radix(digits, 16).map_err(|_| INVALID_ESCAPE)
    }

    /// Parses up to `most` digits.
    fn digits(&mut self, radix: u32, most: usize) -> u32 {
        let mut left = most;
        let digits = self.text.take_while(|char| {
            let is_taken = left > 0 && char.is_digit(radix);
            left = left.saturating_sub(1);
            is_taken
        });
        let digits = digits.iter().filter_map(|char| char.to_digit(radix));
        digits.fold(0, |value, digit| value * radix + digit)
    }
}

/// Returns the value of the digits that a text starts with.
fn number_of(text: &[char], radix: u32) -> Result<u32, ExpressionError> {
    let mut value = 0_u32;
    for char in text {
        match char.to_digit(radix) {
            Some(digit) => {
                let more = value.checked_mul(radix);
                let more = more.and_then(|it| it.checked_add(digit));
                value = more.ok_or(INVALID_ESCAPE)?;
            }
            None if *char == '_' => {}
            None => break,
        }
    }
    Ok(value)
}

/// Returns a node for `\X`. Up to U+00FF, only CR and LF belong together.
fn cluster() -> Node {
    let any = Node::Alternation(vec![line_break(), bytes(class(&[(0, 0xFF)]))]);
    // For Perl, it can have any length.
    let nothing = Node::Repeat {
        node: Box::new(Node::fail()),
        min: 0,
        max: None,
        mode: RepeatMode::Greedy,
    };
    Node::Atomic(Box::new(Node::Concat(vec![any, nothing])))
}

fn line_break() -> Node {
    let byte = |byte| bytes(class(&[(byte, byte)]));
    Node::Concat(vec![byte(b'\r'), byte(b'\n')])
}
