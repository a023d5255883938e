//! Directories with too many entries in a sorted list of paths to show each of them.

use std::ops::Range;

use bstr::{BStr, ByteSlice as _};

/// More entries in one directory are shown as one, if they contain most of its files.
const MOST: usize = 10;

/// An entry that is shown as it is, or several in one directory.
#[derive(Debug, PartialEq, Eq)]
pub struct RolledUp<'p> {
    /// The path of the entry, or of the directory; the path of the root is empty.
    pub path: &'p BStr,
    /// The positions of the entries.
    pub entries: Range<usize>,
    /// The number of files in the entries.
    files: usize,
}

/// A directory that contains the current entry.
struct Open<'p> {
    path: &'p BStr,
    /// The position of its first entry.
    first: usize,
    /// What was found before it.
    before: usize,
}

/// Replaces the entries in each directory that has more than ten of them, if they contain over half of its files.
///
/// The root counts as a directory only if all entries in it are files. The entries are sorted and do not contain each other. Each comes with its number of files. `total` returns the number
/// of files in a directory.
pub fn roll_up<'p>(
    entries: impl Iterator<Item = (&'p BStr, usize)>,
    total: impl Fn(&BStr) -> usize,
) -> Vec<RolledUp<'p>> {
    let mut found: Vec<RolledUp<'p>> = Vec::new();
    let mut open = vec![Open {
        path: BStr::new(""),
        first: 0,
        before: 0,
    }];
    let close = |innermost: &Open<'p>, found: &mut Vec<RolledUp<'p>>, end: usize| {
        let inside = &found[innermost.before..];
        // A finding about the whole repository would help nobody, so its directories stay.
        let is_place = |it: &RolledUp<'_>| !innermost.path.is_empty() || !it.path.contains(&b'/');
        if inside.len() <= MOST || !inside.iter().all(is_place) {
            return;
        }
        let files = inside.iter().map(|it| it.files).sum();
        if files * 2 > total(innermost.path) {
            found.truncate(innermost.before);
            found.push(RolledUp {
                path: innermost.path,
                entries: innermost.first..end,
                files,
            });
        }
    };
    let mut end = 0;
    for (at, (path, files)) in entries.enumerate() {
        while let Some(innermost) = open.pop_if(|it| !path.starts_with(it.path)) {
            close(&innermost, &mut found, at);
        }
        let mut around = open.last().map_or(0, |innermost| innermost.path.len());
        // The slash at the end of a directory does not mean that it contains itself.
        let inside = &path[..path.len().saturating_sub(1)];
        while let Some(slash) = inside.get(around..).and_then(|rest| rest.find_byte(b'/')) {
            around += slash + 1;
            open.push(Open {
                path: path[..around].as_bstr(),
                first: at,
                before: found.len(),
            });
        }
        found.push(RolledUp {
            path,
            entries: at..at + 1,
            files,
        });
        end = at + 1;
    }
    while let Some(innermost) = open.pop() {
        close(&innermost, &mut found, end);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns what is shown for directories with these numbers of entries, each of one file, and of all files.
    fn shown(directories: &[(&str, usize, usize)]) -> Vec<String> {
        let names = directories.iter();
        let names = names.flat_map(|(path, entries, _)| (0..*entries).map(move |at| (path, at)));
        let mut paths: Vec<String> = names.map(|(path, at)| format!("{path}{at:02}")).collect();
        paths.sort();
        let total = |path: &BStr| {
            let inside = directories.iter();
            let inside = inside.filter(|(of, ..)| of.as_bytes().starts_with(path));
            inside.map(|(.., files)| files).sum()
        };
        let found = roll_up(paths.iter().map(|path| (BStr::new(path), 1)), total);
        let several = found.iter().filter(|it| it.entries.len() > 1);
        let shown = several.map(|it| format!("{} {}", it.path, it.files));
        shown.chain([found.len().to_string()]).collect()
    }

    #[test]
    fn rolls_up_more_than_ten_entries_with_most_files() {
        assert_eq!(shown(&[]), ["0"]);
        assert_eq!(shown(&[("a/", 10, 11), ("b", 1, 20)]), ["11"]);
        assert_eq!(shown(&[("a/", 11, 12), ("b", 1, 20)]), ["a/ 11", "2"]);
        assert_eq!(shown(&[("a/", 11, 22), ("b", 1, 20)]), ["12"]);
        // The innermost directory first, which counts as one in the directories around it.
        let inner = [("a/", 5, 6), ("a/b/", 12, 13), ("c", 9, 90)];
        assert_eq!(shown(&inner), ["a/b/ 12", "15"]);
        let both = [("a/", 10, 11), ("a/b/", 12, 13), ("c", 9, 90)];
        assert_eq!(shown(&both), ["a/ 22", "10"]);
        // The root, with and without directories.
        let mixed = [("", 30, 31), ("b/", 12, 12)];
        assert_eq!(shown(&mixed), ["b/ 12", "31"]);
        assert_eq!(shown(&[("a", 11, 21)]), [" 11", "1"]);
    }
}
