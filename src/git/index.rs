use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::Path,
};

use bstr::{BStr, ByteSlice as _};

use super::EntryKind;

/// How much is read at once.
const BUFFER: usize = 1 << 17;

/// The bytes of an entry before its id: times, device, inode, mode, owner and size.
const HEAD: usize = 40;

const IS_EXTENDED: u16 = 0x4000;
const IS_LEFT_OUT: u16 = 0x4000;
const IS_ADDED_LATER: u16 = 0x2000;

/// One entry of an index. A path in conflict has several.
#[derive(Debug, Clone, Copy)]
pub struct IndexEntry<'i> {
    /// Relative to the top of the repository, and as it is written there: nothing is checked.
    pub path: &'i BStr,
    /// What it is.
    pub kind: EntryKind,
    /// The SHA-1 of what it holds.
    pub id: &'i [u8; 20],
    /// Whether a sparse checkout leaves it out of the work tree.
    pub is_left_out: bool,
    /// Whether it is only meant to be added later (`add -N`).
    pub is_added_later: bool,
}

/// Shows `see` the entries of the index at `path`, which must be a file and of a repository of SHA-1,
/// in their order.
///
/// Nothing where it is damaged, or needs more than itself to be understood: sparse and split indexes,
/// versions to come. What was seen until then does not count. That is for git to say.
///
/// Follows <https://git-scm.com/docs/index-format>, versions 2 to 4. Like git, it does not verify the
/// checksum.
pub fn read_index(path: &Path, see: impl FnMut(IndexEntry<'_>)) -> Option<()> {
    let file = File::open(path).ok()?;
    let mut input = BufReader::with_capacity(BUFFER, file);
    match read(&mut input, see) {
        Ok(is_whole) => is_whole.then_some(()),
        Err(_) => None,
    }
}

fn read(input: &mut impl BufRead, mut see: impl FnMut(IndexEntry<'_>)) -> io::Result<bool> {
    let [magic, version, count] = [array(input)?, array(input)?, array(input)?];
    let (version, count) = (u32::from_be_bytes(version), u32::from_be_bytes(count));
    if &magic != b"DIRC" || !(2..=4).contains(&version) {
        return Ok(false);
    }
    let mut path = Vec::new();
    for _ in 0..count {
        let head: [u8; HEAD] = array(input)?;
        let id: [u8; 20] = array(input)?;
        let flags = u16::from_be_bytes(array(input)?);
        let is_extended = flags & IS_EXTENDED != 0;
        let more = match is_extended {
            true => u16::from_be_bytes(array(input)?),
            false => 0,
        };
        let kept = match version {
            4 => path.len().checked_sub(stripped(input)?),
            _ => Some(0),
        };
        let Some(kept) = kept else {
            return Ok(false);
        };
        path.truncate(kept);
        input.read_until(0, &mut path)?;
        if path.pop() != Some(0) {
            return Ok(false);
        }
        if version < 4 {
            // Together with the zero that ended the path, one to eight, to a multiple of eight.
            let flags = if is_extended { 4 } else { 2 };
            let length = HEAD + id.len() + flags + path.len();
            let padding = 7 - length % 8;
            input.read_exact(&mut [0; 7][..padding])?;
        }
        // The type is the first half of the byte that the mode's last two begin with.
        let kind = match head[26] >> 4 {
            0o10 => EntryKind::File,
            0o12 => EntryKind::Symlink,
            0o16 => EntryKind::Submodule,
            // A whole directory of a sparse index.
            _ => return Ok(false),
        };
        see(IndexEntry {
            path: path.as_bstr(),
            kind,
            id: &id,
            is_left_out: more & IS_LEFT_OUT != 0,
            is_added_later: more & IS_ADDED_LATER != 0,
        });
    }
    let mut rest = Vec::new();
    input.read_to_end(&mut rest)?;
    Ok(may_ignore(&rest))
}

fn array<const N: usize>(input: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    input.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// How many bytes at the end of the path before are not of this one: seven bits a byte, the highest
/// first, and no number written in two ways.
fn stripped(input: &mut impl Read) -> io::Result<usize> {
    let mut value: usize = 0;
    loop {
        let [byte] = array(input)?;
        value = value.saturating_mul(128) | usize::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Ok(value);
        }
        value = value.saturating_add(1);
    }
}

/// Whether all extensions are of the kind that a reader may pass over; a checksum follows them.
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
    use std::{io::Write as _, process};

    use super::*;

    /// `git` in `directory`, with nothing of the user's settings.
    fn git(directory: &Path, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        let mut child = process::Command::new("git")
            .args(arguments)
            .current_dir(directory)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .stdin(process::Stdio::piped())
            .stdout(process::Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{arguments:?}");
        output.stdout
    }

    /// As `git ls-files --stage` shows it, without the number of the conflict.
    fn shown(index: &Path) -> Option<Vec<Vec<u8>>> {
        let mut entries = Vec::new();
        read_index(index, |entry| {
            let letter = if entry.is_left_out { "S" } else { "H" };
            let id: String = entry.id.iter().map(|byte| format!("{byte:02x}")).collect();
            let line = format!("{letter} {:?} {id} ", entry.kind);
            entries.push([line.as_bytes(), entry.path].concat());
        })?;
        Some(entries)
    }

    #[test]
    fn an_index_is_read_as_git_reads_it() {
        let scratch = tempfile::tempdir().unwrap();
        let root = scratch.path();
        git(root, &["init", "-q"], b"");
        let id = git(root, &["hash-object", "-w", "--stdin"], b"x");
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
        git(root, &["update-index", "-z", "--index-info"], &entries);
        let index = root.join(".git/index");
        for arguments in [
            &["--index-version", "2"][..],
            &["--index-version", "4"],
            &["--skip-worktree", "nnn"],
            &["--index-version", "3"],
        ] {
            git(root, &[&["update-index"], arguments].concat(), b"");
            let listed = git(root, &["ls-files", "--stage", "-t", "-z"], b"");
            let listed = listed.split_str("\0").filter(|line| !line.is_empty());
            let expected: Vec<Vec<u8>> = listed
                .map(|line| {
                    let (info, path) = line.split_once_str("\t").unwrap();
                    let info: Vec<&str> = info.to_str().unwrap().split(' ').collect();
                    let letter = if info[0] == "S" { "S" } else { "H" };
                    let kind = EntryKind::of_mode(info[1].as_bytes()).unwrap();
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
        git(root, &["update-index", "--split-index"], b"");
        assert_eq!(shown(&index), None, "the rest is in another file");
    }

    #[test]
    fn numbers_are_read_as_git_writes_them() {
        for (bytes, number) in [
            (&b"\x00"[..], 0),
            (b"\x7f", 127),
            (b"\x80\x00", 128),
            (b"\x80\x7f", 255),
            (b"\x81\x00", 256),
            (b"\xff\x7f", 16_511),
            (b"\x80\x80\x00", 16_512),
        ] {
            assert_eq!(stripped(&mut &*bytes).unwrap(), number);
        }
        assert!(stripped(&mut &b"\x80"[..]).is_err());
    }
}
