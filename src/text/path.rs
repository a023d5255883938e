use bstr::{BStr, BString};

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
