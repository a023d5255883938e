//! The topmost directories in which all files are selected.

use std::ops::Range;

use bstr::{BStr, ByteSlice as _};

use super::Files;

/// A directory with all its files, or a single file.
#[derive(Debug, Clone)]
pub struct Subtree<'f> {
    /// The path; the path of a directory ends in `/`.
    pub path: &'f BStr,
    /// The positions of its files.
    pub files: Range<usize>,
}

/// A directory that contains the current file.
struct Open<'f> {
    path: &'f BStr,
    /// The position of its first file.
    first: usize,
    /// The number of subtrees that were found before it.
    before: usize,
    /// Whether all its files so far are selected.
    is_selected: bool,
}

impl Files {
    /// Returns the topmost directories below the root in which every file is `selected`, and the other selected
    /// files, sorted by path.
    pub fn subtrees(&self, selected: impl Fn(usize) -> bool) -> Vec<Subtree<'_>> {
        let mut found: Vec<Subtree<'_>> = Vec::new();
        let mut open: Vec<Open<'_>> = Vec::new();
        for (at, file) in self.iter().enumerate() {
            close(&mut open, &mut found, at, |path| {
                !file.path.starts_with(path)
            });
            let mut end = open.last().map_or(0, |innermost| innermost.path.len());
            while let Some(slash) = file.path[end..].find_byte(b'/') {
                end += slash + 1;
                open.push(Open {
                    path: file.path[..end].as_bstr(),
                    first: at,
                    before: found.len(),
                    is_selected: true,
                });
            }
            if selected(at) {
                found.push(Subtree {
                    path: file.path,
                    files: at..at + 1,
                });
            } else if let Some(innermost) = open.last_mut() {
                innermost.is_selected = false;
            }
        }
        close(&mut open, &mut found, self.len(), |_| true);
        found
    }
}

/// Closes the innermost directories that are `done` before the file at `end`. A directory in which all files are
/// selected replaces the subtrees found in it.
fn close<'f>(
    open: &mut Vec<Open<'f>>,
    found: &mut Vec<Subtree<'f>>,
    end: usize,
    done: impl Fn(&[u8]) -> bool,
) {
    while let Some(innermost) = open.pop_if(|innermost| done(innermost.path)) {
        if innermost.is_selected {
            found.truncate(innermost.before);
            found.push(Subtree {
                path: innermost.path,
                files: innermost.first..end,
            });
        } else if let Some(around) = open.last_mut() {
            around.is_selected = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::{FileKind, FilesBuilder};

    #[test]
    fn replaces_files_by_their_directory() {
        let mut builder = FilesBuilder::default();
        for path in ["a/b/1", "a/b/2", "a/c", "d/e/1", "d/e/f/2", "g"] {
            builder.push(path.as_bytes(), FileKind::Regular);
        }
        let files = builder.build();
        let found = |excluded: &[&str]| {
            let selected = |at| !excluded.contains(&&*files.get(at).path.to_str_lossy());
            let subtrees = files.subtrees(selected).into_iter();
            let shown = subtrees.map(|it| format!("{} {:?}", it.path, it.files));
            shown.collect::<Vec<_>>()
        };
        assert_eq!(found(&[]), ["a/ 0..3", "d/ 3..5", "g 5..6"]);
        assert_eq!(found(&["a/c"]), ["a/b/ 0..2", "d/ 3..5", "g 5..6"]);
        assert_eq!(
            found(&["a/b/1", "g"]),
            ["a/b/2 1..2", "a/c 2..3", "d/ 3..5"]
        );
        assert_eq!(
            found(&["a/c", "d/e/1"]),
            ["a/b/ 0..2", "d/e/f/ 4..5", "g 5..6"]
        );
    }
}
