//! Reads the list of files that a change touches, in the format of git.

use std::{
    collections::BTreeSet,
    fmt::Display,
    fs::File,
    io::{self, Read},
    path::Path,
};

use bstr::{BString, ByteSlice as _};

use crate::{git::unquoted, text::quoted_path, workspace::Error};

/// The largest size of a list. A device such as `/dev/zero` has no end.
const MAX_BYTES: u64 = 64 << 20;

/// Reads the list from a file, or from standard input if the path is `-`.
pub(super) fn read(path: &Path) -> Result<BTreeSet<BString>, Error> {
    let failed = |reason: &dyn Display| {
        let shown = quoted_path(path);
        Error::new(format!(
            "failed to read the list of changed files {shown}: {reason}"
        ))
    };
    let mut bytes = Vec::new();
    let mut read = |file: &mut dyn Read| file.take(MAX_BYTES + 1).read_to_end(&mut bytes);
    let result = if path == Path::new("-") {
        read(&mut io::stdin().lock())
    } else {
        File::open(path).and_then(|mut file| read(&mut file))
    };
    let size = result.map_err(|error| failed(&error))?;
    match size as u64 > MAX_BYTES {
        true => Err(failed(&format!(
            "it is larger than {} MiB",
            MAX_BYTES >> 20
        ))),
        false => Ok(parse(&bytes)),
    }
}

/// Splits at NUL bytes; without any, reads one path per line, quoted as git does.
fn parse(bytes: &[u8]) -> BTreeSet<BString> {
    let paths: Vec<BString> = if bytes.contains(&0) {
        bytes.split_str("\0").map(BString::from).collect()
    } else {
        bytes.lines().map(unquoted).collect()
    };
    let without_dot = |path: BString| match path.strip_prefix(b"./") {
        Some(rest) => rest.into(),
        None => path,
    };
    let paths = paths.into_iter().map(without_dot);
    paths.filter(|path| !path.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_lists_as_git_writes_them() {
        let parsed = |bytes: &[u8]| -> Vec<BString> { parse(bytes).into_iter().collect() };
        assert_eq!(parsed(b"b\n./a\n\n"), ["a", "b"]);
        assert_eq!(parsed(b"a\r\n"), ["a"]);
        assert_eq!(parsed(b"x\ny\0\"a\"\0"), ["\"a\"", "x\ny"]);
        assert_eq!(
            parsed(b"\"caf\\303\\251 \\\"\\\\\\n\\377\"\n"),
            [BString::from(b"caf\xc3\xa9 \"\\\n\xff")]
        );
        assert!(parsed(b"").is_empty());
    }
}
