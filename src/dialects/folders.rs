//! Ownership files that any folder may have: which ones count for a path.

use bstr::{BStr, ByteSlice};
use rustc_hash::FxHashMap;

use super::tree::folder_of;

/// The files of all folders that some paths lie in.
#[derive(Debug)]
pub(super) struct Folders<'p, F> {
    /// One for each folder that has a file.
    pub list: Vec<F>,
    /// By folder of a path: which files count there, the nearest first.
    chains: FxHashMap<&'p BStr, Vec<u32>>,
}

impl<'p, F> Folders<'p, F> {
    /// Reads what `paths` need; `read` says what a folder, the root being empty, has.
    pub fn of(paths: &[&'p BStr], mut read: impl FnMut(&BStr) -> Option<F>) -> Self {
        let mut folders = Self {
            list: Vec::new(),
            chains: FxHashMap::default(),
        };
        let mut known: FxHashMap<&BStr, Option<u32>> = FxHashMap::default();
        let mut last = None;
        for path in paths {
            let folder = folder_of(path);
            // Neighbours lie in the same folder.
            if last.replace(folder) == Some(folder) || folders.chains.contains_key(folder) {
                continue;
            }
            let mut chain = Vec::new();
            for above in upwards(folder) {
                let at = *known.entry(above).or_insert_with(|| {
                    folders.list.push(read(above)?);
                    u32::try_from(folders.list.len() - 1).ok()
                });
                chain.extend(at);
            }
            folders.chains.insert(folder, chain);
        }
        folders
    }

    /// Which files count for a path, the nearest first.
    pub fn chain(&self, path: &BStr) -> &[u32] {
        self.chains
            .get(folder_of(path))
            .map(Vec::as_slice)
            .unwrap_or_default()
    }
}

/// A folder and all above it, the root last.
fn upwards(folder: &BStr) -> impl Iterator<Item = &BStr> {
    std::iter::successors(Some(folder), |below| {
        (!below.is_empty()).then(|| folder_of(below))
    })
}

/// `path` as seen from a folder above it.
pub(super) fn relative<'p>(path: &'p BStr, folder: &BStr) -> &'p BStr {
    match folder.len() {
        0 => path,
        length => path[length + 1..].as_bstr(),
    }
}
