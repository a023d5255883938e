//! Numbers as Go reads and writes them.

/// Parses a number as `strconv.ParseInt` or `strconv.ParseUint` does it with base 0: prefixes select another base.
fn parse_digits(digits: &str) -> Option<u128> {
    let lower = digits.to_ascii_lowercase();
    let prefixed = |prefix| lower.strip_prefix(prefix).filter(|rest| !rest.is_empty());
    let (digits, base) = if let Some(rest) = prefixed("0b") {
        (rest, 2)
    } else if let Some(rest) = prefixed("0o") {
        (rest, 8)
    } else if let Some(rest) = prefixed("0x") {
        (rest, 16)
    } else if digits == "0" {
        (digits, 10)
    } else if let Some(rest) = digits.strip_prefix('0') {
        (rest, 8)
    } else {
        (digits, 10)
    };
    parse_in_base(digits, base)
}

fn parse_in_base(digits: &str, base: u32) -> Option<u128> {
    // Rust would accept a sign.
    let is_valid = digits.chars().all(|char| char.is_digit(base));
    is_valid.then(|| u128::from_str_radix(digits, base).ok())?
}

fn signed(text: &str, digits: impl Fn(&str) -> Option<u128>) -> Option<i64> {
    let number = match text.strip_prefix('-') {
        Some(rest) => i128::try_from(digits(rest)?).ok()?.checked_neg()?,
        None => i128::try_from(digits(text.strip_prefix('+').unwrap_or(text))?).ok()?,
    };
    i64::try_from(number).ok()
}

/// Parses a signed integer.
pub(super) fn parse_int(text: &str) -> Option<i64> {
    signed(text, parse_digits)
}

/// Parses an integer that is too large for a signed one.
pub(super) fn parse_uint(text: &str) -> Option<u64> {
    parse_digits(text)?.try_into().ok()
}

/// Parses a signed binary integer without a prefix.
pub(super) fn parse_binary(text: &str) -> Option<i64> {
    signed(text, |digits| parse_in_base(digits, 2))
}

/// Parses a decimal number with a fraction or an exponent; numbers that are too large are none.
pub(super) fn parse_float(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent = exponent.map(|it| it.strip_prefix(['+', '-']).unwrap_or(it));
    let is_valid = are_digits(whole)
        && are_digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|it| !it.is_empty() && are_digits(it));
    let number = is_valid.then(|| text.parse::<f64>().ok())?;
    number.filter(|number| number.is_finite())
}

/// Returns a text without underscores between digits; `None` if another underscore is in it.
pub(super) fn without_underscores(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let is_digit = |at: Option<usize>| {
        at.and_then(|at| bytes.get(at))
            .is_some_and(u8::is_ascii_digit)
    };
    let mut underscores = (0..bytes.len()).filter(|at| bytes[*at] == b'_');
    let are_valid = underscores.all(|at| is_digit(at.checked_sub(1)) && is_digit(Some(at + 1)));
    are_valid.then(|| text.replace('_', ""))
}

/// Writes a number as `strconv.FormatFloat` does it with format `g` and the fewest digits for 32 bits.
pub(super) fn format_float(number: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "Go also rounds to 32 bits")]
    let number = number as f32;
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let scientific = format!("{number:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    match (-4..6).contains(&exponent) {
        true => number.to_string(),
        false => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{mantissa}e{sign}{:02}", exponent.abs())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{format_float, parse_int};

    #[test]
    fn floats_are_written_as_in_go() {
        for (number, text) in [
            (1.0, "1"),
            (0.1, "0.1"),
            (100_000.0, "100000"),
            (1e6, "1e+06"),
            (123_456_789.0, "1.2345679e+08"),
            (0.0001, "0.0001"),
            (0.000_012_5, "1.25e-05"),
            (1e300, "+Inf"),
            (-0.0, "-0"),
        ] {
            assert_eq!(format_float(number), text);
        }
    }

    #[test]
    fn integers_are_read_as_in_go() {
        for (text, number) in [
            ("0", Some(0)),
            ("-0", Some(0)),
            ("010", Some(8)),
            ("08", None),
            ("0o17", Some(15)),
            ("0X1f", Some(31)),
            ("0x", None),
            ("+5", Some(5)),
            ("+-5", None),
            ("", None),
            ("-9223372036854775808", Some(i64::MIN)),
            ("9223372036854775808", None),
        ] {
            assert_eq!(parse_int(text), number, "{text}");
        }
    }
}
