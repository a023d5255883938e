//! The two syntaxes of `matchers`. Alertmanager parses both by default and prefers the result of the classic one, so
//! that the values of existing configurations do not change.

use super::{
    expressions::Expressions,
    matcher::{Operator, Test},
};

/// A matcher in a string.
#[derive(Debug, Clone)]
pub struct ParsedMatcher {
    /// The name of the label.
    pub label: String,
    /// How the value is compared.
    pub operator: Operator,
    /// The value, with escapes resolved.
    pub value: String,
    pub(super) test: Test,
}

/// Why a string with matchers is invalid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MatcherError {
    /// It is not a list of matchers.
    Syntax,
    /// RE2 rejects this expression, for this reason.
    Expression(String, &'static str),
}

/// Parses a list of matchers, as Alertmanager does unless a mode is set.
///
/// # Errors
/// If the string is invalid in both syntaxes.
pub(super) fn parse(
    text: &str,
    expressions: &mut Expressions,
) -> Result<Vec<ParsedMatcher>, MatcherError> {
    let classic = classic(text, expressions);
    match (classic, utf8(text, expressions)) {
        (Ok(matchers), _) | (Err(_), Ok(matchers)) => Ok(matchers),
        // Both reject the same expression, or the classic syntax allows fewer strings.
        (Err(MatcherError::Syntax), Err(error)) | (Err(error), Err(_)) => Err(error),
    }
}

/// Returns whether a value without quotes continues with another label.
fn is_several(text: &str) -> bool {
    let Some((_, value)) = text.split_once('=') else {
        return false;
    };
    let mut parts = value.split(',').skip(1);
    !value.trim_start().starts_with('"')
        && parts.any(|part| classic_matcher(part, &mut Expressions::default()).is_ok())
}

/// Parses a string with one label of an alert, as `amtool` does, but with quotes around names that are invalid without
/// UTF-8. Returns the name and the value.
///
/// # Errors
/// If the string is not one matcher with the operator `=`.
pub fn label(text: &str) -> Result<(String, String), LabelError> {
    if is_several(text) {
        return Err(LabelError::Several);
    }
    let mut expressions = Expressions::default();
    let classic = classic_matcher(text.trim(), &mut expressions);
    let parsed = match (classic, utf8(text, &mut expressions)) {
        _ if text.starts_with('{') || text.ends_with('}') => return Err(LabelError::Syntax),
        (Ok(parsed), _) => parsed,
        (Err(_), Ok(parsed)) => match <[_; 1]>::try_from(parsed) {
            Ok([parsed]) => parsed,
            Err(_) => return Err(LabelError::Syntax),
        },
        (Err(MatcherError::Expression(..)), _) | (_, Err(MatcherError::Expression(..))) => {
            return Err(LabelError::Operator);
        }
        (Err(MatcherError::Syntax), Err(MatcherError::Syntax)) => return Err(LabelError::Syntax),
    };
    let is_quoted = text.trim_start().starts_with('"');
    match parsed.operator {
        _ if !is_quoted && !is_classic_name(&parsed.label) => Err(LabelError::Name(parsed.label)),
        Operator::Equal => Ok((parsed.label, parsed.value)),
        Operator::NotEqual | Operator::Matches | Operator::NotMatches => Err(LabelError::Operator),
    }
}

/// Why a string is not a label of an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LabelError {
    /// It is not a name and a value.
    Syntax,
    /// It compares a label instead of setting it.
    Operator,
    /// It sets several labels.
    Several,
    /// This name needs quotes.
    Name(String),
}

fn is_of_name(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '_' | ':')
}

/// Returns whether a label needs no quotes.
fn is_classic_name(name: &str) -> bool {
    name.chars().all(is_of_name) && !name.starts_with(|char: char| char.is_ascii_digit())
}

fn matcher(
    label: String,
    operator: Operator,
    value: String,
    expressions: &mut Expressions,
) -> Result<ParsedMatcher, MatcherError> {
    match expressions.test(operator, &value) {
        Ok(test) => Ok(ParsedMatcher {
            label,
            operator,
            value,
            test,
        }),
        Err(why) => Err(MatcherError::Expression(value, why)),
    }
}

/// Parses the classic syntax: names of ASCII characters, and values that need no quotes.
fn classic(text: &str, expressions: &mut Expressions) -> Result<Vec<ParsedMatcher>, MatcherError> {
    let text = text.strip_prefix('{').unwrap_or(text);
    let text = text.strip_suffix('}').unwrap_or(text);
    let (mut is_quoted, mut is_escaped) = (false, false);
    let mut matchers = Vec::new();
    let mut start = 0;
    for (at, char) in text.char_indices() {
        match char {
            ',' if !is_quoted => {
                matchers.push(classic_matcher(&text[start..at], expressions)?);
                start = at + 1;
            }
            ',' => {}
            '"' if is_escaped => is_escaped = false,
            '"' => is_quoted = !is_quoted,
            '\\' => is_escaped = !is_escaped,
            _ => is_escaped = false,
        }
    }
    let last = text[start..].trim();
    if !last.is_empty() {
        matchers.push(classic_matcher(last, expressions)?);
    }
    Ok(matchers)
}

fn classic_matcher(
    text: &str,
    expressions: &mut Expressions,
) -> Result<ParsedMatcher, MatcherError> {
    let is_blank = |char: char| matches!(char, '\t' | '\n' | '\x0C' | '\r' | ' ');
    let text = text.trim_start_matches(is_blank);
    let end = text.find(|char| !is_of_name(char)).unwrap_or(text.len());
    let (label, rest) = text.split_at(end);
    if label.is_empty() || !is_classic_name(label) {
        return Err(MatcherError::Syntax);
    }
    let rest = rest.trim_start_matches(is_blank);
    let (operator, value) = Operator::at_start(rest).ok_or(MatcherError::Syntax)?;
    let value = classic_value(value.trim_matches(is_blank))?;
    matcher(label.to_owned(), operator, value, expressions)
}

fn classic_value(raw: &str) -> Result<String, MatcherError> {
    let after = raw.strip_prefix('"');
    let mut needs_quote = after.is_some();
    let raw = after.unwrap_or(raw);
    let mut value = String::with_capacity(raw.len());
    let mut is_escaped = false;
    for (at, char) in raw.char_indices() {
        let is_last = at + char.len_utf8() == raw.len();
        if is_escaped {
            is_escaped = false;
            match char {
                'n' => value.push('\n'),
                '"' | '\\' => value.push(char),
                // Such a backslash is literal.
                char => value.extend(['\\', char]),
            }
            continue;
        }
        match char {
            '\\' if !is_last => is_escaped = true,
            '"' if needs_quote && is_last => needs_quote = false,
            '"' => return Err(MatcherError::Syntax),
            char => value.push(char),
        }
    }
    match needs_quote {
        true => Err(MatcherError::Syntax),
        false => Ok(value),
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Open,
    Close,
    Comma,
    Operator(Operator),
    Text(String),
}

/// Parses the syntax that allows any name, in which some characters need quotes.
fn utf8(text: &str, expressions: &mut Expressions) -> Result<Vec<ParsedMatcher>, MatcherError> {
    let tokens = tokens(text).ok_or(MatcherError::Syntax)?;
    let mut tokens = tokens.into_iter().peekable();
    let is_open = tokens.next_if_eq(&Token::Open).is_some();
    let mut matchers = Vec::new();
    loop {
        match tokens.next() {
            None if !is_open => return Ok(matchers),
            Some(Token::Close) if is_open => break,
            Some(Token::Text(label)) => {
                let (Some(Token::Operator(operator)), Some(Token::Text(value))) =
                    (tokens.next(), tokens.next())
                else {
                    return Err(MatcherError::Syntax);
                };
                matchers.push(matcher(label, operator, value, expressions)?);
            }
            _ => return Err(MatcherError::Syntax),
        }
        let is_end = matches!(tokens.peek(), None | Some(Token::Close));
        if !is_end && tokens.next() != Some(Token::Comma) {
            return Err(MatcherError::Syntax);
        }
    }
    match tokens.next() {
        None => Ok(matchers),
        Some(_) => Err(MatcherError::Syntax),
    }
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let is_reserved = |char: char| char.is_whitespace() || "{}!=~,\\\"'`".contains(char);
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(char) = rest.chars().next() {
        let (token, length) = match char {
            '{' => (Token::Open, 1),
            '}' => (Token::Close, 1),
            ',' => (Token::Comma, 1),
            '=' | '!' => {
                let (operator, _) = Operator::at_start(rest)?;
                (Token::Operator(operator), operator.symbol().len())
            }
            '"' => {
                let end = end_of_quotes(rest)?;
                (Token::Text(unquoted(&rest[1..end])?), end + 1)
            }
            char if !is_reserved(char) => {
                let end = rest.find(is_reserved).unwrap_or(rest.len());
                (Token::Text(rest[..end].to_owned()), end)
            }
            _ => return None,
        };
        tokens.push(token);
        rest = rest[length..].trim_start();
    }
    Some(tokens)
}

/// Returns the position of the closing quote of a string that begins with a quote.
fn end_of_quotes(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    let end = text.char_indices().skip(1).find(|(_, char)| {
        let is_end = *char == '"' && !is_escaped;
        is_escaped = *char == '\\' && !is_escaped;
        is_end
    });
    end.map(|(at, _)| at)
}

/// Resolves the escapes of a string in Go.
fn unquoted(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(char) = rest.chars().next() {
        rest = &rest[char.len_utf8()..];
        if char == '\n' {
            return None;
        }
        if char != '\\' {
            bytes.extend(char.encode_utf8(&mut [0; 4]).as_bytes());
            continue;
        }
        let escape = rest.chars().next()?;
        rest = &rest[escape.len_utf8()..];
        let mut digits = |count: usize, radix: u32| {
            let (digits, after) = rest.split_at_checked(count)?;
            rest = after;
            let is_number = digits.chars().all(|char| char.is_digit(radix));
            is_number.then_some(())?;
            u32::from_str_radix(digits, radix).ok()
        };
        match escape {
            'a' => bytes.push(7),
            'b' => bytes.push(8),
            'f' => bytes.push(12),
            'n' => bytes.push(b'\n'),
            'r' => bytes.push(b'\r'),
            't' => bytes.push(b'\t'),
            'v' => bytes.push(11),
            '\\' => bytes.push(b'\\'),
            '"' => bytes.push(b'"'),
            'x' => bytes.push(u8::try_from(digits(2, 16)?).ok()?),
            '0'..='7' => {
                let code = u32::from(escape) - u32::from('0');
                bytes.push(u8::try_from(code * 64 + digits(2, 8)?).ok()?);
            }
            'u' | 'U' => {
                let char = char::from_u32(digits(if escape == 'u' { 4 } else { 8 }, 16)?)?;
                bytes.extend(char.encode_utf8(&mut [0; 4]).as_bytes());
            }
            _ => return None,
        }
    }
    String::from_utf8(bytes).ok()
}
