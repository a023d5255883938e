use std::path::Path;

use bstr::BStr;

use super::{Dialect, Tree, family::Family};
use crate::{
    inventory::Files,
    text::{directory, file_name},
};

/// The dialect of the ownership files that a repository has. Some share their names: what only one
/// of them has decides.
pub fn detect(root: &Path, files: &Files) -> Option<&'static Dialect> {
    let tree = Tree::on_disk(root.to_path_buf());
    governing(&tree, files).into_iter().next()
}

/// All dialects by whose files a repository is governed, at most one for each kind of file.
pub fn governing(tree: &Tree<'_>, files: &Files) -> Vec<&'static Dialect> {
    let families = Family::all();
    families
        .filter_map(|family| family.governing(tree, files))
        .collect()
}

/// The paths that a dialect has to be asked about for all of its files to be read.
pub fn asking_all<'f>(dialect: &Dialect, files: &'f Files) -> Vec<&'f BStr> {
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
