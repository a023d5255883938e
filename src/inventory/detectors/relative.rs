//! Paths that a file writes relative to its directory.

use bstr::{BStr, BString, ByteSlice};

/// `path` as seen from `directory`, without `.` and `..`; nothing if it leaves the repository.
pub(super) fn join(directory: &BStr, path: &BStr) -> Option<BString> {
    if path.starts_with(b"/") {
        return None;
    }
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in directory.split_str("/").chain(path.split_str("/")) {
        match part {
            b"" | b"." => {}
            b".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(bstr::join("/", parts).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_are_taken_out_and_the_root_holds() {
        let join =
            |directory: &str, path: &str| Some(join(directory.into(), path.into())?.to_string());
        assert_eq!(join("a/b/", "../c").as_deref(), Some("a/c"));
        assert_eq!(join("", "./c/").as_deref(), Some("c"));
        assert_eq!(join("a/", "../../c"), None);
        assert_eq!(join("a/", "/c"), None);
    }
}
