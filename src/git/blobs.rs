use std::{
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    process::{Child, ChildStdin, ChildStdout, Stdio},
    sync::{Mutex, PoisonError},
};

use bstr::ByteSlice;
use rustc_hash::FxHashMap;

use super::{BlobId, Git, GitError};

/// How many blobs are read ahead.
const MAX_AHEAD: usize = 1_024;

/// What those may come to together; one that is larger is not kept.
const MAX_BYTES_AHEAD: usize = 16 << 20;

/// How many are asked for at once. As many questions are sure to find room in a pipe, so that neither
/// side can wait for the other to empty one.
const AT_ONCE: usize = 32;

/// Reads blobs, by one `git cat-file --batch` that is started for the first of them.
#[derive(Debug)]
pub struct Blobs {
    git: Git,
    reading: Mutex<Option<Batch>>,
    ahead: Mutex<FxHashMap<BlobId, Vec<u8>>>,
}

/// Why a blob could not be read.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// It is not in this clone.
    #[error("it is not in this clone")]
    Missing,
    /// It is larger than was asked for.
    #[error("it is too large")]
    TooLarge,
    /// The program failed.
    #[error(transparent)]
    Git(#[from] GitError),
    /// The program ended early.
    #[error("git stopped reading: {}", .0.kind())]
    Io(#[from] io::Error),
}

#[derive(Debug)]
struct Batch {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Blobs {
    /// The blobs of a repository.
    pub fn new(git: Git) -> Self {
        Self {
            git,
            reading: Mutex::new(None),
            ahead: Mutex::default(),
        }
    }

    /// Reads the first of these before they are asked for: to ask for each takes longer than to read it.
    /// What can't be read is for whoever asks.
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

    /// The bytes of a blob, if they are no more than `limit`.
    ///
    /// # Errors
    /// Where it is not there, or too large.
    pub fn read(&self, id: &BlobId, limit: u64) -> Result<Vec<u8>, BlobError> {
        let mut ahead = self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        let known = ahead.remove(id);
        drop(ahead);
        match known {
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
            // What it would say next belongs to no question.
            *reading = None;
        }
        read
    }
}

impl Batch {
    fn start(git: &Git) -> Result<Self, GitError> {
        let mut child = git.start(&["cat-file", "--batch"], Stdio::piped())?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(questions), Some(answers)) => Ok(Self {
                child,
                questions,
                answers: BufReader::with_capacity(64 << 10, answers),
            }),
            _ => Err(GitError::new("git could not be talked to")),
        }
    }

    fn read(&mut self, id: &BlobId, limit: u64) -> Result<Vec<u8>, BlobError> {
        self.questions.write_all(format!("{id}\n").as_bytes())?;
        self.answer(limit)
    }

    /// Those of some blobs that are there and not too large.
    fn read_all(
        &mut self,
        ids: &[BlobId],
        limit: u64,
    ) -> Result<Vec<(BlobId, Vec<u8>)>, BlobError> {
        let questions: String = ids.iter().map(|id| format!("{id}\n")).collect();
        self.questions.write_all(questions.as_bytes())?;
        let mut read = Vec::with_capacity(ids.len());
        for id in ids {
            match self.answer(limit) {
                Ok(bytes) => read.push((*id, bytes)),
                Err(BlobError::Missing | BlobError::TooLarge) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(read)
    }

    /// What git says to the next question.
    fn answer(&mut self, limit: u64) -> Result<Vec<u8>, BlobError> {
        // `<id> <type> <size>`, then so many bytes and a line end; or `<id> missing`.
        let mut header = Vec::new();
        self.answers.read_until(b'\n', &mut header)?;
        let size = header.trim_end().rsplit_once_str(" ");
        let size = size.and_then(|(_, size)| size.to_str().ok());
        if header.is_empty() {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        let Some(Ok(size)) = size.map(str::parse::<u64>) else {
            return Err(BlobError::Missing);
        };
        let mut rest = (&mut self.answers).take(size + 1);
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
        // It has nothing to finish: it only ever reads.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{git::discover, testing::Repo};

    #[test]
    fn blobs_are_read_one_by_one_and_ahead() {
        let repo = Repo::new(&[]);
        repo.git(&["init", "-q"], b"");
        let write = |content: &[u8]| {
            let id = repo.git(&["hash-object", "-w", "--stdin"], content);
            BlobId::new(id.trim()).unwrap()
        };
        let (empty, small, large) = (write(b""), write(b"a\n\0b"), write(&[b'x'; 100]));
        let missing = small.same_kind_of(b"never written");
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
