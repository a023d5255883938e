use std::{
    panic::resume_unwind,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
};

use bstr::ByteSlice as _;

use super::{
    ChangeQuestion,
    base::{AUTO, ComparisonBase},
    submodules::{Side, Submodule, submodules_in},
};
use crate::{
    config::{self, MAP_NAMES, Map, MapErrors, SeveralMaps},
    git::{
        self, AddedLines, BlobId, Blobs, Changes, Commit, FileKind, Git, GitError, TreeEntry,
        top_around,
    },
    inventory::{CacheMode, ReadCache},
    lint::CheckedChange,
    snapshot::{GitTree, Snapshot},
    text::{count, quoted, quoted_path},
    workspace::{Error, Options, Workspace, map_file, standalone::Standalone},
};

/// A map and its repositories before and after a change. Each side is resolved with its own map.
#[derive(Debug)]
pub struct ComparedWorkspaces {
    /// The side after the change.
    pub head: Workspace,
    /// The side before the change.
    pub base: Base,
    /// Which change it is.
    pub(crate) checked: CheckedChange,
    /// The changed files according to git.
    pub(crate) changes: Changes,
    /// The git repository that changes.
    pub(crate) git: Git,
    against: ComparisonBase,
    /// The commit after the change; `None` for the index or the work tree.
    until: Option<Commit>,
    /// The submodules after the change.
    submodules: Vec<TreeEntry>,
    options: Options,
}

/// The side before a change.
#[derive(Debug)]
pub enum Base {
    /// A map and its repositories.
    Resolved(Box<Workspace>),
    /// The base has no map. Its repositories, with the map that the change adds.
    WithoutMap(Box<Workspace>),
    /// No usable base exists, and why.
    Missing(String),
}

/// A change whose sides are not resolved yet.
#[derive(Debug)]
pub(super) struct Change {
    question: ChangeQuestion,
    against: ComparisonBase,
    /// The commit after the change; `None` for the index or the work tree.
    until: Option<Commit>,
    /// The entries of the commit or of the index after the change.
    after: Vec<TreeEntry>,
}

impl Change {
    pub(super) fn new(git: &Git, question: &ChangeQuestion) -> Result<Self, Error> {
        let question = question.in_hook();
        // A bare repository has no work tree, so HEAD takes its place.
        let until = match &question {
            ChangeQuestion::Staged => None,
            ChangeQuestion::Between(_, until) | ChangeQuestion::Range(_, until) => {
                Some(git.commit(until)?)
            }
            ChangeQuestion::Since(_) | ChangeQuestion::From(_) if git.is_bare => git.head()?,
            ChangeQuestion::Since(_) | ChangeQuestion::From(_) => None,
        };
        let against = match (&question, &until) {
            (ChangeQuestion::Staged, _) => ComparisonBase::of_staged(git)?,
            (ChangeQuestion::Range(from, _), Some(until)) => {
                ComparisonBase::merge_base(git, from, std::slice::from_ref(until))?
            }
            (ChangeQuestion::Since(from), _) => ComparisonBase::since(git, from)?,
            (ChangeQuestion::From(from), _) if from == AUTO => ComparisonBase::since(git, from)?,
            (
                ChangeQuestion::From(from)
                | ChangeQuestion::Between(from, _)
                | ChangeQuestion::Range(from, _),
                _,
            ) => ComparisonBase::of_revision(git, from)?,
        };
        let after = match &until {
            Some(until) => git.tree(until)?,
            None => git.index()?,
        };
        Ok(Self {
            question,
            against,
            until,
            after,
        })
    }

    /// Returns the content after the change.
    fn head(&self, git: &Git) -> Snapshot {
        match (&self.question, &self.until) {
            (ChangeQuestion::Since(_) | ChangeQuestion::From(_), None) => Snapshot::default(),
            _ => Snapshot::of_tree(Arc::new(GitTree::new(git, self.after.clone()))),
        }
    }

    /// Returns the changed files according to git.
    pub(super) fn changes(&self, git: &Git) -> Result<Changes, GitError> {
        match &self.until {
            Some(until) => git.between(self.against.commit.as_ref(), until),
            None => git.staged(self.against.commit.as_ref()),
        }
    }

    /// Returns the changed files according to git, with their content before the change.
    fn changes_and_blobs(&self, git: &Git) -> Result<(Changes, Blobs), GitError> {
        let changes = self.changes(git)?;
        let blobs = Blobs::new(git.clone());
        let before = changes.iter().filter_map(|change| change.before.as_ref());
        let files = before.filter(|entry| entry.kind == FileKind::Regular);
        let ids: Vec<BlobId> = files.map(|entry| entry.id).collect();
        if !ids.is_empty() {
            blobs.read_ahead(ids);
        }
        Ok((changes, blobs))
    }

    /// Returns which change it is, for users.
    fn described(&self, git: &Git, changes: &Changes) -> Result<CheckedChange, GitError> {
        let head = match (&self.question, &self.until) {
            (ChangeQuestion::Staged, _) => None,
            (_, Some(until)) => Some(until.clone()),
            (_, None) => git.head()?,
        };
        let commits = head.map(|head| self.against.range(git, &head));
        Ok(CheckedChange {
            base: self.against.description(),
            commit: self.against.commit.as_ref().map(|it| it.id.clone()),
            commits: commits.transpose()?,
            adds_map: false,
            files: match (&self.question, &self.until) {
                // Edits that are not staged are checked, too.
                (ChangeQuestion::Since(_) | ChangeQuestion::From(_), None) => {
                    git.changed_in_work_tree(self.against.commit.as_ref())?
                }
                _ => changes.len(),
            },
        })
    }
}

impl ComparedWorkspaces {
    /// Opens and resolves both sides of a change. Without a map, the ownership files of the repository state who owns its
    /// files.
    ///
    /// # Errors
    /// If git does not know the change, or the side after it has no usable map and no ownership files.
    pub fn open(options: &Options, question: &ChangeQuestion) -> Result<Self, Error> {
        let git = repository(options)?;
        let change = Change::new(&git, question)?;
        let now = change.head(&git);
        // A thread of its own waits for git, so that no thread that resolves has to.
        let (head, changes) = thread::scope(|scope| {
            let changes = scope.spawn(|| {
                let (changes, blobs) = change.changes_and_blobs(&git)?;
                Ok::<_, GitError>((change.described(&git, &changes)?, changes, blobs))
            });
            let head = open_head(&git, &change, &now, options);
            (head, changes.join())
        });
        let (checked, changes, blobs) = changes.unwrap_or_else(|panic| resume_unwind(panic))?;
        let head = head?;
        let submodules = submodules_in(&change.after);
        let Change {
            against,
            until,
            after,
            ..
        } = change;
        let base = match &against.commit {
            None => Base::Missing("no earlier commit exists".to_owned()),
            Some(_) => {
                let tree = Arc::new(GitTree::with(
                    blobs,
                    &git,
                    GitTree::unchanged(after, &changes),
                ));
                let before = Snapshot::of_tree(Arc::clone(&tree));
                let side = Side::before(&tree, &submodules, &now);
                let base = open_base(&git, &changes, &head, options, before, &side)?;
                let id = against.commit.as_ref().map_or("", Commit::short);
                require_content(&git, &tree, &now, id)?;
                base
            }
        };
        Ok(Self {
            head,
            base,
            checked,
            changes,
            git,
            against,
            until,
            submodules,
            options: options.clone(),
        })
    }

    /// Returns the changed files according to git, including those in submodules that are repositories in the map.
    ///
    /// # Errors
    /// If git cannot compare the commits of a submodule.
    pub(crate) fn all_changes(&self) -> Result<Changes, Error> {
        let mut changes = self.changes.clone();
        if let Base::Resolved(base) = &self.base {
            for submodule in &base.submodules {
                let after = submodule.on(&self.head.submodules);
                changes.extend(submodule.changes(after, &self.git.top)?);
            }
        }
        Ok(changes)
    }

    /// Returns the lines that the change adds. `None` if it is not a change of the checkout that the report is about.
    ///
    /// # Errors
    /// If git cannot compare the sides.
    pub(crate) fn added_lines(&self) -> Result<Option<AddedLines>, GitError> {
        if self.git.top != self.head.checkout() {
            return Ok(None);
        }
        let base = self.against.commit.as_ref();
        Ok(Some(self.git.added_lines(base, self.until.as_ref())?))
    }

    /// Opens the other commits that the side after the change builds on: a change does not introduce what one
    /// of them has. Those without a usable map have no findings.
    ///
    /// # Errors
    /// If git can't read them.
    pub(crate) fn others(&self) -> Result<Vec<Workspace>, Error> {
        let mut others = Vec::new();
        for commit in &self.against.others {
            let tree = Arc::new(GitTree::new(&self.git, self.git.tree(commit)?));
            let snapshot = Snapshot::of_tree(Arc::clone(&tree));
            let other = open_base(
                &self.git,
                &self.changes,
                &self.head,
                &self.options,
                snapshot,
                &Side::before(&tree, &self.submodules, &self.head.snapshot),
            )?;
            require_content(&self.git, &tree, &self.head.snapshot, commit.short())?;
            if let Base::Resolved(other) = other {
                others.push(*other);
            }
        }
        Ok(others)
    }
}

/// Opens the side after the change.
fn open_head(
    git: &Git,
    change: &Change,
    now: &Snapshot,
    options: &Options,
) -> Result<Workspace, Error> {
    let mut workspace = match Standalone::workspace_at(options, now, &git.top)? {
        Some(workspace) => workspace,
        None => {
            require_map(options, now, &change.question)?;
            Workspace::open_at(options, now.clone(), Some(&git.top))?
        }
    };
    workspace.require(|_| true)?;
    require_relation(git, &workspace)?;
    if workspace.snapshot.has_tree() {
        let side = Side::after(&change.after);
        workspace.submodules = side.submodules(git, &workspace.roots)?;
    }
    if let Some(commit) = &change.against.commit {
        let keep = |_: &PathBuf| CacheMode::Record(Arc::new(ReadCache::new(commit)));
        workspace.caches = workspace.roots.iter().map(keep).collect();
    }
    workspace.repositories()?;
    Ok(workspace)
}

/// Returns the git repository that changes: that of the selected repository, if there is one; else the one that
/// contains the current directory or else the map.
pub(super) fn repository(options: &Options) -> Result<Git, Error> {
    let around = repository_around(options);
    let is_bare = around.as_ref().is_ok_and(|git| git.is_bare);
    if options.repository.is_none() || is_bare {
        return around;
    }
    // The map of the work tree says where the repository is.
    let workspace = Workspace::open_partly(options)?;
    let [root] = &workspace.roots[..] else {
        return around;
    };
    match around {
        Ok(git) if top_around(root) == Some(&git.top) => Ok(git),
        _ => {
            workspace.require(|_| true)?;
            Ok(Git::at(root)?)
        }
    }
}

fn repository_around(options: &Options) -> Result<Git, Error> {
    let here = options.here()?;
    let error = match Git::at(&here) {
        Ok(git) => return Ok(git),
        Err(error) => error,
    };
    let map = options.named_map().and_then(|map| map.canonicalize().ok());
    match map.as_deref().and_then(Path::parent) {
        Some(directory) if directory != here => Ok(Git::at(directory)?),
        _ => Err(error.into()),
    }
}

/// Fails if the map exists on disk, but not in the content after the change.
fn require_map(options: &Options, head: &Snapshot, question: &ChangeQuestion) -> Result<(), Error> {
    let path = options.find_map_in(head)?;
    if path.is_some_and(|path| head.has_file(&path)) {
        return Ok(());
    }
    let Some(path) = options.find_map()?.filter(|path| path.is_file()) else {
        return Ok(());
    };
    let shown = quoted_path(&path);
    Err(match question {
        ChangeQuestion::Between(_, until) | ChangeQuestion::Range(_, until) => {
            Error::new(format!("map {shown} does not exist in {}", quoted(until)))
                .help("select another map with `--config`")
        }
        _ => Error::new(format!("map {shown} is not in the index")).help(
            "run `git add` on the map, because staged changes are checked against the staged map",
        ),
    })
}

/// Fails if the git repository that changes is unrelated to the map.
fn require_relation(git: &Git, workspace: &Workspace) -> Result<(), Error> {
    let map = Some(&workspace.map.directory).filter(|_| !workspace.map.is_narrowed());
    let mut places = workspace.roots.iter().chain(map);
    if places.any(|place| place.starts_with(&git.top)) {
        return Ok(());
    }
    let shown = quoted_path(&git.top);
    Err(Error::new(format!(
        "git repository {shown} contains neither the map nor a repository listed in the map"
    ))
    .help("run this command in the repository that contains the change"))
}

/// Opens the side before the change. Errors in its map are not errors of the change.
fn open_base(
    git: &Git,
    changes: &Changes,
    head: &Workspace,
    options: &Options,
    snapshot: Snapshot,
    side: &Side<'_>,
) -> Result<Base, Error> {
    let found = base_map(options, &head.map, git, changes, &snapshot);
    let has_map = head.map.is_standalone || !matches!(found, Ok(None));
    let path = match found {
        _ if head.map.is_standalone => None,
        Ok(path) => path,
        Err(SeveralMaps(maps)) => {
            let maps = count(maps.len(), "map");
            return Ok(Base::Missing(format!(
                "the base has {maps} in the same directory"
            )));
        }
    };
    let is_same = |path: &PathBuf| is_same_map(&head.map, path, &head.snapshot, &snapshot);
    let map = match path.filter(|path| !is_same(path)) {
        None => Arc::clone(&head.map),
        Some(path) => match map_file::load(&snapshot, &path, |_, _| ()) {
            Ok(map) => Arc::new(narrowed_like(&head.map, map)),
            Err(MapErrors(errors)) => {
                let errors = count(errors.len(), "error");
                return Ok(Base::Missing(format!(
                    "the map at the base commit has {errors}"
                )));
            }
        },
    };
    let roots = base_roots(&map, head, &snapshot);
    let mut base = Workspace::of_map(map, roots, head.here.clone(), head.today);
    base.snapshot = snapshot;
    base.submodules = side.submodules(git, &base.roots)?;
    base.caches = base_caches(&base, head)?;
    let why = match base.repositories() {
        Ok(_) => {
            for submodule in &base.submodules {
                let after = submodule.on(&head.submodules);
                let after = after.map(Submodule::snapshot).unwrap_or_default();
                require_content(&submodule.git, &submodule.tree, &after, submodule.short())?;
            }
            let base = Box::new(base);
            return Ok(match has_map {
                true => Base::Resolved(base),
                false => Base::WithoutMap(base),
            });
        }
        Err(error) => error.messages().into_iter().next(),
    };
    Ok(Base::Missing(why.unwrap_or_else(|| {
        "the precedence of the claims in the base commit cannot be determined".to_owned()
    })))
}

/// Returns a map narrowed to the repositories that another map was narrowed to.
fn narrowed_like(other: &Map, mut map: Map) -> Map {
    if other.is_narrowed() {
        let names = map.repositories.iter();
        let names: Vec<Arc<str>> = names.map(|it| Arc::clone(&it.name)).collect();
        map.narrow(|at| other.repositories.iter().any(|it| it.name == names[at]));
    }
    map
}

/// Returns for each repository of the base the content that the head has read, if both read it alike.
fn base_caches(base: &Workspace, head: &Workspace) -> Result<Vec<CacheMode>, Error> {
    let is_alike = head.map.settings.reads_same_as(&base.map.settings);
    let known = head.repositories()?;
    let cache = |(repository, root): (&config::Repository, &PathBuf)| {
        let mut same = known.iter().filter(|_| is_alike);
        // The content that was read contains the name of its repository.
        let same = same.find(|same| *same.name == *repository.name && same.root == *root);
        match same.map(|same| &same.listing.cache) {
            Some(CacheMode::Record(cache)) => CacheMode::Reuse(Arc::clone(cache)),
            _ => CacheMode::Off,
        }
    };
    let repositories = base.map.repositories.iter().zip(&base.roots);
    Ok(repositories.map(cache).collect())
}

/// Returns the path of the map before the change. The change may rename the map.
fn base_map(
    options: &Options,
    head: &Map,
    git: &Git,
    changes: &Changes,
    before: &Snapshot,
) -> Result<Option<PathBuf>, SeveralMaps> {
    let path = options.find_map_in(before)?;
    let path = path.filter(|path| before.has_file(path));
    if let Some(path) = path.or_else(|| renamed_map(head, git, changes)) {
        return Ok(Some(path));
    }
    // git does not recognize a rename if the change rewrites most of the map.
    let named = head.files.last().and_then(|map| map.file_name());
    match named.is_some_and(|named| MAP_NAMES.iter().any(|name| named == *name)) {
        true => config::map_in(&head.directory, before),
        false => Ok(None),
    }
}

/// Returns the path of the map before the change, if git recognizes that the change renames the map.
fn renamed_map(map: &Map, git: &Git, changes: &Changes) -> Option<PathBuf> {
    let path = map.files.last()?.strip_prefix(&git.top).ok()?;
    let mut renames = changes.iter().filter_map(git::FileChange::renamed);
    let (was, _) = renames.find(|(_, now)| now.to_path().is_ok_and(|now| now == path))?;
    Some(git.top.join(was.to_path().ok()?))
}

/// Whether the map at `path` and all its includes are the same in the base and the head.
fn is_same_map(map: &Map, path: &Path, now: &Snapshot, before: &Snapshot) -> bool {
    // A link can lead elsewhere although its target is unchanged.
    let is_plain = !map.follows_links
        && map.files.last().is_some_and(|main| {
            let path = before.canonicalize(path);
            path.is_ok_and(|path| path == *main)
        });
    is_plain && map.files.iter().all(|file| before.has_same(now, file))
}

/// Returns the roots of the base: those that the user selected, else those in its map.
fn base_roots(map: &Map, head: &Workspace, snapshot: &Snapshot) -> Vec<PathBuf> {
    let root = |repository: &config::Repository| {
        let mut same = head.map.repositories.iter();
        let same = same.position(|of| of.name == repository.name);
        match same.filter(|at| head.given_roots.contains(at)) {
            Some(at) => head.roots[at].clone(),
            None => snapshot
                .directory(&repository.root)
                .flatten()
                .or_else(|| repository.root.canonicalize().ok())
                .unwrap_or_else(|| repository.root.clone()),
        }
    };
    map.repositories.iter().map(root).collect()
}

/// Fails if a partial clone lacks content of the base only: it would look like a missing declaration.
fn require_content(git: &Git, base: &GitTree, head: &Snapshot, id: &str) -> Result<(), Error> {
    let lost = base.missing().into_iter();
    let mut lost = lost.filter(|path| head.has_content(&git.top, path.as_ref()));
    let Some(path) = lost.next() else {
        return Ok(());
    };
    let error = Error::new(format!(
        "this partial clone does not contain {} at {id}",
        quoted(&path)
    ));
    Err(error.help(format!(
        "download the missing objects first: run `git diff --stat {id}`, which fetches them in a \
         partial clone"
    )))
}
