use bstr::{BString, ByteSlice as _};

/// Returns a path as git writes it on a line. In quotes, escapes are as in C (`core.quotePath`).
pub fn unquoted(line: &[u8]) -> BString {
    let inner = line
        .strip_prefix(b"\"")
        .and_then(|it| it.strip_suffix(b"\""));
    let Some(mut rest) = inner else {
        return line.into();
    };
    let mut path = BString::default();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'\\' {
            path.push(*first);
            continue;
        }
        let octal = rest.get(..3).and_then(|digits| {
            let digits = digits.to_str().ok()?;
            u8::from_str_radix(digits, 8).ok()
        });
        if let Some(byte) = octal {
            path.push(byte);
            rest = &rest[3..];
            continue;
        }
        let Some((escaped, after)) = rest.split_first() else {
            break;
        };
        rest = after;
        path.push(match escaped {
            b'a' => 0x07,
            b'b' => 0x08,
            b't' => b'\t',
            b'n' => b'\n',
            b'v' => 0x0b,
            b'f' => 0x0c,
            b'r' => b'\r',
            other => *other,
        });
    }
    path
}
