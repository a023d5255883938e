use std::{
    io::{self, Read as _},
    path::{Component, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use bstr::{BStr, BString, ByteSlice};
use rustc_hash::FxHashMap;

use super::{SkipWorktree, SourceFile, no_follow};
use crate::{
    git::{BlobError, BlobId, FileKind},
    snapshot::Snapshot,
    text::{Source, SourceOrigin},
};

/// A file that may declare owners is not read beyond this.
const MAX_DECLARING_BYTES: u64 = 16 << 20;

/// Opens the files of a repository, as nothing else does, and each at most once.
///
/// A repository may have hundreds of thousands of files in which components declare something. Those that
/// have some in common are read together, see [`read_components`](super::read_components()), and what
/// they were read from is dropped with the last of them. Ownership files are few and small, and several
/// dialects and checks want them: they are [kept](Self::keep).
#[derive(Debug, Clone)]
pub struct Content {
    /// The repository.
    pub repository: Arc<str>,
    /// Where it is checked out.
    pub root: PathBuf,
    /// What is not checked out with it, and has to be asked of git.
    pub left_out: Arc<SkipWorktree>,
    /// At which moment.
    pub snapshot: Snapshot,
    /// What was read of it to be kept.
    pub(super) kept: Arc<Kept>,
    /// The same of another moment.
    pub(super) before: Option<Arc<Kept>>,
    /// An id of the kind that files need, if there is another moment.
    pub(super) ids: Option<BlobId>,
}

/// Files that were read, or why they could not be, by their paths.
#[derive(Debug, Default)]
pub(super) struct Kept {
    files: Mutex<FxHashMap<BString, Read>>,
    /// The path of each file that was opened, as often as it was, be it kept or not.
    #[cfg(test)]
    opened: Mutex<Vec<BString>>,
}

/// A file, or why it could not be read.
pub(super) type Read = Result<Arc<SourceFile>, ReadError>;

/// Why a file could not be read.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ReadError {
    /// Never followed.
    #[error("it is a symbolic link, which is never followed")]
    Symlink,
    /// Listed, but not there.
    #[error("it is listed, but not in the work tree")]
    Missing,
    /// Left out of the work tree, and git has no copy of it.
    #[error("it is not checked out (sparse), and git has no copy of it")]
    SkipWorktree,
    /// The path leads out of the repository, or could.
    #[error("its path leads out of the repository")]
    Outside,
    /// A directory, a pipe, a device.
    #[error("it is not a file")]
    NotAFile,
    /// More than is read of any file that can declare owners.
    #[error("it is larger than {} MiB", MAX_DECLARING_BYTES >> 20)]
    TooLarge,
    /// A partial clone.
    #[error("its content is not in this clone")]
    NotCloned,
    /// Git says no.
    #[error("{0}")]
    Git(Arc<BlobError>),
    /// The system says no.
    #[error("{0}")]
    Io(io::ErrorKind),
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::Missing,
            kind => Self::Io(kind),
        }
    }
}

impl From<BlobError> for ReadError {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::Missing => Self::NotCloned,
            BlobError::TooLarge => Self::TooLarge,
            error => Self::Git(Arc::new(error)),
        }
    }
}

impl Kept {
    /// What is known of `path`; or else as `read` has it.
    fn get(&self, path: &BStr, read: impl FnOnce() -> Read) -> Read {
        // Whoever wants the same waits for it.
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = files.get(path) {
            return known.clone();
        }
        let read = read();
        files.insert(path.into(), read.clone());
        read
    }

    fn known(&self, path: &BStr) -> Option<Arc<SourceFile>> {
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.get(path)?.clone().ok()
    }
}

impl Content {
    /// The files of a repository that is checked out at `root`, as they are on disk.
    pub fn on_disk(repository: Arc<str>, root: PathBuf) -> Self {
        Self {
            repository,
            root,
            left_out: Arc::default(),
            snapshot: Snapshot::default(),
            kept: Arc::default(),
            before: None,
            ids: None,
        }
    }

    /// Reads the file `path`, relative to the root, and keeps it for whoever asks again.
    ///
    /// # Errors
    /// Where there is no regular file of a bearable size that may be read.
    pub fn keep(&self, path: &BStr) -> Result<Arc<SourceFile>, ReadError> {
        self.kept.get(path, || {
            let before = self.before.as_ref().and_then(|kept| kept.known(path));
            self.open(path, before.as_ref())
        })
    }

    /// Reads the file `path`, unless it still holds what it held `before`.
    pub(super) fn open(&self, path: &BStr, before: Option<&Arc<SourceFile>>) -> Read {
        let is_same = |id: BlobId| before.filter(|before| before.id == Some(id)).cloned();
        if self.snapshot.has_tree() {
            let entry = self.snapshot.entry(&self.root, path);
            let entry = entry.ok_or(ReadError::Missing)?;
            match entry.kind {
                FileKind::Regular => {}
                FileKind::Symlink => return Err(ReadError::Symlink),
                FileKind::Submodule => return Err(ReadError::NotAFile),
            }
            if let Some(same) = is_same(entry.id) {
                return Ok(same);
            }
            let bytes = self.snapshot.read(entry, MAX_DECLARING_BYTES)?;
            return Ok(self.file(path, bytes, Some(entry.id)));
        }
        let bytes = self.bytes(path)?;
        let id = self.ids.map(|ids| ids.same_kind_of(&bytes));
        let same = id.and_then(is_same);
        Ok(same.unwrap_or_else(|| self.file(path, bytes, id)))
    }

    /// Whether a file that held this when it was read on disk, or of a tree, is sure to hold it still.
    pub(super) fn holds(&self, path: &BStr, id: Option<BlobId>, was_on_disk: bool) -> bool {
        if !self.snapshot.has_tree() {
            return was_on_disk;
        }
        let entry = self.snapshot.entry(&self.root, path);
        entry.is_some_and(|entry| entry.kind == FileKind::Regular && Some(entry.id) == id)
    }

    fn file(&self, path: &BStr, bytes: Vec<u8>, id: Option<BlobId>) -> Arc<SourceFile> {
        let origin = SourceOrigin::Repository(Arc::clone(&self.repository));
        let text = Source::new(origin, path.into(), bytes);
        Arc::new(SourceFile::new(text, id))
    }

    /// On disk; what is not checked out, git may have.
    fn bytes(&self, path: &BStr) -> Result<Vec<u8>, ReadError> {
        let bytes = self.bytes_on_disk(path).or_else(|error| {
            let left_out = || self.left_out.read(path, MAX_DECLARING_BYTES);
            match error {
                ReadError::Missing => left_out().ok_or(error)?.map_err(|why| match why {
                    BlobError::TooLarge => ReadError::TooLarge,
                    _ => ReadError::SkipWorktree,
                }),
                error => Err(error),
            }
        })?;
        match bytes.len() as u64 > MAX_DECLARING_BYTES {
            true => Err(ReadError::TooLarge),
            false => Ok(bytes),
        }
    }

    fn bytes_on_disk(&self, path: &BStr) -> Result<Vec<u8>, ReadError> {
        let relative = path.to_path().map_err(|_| ReadError::Missing)?;
        let is_name = |part| matches!(part, Component::Normal(_));
        if !relative.components().all(is_name) {
            return Err(ReadError::Outside);
        }
        let (file, size) = no_follow::open(&self.root, relative)?;
        #[cfg(test)]
        self.kept.opened.lock().unwrap().push(path.into());
        if size > MAX_DECLARING_BYTES {
            return Err(ReadError::TooLarge);
        }
        // With room for all of it and one more byte, its end is found at once.
        let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default() + 1);
        file.take(MAX_DECLARING_BYTES + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        checks::{self, Context, Scope},
        inventory::{MARK, list},
        resolution::ResolvedRepository,
        testing::{self, Repo},
    };

    const MAP: &str = "\
version: 1
teams: {sre: {handles: {kubernetes: sre, github: '@o/sre'}}}
detectors: {kubernetes: {owner_keys: [team]}}
rules: [{paths: [OWNERS], owner: sre}]
kinds:
  - {kind: service, members: {deploy: {path: 'k8s/{name}/'}}, declared_by: {file: 'k8s/{name}/alerts.yaml', key: team}}
";

    /// Files that several detectors want, detectors and dialects, or several checks.
    const FILES: [(&str, &str); 14] = [
        (
            "k8s/monitoring/alerts.yaml",
            "apiVersion: v1\nkind: PrometheusRule\nmetadata: {name: a, labels: {team: sre}}\n\
             spec: {groups: [{rules: [{alert: A, labels: {team: sre}}]}]}\n",
        ),
        (
            "k8s/monitoring/catalog.yaml",
            "apiVersion: backstage.io/v1\nkind: API\nmetadata: {name: a}\n",
        ),
        (
            "helmfile.d/apps/helmfile.yaml",
            "releases: [{name: a, chart: charts/a}]\n",
        ),
        ("helmfile.d/apps/helmfile_rbac.yaml", "releases: []\n"),
        ("charts/rules/Chart.yaml", "team: sre\n"),
        (
            "modules/role/manifests/kubernetes/worker.pp",
            "class role::kubernetes::worker {}\n",
        ),
        (
            "hieradata/role/common/kubernetes/worker.yaml",
            "profile::contacts::role_contacts: [sre]\n",
        ),
        ("manifests/site.pp", "node x { role(kubernetes::worker) }\n"),
        (
            "catalog-info.yaml",
            "apiVersion: backstage.io/v1\nkind: Component\nmetadata: {name: a}\n",
        ),
        ("OWNERS", "approvers: [sre]\n"),
        ("k8s/OWNERS", "approvers: [sre]\n"),
        ("CODEOWNERS", "* @o/sre\n"),
        ("docs/CODEOWNERS", "* @o/sre\n"),
        ("OWNERSHIP.md", MARK),
    ];

    #[test]
    fn a_check_opens_no_file_twice() {
        let repo = Repo::new(&FILES);
        repo.write("ownership.yaml", MAP);
        let root = repo.path().canonicalize().unwrap();
        let map = testing::map(&root);
        let listing = list(&root, false).unwrap();
        let today = jiff::civil::date(2026, 11, 29);
        let repository = ResolvedRepository::new(&map, 0, root, listing, today).unwrap();
        let repositories = [repository];
        let context = Context::new(&map, &repositories, today, &Scope::All);
        let findings: usize = checks::ALL
            .iter()
            .map(|check| (check.run)(&context).len())
            .sum();
        assert!(findings > 0);

        let content = repositories[0].content();
        let mut opened: Vec<String> = content
            .kept
            .opened
            .lock()
            .unwrap()
            .iter()
            .map(ToString::to_string)
            .collect();
        opened.sort();
        let mut expected = FILES.map(|(path, _)| path);
        expected.sort_unstable();
        assert_eq!(opened, expected);
    }
}
