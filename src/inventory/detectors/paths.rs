//! Helpers for paths that detectors share.

use std::collections::BTreeMap;

use bstr::{BStr, BString, ByteSlice};

use crate::{inventory::File, text::printable_bytes};
pub(super) use crate::{
    inventory::files::is_named,
    text::{directory, file_name},
};

/// The extensions of YAML files.
pub(super) const YAML: [&str; 2] = [".yaml", ".yml"];

/// Groups the paths of files by their directory.
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

/// Returns the path of a YAML file without its extension.
pub(super) fn yaml_stem(path: &BStr) -> Option<&BStr> {
    let stem = path
        .strip_suffix(b".yaml")
        .or_else(|| path.strip_suffix(b".yml"))?;
    Some(stem.as_bstr())
}

/// Returns whether a directory, which ends in `/`, is directly inside one of this name.
pub(super) fn is_directly_in(path: &BStr, name: &str) -> bool {
    let around = path.strip_suffix(b"/").map(|path| directory(path.into()));
    let around = around.and_then(|around| around.strip_suffix(b"/"));
    around.is_some_and(|around| is_named(around, name))
}

/// Returns whether the name of a directory, or of one around it, begins with `_` or `.`: those contain scaffolds,
/// shared values, examples and test data.
pub(super) fn is_excluded(directory: &BStr) -> bool {
    directory
        .split_str("/")
        .any(|name| name.starts_with(b"_") || name.starts_with(b"."))
}

/// Returns the name of a directory that ends in `/`, without the `usual` directory at its start.
pub(super) fn directory_name(directory: &BStr, usual: &str) -> String {
    let below = directory.strip_prefix(usual.as_bytes());
    match below.unwrap_or(directory).strip_suffix(b"/") {
        Some(name) => printable_bytes(name),
        None => ".".to_owned(),
    }
}

/// Returns whether a name contains `word`, in any letter case.
pub(super) fn contains_in_any_case(name: &[u8], word: &[u8]) -> bool {
    name.windows(word.len())
        .any(|part| part.eq_ignore_ascii_case(word))
}
