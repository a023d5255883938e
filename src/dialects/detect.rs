use bstr::BStr;

use super::{Dialect, Tree, family::Family};
use crate::{
    config::Teams,
    inventory::Files,
    text::{directory, file_name},
};

/// Returns the dialects that apply to a repository: `from` if the repository has one of its files, or else all detected
/// dialects, at most one per file name.
pub fn governing(
    tree: &Tree<'_>,
    files: &Files,
    from: Option<&'static Dialect>,
) -> Vec<&'static Dialect> {
    if let Some(dialect) = from {
        let has_file = dialect.has_file(tree, files);
        return has_file.then_some(dialect).into_iter().collect();
    }
    let families = Family::all();
    families
        .filter_map(|family| family.governing(tree, files))
        .collect()
}

/// Like [`governing`], with the dialects of forges in use first: of several kinds of files, those count.
pub fn by_authority(
    tree: &Tree<'_>,
    files: &Files,
    from: Option<&'static Dialect>,
) -> Vec<&'static Dialect> {
    let mut found = governing(tree, files, from);
    found.sort_by_key(|dialect| !dialect.is_in_use(tree, &Teams::default()));
    found
}

/// Returns paths to query so that a dialect reads all of its files.
pub fn paths_to_query<'f>(dialect: &Dialect, files: &'f Files) -> Vec<&'f BStr> {
    if !dialect.is_per_folder {
        return Vec::new();
    }
    let name = dialect.locations[0].as_bytes();
    let mut paths: Vec<&BStr> = files
        .named(dialect.locations)
        .map(|file| file.path)
        .collect();
    // A directory of that name may be in the way; one of its files shows it.
    let mut last = None;
    for file in files.iter() {
        let directory = directory(file.path).strip_suffix(b"/");
        let is_one = |path: &&[u8]| file_name(BStr::new(path)) == name;
        if let Some(directory) = directory.filter(is_one)
            && last.replace(directory) != Some(directory)
        {
            paths.push(file.path);
        }
    }
    paths
}
