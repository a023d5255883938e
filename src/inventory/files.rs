use std::{cmp::Ordering, ops::Range, sync::OnceLock};

use bstr::{BStr, BString, ByteSlice};

use super::extensions::Extensions;
use crate::{git::FileKind, text::file_name};

/// One path of a repository.
#[derive(Debug, Clone, Copy)]
pub struct File<'f> {
    /// Relative to the root, `/` between its parts; any bytes.
    pub path: &'f BStr,
    /// What it is.
    pub kind: FileKind,
}

impl File<'_> {
    /// Whether what owns the content of a directory owns this.
    pub fn is_directory(&self) -> bool {
        self.kind == FileKind::Submodule
    }
}

/// All paths of a repository, each once, sorted by bytes. So what lies in one directory lies
/// together.
#[derive(Debug, Clone, Default)]
pub struct Files {
    paths: Vec<u8>,
    entries: Vec<PathEnd>,
    extensions: OnceLock<Extensions>,
}

/// A path ends where the next begins.
#[derive(Debug, Clone, Copy)]
struct PathEnd {
    end: usize,
    kind: FileKind,
}

impl Files {
    /// How many.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The file at a position.
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

    /// All, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = File<'_>> {
        (0..self.len()).map(|at| self.get(at))
    }

    /// Those whose path ends in one of `ends`, of two bytes at least; in order.
    pub fn ending_in<'f>(&'f self, ends: &'f [&str]) -> impl Iterator<Item = File<'f>> {
        let is_one = |path: &BStr| ends.iter().any(|end| path.ends_with(end.as_bytes()));
        self.like(ends).filter(move |file| is_one(file.path))
    }

    /// Those whose last part is one of `names`, in order.
    pub fn named<'f>(&'f self, names: &'f [&str]) -> impl Iterator<Item = File<'f>> {
        let is_one = |path: &BStr| names.iter().any(|name| is_named(path, name));
        self.like(names).filter(move |file| is_one(file.path))
    }

    /// Those whose last part is `name`, in any letter case; in order.
    pub fn named_in_any_case<'f>(&'f self, name: &'f str) -> impl Iterator<Item = File<'f>> {
        let is_one = |path: &BStr| file_name(path).eq_ignore_ascii_case(name.as_bytes());
        self.like(&[name]).filter(move |file| is_one(file.path))
    }

    fn like<'f>(&'f self, names: &[&str]) -> impl Iterator<Item = File<'f>> + use<'f> {
        let extensions = self
            .extensions
            .get_or_init(|| Extensions::new(self.iter().map(|file| file.path)));
        let positions = extensions.like(names).into_iter();
        positions.map(|at| self.get(at as usize))
    }

    /// The first path that no file can have: one with an empty name, `.` or `..`, or with a zero.
    pub fn impossible(&self) -> Option<&BStr> {
        let is_name = |name: &[u8]| !matches!(name, b"" | b"." | b"..");
        let is_odd =
            |path: &&BStr| path.contains(&0) || !path.split(|byte| *byte == b'/').all(is_name);
        let paths = self.iter().map(|file| file.path);
        let at_ends = paths.filter(|path| {
            matches!(path.first(), None | Some(b'/' | b'.')) || path.last() == Some(&b'/')
        });
        // Few names begin with a dot: all paths are searched as one for those that do.
        let inside = ["//", "/.", "\0"].into_iter().flat_map(|odd| {
            let places = self.paths.find_iter(odd);
            places.map(|place| {
                let at = self.entries.partition_point(|entry| entry.end <= place);
                self.get(at).path
            })
        });
        at_ends.chain(inside).filter(is_odd).min()
    }

    /// The position of a path.
    pub fn find(&self, path: &BStr) -> Option<usize> {
        let at = self.first_from(path);
        (at < self.len() && self.get(at).path == path).then_some(at)
    }

    /// The positions of everything whose path begins with `prefix`: a directory, if that ends in `/`.
    pub fn under(&self, prefix: &[u8]) -> Range<usize> {
        let start = self.first_from(prefix);
        // Most directories are small: what is past the end is looked for in larger and larger steps.
        let (mut inside, mut step) = (start, 1);
        while inside + step < self.len() && self.get(inside + step).path.starts_with(prefix) {
            inside += step;
            step *= 2;
        }
        let end = (inside + step).min(self.len());
        start..partition_point(inside..end, |at| self.get(at).path.starts_with(prefix))
    }

    /// The positions of what a part of a component consists of: a file, or everything in a directory, which
    /// ends in `/` (the root is empty).
    pub fn of_part(&self, part: &BStr) -> Range<usize> {
        match part.last() {
            None | Some(b'/') => self.under(part),
            Some(_) => self.find(part).map_or(0..0, |at| at..at + 1),
        }
    }

    /// Whether there is anything whose path begins with `prefix`.
    pub fn any_under(&self, prefix: &[u8]) -> bool {
        let at = self.first_from(prefix);
        at < self.len() && self.get(at).path.starts_with(prefix)
    }

    /// Whether a path is that of a file, or of a directory with files in it.
    pub fn holds(&self, path: &BStr) -> bool {
        self.find(path).is_some() || self.any_under(&[path.as_bytes(), b"/"].concat())
    }

    /// What lies directly in a directory, which ends in `/` (the root is empty): the position of the first
    /// file of each, and its name, which ends in `/` if it is a directory itself.
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

    /// These and more files.
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

    /// The position of the first path that is not before `bytes`.
    fn first_from(&self, bytes: &[u8]) -> usize {
        partition_point(0..self.len(), |at| self.get(at).path.as_bytes() < bytes)
    }
}

/// The first position in a range that is not `before`, where all those that are come first.
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

/// Whether `name` is the last part of a path.
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
    /// Room for so many paths, so long together.
    pub fn with_capacity(paths: usize, bytes: usize) -> Self {
        let mut builder = Self::default();
        builder.files.entries.reserve(paths);
        builder.files.paths.reserve(bytes);
        builder
    }

    /// Adds a path; order and repetition don't matter, but sorted paths cost less.
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

    /// The paths in order.
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
        assert_eq!(more.impossible(), None);
        let paths = |files: Vec<File<'_>>| -> Vec<String> {
            let paths = files.iter().map(|file| file.path.to_string());
            paths.collect()
        };
        let yaml = more.ending_in(&[".yaml", ".yml", ".x.yml"]);
        assert_eq!(paths(yaml.collect()), [".yaml", "b/c.yml", "c.x.yml"]);
        let named = more.named(&["yaml", "y", "yml"]);
        assert_eq!(paths(named.collect()), ["b/y", "x/yaml", "yaml"]);
        let named = more.named_in_any_case("Y");
        assert_eq!(paths(named.collect()), ["b/y"]);
        for odd in [
            "", "/a", "a/", ".", "..", "../b", "b/..", "b/./x", "b//x", "b/.", "b\0",
        ] {
            let more: [BString; 2] = [odd.into(), "c/.x/..y".into()];
            let with = files.with(more.iter().map(|path| (path, FileKind::Regular)));
            assert_eq!(with.impossible(), Some(odd.into()), "{odd}");
        }
    }
}
