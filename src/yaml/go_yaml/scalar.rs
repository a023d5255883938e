use super::number::{parse_binary, parse_float, parse_int, parse_uint, without_underscores};

/// A scalar with its type.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Scalar {
    Null,
    Bool(bool),
    Int(i64),
    /// An integer that is too large for [`Int`](Self::Int).
    Uint(u64),
    Float(f64),
    Text(String),
}

const STANDARD: &[u8] = b"tag:yaml.org,2002:";

/// Returns the value of a scalar.
///
/// # Errors
/// If the text does not fit the tag.
pub(super) fn resolve(tag: &[u8], text: &str, is_implicit: bool) -> Result<Scalar, String> {
    let as_text = || Scalar::Text(text.to_owned());
    if tag.is_empty() {
        return Ok(if is_implicit { plain(text) } else { as_text() });
    }
    let Some(name) = tag.strip_prefix(STANDARD) else {
        return Ok(as_text());
    };
    let value = match name {
        b"binary" => from_base64(text).map(Scalar::Text),
        b"timestamp" => is_timestamp(text).then(as_text),
        b"bool" => Some(plain(text)).filter(|value| matches!(value, Scalar::Bool(_))),
        b"null" => Some(plain(text)).filter(|value| *value == Scalar::Null),
        b"int" => {
            let is_int = |value: &Scalar| matches!(value, Scalar::Int(_) | Scalar::Uint(_));
            Some(plain(text)).filter(is_int)
        }
        b"float" => match plain(text) {
            #[expect(clippy::cast_precision_loss, reason = "go-yaml does the same")]
            Scalar::Int(number) => Some(Scalar::Float(number as f64)),
            Scalar::Float(number) => Some(Scalar::Float(number)),
            _ => None,
        },
        // A string, or an unknown type.
        _ => Some(as_text()),
    };
    value.ok_or_else(|| {
        let name = String::from_utf8_lossy(name);
        format!("the value does not fit the tag `!!{name}`")
    })
}

/// Returns the value of a scalar without quotes and tag.
fn plain(text: &str) -> Scalar {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Scalar::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            return Scalar::Bool(true);
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Scalar::Bool(false);
        }
        ".nan" | ".NaN" | ".NAN" => return Scalar::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => {
            return Scalar::Float(f64::INFINITY);
        }
        "-.inf" | "-.Inf" | "-.INF" => return Scalar::Float(f64::NEG_INFINITY),
        _ => {}
    }
    let number = match text.as_bytes()[0] {
        b'.' => without_underscores(text).and_then(|text| parse_float(&text).map(Scalar::Float)),
        b'0'..=b'9' | b'+' | b'-' => number(&text.replace('_', "")),
        _ => None,
    };
    number.unwrap_or_else(|| Scalar::Text(text.to_owned()))
}

fn number(text: &str) -> Option<Scalar> {
    let int = parse_int(text).map(Scalar::Int);
    let uint = || parse_uint(text).map(Scalar::Uint);
    let float = || parse_float(text).map(Scalar::Float);
    let binary = || {
        let (sign, digits) = match text.strip_prefix("-0b") {
            Some(digits) => ("-", digits),
            None => ("", text.strip_prefix("0b")?),
        };
        parse_binary(&format!("{sign}{digits}")).map(Scalar::Int)
    };
    int.or_else(uint).or_else(float).or_else(binary)
}

/// Decodes Base64. Each invalid byte of the result is replaced, as in the JSON that Prow converts YAML to.
fn from_base64(text: &str) -> Option<String> {
    let chars = text.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n'));
    let chars: Vec<u8> = chars.collect();
    if !chars.len().is_multiple_of(4) {
        return None;
    }
    let end = chars
        .iter()
        .position(|char| *char == b'=')
        .unwrap_or(chars.len());
    let padding = &chars[end..];
    if padding.len() > 2 || padding.iter().any(|char| *char != b'=') {
        return None;
    }
    let mut bytes = Vec::new();
    for group in chars[..end].chunks(4) {
        let mut bits = 0_u32;
        for char in group {
            let digit = match char {
                b'A'..=b'Z' => char - b'A',
                b'a'..=b'z' => char - b'a' + 26,
                b'0'..=b'9' => char - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                _ => return None,
            };
            bits = bits << 6 | u32::from(digit);
        }
        bits <<= 6 * (4 - group.len());
        bytes.extend(&bits.to_be_bytes()[1..group.len()]);
    }
    let mut decoded = String::new();
    for chunk in bytes.utf8_chunks() {
        decoded += chunk.valid();
        decoded.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    Some(decoded)
}

/// Returns whether go-yaml reads a text with the tag `!!timestamp`.
fn is_timestamp(text: &str) -> bool {
    let mut rest = text;
    let Some(()) = take_date(&mut rest) else {
        return false;
    };
    if rest.is_empty() {
        return true;
    }
    let has_zone = rest.starts_with(['T', 't']);
    rest = match rest.strip_prefix(['T', 't']) {
        Some(rest) => rest,
        // Go accepts several blanks where its format has one.
        None if rest.starts_with(' ') => rest.trim_start_matches(' '),
        None => return false,
    };
    let Some(()) = take_time(&mut rest) else {
        return false;
    };
    match rest.strip_prefix(['+', '-']) {
        _ if !has_zone => rest.is_empty(),
        None => rest == "Z",
        Some(mut zone) => {
            let hours = digits(&mut zone, 2, 2);
            let minutes = field(&mut zone, ":", 2);
            let is_valid = hours.is_some_and(|it| it <= 24) && minutes.is_some_and(|it| it <= 60);
            zone.is_empty() && is_valid
        }
    }
}

fn take_date(rest: &mut &str) -> Option<()> {
    let year = digits(rest, 4, 4)?;
    let month = field(rest, "-", 1)?;
    let day = field(rest, "-", 1)?;
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (1..=days).contains(&day).then_some(())
}

fn take_time(rest: &mut &str) -> Option<()> {
    let hour = digits(rest, 1, 2)?;
    let minute = field(rest, ":", 1)?;
    let second = field(rest, ":", 1)?;
    if let Some(fraction) = rest.strip_prefix(['.', ',']) {
        let after = fraction.trim_start_matches(|char: char| char.is_ascii_digit());
        if after.len() == fraction.len() {
            return None;
        }
        *rest = after;
    }
    (hour < 24 && minute < 60 && second < 60).then_some(())
}

/// Takes a number of `least` to `most` digits.
fn digits(rest: &mut &str, least: usize, most: usize) -> Option<u32> {
    let is_digit = |char: &char| char.is_ascii_digit();
    let count = rest.chars().take(most).take_while(is_digit).count();
    let (digits, after) = rest.split_at(count);
    *rest = after;
    (count >= least).then(|| digits.parse().ok())?
}

/// Takes a separator and a number of `least` to two digits.
fn field(rest: &mut &str, separator: &str, least: usize) -> Option<u32> {
    *rest = rest.strip_prefix(separator)?;
    digits(rest, least, 2)
}
