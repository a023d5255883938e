//! Encodes paths as URIs (RFC 3986).

use bstr::BStr;

/// Encodes a path as a relative reference or the end of a `file:` URI. All bytes except slashes and
/// unreserved characters are percent-encoded, including those that are not UTF-8.
pub(super) fn encoded(path: &BStr) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.iter() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(*byte));
            }
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_every_byte() {
        assert_eq!(
            encoded(BStr::new(b"a b/#%:?\xff\n\xc3\xbc.y")),
            "a%20b/%23%25%3A%3F%FF%0A%C3%BC.y"
        );
    }
}
