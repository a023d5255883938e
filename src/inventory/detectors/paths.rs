//! The parts of a path that detectors ask for.

use std::collections::BTreeMap;

use bstr::{BStr, BString, ByteSlice};

use crate::{inventory::File, text::printable_bytes};
pub(super) use crate::{
    inventory::files::is_named,
    text::{directory, file_name},
};

/// How the names of YAML files end.
pub(super) const YAML: [&str; 2] = [".yaml", ".yml"];

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

/// The path of a YAML file without its extension.
pub(super) fn yaml_stem(path: &BStr) -> Option<&BStr> {
    let stem = path
        .strip_suffix(b".yaml")
        .or_else(|| path.strip_suffix(b".yml"))?;
    Some(stem.as_bstr())
}

/// Whether a directory, which ends in `/`, lies directly in one of this name.
pub(super) fn lies_directly_in(path: &BStr, name: &str) -> bool {
    let around = path.strip_suffix(b"/").map(|path| directory(path.into()));
    let around = around.and_then(|around| around.strip_suffix(b"/"));
    around.is_some_and(|around| is_named(around, name))
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

/// Whether a name contains `word`, in capitals or not.
pub(super) fn contains_in_any_case(name: &[u8], word: &[u8]) -> bool {
    name.windows(word.len())
        .any(|part| part.eq_ignore_ascii_case(word))
}
