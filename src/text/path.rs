use bstr::{BStr, BString, ByteSlice};

/// Returns the path of `name` in a directory, which is empty for the root. If `name` is empty, returns the
/// prefix of all paths in the directory.
pub fn join(directory: &BStr, name: &[u8]) -> BString {
    let mut path = directory.to_owned();
    if !path.is_empty() {
        path.push(b'/');
    }
    path.extend_from_slice(name);
    path
}

/// Returns the directory of a path, ending in `/`; empty for the root.
pub fn directory(path: &BStr) -> &BStr {
    let end = path.rfind_byte(b'/').map_or(0, |slash| slash + 1);
    path[..end].as_bstr()
}

/// Returns the directory that contains a file, or a directory, whose path ends in `/`; empty for the root.
pub fn directory_around(place: &BStr) -> &BStr {
    directory(place.strip_suffix(b"/").unwrap_or(place).as_bstr())
}

/// Returns the last part of a path.
pub fn file_name(path: &BStr) -> &BStr {
    path[directory(path).len()..].as_bstr()
}

/// Resolves `path` relative to `directory`, without `.` and `..`. Returns `None` if it is outside the repository.
pub fn resolve(directory: &BStr, path: &BStr) -> Option<BString> {
    if path.starts_with(b"/") {
        return None;
    }
    let (resolved, is_inside) = normalized(directory, path);
    is_inside.then_some(resolved)
}

/// Resolves `path` relative to `directory`, without `.` and `..`; `..` does not lead above the root.
pub fn resolve_in_root(directory: &BStr, path: &BStr) -> BString {
    normalized(directory, path).0
}

/// Joins the paths without `.` and `..`, and returns whether no `..` leads above the root.
fn normalized(directory: &BStr, path: &BStr) -> (BString, bool) {
    let mut parts: Vec<&[u8]> = Vec::new();
    let mut is_inside = true;
    for part in directory.split_str("/").chain(path.split_str("/")) {
        match part {
            b"" | b"." => {}
            b".." => is_inside &= parts.pop().is_some(),
            part => parts.push(part),
        }
    }
    (bstr::join("/", parts).into(), is_inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolves_dots_within_the_root() {
        let resolve =
            |directory: &str, path: &str| Some(resolve(directory.into(), path.into())?.to_string());
        assert_eq!(resolve("a/b/", "../c").as_deref(), Some("a/c"));
        assert_eq!(resolve("", "./c/").as_deref(), Some("c"));
        assert_eq!(resolve("a/", "../../c"), None);
        assert_eq!(resolve("a/", "/c"), None);
    }
}
