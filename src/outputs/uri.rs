//! Paths as URIs (RFC 3986).

use bstr::BStr;

/// A path as a relative reference or the end of a `file:` URI: every byte that is not unreserved, nor a
/// slash, is percent-encoded; bytes that are not UTF-8 are encoded as they are.
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
    fn every_byte_survives() {
        assert_eq!(
            encoded(BStr::new(b"a b/#%:?\xff\n\xc3\xbc.y")),
            "a%20b/%23%25%3A%3F%FF%0A%C3%BC.y"
        );
    }
}
