use std::{
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    process::{Child, ChildStdin, ChildStdout, Stdio},
    sync::{Mutex, PoisonError},
};

use bstr::ByteSlice;
use rustc_hash::FxHashMap;

use super::{BlobId, Git, GitError};

/// The largest number of blobs to read ahead.
const MAX_AHEAD: usize = 1_024;

/// The largest total size of the blobs that are read ahead; a larger blob is not kept.
const MAX_BYTES_AHEAD: usize = 16 << 20;

/// The number of blobs to request at once. That many requests fit into a pipe, so neither side can block on the
/// other.
const AT_ONCE: usize = 32;

/// Reads blobs with one `git cat-file --batch`, which is started for the first one.
#[derive(Debug)]
pub struct Blobs {
    git: Git,
    reading: Mutex<Option<Batch>>,
    ahead: Mutex<FxHashMap<BlobId, Vec<u8>>>,
}

/// Why a blob could not be read.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// The blob is not in this clone.
    #[error("it is not in this clone")]
    Missing,
    /// The blob is larger than the limit.
    #[error("it is too large")]
    TooLarge,
    /// `git` failed.
    #[error(transparent)]
    Git(#[from] GitError),
    /// `git` ended early.
    #[error("`git cat-file` exited unexpectedly: {}", .0.kind())]
    Io(#[from] io::Error),
}

#[derive(Debug)]
struct Batch {
    child: Child,
    requests: ChildStdin,
    responses: BufReader<ChildStdout>,
}

impl Blobs {
    /// Creates a reader of the blobs of a repository.
    pub fn new(git: Git) -> Self {
        Self {
            git,
            reading: Mutex::new(None),
            ahead: Mutex::default(),
        }
    }

    /// Reads the first of these blobs ahead, because a request takes longer than reading. Errors are ignored here:
    /// [`read`](Self::read) returns them.
    pub fn read_ahead(&self, mut ids: Vec<BlobId>) {
        ids.truncate(MAX_AHEAD);
        let mut left = MAX_BYTES_AHEAD;
        for ids in ids.chunks(AT_ONCE) {
            let Ok(read) = self.with(|process| process.read_all(ids, left as u64)) else {
                return;
            };
            left = left.saturating_sub(read.iter().map(|(_, bytes)| bytes.len()).sum());
            let mut ahead = self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
            ahead.extend(read);
        }
    }

    /// Returns the bytes of a blob, if there are at most `limit`.
    ///
    /// # Errors
    /// If the blob is missing or too large, or git fails.
    pub fn read(&self, id: &BlobId, limit: u64) -> Result<Vec<u8>, BlobError> {
        let mut ahead = self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        let cached = ahead.remove(id);
        drop(ahead);
        match cached {
            Some(bytes) if bytes.len() as u64 > limit => Err(BlobError::TooLarge),
            Some(bytes) => Ok(bytes),
            None => self.with(|process| process.read(id, limit)),
        }
    }

    fn with<R>(
        &self,
        read: impl FnOnce(&mut Batch) -> Result<R, BlobError>,
    ) -> Result<R, BlobError> {
        let mut reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        let process = match &mut *reading {
            Some(process) => process,
            none => none.insert(Batch::start(&self.git)?),
        };
        let read = read(process);
        if matches!(read, Err(BlobError::Io(_))) {
            // Its next output would not match a request.
            *reading = None;
        }
        read
    }
}

impl Batch {
    fn start(git: &Git) -> Result<Self, GitError> {
        let mut child = git.start(&["cat-file", "--batch"], Stdio::piped())?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(requests), Some(responses)) => Ok(Self {
                child,
                requests,
                responses: BufReader::with_capacity(64 << 10, responses),
            }),
            _ => Err(GitError::new("cannot communicate with git")),
        }
    }

    fn read(&mut self, id: &BlobId, limit: u64) -> Result<Vec<u8>, BlobError> {
        self.requests.write_all(format!("{id}\n").as_bytes())?;
        self.response(limit)
    }

    /// Reads the blobs that exist and are not too large.
    fn read_all(
        &mut self,
        ids: &[BlobId],
        limit: u64,
    ) -> Result<Vec<(BlobId, Vec<u8>)>, BlobError> {
        let requests: String = ids.iter().map(|id| format!("{id}\n")).collect();
        self.requests.write_all(requests.as_bytes())?;
        let mut read = Vec::with_capacity(ids.len());
        for id in ids {
            match self.response(limit) {
                Ok(bytes) => read.push((*id, bytes)),
                Err(BlobError::Missing | BlobError::TooLarge) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(read)
    }

    /// Reads the response to the next request.
    fn response(&mut self, limit: u64) -> Result<Vec<u8>, BlobError> {
        // `<id> <type> <size>`, then that many bytes and a line end; or `<id> missing`.
        let mut header = Vec::new();
        self.responses.read_until(b'\n', &mut header)?;
        let size = header.trim_end().rsplit_once_str(" ");
        let size = size.and_then(|(_, size)| size.to_str().ok());
        if header.is_empty() {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        let Some(Ok(size)) = size.map(str::parse::<u64>) else {
            return Err(BlobError::Missing);
        };
        let mut rest = (&mut self.responses).take(size + 1);
        if size > limit {
            io::copy(&mut rest, &mut io::sink())?;
            return Err(BlobError::TooLarge);
        }
        let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default() + 1);
        rest.read_to_end(&mut bytes)?;
        if bytes.pop() != Some(b'\n') {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        Ok(bytes)
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        // It only reads, so it can be killed at any time.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{git::discover, testing::Repo};

    #[test]
    fn reads_blobs_one_by_one_and_ahead() {
        let repo = Repo::new(&[]);
        repo.git(&["init", "-q"], b"");
        let write = |content: &[u8]| {
            let id = repo.git(&["hash-object", "-w", "--stdin"], content);
            BlobId::new(id.trim()).unwrap()
        };
        let (empty, small, large) = (write(b""), write(b"a\n\0b"), write(&[b'x'; 100]));
        let missing = small.of_content(b"never written");
        let top = repo.path().canonicalize().unwrap();
        let work_tree = discover(&top).unwrap().unwrap();
        let blobs = Blobs::new(Git::of(&work_tree).unwrap());
        let read_all = || {
            assert_eq!(blobs.read(&small, 4).unwrap(), b"a\n\0b");
            assert!(matches!(blobs.read(&large, 99), Err(BlobError::TooLarge)));
            assert!(matches!(blobs.read(&missing, 99), Err(BlobError::Missing)));
            assert_eq!(blobs.read(&empty, 0).unwrap(), b"");
        };
        read_all();
        blobs.read_ahead(vec![large, missing, small, empty]);
        assert_eq!(blobs.ahead.lock().unwrap().len(), 3);
        read_all();
    }
}
