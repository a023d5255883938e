use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use super::{
    GoYamlError,
    reader::Reader,
    token::{Token, TokenKind},
};
use crate::text::Span;

/// The limit of go-yaml for nested blocks, and for nested flow lists and mappings.
const MAX_LEVEL: usize = 10_000;

/// The longest distance between the start of a key on one line and the `:` behind it.
const MAX_KEY: usize = 1_024;

type Result<T> = std::result::Result<T, GoYamlError>;

/// Splits a file into tokens.
#[derive(Debug)]
pub(super) struct Scanner<'b> {
    reader: Reader<'b>,
    line: usize,
    column: usize,
    has_started: bool,
    /// The tokens that the parser has not taken yet.
    tokens: VecDeque<Token>,
    /// The number of tokens that it has taken.
    taken: usize,
    /// The column of the current block; -1 outside of all blocks.
    indent: isize,
    indents: Vec<isize>,
    flow_level: usize,
    /// Whether a key without `?` may start here.
    may_start_key: bool,
    /// For each flow level, where a key may have started.
    keys: Vec<PossibleKey>,
    /// The level of each key by its token. Entries of keys that turned out to be none may remain, and count for a later
    /// key at the same level.
    levels: FxHashMap<usize, usize>,
}

#[derive(Debug, Clone, Copy, Default)]
struct PossibleKey {
    is_possible: bool,
    /// Whether anything else would be an error.
    is_required: bool,
    token: usize,
    position: usize,
    line: usize,
    column: usize,
    offset: usize,
}

/// Breaks and blanks between the words of a scalar.
#[derive(Debug, Default)]
struct Gap {
    blanks: String,
    first_break: String,
    other_breaks: String,
}

impl Gap {
    /// Adds what it stands for to a scalar: a break becomes a space, unless others follow.
    fn fold_into(&mut self, text: &mut String, has_break: bool) {
        if !has_break {
            text.push_str(&self.blanks);
        } else if !self.first_break.starts_with('\n') {
            text.push_str(&self.first_break);
            text.push_str(&self.other_breaks);
        } else if self.other_breaks.is_empty() {
            text.push(' ');
        } else {
            text.push_str(&self.other_breaks);
        }
        *self = Self::default();
    }
}

fn is_break(char: char) -> bool {
    matches!(char, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_break_or_end(char: char) -> bool {
    is_break(char) || char == '\0'
}

fn is_blank(char: char) -> bool {
    matches!(char, ' ' | '\t')
}

fn is_space_or_end(char: char) -> bool {
    is_blank(char) || is_break_or_end(char)
}

fn is_word(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '_' | '-')
}

impl<'b> Scanner<'b> {
    pub fn new(bytes: &'b [u8]) -> Self {
        Self {
            reader: Reader::new(bytes),
            line: 0,
            column: 0,
            has_started: false,
            tokens: VecDeque::new(),
            taken: 0,
            indent: -1,
            indents: Vec::new(),
            flow_level: 0,
            may_start_key: true,
            keys: vec![PossibleKey::default()],
            levels: FxHashMap::default(),
        }
    }

    /// Returns the next token without taking it.
    pub fn peek(&mut self) -> Result<&Token> {
        // Whether a token starts a key is known only after the `:` behind it.
        while self.tokens.is_empty() || self.may_be_key(self.taken)? {
            self.fetch()?;
        }
        Ok(&self.tokens[0])
    }

    /// Takes the token that was peeked last.
    pub fn take(&mut self) -> Result<Token> {
        self.peek()?;
        self.taken += 1;
        self.tokens
            .pop_front()
            .ok_or_else(|| self.error_here("unexpected end"))
    }

    fn may_be_key(&mut self, token: usize) -> Result<bool> {
        match self.levels.get(&token) {
            Some(level) if *level < self.keys.len() => self.is_valid_key(*level),
            _ => Ok(false),
        }
    }

    fn is_valid_key(&mut self, level: usize) -> Result<bool> {
        let position = self.reader.position();
        let key = &mut self.keys[level];
        if !key.is_possible {
            return Ok(false);
        }
        if key.line < self.line || key.position + MAX_KEY < position {
            if key.is_required {
                let offset = key.offset;
                return Err(self.missing_colon(offset));
            }
            key.is_possible = false;
            return Ok(false);
        }
        Ok(true)
    }

    fn missing_colon(&self, offset: usize) -> GoYamlError {
        GoYamlError::new(
            Span::new(offset, offset + 1),
            "a `:` is missing after a key",
        )
    }

    fn offset(&self) -> usize {
        self.reader.offset()
    }

    fn error_at(&self, start: usize, message: &str) -> GoYamlError {
        GoYamlError::new(Span::new(start, self.offset().max(start + 1)), message)
    }

    fn error_here(&self, message: &str) -> GoYamlError {
        self.error_at(self.offset(), message)
    }

    fn char(&self) -> char {
        self.reader.peek(0)
    }

    /// Skips the current character and decodes the next `count`.
    fn skip(&mut self, count: usize) -> Result<()> {
        self.reader.advance();
        self.column += 1;
        self.reader.ensure(count)
    }

    /// Takes a line break, and adds it to a text.
    fn take_break(&mut self, text: &mut String) -> Result<()> {
        self.reader.ensure(2)?;
        let char = self.char();
        if !is_break(char) {
            return Ok(());
        }
        if char == '\r' && self.reader.peek(1) == '\n' {
            self.reader.advance();
        }
        self.reader.advance();
        self.column = 0;
        self.line += 1;
        text.push(match char {
            '\u{2028}' | '\u{2029}' => char,
            _ => '\n',
        });
        Ok(())
    }

    fn push(&mut self, kind: TokenKind, start: usize) {
        let span = Span::new(start, self.offset());
        self.tokens.push_back(Token { kind, span });
    }

    /// Inserts a token before the one with this number. If there is none, or the parser has already taken it, adds the
    /// token at the end.
    fn insert(&mut self, before: Option<usize>, kind: TokenKind, offset: usize) {
        let at = before.and_then(|token| token.checked_sub(self.taken));
        let span = Span::new(offset, offset);
        self.tokens
            .insert(at.unwrap_or(self.tokens.len()), Token { kind, span });
    }

    /// Adds the token of an indicator of `length` characters.
    fn push_indicator(&mut self, kind: TokenKind, length: usize) {
        let start = self.offset();
        for _ in 0..length {
            self.reader.advance();
            self.column += 1;
        }
        self.push(kind, start);
    }

    /// Adds the next token to the queue.
    fn fetch(&mut self) -> Result<()> {
        self.reader.ensure(1)?;
        if !self.has_started {
            self.has_started = true;
            self.push(TokenKind::StreamStart, 0);
            return Ok(());
        }
        self.skip_to_token()?;
        self.close_blocks(self.signed_column());
        self.reader.ensure(4)?;
        let (char, next) = (self.char(), self.reader.peek(1));
        let is_flow = self.flow_level > 0;
        match char {
            '\0' => self.fetch_stream_end(),
            '%' if self.column == 0 => self.fetch_directive(),
            '-' | '.' if self.is_document_indicator() => self.fetch_document_indicator(),
            '[' => self.fetch_flow_start(TokenKind::FlowSequenceStart),
            '{' => self.fetch_flow_start(TokenKind::FlowMappingStart),
            ']' => self.fetch_flow_end(TokenKind::FlowSequenceEnd),
            '}' => self.fetch_flow_end(TokenKind::FlowMappingEnd),
            ',' => self.fetch_flow_entry(),
            '-' if is_space_or_end(next) => self.fetch_block_entry(),
            '?' if is_flow || is_space_or_end(next) => self.fetch_key(),
            ':' if is_flow || is_space_or_end(next) => self.fetch_value(),
            '*' | '&' => self.fetch_anchor(),
            '!' => self.fetch_tag(),
            '|' | '>' if !is_flow => self.fetch_block_scalar(),
            '\'' | '"' => self.fetch_quoted(),
            '\t' | '#' | '|' | '>' | '%' | '@' | '`' => {
                Err(self.error_here("this character cannot start a value"))
            }
            _ => self.fetch_plain(),
        }
    }

    fn signed_column(&self) -> isize {
        isize::try_from(self.column).unwrap_or(isize::MAX)
    }

    fn is_document_indicator(&self) -> bool {
        let char = self.char();
        self.column == 0
            && matches!(char, '-' | '.')
            && self.reader.peek(1) == char
            && self.reader.peek(2) == char
            && is_space_or_end(self.reader.peek(3))
    }

    fn skip_to_token(&mut self) -> Result<()> {
        loop {
            self.reader.ensure(1)?;
            if self.column == 0 && self.reader.buffer_has_mark() {
                self.skip(0)?;
            }
            self.reader.ensure(1)?;
            while self.char() == ' '
                || self.char() == '\t' && (self.flow_level > 0 || !self.may_start_key)
            {
                self.skip(1)?;
            }
            self.skip_comment()?;
            if !is_break(self.char()) {
                return Ok(());
            }
            self.take_break(&mut String::new())?;
            if self.flow_level == 0 {
                self.may_start_key = true;
            }
        }
    }

    fn skip_comment(&mut self) -> Result<()> {
        if self.char() == '#' {
            while !is_break_or_end(self.char()) {
                self.skip(1)?;
            }
        }
        Ok(())
    }

    fn skip_blanks(&mut self) -> Result<()> {
        self.reader.ensure(1)?;
        while is_blank(self.char()) {
            self.skip(1)?;
        }
        Ok(())
    }

    /// Notes that a key may start here.
    fn note_key(&mut self) -> Result<()> {
        if !self.may_start_key {
            return Ok(());
        }
        let key = PossibleKey {
            is_possible: true,
            is_required: self.flow_level == 0 && self.indent == self.signed_column(),
            token: self.taken + self.tokens.len(),
            position: self.reader.position(),
            line: self.line,
            column: self.column,
            offset: self.offset(),
        };
        self.drop_key()?;
        let level = self.keys.len() - 1;
        self.keys[level] = key;
        self.levels.insert(key.token, level);
        Ok(())
    }

    /// Decides that no key started at the current level.
    fn drop_key(&mut self) -> Result<()> {
        let level = self.keys.len() - 1;
        let key = self.keys[level];
        if key.is_possible {
            if key.is_required {
                return Err(self.missing_colon(key.offset));
            }
            self.keys[level].is_possible = false;
            self.levels.remove(&key.token);
        }
        Ok(())
    }

    /// Opens a block at a column, unless one is open there. Its token is inserted at the position of `token`, or added.
    fn open_block(
        &mut self,
        column: usize,
        token: Option<usize>,
        kind: TokenKind,
        offset: usize,
    ) -> Result<()> {
        let column = isize::try_from(column).unwrap_or(isize::MAX);
        if self.flow_level > 0 || self.indent >= column {
            return Ok(());
        }
        self.indents.push(self.indent);
        self.indent = column;
        if self.indents.len() > MAX_LEVEL {
            return Err(self.error_here("lists and mappings are nested too deeply"));
        }
        self.insert(token, kind, offset);
        Ok(())
    }

    /// Closes the blocks that are indented more than `column`.
    fn close_blocks(&mut self, column: isize) {
        if self.flow_level > 0 {
            return;
        }
        while self.indent > column {
            self.push(TokenKind::BlockEnd, self.offset());
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }

    /// Ends everything that cannot continue after the end of a document.
    fn end_document(&mut self) -> Result<()> {
        self.close_blocks(-1);
        self.drop_key()?;
        self.may_start_key = false;
        Ok(())
    }

    fn fetch_stream_end(&mut self) -> Result<()> {
        if self.column != 0 {
            self.column = 0;
            self.line += 1;
        }
        self.end_document()?;
        self.push(TokenKind::StreamEnd, self.offset());
        Ok(())
    }

    fn fetch_document_indicator(&mut self) -> Result<()> {
        let kind = match self.char() {
            '-' => TokenKind::DocumentStart,
            _ => TokenKind::DocumentEnd,
        };
        self.end_document()?;
        self.push_indicator(kind, 3);
        Ok(())
    }

    fn fetch_flow_start(&mut self, kind: TokenKind) -> Result<()> {
        self.note_key()?;
        self.keys.push(PossibleKey {
            token: self.taken + self.tokens.len(),
            ..PossibleKey::default()
        });
        self.flow_level += 1;
        if self.flow_level > MAX_LEVEL {
            return Err(self.error_here("lists and mappings are nested too deeply"));
        }
        self.may_start_key = true;
        self.push_indicator(kind, 1);
        Ok(())
    }

    fn fetch_flow_end(&mut self, kind: TokenKind) -> Result<()> {
        self.drop_key()?;
        if self.flow_level > 0 {
            self.flow_level -= 1;
            if let Some(key) = self.keys.pop() {
                self.levels.remove(&key.token);
            }
        }
        self.may_start_key = false;
        self.push_indicator(kind, 1);
        Ok(())
    }

    fn fetch_flow_entry(&mut self) -> Result<()> {
        self.drop_key()?;
        self.may_start_key = true;
        self.push_indicator(TokenKind::FlowEntry, 1);
        Ok(())
    }

    fn fetch_block_entry(&mut self) -> Result<()> {
        // In flow lists, the parser reports it.
        if self.flow_level == 0 {
            self.start_entry(
                TokenKind::BlockSequenceStart,
                "a list item cannot start here",
            )?;
        }
        self.drop_key()?;
        self.may_start_key = true;
        self.push_indicator(TokenKind::BlockEntry, 1);
        Ok(())
    }

    fn start_entry(&mut self, kind: TokenKind, message: &str) -> Result<()> {
        if !self.may_start_key {
            return Err(self.error_here(message));
        }
        self.open_block(self.column, None, kind, self.offset())
    }

    fn fetch_key(&mut self) -> Result<()> {
        if self.flow_level == 0 {
            self.start_entry(TokenKind::BlockMappingStart, "a key cannot start here")?;
        }
        self.drop_key()?;
        self.may_start_key = self.flow_level == 0;
        self.push_indicator(TokenKind::Key, 1);
        Ok(())
    }

    fn fetch_value(&mut self) -> Result<()> {
        let level = self.keys.len() - 1;
        if self.is_valid_key(level)? {
            let key = self.keys[level];
            self.insert(Some(key.token), TokenKind::Key, key.offset);
            let kind = TokenKind::BlockMappingStart;
            self.open_block(key.column, Some(key.token), kind, key.offset)?;
            self.keys[level].is_possible = false;
            self.levels.remove(&key.token);
            self.may_start_key = false;
        } else {
            if self.flow_level == 0 {
                self.start_entry(TokenKind::BlockMappingStart, "a value cannot start here")?;
            }
            self.may_start_key = self.flow_level == 0;
        }
        self.push_indicator(TokenKind::Value, 1);
        Ok(())
    }

    fn fetch_directive(&mut self) -> Result<()> {
        self.end_document()?;
        let start = self.offset();
        self.skip(1)?;
        let name = self.take_word()?;
        if name.is_empty() || !is_space_or_end(self.char()) {
            return Err(self.error_at(start, "invalid directive"));
        }
        let kind = match &*name {
            "YAML" => {
                self.skip_blanks()?;
                let major = self.take_version(start)?;
                if self.char() != '.' {
                    return Err(self.error_at(start, "invalid directive"));
                }
                self.skip(0)?;
                TokenKind::VersionDirective(major, self.take_version(start)?)
            }
            "TAG" => {
                self.skip_blanks()?;
                let handle = self.take_tag_handle(true, start)?;
                self.reader.ensure(1)?;
                if !is_blank(self.char()) {
                    return Err(self.error_at(start, "invalid directive"));
                }
                self.skip_blanks()?;
                let prefix = self.take_tag_uri(&[], start)?;
                self.reader.ensure(1)?;
                if !is_space_or_end(self.char()) {
                    return Err(self.error_at(start, "invalid directive"));
                }
                TokenKind::TagDirective(handle, prefix)
            }
            _ => return Err(self.error_at(start, "unknown directive")),
        };
        let end = self.offset();
        self.end_line(start, "invalid directive")?;
        let span = Span::new(start, end);
        self.tokens.push_back(Token { kind, span });
        Ok(())
    }

    /// Skips blanks, a comment and the line break.
    fn end_line(&mut self, start: usize, message: &str) -> Result<()> {
        self.skip_blanks()?;
        self.skip_comment()?;
        if !is_break_or_end(self.char()) {
            return Err(self.error_at(start, message));
        }
        if is_break(self.char()) {
            self.take_break(&mut String::new())?;
        }
        Ok(())
    }

    fn take_word(&mut self) -> Result<String> {
        let mut word = String::new();
        self.reader.ensure(1)?;
        while is_word(self.char()) {
            word.push(self.char());
            self.skip(1)?;
        }
        Ok(word)
    }

    /// Takes a number of one or two digits.
    fn take_version(&mut self, start: usize) -> Result<u32> {
        let mut digits = String::new();
        self.reader.ensure(1)?;
        while self.char().is_ascii_digit() && digits.len() < 3 {
            digits.push(self.char());
            self.skip(1)?;
        }
        let number = digits.parse().ok().filter(|_| digits.len() < 3);
        number.ok_or_else(|| self.error_at(start, "invalid directive"))
    }

    fn fetch_anchor(&mut self) -> Result<()> {
        self.note_key()?;
        self.may_start_key = false;
        let is_alias = self.char() == '*';
        let start = self.offset();
        self.skip(1)?;
        let name = self.take_word()?;
        let end = self.char();
        let is_ended =
            is_space_or_end(end) || matches!(end, '?' | ':' | ',' | ']' | '}' | '%' | '@' | '`');
        if name.is_empty() || !is_ended {
            let message = match is_alias {
                true => "invalid alias",
                false => "invalid anchor",
            };
            return Err(self.error_at(start, message));
        }
        let kind = match is_alias {
            true => TokenKind::Alias(name),
            false => TokenKind::Anchor(name),
        };
        self.push(kind, start);
        Ok(())
    }

    fn fetch_tag(&mut self) -> Result<()> {
        self.note_key()?;
        self.may_start_key = false;
        let start = self.offset();
        self.reader.ensure(2)?;
        let (handle, suffix) = if self.reader.peek(1) == '<' {
            self.skip(0)?;
            self.skip(0)?;
            let suffix = self.take_tag_uri(&[], start)?;
            if self.char() != '>' {
                return Err(self.error_at(start, "invalid tag"));
            }
            self.skip(0)?;
            (Vec::new(), suffix)
        } else {
            let handle = self.take_tag_handle(false, start)?;
            if handle.len() > 1 && handle.ends_with(b"!") {
                let suffix = self.take_tag_uri(&[], start)?;
                (handle, suffix)
            } else {
                match self.take_tag_uri(&handle, start)? {
                    suffix if suffix.is_empty() => (suffix, b"!".to_vec()),
                    suffix => (b"!".to_vec(), suffix),
                }
            }
        };
        self.reader.ensure(1)?;
        if !is_space_or_end(self.char()) {
            return Err(self.error_at(start, "invalid tag"));
        }
        self.push(TokenKind::Tag(handle, suffix), start);
        Ok(())
    }

    fn take_tag_handle(&mut self, is_directive: bool, start: usize) -> Result<Vec<u8>> {
        self.reader.ensure(1)?;
        if self.char() != '!' {
            return Err(self.error_at(start, "invalid tag"));
        }
        self.skip(1)?;
        let mut handle = format!("!{}", self.take_word()?);
        if self.char() == '!' {
            handle.push('!');
            self.skip(0)?;
        } else if is_directive && handle != "!" {
            return Err(self.error_at(start, "invalid tag"));
        }
        Ok(handle.into_bytes())
    }

    /// Takes the URI of a tag after `head`, the start of the tag, which may turn out not to be a handle.
    fn take_tag_uri(&mut self, head: &[u8], start: usize) -> Result<Vec<u8>> {
        let mut uri = head.get(1..).unwrap_or_default().to_vec();
        let mut is_valid = !head.is_empty();
        self.reader.ensure(1)?;
        while is_word(self.char()) || ";/?:@&=+$,.!~*'()[]%".contains(self.char()) {
            is_valid = true;
            if self.char() == '%' {
                self.take_uri_escape(&mut uri, start)?;
                self.reader.ensure(1)?;
            } else {
                // All of these are ASCII.
                uri.extend(u8::try_from(self.char()));
                self.skip(1)?;
            }
        }
        match is_valid {
            true => Ok(uri),
            false => Err(self.error_at(start, "invalid tag")),
        }
    }

    /// Takes the escapes of all bytes of a character.
    fn take_uri_escape(&mut self, uri: &mut Vec<u8>, start: usize) -> Result<()> {
        let mut missing = None;
        while missing != Some(0) {
            self.reader.ensure(3)?;
            let digits = [self.reader.peek(1), self.reader.peek(2)];
            let [Some(high), Some(low)] = digits.map(|digit| digit.to_digit(16)) else {
                return Err(self.error_at(start, "invalid tag"));
            };
            let octet = u8::try_from(high * 16 + low).unwrap_or_default();
            let length = match (missing, octet) {
                (None, 0..=0x7F) => 1,
                (None, 0xC0..=0xDF) => 2,
                (None, 0xE0..=0xEF) => 3,
                (None, 0xF0..=0xF7) => 4,
                (Some(missing), 0x80..=0xBF) => missing,
                _ => return Err(self.error_at(start, "invalid tag")),
            };
            if self.char() != '%' {
                return Err(self.error_at(start, "invalid tag"));
            }
            uri.push(octet);
            for _ in 0..3 {
                self.skip(0)?;
            }
            missing = Some(length - 1);
        }
        Ok(())
    }

    fn fetch_block_scalar(&mut self) -> Result<()> {
        self.drop_key()?;
        self.may_start_key = true;
        let is_literal = self.char() == '|';
        let start = self.offset();
        self.skip(1)?;
        let (mut chomping, mut increment) = (None, None);
        if matches!(self.char(), '+' | '-') {
            chomping = Some(self.char());
            self.skip(1)?;
            increment = self.take_increment(start)?;
        } else if self.char().is_ascii_digit() {
            increment = self.take_increment(start)?;
            if matches!(self.char(), '+' | '-') {
                chomping = Some(self.char());
                self.skip(0)?;
            }
        }
        self.end_line(start, "invalid start of a block scalar")?;
        let mut indent = increment.map_or(0, |increment| self.indent.max(0) + increment);

        let (mut text, mut last_break, mut breaks) = (String::new(), String::new(), String::new());
        let mut end = self.take_block_breaks(&mut indent, &mut breaks, start)?;
        self.reader.ensure(1)?;
        let mut was_blank = false;
        while self.signed_column() == indent && self.char() != '\0' {
            let starts_blank = is_blank(self.char());
            if !is_literal && !was_blank && !starts_blank && last_break.starts_with('\n') {
                if breaks.is_empty() {
                    text.push(' ');
                }
            } else {
                text += &last_break;
            }
            last_break.clear();
            text += &breaks;
            breaks.clear();
            was_blank = starts_blank;
            while !is_break_or_end(self.char()) {
                text.push(self.char());
                self.skip(1)?;
            }
            self.take_break(&mut last_break)?;
            end = self.take_block_breaks(&mut indent, &mut breaks, start)?;
        }
        if chomping != Some('-') {
            text += &last_break;
        }
        if chomping == Some('+') {
            text += &breaks;
        }
        let span = Span::new(start, end);
        let kind = TokenKind::Scalar {
            text,
            is_plain: false,
        };
        self.tokens.push_back(Token { kind, span });
        Ok(())
    }

    /// Takes the digit for the indentation of a block scalar.
    fn take_increment(&mut self, start: usize) -> Result<Option<isize>> {
        let Some(digit) = self.char().to_digit(10) else {
            return Ok(None);
        };
        if digit == 0 {
            return Err(self.error_at(start, "the indentation of a block scalar cannot be 0"));
        }
        self.skip(1)?;
        Ok(isize::try_from(digit).ok())
    }

    /// Takes the indentation and empty lines of a block scalar; determines the indentation if it is 0. Returns where the
    /// line before ended.
    fn take_block_breaks(
        &mut self,
        indent: &mut isize,
        breaks: &mut String,
        start: usize,
    ) -> Result<usize> {
        let mut end = self.offset();
        let mut widest = 0;
        loop {
            self.reader.ensure(1)?;
            let is_before = |column: isize| *indent == 0 || column < *indent;
            while is_before(self.signed_column()) && self.char() == ' ' {
                self.skip(1)?;
            }
            widest = widest.max(self.signed_column());
            if is_before(self.signed_column()) && self.char() == '\t' {
                return Err(self.error_at(start, "a block scalar is indented with a tab"));
            }
            if !is_break(self.char()) {
                break;
            }
            self.take_break(breaks)?;
            end = self.offset();
        }
        if *indent == 0 {
            *indent = widest.max(self.indent + 1).max(1);
        }
        Ok(end)
    }

    fn fetch_quoted(&mut self) -> Result<()> {
        self.note_key()?;
        self.may_start_key = false;
        let quote = self.char();
        let start = self.offset();
        self.skip(0)?;
        let (mut text, mut gap) = (String::new(), Gap::default());
        loop {
            self.reader.ensure(4)?;
            if self.is_document_indicator() || self.char() == '\0' {
                return Err(self.error_at(start, "a closing quote is missing"));
            }
            let mut has_break = false;
            while !is_space_or_end(self.char()) {
                let (char, next) = (self.char(), self.reader.peek(1));
                if char == '\'' && quote == '\'' && next == '\'' {
                    text.push('\'');
                    self.skip(0)?;
                    self.skip(0)?;
                } else if char == quote {
                    break;
                } else if char == '\\' && quote == '"' && is_break(next) {
                    self.reader.ensure(3)?;
                    self.skip(0)?;
                    self.take_break(&mut String::new())?;
                    has_break = true;
                    break;
                } else if char == '\\' && quote == '"' {
                    text.push(self.take_escape(start)?);
                } else {
                    text.push(char);
                    self.skip(0)?;
                }
                self.reader.ensure(2)?;
            }
            self.reader.ensure(1)?;
            if self.char() == quote {
                break;
            }
            self.take_gap(&mut gap, &mut has_break, None)?;
            gap.fold_into(&mut text, has_break);
        }
        self.skip(0)?;
        let is_plain = false;
        self.push(TokenKind::Scalar { text, is_plain }, start);
        Ok(())
    }

    /// Takes an escape sequence.
    fn take_escape(&mut self, start: usize) -> Result<char> {
        let (char, length) = match self.reader.peek(1) {
            '0' => ('\0', 0),
            'a' => ('\x07', 0),
            'b' => ('\x08', 0),
            't' | '\t' => ('\t', 0),
            'n' => ('\n', 0),
            'v' => ('\x0B', 0),
            'f' => ('\x0C', 0),
            'r' => ('\r', 0),
            'e' => ('\x1B', 0),
            char @ (' ' | '"' | '\'' | '\\') => (char, 0),
            'N' => ('\u{85}', 0),
            '_' => ('\u{A0}', 0),
            'L' => ('\u{2028}', 0),
            'P' => ('\u{2029}', 0),
            'x' => ('\0', 2),
            'u' => ('\0', 4),
            'U' => ('\0', 8),
            _ => return Err(self.error_at(start, "unknown escape sequence")),
        };
        self.skip(0)?;
        self.skip(0)?;
        if length == 0 {
            return Ok(char);
        }
        self.reader.ensure(length)?;
        let mut code = Some(0_u32);
        for at in 0..length {
            let digit = self.reader.peek(at).to_digit(16);
            code = code
                .zip(digit)
                .and_then(|(code, digit)| code.checked_mul(16)?.checked_add(digit));
        }
        let char = code.and_then(char::from_u32);
        let char = char.ok_or_else(|| self.error_at(start, "invalid escape sequence"))?;
        for _ in 0..length {
            self.skip(0)?;
        }
        Ok(char)
    }

    /// Takes blanks and line breaks in a scalar. In a plain one, tabs before column `indent` are errors.
    fn take_gap(
        &mut self,
        gap: &mut Gap,
        has_break: &mut bool,
        indent: Option<isize>,
    ) -> Result<()> {
        while is_blank(self.char()) || is_break(self.char()) {
            if is_blank(self.char()) {
                let is_indentation = indent.is_some_and(|indent| self.signed_column() < indent);
                if *has_break && is_indentation && self.char() == '\t' {
                    return Err(self.error_here("a value is indented with a tab"));
                }
                if !*has_break {
                    gap.blanks.push(self.char());
                }
                self.skip(0)?;
            } else if *has_break {
                self.take_break(&mut gap.other_breaks)?;
            } else {
                gap.blanks.clear();
                self.take_break(&mut gap.first_break)?;
                *has_break = true;
            }
            self.reader.ensure(1)?;
        }
        Ok(())
    }

    fn fetch_plain(&mut self) -> Result<()> {
        self.note_key()?;
        self.may_start_key = false;
        let indent = self.indent + 1;
        let start = self.offset();
        let mut end = start;
        let (mut text, mut gap, mut has_break) = (String::new(), Gap::default(), false);
        loop {
            self.reader.ensure(4)?;
            if self.is_document_indicator() || self.char() == '#' {
                break;
            }
            while !is_space_or_end(self.char()) {
                let char = self.char();
                let is_flow_end = matches!(char, ',' | '?' | '[' | ']' | '{' | '}');
                if char == ':' && is_space_or_end(self.reader.peek(1))
                    || self.flow_level > 0 && is_flow_end
                {
                    break;
                }
                gap.fold_into(&mut text, has_break);
                has_break = false;
                text.push(char);
                self.skip(0)?;
                end = self.offset();
                self.reader.ensure(2)?;
            }
            if !is_blank(self.char()) && !is_break(self.char()) {
                break;
            }
            self.take_gap(&mut gap, &mut has_break, Some(indent))?;
            if self.flow_level == 0 && self.signed_column() < indent {
                break;
            }
        }
        let kind = TokenKind::Scalar {
            text,
            is_plain: true,
        };
        let span = Span::new(start, end);
        self.tokens.push_back(Token { kind, span });
        if has_break {
            self.may_start_key = true;
        }
        Ok(())
    }
}
