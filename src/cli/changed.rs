//! Reads the list of files that a change touches, in the format of git.

use std::{collections::BTreeSet, fs, io::Read as _, path::Path};

use bstr::{BString, ByteSlice as _};

use crate::{git::unquoted, text::quoted_path, workspace::Error};

/// Reads the list from a file, or from standard input if the path is `-`.
pub(super) fn read(path: &Path) -> Result<BTreeSet<BString>, Error> {
    let mut bytes = Vec::new();
    let result = if path == Path::new("-") {
        std::io::stdin().lock().read_to_end(&mut bytes).map(drop)
    } else {
        fs::read(path).map(|read| bytes = read)
    };
    result.map_err(|error| {
        let shown = quoted_path(path);
        Error::new(format!(
            "failed to read the list of changed files {shown}: {error}"
        ))
    })?;
    Ok(parse(&bytes))
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
