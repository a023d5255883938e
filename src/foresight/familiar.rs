//! Names that people know from a repository.

use std::cmp::Reverse;

use bstr::{BStr, BString, ByteSlice};
use rustc_hash::FxHashMap;

use crate::inventory::Files;

/// How many names are worth a try.
const FEW: usize = 12;

/// The names that files and directories have most often.
#[derive(Debug, Default)]
pub(super) struct Familiar {
    files: Vec<BString>,
    directories: Vec<BString>,
}

impl Familiar {
    pub fn new(files: &Files) -> Self {
        let mut counts: [FxHashMap<&[u8], u32>; 2] = Default::default();
        let [names, directories] = &mut counts;
        let mut before: &[u8] = b"";
        for file in files.iter() {
            let path = file.path.as_bytes();
            let slash = path.rfind_byte(b'/');
            *names
                .entry(&path[slash.map_or(0, |at| at + 1)..])
                .or_default() += 1;
            let directory = &path[..slash.unwrap_or(0)];
            if directory != before && !directory.is_empty() {
                let name = directory.rfind_byte(b'/').map_or(0, |at| at + 1);
                *directories.entry(&directory[name..]).or_default() += 1;
            }
            before = directory;
        }
        let [files, directories] = counts.map(|counts| {
            let mut counts: Vec<(&[u8], u32)> = counts
                .into_iter()
                .filter(|(name, _)| is_readable(name))
                .collect();
            counts.sort_unstable_by_key(|(name, count)| (Reverse(*count), *name));
            let most = counts.iter().take(FEW);
            most.map(|(name, _)| BString::from(*name)).collect()
        });
        Self { files, directories }
    }

    /// Names for something in the directory `above`: those that there are, and then those that there
    /// often are elsewhere.
    pub fn suggest(&self, files: &Files, above: &BStr, is_file: bool) -> Vec<BString> {
        if is_file {
            return self.files.clone();
        }
        let mut names = children(files, above);
        names.extend(self.directories.iter().cloned());
        names
    }
}

/// The first directories in a directory.
fn children(files: &Files, above: &BStr) -> Vec<BString> {
    let mut prefix = above.to_owned();
    if !prefix.is_empty() {
        prefix.push(b'/');
    }
    let mut found = Vec::new();
    let mut range = files.under(&prefix);
    while let Some(at) = range.next()
        && found.len() < FEW
    {
        let below = &files.get(at).path[prefix.len()..];
        let Some(slash) = below.find_byte(b'/') else {
            continue;
        };
        if is_readable(&below[..slash]) {
            found.push(BString::from(&below[..slash]));
        }
        let inside = [&prefix[..], &below[..=slash]].concat();
        range.start = files.under(&inside).end;
    }
    found
}

/// Whether a name needs no explanation where it stands for any other.
fn is_readable(name: &[u8]) -> bool {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    name.len() <= 24 && name.iter().all(is_plain)
}
