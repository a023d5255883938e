//! Names that occur in a repository, for readable example paths.

use std::cmp::Reverse;

use bstr::{BStr, ByteSlice};
use rustc_hash::FxHashMap;

use crate::{inventory::Files, text::join};

/// The maximum number of names to try.
const FEW: usize = 12;

/// The maximum number of files to examine, spread over all; frequent names are among them.
const SAMPLE: usize = 2_000;

/// The maximum number of files to keep for directories of one name.
const OF_ONE_NAME: usize = 4;

/// The most frequent names of files and directories.
#[derive(Debug, Default)]
pub(super) struct ExistingNames<'f> {
    files: Vec<&'f [u8]>,
    directories: Vec<&'f [u8]>,
    /// Some files in directories with a given name.
    inside: FxHashMap<&'f [u8], Vec<&'f [u8]>>,
}

impl<'f> ExistingNames<'f> {
    pub fn new(files: &'f Files) -> Self {
        let mut counts: [FxHashMap<&[u8], u32>; 2] = Default::default();
        let [names, directories] = &mut counts;
        let mut inside: FxHashMap<&[u8], Vec<&[u8]>> = FxHashMap::default();
        let mut before: &[u8] = b"";
        let step = files.len().div_ceil(SAMPLE).max(1);
        for at in (0..files.len()).step_by(step) {
            let path = files.get(at).path.as_bytes();
            let slash = path.rfind_byte(b'/');
            let file = &path[slash.map_or(0, |at| at + 1)..];
            *names.entry(file).or_default() += 1;
            let directory = &path[..slash.unwrap_or(0)];
            let name = last_name(directory);
            if directory != before && !directory.is_empty() {
                *directories.entry(name).or_default() += 1;
            }
            before = directory;
            let known = inside.entry(name).or_default();
            if known.len() < OF_ONE_NAME && is_readable(file) {
                known.push(file);
            }
        }
        let [files, directories] = counts.map(|counts| {
            let mut counts: Vec<(&[u8], u32)> = counts
                .into_iter()
                .filter(|(name, _)| is_readable(name))
                .collect();
            counts.sort_unstable_by_key(|(name, count)| (Reverse(*count), *name));
            counts.iter().take(FEW).map(|(name, _)| *name).collect()
        });
        Self {
            files,
            directories,
            inside,
        }
    }

    /// Returns names for a file or directory in the directory `above`: existing ones first, then frequent ones from
    /// other directories.
    pub fn suggest<'s>(
        &'s self,
        files: &'f Files,
        above: &BStr,
        is_file: bool,
    ) -> impl Iterator<Item = &'f [u8]> + use<'s, 'f> {
        let (inside, frequent) = match is_file {
            true => (self.inside.get(last_name(above)), &self.files),
            false => (None, &self.directories),
        };
        let children = (!is_file).then(|| children(files, above));
        let inside = inside.into_iter().flatten().chain(frequent).copied();
        children.into_iter().flatten().chain(inside)
    }
}

fn last_name(directory: &[u8]) -> &[u8] {
    &directory[directory.rfind_byte(b'/').map_or(0, |at| at + 1)..]
}

/// Returns the first directories in a directory.
fn children<'f>(files: &'f Files, above: &BStr) -> impl Iterator<Item = &'f [u8]> + use<'f> {
    let names = files.directly_in(join(above, b""));
    let names = names.filter_map(|(_, name)| name.strip_suffix(b"/"));
    names.filter(|name| is_readable(name)).take(FEW)
}

/// Returns whether a name is readable in an example path.
fn is_readable(name: &[u8]) -> bool {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    name.len() <= 24 && name.iter().all(is_plain)
}
