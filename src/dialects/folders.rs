//! Ownership files that any folder can have: which of them apply to a path.

use bstr::{BStr, ByteSlice};
use rustc_hash::FxHashMap;

use super::{
    Answer, Answers,
    tree::{folder_of, upwards},
};

/// The ownership files in all folders of some paths.
#[derive(Debug)]
pub(super) struct Folders<'p, F> {
    /// The folders that have a file: path (empty for the root) and parsed file.
    pub list: Vec<(&'p BStr, F)>,
    /// By folder: the files that apply there, nearest first.
    chains: FxHashMap<&'p BStr, Vec<u32>>,
}

impl<'p, F> Folders<'p, F> {
    /// Reads the files that apply to `paths`; `read` returns the file of a folder (empty for the root).
    pub fn new(paths: &[&'p BStr], mut read: impl FnMut(&BStr) -> Option<F>) -> Self {
        let mut folders = Self {
            list: Vec::new(),
            chains: FxHashMap::default(),
        };
        let mut last = None;
        let mut unknown: Vec<&'p BStr> = Vec::new();
        for path in paths {
            let folder = folder_of(path);
            // Consecutive paths are mostly in the same folder.
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

    /// Adds the answers for `paths`, each by the files from its folder upwards. `find` collects the statements
    /// of the file at a position that match a path relative to the folder, and returns whether the file has
    /// statements about some files only. `is_last` returns, given the matches, whether folders above don't
    /// count; its flag is kept for the folders above. `combine` builds the answer from the files that count.
    pub fn answer(
        &self,
        paths: &[&'p BStr],
        answers: &mut Answers,
        mut find: impl FnMut(usize, &BStr, &mut Vec<u32>) -> bool,
        is_last: impl Fn(&F, &[u32], &mut bool) -> bool,
        combine: impl Fn(Vec<(&F, &[u32])>) -> Answer,
    ) {
        // For each folder: its position, the number of matching statements, their ids.
        let (mut key, mut found) = (Vec::new(), Vec::new());
        // The folder of the last path, if all paths in it have the same answer.
        let mut uniform = None;
        for path in paths {
            let own_folder = folder_of(path);
            if uniform == Some(own_folder) {
                answers.repeat_last();
                continue;
            }
            uniform = Some(own_folder);
            key.clear();
            let mut note = false;
            for at in self.chains.get(own_folder).into_iter().flatten() {
                let (folder, file) = &self.list[*at as usize];
                found.clear();
                if find(*at as usize, relative(path, folder), &mut found) {
                    uniform = None;
                }
                key.push(*at);
                key.push(u32::try_from(found.len()).unwrap_or(u32::MAX));
                key.extend(&found);
                if is_last(file, &found, &mut note) {
                    break;
                }
            }
            answers.push(&key, || combine(self.files_of_key(&key)));
        }
    }

    /// Returns the files in a key, with the matching statements of each.
    fn files_of_key<'k>(&self, key: &'k [u32]) -> Vec<(&F, &'k [u32])> {
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

/// Returns `path` relative to a folder above it or, for a directory, to the directory itself.
fn relative<'p>(path: &'p BStr, folder: &BStr) -> &'p BStr {
    let path = match folder.len() {
        0 => path,
        length => path[length + 1..].as_bstr(),
    };
    path.strip_suffix(b"/").unwrap_or(path).as_bstr()
}
