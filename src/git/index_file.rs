use std::{
    fs::File,
    io::{self, Read as _},
    path::Path,
};

use bstr::{BStr, ByteSlice as _};

use super::{BlobId, FileKind};

/// The number of bytes to read at once.
const BUFFER: usize = 1 << 17;

/// The bytes of an entry before its id: times, device, inode, mode, owner and size.
const HEAD: usize = 40;

const IS_EXTENDED: u16 = 0x4000;
const LENGTH: u16 = 0xfff;
const SKIP_WORKTREE: u16 = 0x4000;
const INTENT_TO_ADD: u16 = 0x2000;

/// All other flags belong to future versions.
const KNOWN: u16 = SKIP_WORKTREE | INTENT_TO_ADD;

/// One entry of an index. A path in conflict has several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexEntry<'i> {
    /// Relative to the top of the repository, as written in the index; not validated.
    pub path: &'i BStr,
    /// The kind of entry.
    pub kind: FileKind,
    /// The id of the content.
    pub id: BlobId,
    /// Whether it is not in the work tree (skip-worktree), as in a sparse checkout.
    pub is_skip_worktree: bool,
    /// Whether it is an intent-to-add entry (`add -N`).
    pub is_intent_to_add: bool,
}

/// Calls `see` with the entries of the index at `path`, in order. It must be a file, of a repository with SHA-1 ids.
///
/// Returns `None` if the index is damaged, or cannot be read alone: sparse and split indexes, and future versions.
/// The caller must then discard the entries that it got, and ask git.
///
/// Follows <https://git-scm.com/docs/index-format>, versions 2 to 4. Like git, it does not verify the
/// checksum.
pub(super) fn read_index(path: &Path, mut see: impl FnMut(IndexEntry<'_>)) -> Option<()> {
    let mut input = Input::open(path)?;
    let [version, count] = loop {
        match input.buffered().first_chunk::<12>() {
            Some([b'D', b'I', b'R', b'C', v @ .., a, b, c, d]) => {
                break [u32::from_be_bytes(*v), u32::from_be_bytes([*a, *b, *c, *d])];
            }
            Some(_) => return None,
            None => input.read_more()?,
        }
    };
    if !(2..=4).contains(&version) {
        return None;
    }
    input.start += 12;
    let mut whole_path = Vec::new();
    for _ in 0..count {
        let entry = loop {
            match IndexRecord::parse(input.buffered(), version == 4) {
                Some(entry) => break entry,
                None => input.read_more()?,
            }
        };
        let path = if version == 4 {
            whole_path.truncate(whole_path.len().checked_sub(entry.stripped)?);
            whole_path.extend_from_slice(entry.name);
            &whole_path
        } else {
            entry.name
        };
        if entry.path_length.is_some_and(|it| it != path.len()) || entry.more_flags & !KNOWN != 0 {
            return None;
        }
        see(IndexEntry {
            path: path.as_bstr(),
            // The type is the first half of the byte that the last two of the mode begin with.
            kind: match entry.head[26] >> 4 {
                0o10 => FileKind::Regular,
                0o12 => FileKind::Symlink,
                0o16 => FileKind::Submodule,
                // A whole directory of a sparse index.
                _ => return None,
            },
            id: BlobId::of_hash(entry.id),
            is_skip_worktree: entry.more_flags & SKIP_WORKTREE != 0,
            is_intent_to_add: entry.more_flags & INTENT_TO_ADD != 0,
        });
        input.start += entry.length;
    }
    may_ignore(&input.rest()?).then_some(())
}

/// An entry in its binary form.
struct IndexRecord<'b> {
    head: &'b [u8; HEAD],
    id: &'b [u8; 20],
    more_flags: u16,
    /// The declared length of the whole path; `None` for a long one.
    path_length: Option<usize>,
    /// The number of bytes to remove from the end of the previous path.
    stripped: usize,
    /// The path, or the rest of it after the previous one.
    name: &'b [u8],
    /// The length of the entry in bytes.
    length: usize,
}

impl<'b> IndexRecord<'b> {
    /// Parses the entry that `bytes` begin with; `None` if it is incomplete.
    fn parse(bytes: &'b [u8], is_prefixed: bool) -> Option<Self> {
        let (head, rest) = bytes.split_first_chunk()?;
        let (id, rest) = rest.split_first_chunk()?;
        let (flags, mut rest) = rest.split_first_chunk()?;
        let flags = u16::from_be_bytes(*flags);
        let mut more_flags = 0;
        if flags & IS_EXTENDED != 0 {
            let (more, others) = rest.split_first_chunk()?;
            (more_flags, rest) = (u16::from_be_bytes(*more), others);
        }
        let mut stripped = 0;
        if is_prefixed {
            (stripped, rest) = number(rest)?;
        }
        let name = &rest[..rest.find_byte(0)?];
        let before = bytes.len() - rest.len();
        let length = match is_prefixed {
            true => before + name.len() + 1,
            // One to eight zeros, to a multiple of eight.
            false => (before + name.len()) / 8 * 8 + 8,
        };
        (length <= bytes.len()).then_some(Self {
            head,
            id,
            more_flags,
            path_length: Some(usize::from(flags & LENGTH)).filter(|it| *it < LENGTH.into()),
            stripped,
            name,
            length,
        })
    }
}

/// Parses the number that `bytes` begin with, and returns it with the rest: seven bits a byte, the highest first,
/// with only one encoding for each number.
fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value: usize = 0;
    for (at, byte) in bytes.iter().enumerate() {
        value = value.saturating_mul(128) | usize::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[at + 1..]));
        }
        value = value.saturating_add(1);
    }
    None
}

/// A file of which a part is buffered.
struct Input {
    file: File,
    bytes: Vec<u8>,
    start: usize,
    end: usize,
}

impl Input {
    fn open(path: &Path) -> Option<Self> {
        Some(Self {
            file: File::open(path).ok()?,
            bytes: vec![0; BUFFER],
            start: 0,
            end: 0,
        })
    }

    fn buffered(&self) -> &[u8] {
        &self.bytes[self.start..self.end]
    }

    /// Reads more into the buffer; `None` at the end of the file or on an error.
    fn read_more(&mut self) -> Option<()> {
        self.bytes.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        if self.end == self.bytes.len() {
            self.bytes.resize(2 * self.end, 0);
        }
        let read = loop {
            match self.file.read(&mut self.bytes[self.end..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read.ok()?,
            }
        };
        self.end += read;
        (read > 0).then_some(())
    }

    /// Returns everything that was not consumed yet.
    fn rest(mut self) -> Option<Vec<u8>> {
        self.bytes.truncate(self.end);
        self.bytes.drain(..self.start);
        self.file.read_to_end(&mut self.bytes).ok()?;
        Some(self.bytes)
    }
}

/// Returns whether all extensions are optional ones, which may be ignored. A checksum follows them.
fn may_ignore(mut rest: &[u8]) -> bool {
    while let Some((head, others)) = rest.split_first_chunk::<8>()
        && rest.len() > 20
    {
        let [first, _, _, _, size @ ..] = *head;
        let size = usize::try_from(u32::from_be_bytes(size)).unwrap_or(usize::MAX);
        let Some(others) = others.get(size..).filter(|_| first.is_ascii_uppercase()) else {
            return false;
        };
        rest = others;
    }
    rest.len() == 20
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Repo;

    /// Returns the entries as `git ls-files --stage` shows them, without the stage number.
    fn shown(index: &Path) -> Option<Vec<Vec<u8>>> {
        let mut entries = Vec::new();
        read_index(index, |entry| {
            let letter = if entry.is_skip_worktree { "S" } else { "H" };
            let line = format!("{letter} {:?} {} ", entry.kind, entry.id);
            entries.push([line.as_bytes(), entry.path].concat());
        })?;
        Some(entries)
    }

    #[test]
    fn reads_an_index_like_git() {
        let repo = Repo::new(&[]);
        let root = repo.path();
        repo.git(&["init", "-q"], b"");
        let id = repo.git(&["hash-object", "-w", "--stdin"], b"x");
        let id = id.trim().to_str().unwrap();
        let mut entries = Vec::new();
        // Paths of every length around a multiple of eight, and around what fits into the flags.
        let lengths = (1..20).chain(4_090..4_100).chain([20_000]);
        let names = lengths.map(|length| "n".repeat(length).into_bytes());
        let odd = [&b"a\nb\tc"[..], b"\xff\xfe/x", b"dir/\xc3\xa9"].map(Vec::from);
        for (at, name) in names.chain(odd).enumerate() {
            let mode = ["100644", "100755", "120000", "160000"][at % 4];
            entries.extend(format!("{mode} {id} 0\t").into_bytes());
            entries.extend(name);
            entries.push(0);
        }
        for stage in 1..=3 {
            entries.extend(format!("100644 {id} {stage}\tconflict\0").bytes());
        }
        repo.git(&["update-index", "-z", "--index-info"], &entries);
        let index = root.join(".git/index");
        for arguments in [
            &["--index-version", "2"][..],
            &["--index-version", "4"],
            &["--skip-worktree", "nnn"],
            &["--index-version", "3"],
        ] {
            repo.git(&[&["update-index"], arguments].concat(), b"");
            let listed = repo.git(&["ls-files", "--stage", "-t", "-z"], b"");
            let listed = listed.split_str("\0").filter(|line| !line.is_empty());
            let expected: Vec<Vec<u8>> = listed
                .map(|line| {
                    let (info, path) = line.split_once_str("\t").unwrap();
                    let info: Vec<&str> = info.to_str().unwrap().split(' ').collect();
                    let letter = if info[0] == "S" { "S" } else { "H" };
                    let kind = FileKind::of_mode(info[1].as_bytes()).unwrap();
                    [format!("{letter} {kind:?} {} ", info[2]).as_bytes(), path].concat()
                })
                .collect();
            assert_eq!(expected.len(), 36);
            assert!(shown(&index).unwrap() == expected, "{arguments:?}");
        }
        let whole = std::fs::read(&index).unwrap();
        let cut = root.join("cut");
        for length in (0..whole.len()).step_by(211) {
            std::fs::write(&cut, &whole[..length]).unwrap();
            assert_eq!(shown(&cut), None, "{length} bytes");
        }
        let mut other_length = whole.clone();
        other_length[12 + HEAD + 20 + 1] ^= 2;
        std::fs::write(&cut, other_length).unwrap();
        assert_eq!(shown(&cut), None, "a path with a wrong declared length");
        repo.git(&["update-index", "--split-index"], b"");
        assert_eq!(shown(&index), None, "the rest is in another file");
    }

    #[test]
    fn parses_the_numbers_of_git() {
        for (bytes, number) in [
            (&b"\x00"[..], 0),
            (b"\x7f", 127),
            (b"\x80\x00", 128),
            (b"\x80\x7f", 255),
            (b"\x81\x00", 256),
            (b"\xff\x7f", 16_511),
            (b"\x80\x80\x00", 16_512),
        ] {
            let with_more = [bytes, b"more"].concat();
            assert_eq!(super::number(&with_more), Some((number, &b"more"[..])));
        }
        assert_eq!(number(b"\x80"), None);
    }
}
