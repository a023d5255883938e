use std::{cmp::Ordering, ops::Range, sync::OnceLock};

use bstr::{BStr, BString, ByteSlice};

use super::extensions::Extensions;
use crate::{git::FileKind, text::file_name};

/// One path of a repository.
#[derive(Debug, Clone, Copy)]
pub struct File<'f> {
    /// Relative to the root, with `/` between its parts; any bytes.
    pub path: &'f BStr,
    /// The kind of file.
    pub kind: FileKind,
}

impl File<'_> {
    /// Returns whether patterns for the content of a directory match it, as for a submodule.
    pub fn is_directory(&self) -> bool {
        self.kind == FileKind::Submodule
    }
}

/// All paths of a repository, each once, sorted by bytes, so that the files of a directory are adjacent.
#[derive(Debug, Clone, Default)]
pub struct Files {
    paths: Vec<u8>,
    entries: Vec<PathEnd>,
    extensions: OnceLock<Extensions>,
}

/// The end of a path, which is the start of the next one.
#[derive(Debug, Clone, Copy)]
struct PathEnd {
    end: usize,
    kind: FileKind,
}

impl Files {
    /// Returns the number of files.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns whether there are no files.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns the file at a position.
    pub fn get(&self, at: usize) -> File<'_> {
        let start = at
            .checked_sub(1)
            .map_or(0, |before| self.entries[before].end);
        let entry = self.entries[at];
        File {
            path: self.paths[start..entry.end].as_bstr(),
            kind: entry.kind,
        }
    }

    /// Returns all files in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = File<'_>> {
        (0..self.len()).map(|at| self.get(at))
    }

    /// Returns the files with a path that ends in one of `ends`, in order. Each end must have at least two bytes.
    pub fn ending_in<'f>(&'f self, ends: &[&str]) -> impl Iterator<Item = File<'f>> {
        let is_one = |path: &BStr| ends.iter().any(|end| path.ends_with(end.as_bytes()));
        self.possible(ends).filter(move |file| is_one(file.path))
    }

    /// Returns the files with one of these names, in order.
    pub fn named<'f>(&'f self, names: &'f [&str]) -> impl Iterator<Item = File<'f>> {
        let is_one = |path: &BStr| names.iter().any(|name| is_named(path, name));
        self.possible(names).filter(move |file| is_one(file.path))
    }

    /// Returns the files with this name in any letter case, in order.
    pub fn named_in_any_case<'f, 'n>(
        &'f self,
        name: &'n str,
    ) -> impl Iterator<Item = File<'f>> + use<'f, 'n> {
        let is_one = move |path: &BStr| file_name(path).eq_ignore_ascii_case(name.as_bytes());
        self.possible(&[name]).filter(move |file| is_one(file.path))
    }

    /// Returns what is before each place of `text` in the paths: the start of a path, after all paths before it. One search
    /// over all paths is faster than a search in each of them.
    pub fn before<'f>(&'f self, text: &'f str) -> impl Iterator<Item = &'f BStr> {
        let places = self.paths.find_iter(text);
        places.map(|place| self.paths[..place].as_bstr())
    }

    fn possible<'f>(&'f self, names: &[&str]) -> impl Iterator<Item = File<'f>> + use<'f> {
        let extensions = self
            .extensions
            .get_or_init(|| Extensions::new(self.iter().map(|file| file.path)));
        let positions = extensions.candidates(names).into_iter();
        positions.map(|at| self.get(at as usize))
    }

    /// Returns the first invalid path: one with an empty name, `.`, `..` or a NUL byte.
    pub fn first_invalid(&self) -> Option<&BStr> {
        let is_name = |name: &[u8]| !matches!(name, b"" | b"." | b"..");
        let is_invalid =
            |path: &&BStr| path.contains(&0) || !path.split(|byte| *byte == b'/').all(is_name);
        let paths = self.iter().map(|file| file.path);
        let at_ends = paths.filter(|path| {
            matches!(path.first(), None | Some(b'/' | b'.')) || path.last() == Some(&b'/')
        });
        // Few names begin with a dot, so one search over all paths is faster than looking at each name.
        let inside = ["//", "/.", "\0"].into_iter().flat_map(|invalid| {
            let places = self.paths.find_iter(invalid);
            places.map(|place| {
                let at = self.entries.partition_point(|entry| entry.end <= place);
                self.get(at).path
            })
        });
        at_ends.chain(inside).filter(is_invalid).min()
    }

    /// Returns the position of a path.
    pub fn find(&self, path: &BStr) -> Option<usize> {
        let at = self.first_from(path);
        (at < self.len() && self.get(at).path == path).then_some(at)
    }

    /// Returns the kind of the file at a path; `None` if there is none.
    pub fn kind_of(&self, path: &BStr) -> Option<FileKind> {
        self.find(path).map(|at| self.get(at).kind)
    }

    /// Returns the positions of the paths that begin with `prefix`: those in a directory, if it ends in `/`.
    pub fn under(&self, prefix: &[u8]) -> Range<usize> {
        let start = self.first_from(prefix);
        // Most directories are small, so the end is searched for in growing steps.
        let (mut inside, mut step) = (start, 1);
        while inside + step < self.len() && self.get(inside + step).path.starts_with(prefix) {
            inside += step;
            step *= 2;
        }
        let end = (inside + step).min(self.len());
        start..partition_point(inside..end, |at| self.get(at).path.starts_with(prefix))
    }

    /// Returns the positions of one of a component's paths: of a file, or of everything in a directory, which ends in
    /// `/` (the root is empty).
    pub fn at_path(&self, path: &BStr) -> Range<usize> {
        match path.last() {
            None | Some(b'/') => self.under(path),
            Some(_) => self.find(path).map_or(0..0, |at| at..at + 1),
        }
    }

    /// Returns whether any path begins with `prefix`.
    pub fn any_under(&self, prefix: &[u8]) -> bool {
        let at = self.first_from(prefix);
        at < self.len() && self.get(at).path.starts_with(prefix)
    }

    /// Returns whether a path is a file, or a directory with files in it.
    pub fn holds(&self, path: &BStr) -> bool {
        self.find(path).is_some() || self.any_under(&[path.as_bytes(), b"/"].concat())
    }

    /// Returns the entries directly in a directory, which ends in `/` (the root is empty): the position of the first
    /// file of each entry, and its name, which ends in `/` if it is a directory.
    pub fn directly_in<'f, D: AsRef<[u8]>>(
        &'f self,
        directory: D,
    ) -> impl Iterator<Item = (usize, &'f BStr)> + use<'f, D> {
        let mut inside = self.under(directory.as_ref());
        std::iter::from_fn(move || {
            let at = inside.next()?;
            let path = self.get(at).path;
            let below = &path[directory.as_ref().len()..];
            let Some(slash) = below.find_byte(b'/') else {
                return Some((at, below));
            };
            let name = &below[..=slash];
            inside.start = self
                .under(&path[..path.len() - below.len() + name.len()])
                .end;
            Some((at, name))
        })
    }

    /// Returns these files and `more`.
    pub fn with<'p>(&self, more: impl Iterator<Item = (&'p BString, FileKind)>) -> Self {
        let most = self.len() + more.size_hint().1.unwrap_or_default();
        let mut builder = FilesBuilder::with_capacity(most, self.paths.len());
        for file in self.iter() {
            builder.push(file.path, file.kind);
        }
        for (path, kind) in more {
            builder.push(path, kind);
        }
        builder.build()
    }

    /// Returns the position of the first path that is not before `bytes`.
    fn first_from(&self, bytes: &[u8]) -> usize {
        partition_point(0..self.len(), |at| self.get(at).path.as_bytes() < bytes)
    }
}

/// Returns the first position in a partitioned range that is not `before`.
fn partition_point(range: Range<usize>, before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (range.start, range.end);
    while low < high {
        let middle = low + (high - low) / 2;
        if before(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

/// Returns whether `name` is the last part of a path.
pub(super) fn is_named(path: &[u8], name: &str) -> bool {
    let before = path.strip_suffix(name.as_bytes());
    before.is_some_and(|before| matches!(before.last(), None | Some(b'/')))
}

/// Collects paths for [`Files`].
#[derive(Debug, Default)]
pub struct FilesBuilder {
    files: Files,
    is_unsorted: bool,
}

impl FilesBuilder {
    /// Creates a builder with room for this number of paths and their total length.
    pub fn with_capacity(paths: usize, bytes: usize) -> Self {
        let mut builder = Self::default();
        builder.files.entries.reserve(paths);
        builder.files.paths.reserve(bytes);
        builder
    }

    /// Adds a path. Paths may come in any order and more than once, but sorted paths are faster.
    pub fn push(&mut self, path: &[u8], kind: FileKind) {
        let last = self.files.len().checked_sub(1).map(|at| self.files.get(at));
        match last.map(|last| last.path.as_bytes().cmp(path)) {
            Some(Ordering::Equal) => return,
            order => self.is_unsorted |= order == Some(Ordering::Greater),
        }
        self.files.paths.extend_from_slice(path);
        self.files.entries.push(PathEnd {
            end: self.files.paths.len(),
            kind,
        });
    }

    /// Returns the files in order.
    pub fn build(self) -> Files {
        if !self.is_unsorted {
            return self.files;
        }
        let mut sorted: Vec<File<'_>> = self.files.iter().collect();
        sorted.sort_unstable_by_key(|file| file.path);
        sorted.dedup_by_key(|file| file.path);
        let mut again = Self::with_capacity(sorted.len(), self.files.paths.len());
        for file in sorted {
            again.push(file.path, file.kind);
        }
        again.files
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_finds_and_slices_directories() {
        let mut builder = FilesBuilder::default();
        for path in ["b/y", "a", "b-c/z", "b/x", "b0", "a"] {
            builder.push(path.as_bytes(), FileKind::Regular);
        }
        let files = builder.build();
        let paths: Vec<&BStr> = files.iter().map(|file| file.path).collect();
        assert_eq!(paths, ["a", "b-c/z", "b/x", "b/y", "b0"]);
        assert_eq!(files.under(b"b/"), 2..4);
        assert_eq!(files.under(b"c/"), 5..5);
        assert_eq!(files.under(b""), 0..5);
        assert_eq!(files.under(b"b"), 1..5);
        assert_eq!(
            [&b"b/"[..], b"c", b""].map(|prefix| files.any_under(prefix)),
            [true, false, true]
        );
        assert_eq!(
            ["b", "b/x", "b/", "z"].map(|path| files.holds(path.into())),
            [true, true, false, false]
        );
        let inside = |directory| -> Vec<(usize, &BStr)> { files.directly_in(directory).collect() };
        let [a, c, b, b0] = ["a", "b-c/", "b/", "b0"].map(BStr::new);
        assert_eq!(inside(""), [(0, a), (1, c), (2, b), (4, b0)]);
        assert_eq!(inside("b/"), [(2, BStr::new("x")), (3, BStr::new("y"))]);
        assert_eq!(Files::default().under(b""), 0..0);
        assert_eq!(files.find("b/x".into()), Some(2));
        assert_eq!(files.find("b".into()), None);
        assert_eq!(files.ending_in(&[".yaml"]).count(), 0);
        let more = ["b/c.yml", ".yaml", "yaml", "x/yaml", "c.x.yml"].map(BString::from);
        let more = files.with(more.iter().map(|path| (path, FileKind::Regular)));
        assert_eq!(more.first_invalid(), None);
        let paths = |files: Vec<File<'_>>| -> Vec<String> {
            let paths = files.iter().map(|file| file.path.to_string());
            paths.collect()
        };
        let yaml = more.ending_in(&[".yaml", ".yml", ".x.yml"]);
        assert_eq!(paths(yaml.collect()), [".yaml", "b/c.yml", "c.x.yml"]);
        let named = more.named(&["yaml", "y", "yml"]);
        assert_eq!(paths(named.collect()), ["b/y", "x/yaml", "yaml"]);
        let mut before = more.before(".x.");
        assert!(before.any(|before| before.ends_with(b"c")));
        assert_eq!(more.before("x.c").count(), 0);
        let named = more.named_in_any_case("Y");
        assert_eq!(paths(named.collect()), ["b/y"]);
        for path in [
            "", "/a", "a/", ".", "..", "../b", "b/..", "b/./x", "b//x", "b/.", "b\0",
        ] {
            let more: [BString; 2] = [path.into(), "c/.x/..y".into()];
            let with = files.with(more.iter().map(|path| (path, FileKind::Regular)));
            assert_eq!(with.first_invalid(), Some(path.into()), "{path}");
        }
    }
}
