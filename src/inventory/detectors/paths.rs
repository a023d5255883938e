//! The parts of a path that detectors ask for.

use std::collections::BTreeMap;

use bstr::{BStr, BString, ByteSlice};

pub(super) use crate::inventory::files::is_named;
use crate::{inventory::File, text::printable_bytes};

/// How the names of YAML files end.
pub(super) const YAML: [&str; 2] = [".yaml", ".yml"];

/// The directory that holds a path, ending in `/`; the root is empty.
pub(super) fn directory(path: &BStr) -> &BStr {
    let end = path.rfind_byte(b'/').map_or(0, |slash| slash + 1);
    path[..end].as_bstr()
}

/// The paths of some files, by the directory that they lie in.
pub(super) fn by_directory<'f>(
    files: impl Iterator<Item = File<'f>>,
) -> BTreeMap<&'f BStr, Vec<BString>> {
    let mut directories: BTreeMap<&BStr, Vec<BString>> = BTreeMap::new();
    for file in files {
        let paths = directories.entry(directory(file.path)).or_default();
        paths.push(file.path.to_owned());
    }
    directories
}

/// The last part of a path.
pub(super) fn file_name(path: &BStr) -> &BStr {
    path[directory(path).len()..].as_bstr()
}

/// The path of a YAML file without its extension.
pub(super) fn yaml_stem(path: &BStr) -> Option<&BStr> {
    let stem = path
        .strip_suffix(b".yaml")
        .or_else(|| path.strip_suffix(b".yml"))?;
    Some(stem.as_bstr())
}

/// Whether a directory, or one that it lies in, has a name that begins with `_` or `.`: those hold
/// templates of what is deployed, shared values, examples and test data.
pub(super) fn is_set_aside(directory: &BStr) -> bool {
    directory
        .split_str("/")
        .any(|name| name.starts_with(b"_") || name.starts_with(b"."))
}

/// What to call a directory that ends in `/`; one that lies directly in `usual` goes without that.
pub(super) fn directory_name(directory: &BStr, usual: &str) -> String {
    let below = directory.strip_prefix(usual.as_bytes());
    match below.unwrap_or(directory).strip_suffix(b"/") {
        Some(name) => printable_bytes(name),
        None => ".".to_owned(),
    }
}
