//! The numbers in `{2,3}`.

use super::error::INVALID_REPEAT;
use crate::regexes::ExpressionError;

/// The smallest and the largest number of repetitions, which can have no limit; and the length of the text.
pub(super) type Counts = (u32, Option<u32>, usize);

/// Parses `2}`, `2,}`, `2,3}` and `,3}`, also with blanks. Returns the counts and the length.
pub(super) fn counts(text: &[char]) -> Result<Option<Counts>, ExpressionError> {
    let Some((min, max, length)) = count_texts(text) else {
        return Ok(None);
    };
    let has_zeros = |digits: &str| digits.len() > 1 && digits.starts_with('0');
    if has_zeros(&min) || max.as_deref().is_some_and(has_zeros) {
        return Err(INVALID_REPEAT);
    }
    let value = |digits: &str| digits.parse().unwrap_or(u32::MAX);
    let least = if min.is_empty() { 0 } else { value(&min) };
    let most = match max.as_deref() {
        None => Some(least),
        Some("") => None,
        Some(max) => Some(value(max)),
    };
    Ok(Some((least, most, length)))
}

/// Returns the digits in braces, and the length.
fn count_texts(text: &[char]) -> Option<(String, Option<String>, usize)> {
    let end = text.iter().position(|char| *char == '}')?;
    let inner = &text[..end];
    let (min, max) = match inner.iter().position(|char| *char == ',') {
        Some(comma) => (&inner[..comma], Some(&inner[comma + 1..])),
        None => (inner, None),
    };
    let digits = |text| {
        let text = trim_blanks(text);
        let are_digits = text.iter().all(char::is_ascii_digit);
        are_digits.then(|| text.iter().collect::<String>())
    };
    let min = digits(min)?;
    let max = match max {
        Some(max) => Some(digits(max)?),
        None => None,
    };
    let is_empty = min.is_empty() && max.as_ref().is_none_or(String::is_empty);
    (!is_empty).then_some((min, max, end + 1))
}

/// Returns a text without the blanks at its start and end.
pub(super) fn trim_blanks(mut text: &[char]) -> &[char] {
    while let [' ' | '\t', rest @ ..] | [rest @ .., ' ' | '\t'] = text {
        text = rest;
    }
    text
}
