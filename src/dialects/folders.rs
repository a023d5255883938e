//! Ownership files that any folder may have: which ones count for a path.

use bstr::{BStr, ByteSlice};
use rustc_hash::FxHashMap;

use super::{
    Answer, Answers,
    tree::{folder_of, upwards},
};

/// The files of all folders that some paths lie in.
#[derive(Debug)]
pub(super) struct Folders<'p, F> {
    /// One for each folder that has a file: its path, which is empty for the root, and what the file
    /// says.
    pub list: Vec<(&'p BStr, F)>,
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
                    folders.list.push((at, file));
                }
                folders.chains.insert(at, chain);
            }
        }
        folders
    }

    /// Adds the answers for `paths`, each by the files from its folder upwards. `find` finds what the
    /// file at a position says of a path as seen from its folder, and tells whether it says something
    /// of some files only. `is_last` tells by what it found whether folders above don't count; it may
    /// note something for those. `told` makes an answer of the files that count, with what was found.
    pub fn answer(
        &self,
        paths: &[&'p BStr],
        answers: &mut Answers,
        mut find: impl FnMut(usize, &BStr, &mut Vec<u32>) -> bool,
        is_last: impl Fn(&F, &[u32], &mut bool) -> bool,
        told: impl Fn(Vec<(&F, &[u32])>) -> Answer,
    ) {
        // Folder, how many statements were found in its file, which.
        let (mut key, mut found) = (Vec::new(), Vec::new());
        // The folder of the last path, if all that is in it has the same answer.
        let mut alike = None;
        for path in paths {
            let own_folder = folder_of(path);
            if alike == Some(own_folder) {
                answers.again();
                continue;
            }
            alike = Some(own_folder);
            key.clear();
            let mut note = false;
            for at in self.chains.get(own_folder).into_iter().flatten() {
                let (folder, file) = &self.list[*at as usize];
                found.clear();
                if find(*at as usize, relative(path, folder), &mut found) {
                    alike = None;
                }
                key.push(*at);
                key.push(u32::try_from(found.len()).unwrap_or(u32::MAX));
                key.extend(&found);
                if is_last(file, &found, &mut note) {
                    break;
                }
            }
            answers.push(&key, || told(self.counting(&key)));
        }
    }

    /// The files that a key is about, with what was found in each.
    fn counting<'k>(&self, key: &'k [u32]) -> Vec<(&F, &'k [u32])> {
        let mut files = Vec::new();
        let mut rest = key;
        while let [at, count, more @ ..] = rest {
            let (found, after) = more.split_at((*count as usize).min(more.len()));
            rest = after;
            files.push((&self.list[*at as usize].1, found));
        }
        files
    }
}

/// `path` as seen from a folder above it.
fn relative<'p>(path: &'p BStr, folder: &BStr) -> &'p BStr {
    match folder.len() {
        0 => path,
        length => path[length + 1..].as_bstr(),
    }
}
