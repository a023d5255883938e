use std::{
    io::{self, Read as _},
    path::{Component, Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use bstr::{BStr, BString, ByteSlice};
use rustc_hash::FxHashMap;

use super::{
    LinkError, Mentions, NOTIFICATION_FILE_ENDS, SkipWorktree, SourceFile,
    no_follow::Root,
    notification_files::{NotificationFiles, Opened},
};
use crate::{
    git::{BlobError, BlobId, FileKind},
    snapshot::Snapshot,
    text::{Source, SourceOrigin},
};

/// The end of the names of files that contain nothing but rules.
const RULE_END: &str = ".rules";

/// The largest size of a file that can declare owners.
const MAX_DECLARING_BYTES: u64 = 16 << 20;

/// Opens the files of a repository, each at most once. No other code opens them.
///
/// A repository may have hundreds of thousands of files in which components declare owners. Components that share
/// files are read together, see [`read_components`](super::read_components()), and the files are dropped after the
/// last of them. Ownership files are few and small, and several dialects and checks need them, so they are
/// [kept](Self::keep). The files that [`Links`](super::Links) lead to are kept too, because components that otherwise
/// share no files can have links to the same file. So are the files that may contain notification routes, which are
/// read after all components.
#[derive(Debug, Clone)]
pub struct Content {
    /// The repository.
    pub repository: Arc<str>,
    /// Where it is checked out.
    pub root: PathBuf,
    /// The same directory, from which files are opened.
    pub(super) opened_root: Arc<Root>,
    /// The skip-worktree files, which are read from git.
    pub skip_worktree: Arc<SkipWorktree>,
    /// Which state of the repository is read.
    pub snapshot: Snapshot,
    /// The ends of the names of files that detectors open wherever they are.
    pub opened_ends: Vec<&'static str>,
    /// The search for files that contain a name, if there is one.
    pub mentions: Option<Arc<Mentions>>,
    /// The files that were read and are kept.
    pub(super) kept: Arc<Kept>,
    /// The kept files of the other state in a comparison.
    pub(super) before: Option<Arc<Kept>>,
    /// An id of the hash kind that files need, if another state is compared.
    pub(super) ids: Option<BlobId>,
}

/// Files that were read, or the errors of reading them, by path.
#[derive(Debug, Default)]
pub(super) struct Kept {
    files: Mutex<FxHashMap<BString, Read>>,
    /// The files that may contain notification routes, and others that were opened, except for those with the ends in
    /// [`Content::opened_ends`].
    notification: NotificationFiles,
    /// The path of each file that was opened, once per opening, whether it is kept or not.
    #[cfg(test)]
    opened: Mutex<Vec<BString>>,
}

/// A file, or the error of reading it.
pub(super) type Read = Result<Arc<SourceFile>, ReadError>;

/// Why a file could not be read.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ReadError {
    /// A symbolic link, or a path through one, where links are not followed.
    #[error("it is a symbolic link, and symbolic links are not followed")]
    Symlink,
    /// A symbolic link that does not lead to a readable file of the repository.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// Listed, but missing.
    #[error("it is in the git index, but missing from the work tree")]
    Missing,
    /// A skip-worktree file of which git has no copy.
    #[error("it is not checked out (skip-worktree), and git has no copy of it")]
    SkipWorktree,
    /// A path that leads out of the repository, or could.
    #[error("its path points outside the repository")]
    Outside,
    /// A directory, pipe or device.
    #[error("it is not a regular file")]
    NotAFile,
    /// Larger than the largest size of a file that can declare owners.
    #[error("it is larger than {} MiB", MAX_DECLARING_BYTES >> 20)]
    TooLarge,
    /// Missing from a partial clone.
    #[error("its content is not in this clone")]
    NotCloned,
    /// An error of git.
    #[error("{0}")]
    Git(Arc<BlobError>),
    /// An error of the operating system.
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
    /// Returns the file `path`, calling `read` the first time.
    fn get(&self, path: &BStr, read: impl FnOnce() -> Read) -> Read {
        // The lock is held while reading, so that a second thread waits instead of reading the file again.
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = files.get(path) {
            return kept.clone();
        }
        let read = read();
        files.insert(path.into(), read.clone());
        read
    }

    fn if_read(&self, path: &BStr) -> Option<Arc<SourceFile>> {
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.get(path)?.clone().ok()
    }
}

impl Content {
    /// Creates the content of a repository that is checked out at `root`, as it is on disk.
    pub fn on_disk(repository: Arc<str>, root: PathBuf) -> Self {
        Self {
            repository,
            opened_root: Arc::new(Root::new(root.clone())),
            root,
            skip_worktree: Arc::default(),
            snapshot: Snapshot::default(),
            opened_ends: Vec::new(),
            mentions: None,
            kept: Arc::default(),
            before: None,
            ids: None,
        }
    }

    /// Reads the file `path`, relative to the root, and keeps it for later calls.
    ///
    /// # Errors
    /// If there is no readable regular file at the path, or it is too large.
    pub fn keep(&self, path: &BStr) -> Result<Arc<SourceFile>, ReadError> {
        self.kept.get(path, || {
            let before = self.before.as_ref().and_then(|kept| kept.if_read(path));
            self.open(path, before.as_ref())
        })
    }

    /// Returns the file `path`, relative to the root, if it may contain notification routes. Opens it only if nothing else
    /// has, and not if it was opened in the other state and is unchanged.
    ///
    /// # Errors
    /// If there is no readable regular file at the path, or it is too large. The inner one; `None` if the file contains no
    /// notification routes.
    pub fn notification_file(&self, path: &BStr) -> Option<Result<Arc<SourceFile>, ReadError>> {
        let known = self.kept.notification.get(path);
        let before = || {
            let opened = self.before.as_ref()?.notification.get(path)?;
            self.is_unchanged(path, &opened).then_some(opened)
        };
        let opened = known.or_else(before).or_else(|| {
            // Errors are recorded, too.
            drop(self.open(path, None));
            self.kept.notification.get(path)
        });
        opened?.read()
    }

    /// Returns the files with the [ends](Self::opened_ends) of those that detectors have opened that may contain
    /// notification routes, or could not be read, with their paths. In a comparison, those that are unchanged were not
    /// opened again.
    pub fn notification_files(&self) -> Vec<(BString, Result<Arc<SourceFile>, ReadError>)> {
        let own = self.kept.notification.all();
        let before = self.before.iter().flat_map(|kept| kept.notification.all());
        let before = before.filter(|(path, opened)| {
            let path = path.as_bstr();
            self.kept.notification.get(path).is_none() && self.is_unchanged(path, opened)
        });
        let files = before.chain(own);
        let files = files.filter(|(path, _)| has_end(path.as_bstr(), &self.opened_ends));
        files
            .filter_map(|(path, opened)| Some((path, opened.read()?)))
            .collect()
    }

    fn is_unchanged(&self, path: &BStr, before: &Opened) -> bool {
        before.file.is_ok() && self.has_same(path, before.id, before.is_on_disk)
    }

    /// Reads the file `path`, or returns `before` if its content is unchanged.
    pub(super) fn open(&self, path: &BStr, before: Option<&Arc<SourceFile>>) -> Read {
        let read = self.read(path, before);
        if let (Ok(file), Some(mentions)) = (&read, &self.mentions) {
            mentions.record(path, file);
        }
        if has_end(path, &NOTIFICATION_FILE_ENDS) {
            let file = match &read {
                Ok(file) => Ok(file.may_route().then(|| Arc::clone(file))),
                Err(error) => Err(error.clone()),
            };
            // Of the files that are all opened, those without notification routes are not needed.
            if !matches!(file, Ok(None)) || !has_end(path, &self.opened_ends) {
                let opened = Opened {
                    file,
                    id: read.as_ref().ok().and_then(|file| file.id),
                    is_on_disk: !self.snapshot.has_tree(),
                };
                self.kept.notification.record(path, opened);
            }
        }
        read
    }

    fn read(&self, path: &BStr, before: Option<&Arc<SourceFile>>) -> Read {
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
        let id = self.ids.map(|ids| ids.of_content(&bytes));
        let same = id.and_then(is_same);
        Ok(same.unwrap_or_else(|| self.file(path, bytes, id)))
    }

    /// Returns whether a file that was read before, from disk or from a tree, certainly has the same content in this
    /// state.
    pub(super) fn has_same(&self, path: &BStr, id: Option<BlobId>, was_on_disk: bool) -> bool {
        if !self.snapshot.has_tree() {
            return was_on_disk;
        }
        let entry = self.snapshot.entry(&self.root, path);
        entry.is_some_and(|entry| entry.kind == FileKind::Regular && Some(entry.id) == id)
    }

    /// Returns the target in the symbolic link `path`, or `None` if the path is not a link in this state.
    ///
    /// # Errors
    /// If nothing is at the path, or it cannot be read.
    pub fn link(&self, path: &BStr) -> Result<Option<BString>, ReadError> {
        if self.snapshot.has_tree() {
            let entry = self.snapshot.entry(&self.root, path);
            let entry = entry.ok_or(ReadError::Missing)?;
            return Ok(match entry.kind {
                FileKind::Symlink => Some(self.snapshot.read(entry, MAX_DECLARING_BYTES)?.into()),
                FileKind::Regular | FileKind::Submodule => None,
            });
        }
        match self.opened_root.read_link(names_only(path)?) {
            Err(ReadError::Missing) if self.skip_worktree.kind(path) == Some(FileKind::Symlink) => {
                let read = self.skip_worktree.read(path, MAX_DECLARING_BYTES);
                let read = read.ok_or(ReadError::Missing)?;
                Ok(Some(read.map_err(|_| ReadError::SkipWorktree)?.into()))
            }
            read => read,
        }
    }

    fn file(&self, path: &BStr, bytes: Vec<u8>, id: Option<BlobId>) -> Arc<SourceFile> {
        let origin = SourceOrigin::Repository(Arc::clone(&self.repository));
        // The parsers of rules and notification routes also read UTF-16.
        let is_of_alerts = has_end(path, &NOTIFICATION_FILE_ENDS) || has_end(path, &[RULE_END]);
        let text = match is_of_alerts {
            true => Source::new_or_utf16(origin, path.into(), bytes),
            false => Source::new(origin, path.into(), bytes),
        };
        Arc::new(SourceFile::new(text, id))
    }

    /// Reads a file from disk, or from git if it is not checked out.
    fn bytes(&self, path: &BStr) -> Result<Vec<u8>, ReadError> {
        let bytes = self.bytes_on_disk(path).or_else(|error| {
            let from_git = || self.skip_worktree.read(path, MAX_DECLARING_BYTES);
            match error {
                ReadError::Missing if self.skip_worktree.kind(path) == Some(FileKind::Symlink) => {
                    Err(ReadError::Symlink)
                }
                ReadError::Missing => from_git().ok_or(error)?.map_err(|why| match why {
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
        let (file, size) = self.opened_root.open(names_only(path)?)?;
        #[cfg(test)]
        self.kept.opened.lock().unwrap().push(path.into());
        if size > MAX_DECLARING_BYTES {
            return Err(ReadError::TooLarge);
        }
        let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
        // The size is known, so the end of the file need not be found by another read.
        file.take(size).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

fn has_end(path: &BStr, ends: &[&str]) -> bool {
    ends.iter().any(|end| path.ends_with(end.as_bytes()))
}

/// Returns a path of the repository as a path on disk, after checking that it only consists of names.
fn names_only(path: &BStr) -> Result<&Path, ReadError> {
    let relative = path.to_path().map_err(|_| ReadError::Missing)?;
    let is_name = |part| matches!(part, Component::Normal(_));
    match relative.components().all(is_name) {
        true => Ok(relative),
        false => Err(ReadError::Outside),
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        checks::{self, Context, Scope},
        inventory::list,
        resolution::ResolvedRepository,
        testing::{self, Repo},
    };

    const MAP: &str = "version: 1
teams: {sre: {handles: {kubernetes: sre, github: '@o/sre'}}}
detectors: {kubernetes: {owner_keys: [team]}}
rules: [{paths: [OWNERS], owner: sre}]
kinds:
  - {kind: service, members: {deploy: {path: 'k8s/{name}/'}}, declared_by: {file: \
'k8s/{name}/alerts.yaml', key: team}}
";

    /// Files that several detectors, detectors and dialects, or several checks read.
    const FILES: [(&str, &str); 15] = [
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
        ("stacks/shared/a.tf", "# tags: owner\n"),
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
        ("OWNERSHIP.md", "Written by ownlint from ownership.yaml.\n"),
    ];

    #[test]
    fn checks_open_no_file_twice() {
        let repo = Repo::new(&FILES);
        repo.write("ownership.yaml", MAP);
        repo.link("stacks/x/a.tf", "../shared/a.tf");
        repo.link("stacks/y/a.tf", "../x/a.tf");
        let root = repo.path().canonicalize().unwrap();
        let map = testing::map(&root);
        let listing = list(&root, false).unwrap();
        let today = jiff::civil::date(2026, 11, 29);
        let repository = ResolvedRepository::new(
            &map,
            0,
            root,
            listing,
            today,
            crate::dialects::read_statements,
        )
        .unwrap();
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
        // A map may also be a list of services.
        let mut expected = Vec::from_iter(FILES.map(|(path, _)| path));
        expected.push("ownership.yaml");
        expected.sort_unstable();
        assert_eq!(opened, expected);
    }
}
