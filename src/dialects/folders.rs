//! Ownership files that any folder may have: which ones count for a path.

use bstr::{BStr, ByteSlice};
use rustc_hash::FxHashMap;

use super::tree::folder_of;

/// The files of all folders that some paths lie in.
#[derive(Debug)]
pub(super) struct Folders<'p, F> {
    /// One for each folder that has a file.
    pub list: Vec<F>,
    /// By folder of a path, or above one: which files count there, the nearest first.
    chains: FxHashMap<&'p BStr, Vec<u32>>,
}

impl<'p, F> Folders<'p, F> {
    /// Reads what `paths` need; `read` says what a folder, the root being empty, has.
    pub fn of(paths: &[&'p BStr], mut read: impl FnMut(&BStr) -> Option<F>) -> Self {
        let mut folders = Self {
            list: Vec::new(),
            chains: FxHashMap::default(),
        };
        let mut last = None;
        let mut unknown: Vec<&'p BStr> = Vec::new();
        for path in paths {
            let folder = folder_of(path);
            // Neighbours lie in the same folder.
            if last.replace(folder) == Some(folder) {
                continue;
            }
            unknown.clear();
            unknown.extend(upwards(folder).take_while(|at| !folders.chains.contains_key(at)));
            for at in unknown.drain(..).rev() {
                let above = folders.chains.get(folder_of(at));
                let above = above.filter(|_| !at.is_empty()).cloned();
                let mut chain = above.unwrap_or_default();
                if let Some(file) = read(at) {
                    let own = u32::try_from(folders.list.len()).unwrap_or(u32::MAX);
                    chain.insert(0, own);
                    folders.list.push(file);
                }
                folders.chains.insert(at, chain);
            }
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
