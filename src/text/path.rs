use bstr::{BStr, BString, ByteSlice};

/// The path of `name` in a directory, which is empty for the root. Without a name, it is what the path of
/// everything in the directory begins with.
pub fn join(directory: &BStr, name: &[u8]) -> BString {
    let mut path = directory.to_owned();
    if !path.is_empty() {
        path.push(b'/');
    }
    path.extend_from_slice(name);
    path
}

/// The directory that holds a path, ending in `/`; the root is empty.
pub fn directory(path: &BStr) -> &BStr {
    let end = path.rfind_byte(b'/').map_or(0, |slash| slash + 1);
    path[..end].as_bstr()
}

/// The last part of a path.
pub fn file_name(path: &BStr) -> &BStr {
    path[directory(path).len()..].as_bstr()
}

/// `path` as seen from `directory`, without `.` and `..`; nothing if it leaves the repository.
pub fn resolve(directory: &BStr, path: &BStr) -> Option<BString> {
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
        let resolve =
            |directory: &str, path: &str| Some(resolve(directory.into(), path.into())?.to_string());
        assert_eq!(resolve("a/b/", "../c").as_deref(), Some("a/c"));
        assert_eq!(resolve("", "./c/").as_deref(), Some("c"));
        assert_eq!(resolve("a/", "../../c"), None);
        assert_eq!(resolve("a/", "/c"), None);
    }
}
