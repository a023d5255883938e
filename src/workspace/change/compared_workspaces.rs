use std::{
    panic::resume_unwind,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
};

use bstr::ByteSlice as _;

use super::{
    ChangeQuestion,
    base::{self, ComparisonBase},
};
use crate::{
    config::{self, Map, MapErrors},
    git::{self, BlobId, Blobs, Changes, Commit, FileKind, Git, GitError, TreeEntry},
    inventory::{CacheMode, ReadCache},
    snapshot::{GitTree, Snapshot},
    text::{count, quoted, quoted_path},
    workspace::{Error, Options, Workspace, map_file},
};

/// A map and its repositories before and after a change, each side by its own map.
#[derive(Debug)]
pub struct ComparedWorkspaces {
    /// The side that the change ends at.
    pub head: Workspace,
    /// The side that it begins at.
    pub base: Base,
    /// What the base is, for a person.
    pub(crate) against: String,
    /// What git says has changed.
    pub(crate) changes: Changes,
    /// The repository that changes.
    pub(crate) git: Git,
}

/// The side that a change begins at.
#[derive(Debug)]
pub enum Base {
    /// A map and its repositories.
    Resolved(Box<Workspace>),
    /// There is nothing to compare with, and why.
    Missing(String),
}

/// A change before anything of it is resolved.
struct Change {
    question: ChangeQuestion,
    against: ComparisonBase,
    /// Where it ends, if that is a commit.
    until: Option<Commit>,
    /// What git has at its end.
    after: Vec<TreeEntry>,
}

impl Change {
    fn new(git: &Git, question: &ChangeQuestion) -> Result<Self, Error> {
        let against = match question {
            ChangeQuestion::Staged => base::head(git)?,
            ChangeQuestion::Since(revision) => base::parting(git, revision)?,
            ChangeQuestion::From(revision) if revision == base::AUTO => {
                base::parting(git, revision)?
            }
            ChangeQuestion::From(revision) | ChangeQuestion::Between(revision, _) => {
                base::exactly(git, revision)?
            }
        };
        // What is there now is the work tree, of which a bare repository has none.
        let until = match question {
            ChangeQuestion::Staged => None,
            ChangeQuestion::Between(_, until) => Some(git.commit(until)?),
            ChangeQuestion::Since(_) | ChangeQuestion::From(_) if git.is_bare => git.head()?,
            ChangeQuestion::Since(_) | ChangeQuestion::From(_) => None,
        };
        let after = match &until {
            Some(until) => git.tree(until)?,
            None => git.index()?,
        };
        Ok(Self {
            question: question.clone(),
            against,
            until,
            after,
        })
    }

    /// What is judged.
    fn head(&self, git: &Git) -> Snapshot {
        match (&self.question, &self.until) {
            (ChangeQuestion::Since(_) | ChangeQuestion::From(_), None) => Snapshot::default(),
            _ => Snapshot::of_tree(Arc::new(GitTree::new(git, self.after.clone()))),
        }
    }

    /// What git says has changed, with the files as they were before.
    fn changes_and_blobs(&self, git: &Git) -> Result<(Changes, Blobs), GitError> {
        let changes = match &self.until {
            Some(until) => git.between(self.against.commit.as_ref(), until)?,
            None => git.staged(self.against.commit.as_ref())?,
        };
        let blobs = Blobs::new(git.clone());
        let before = changes.iter().filter_map(|change| change.before.as_ref());
        let files = before.filter(|entry| entry.kind == FileKind::Regular);
        let ids: Vec<BlobId> = files.map(|entry| entry.id).collect();
        if !ids.is_empty() {
            blobs.read_ahead(ids);
        }
        Ok((changes, blobs))
    }
}

impl ComparedWorkspaces {
    /// Opens and resolves both sides of a change.
    ///
    /// # Errors
    /// Where the change is unknown, or the side that it ends at has no usable map.
    pub fn open(options: &Options, question: &ChangeQuestion) -> Result<Self, Error> {
        let git = repository(options)?;
        let change = Change::new(&git, question)?;
        let now = change.head(&git);
        // What git is asked meanwhile is not for the threads that resolve to wait for.
        let (head, changes) = thread::scope(|scope| {
            let changes = scope.spawn(|| change.changes_and_blobs(&git));
            let head = open_head(&git, &change, &now, options);
            (head, changes.join())
        });
        let (changes, blobs) = changes.unwrap_or_else(|panic| resume_unwind(panic))?;
        let head = head?;
        let Change { against, after, .. } = change;
        let base = match &against.commit {
            None => Base::Missing("there is no commit before".to_owned()),
            Some(_) => {
                let tree = Arc::new(GitTree::with(
                    blobs,
                    &git,
                    GitTree::unchanged(after, &changes),
                ));
                let before = Snapshot::of_tree(Arc::clone(&tree));
                let base = open_base(&git, &changes, &head, options, before)?;
                require_content(&git, &tree, &now, &against)?;
                base
            }
        };
        Ok(Self {
            head,
            base,
            against: against.said,
            changes,
            git,
        })
    }
}

/// What is judged, by its own map.
fn open_head(
    git: &Git,
    change: &Change,
    now: &Snapshot,
    options: &Options,
) -> Result<Workspace, Error> {
    require_map(options, now, &change.question)?;
    let mut workspace = Workspace::open_at(options, now.clone())?;
    workspace.require(|_| true)?;
    require_relation(git, &workspace)?;
    if let Some(commit) = &change.against.commit {
        let keep = |_: &PathBuf| CacheMode::Record(Arc::new(ReadCache::new(commit)));
        workspace.caches = workspace.roots.iter().map(keep).collect();
    }
    workspace.repositories()?;
    Ok(workspace)
}

/// The git repository that the user is in, or that the map is in.
fn repository(options: &Options) -> Result<Git, Error> {
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

/// A map that lies in the repository has to be part of what is judged.
fn require_map(options: &Options, head: &Snapshot, question: &ChangeQuestion) -> Result<(), Error> {
    let path = options.find_map_in(head);
    if path.is_some_and(|path| head.has_file(&path)) {
        return Ok(());
    }
    let Some(path) = options.find_map().filter(|path| path.is_file()) else {
        return Ok(());
    };
    let shown = quoted_path(&path);
    Err(match question {
        ChangeQuestion::Between(_, until) => {
            Error::new(format!("the map {shown} is not in {}", quoted(until)))
                .help("name another one with --config")
        }
        _ => Error::new(format!("the map {shown} is not in the index"))
            .help("what is staged is judged by the map as staged: `git add` it"),
    })
}

/// A change of something else is no change of ownership.
fn require_relation(git: &Git, workspace: &Workspace) -> Result<(), Error> {
    let mut places = workspace.roots.iter().chain([&workspace.map.directory]);
    if places.any(|place| place.starts_with(&git.top)) {
        return Ok(());
    }
    let shown = quoted_path(&git.top);
    Err(Error::new(format!(
        "the git repository {shown} holds neither the map nor a repository of it"
    ))
    .help("run this in the repository that changes"))
}

/// The base by its own map. What is wrong with that one is no fault of the change.
fn open_base(
    git: &Git,
    changes: &Changes,
    head: &Workspace,
    options: &Options,
    moment: Snapshot,
) -> Result<Base, Error> {
    let path = options
        .find_map_in(&moment)
        .filter(|path| moment.has_file(path));
    let Some(path) = path.or_else(|| renamed_map(&head.map, git, changes)) else {
        return Ok(Base::Missing("it has no map".to_owned()));
    };
    let map = match is_same_map(&head.map, &path, &head.moment, &moment) {
        true => Arc::clone(&head.map),
        false => match map_file::load(&moment, &path, |_, _| ()) {
            Ok(map) => Arc::new(map),
            Err(MapErrors(errors)) => {
                let errors = count(errors.len(), "error");
                return Ok(Base::Missing(format!("its map has {errors}")));
            }
        },
    };
    let roots = base_roots(&map, head, &moment);
    let mut base = Workspace::of_map(map, roots, head.here.clone(), head.today);
    base.moment = moment;
    base.caches = base_caches(&base, head)?;
    let why = match base.repositories() {
        Ok(_) => return Ok(Base::Resolved(Box::new(base))),
        Err(error) => error.messages().into_iter().next(),
    };
    Ok(Base::Missing(why.unwrap_or_else(|| {
        "its claims can't be compared".to_owned()
    })))
}

/// By repository of the base: what was read of it at the head, where that reads alike.
fn base_caches(base: &Workspace, head: &Workspace) -> Result<Vec<CacheMode>, Error> {
    let is_alike = head.map.settings.reads_same_as(&base.map.settings);
    let known = head.repositories()?;
    let cache = |(repository, root): (&config::Repository, &PathBuf)| {
        let mut same = known.iter().filter(|_| is_alike);
        // What was read says in which repository, by its name.
        let same = same.find(|same| *same.name == *repository.name && same.root == *root);
        match same.map(|same| &same.listing.cache) {
            Some(CacheMode::Record(cache)) => CacheMode::Reuse(Arc::clone(cache)),
            _ => CacheMode::Off,
        }
    };
    let repositories = base.map.repositories.iter().zip(&base.roots);
    Ok(repositories.map(cache).collect())
}

/// What the map was called before, if the change renames it.
fn renamed_map(map: &Map, git: &Git, changes: &Changes) -> Option<PathBuf> {
    let path = map.files.last()?.strip_prefix(&git.top).ok()?;
    let mut renames = changes.iter().filter_map(git::FileChange::renamed);
    let (was, _) = renames.find(|(_, now)| now.to_path().is_ok_and(|now| now == path))?;
    Some(git.top.join(was.to_path().ok()?))
}

/// Whether the map at `path` and all that it includes are in the base what they are at the head.
fn is_same_map(map: &Map, path: &Path, now: &Snapshot, before: &Snapshot) -> bool {
    // Where a link leads is not for its file to say.
    let is_plain = !map.follows_links
        && map.files.last().is_some_and(|main| {
            let path = before.canonicalize(path);
            path.is_ok_and(|path| path == *main)
        });
    is_plain && map.files.iter().all(|file| before.has_same(now, file))
}

/// Where the base has its repositories: as its map says, but where the user said something else.
fn base_roots(map: &Map, head: &Workspace, moment: &Snapshot) -> Vec<PathBuf> {
    let root = |repository: &config::Repository| {
        let mut same = head.map.repositories.iter();
        let same = same.position(|of| of.name == repository.name);
        match same.filter(|at| head.named_roots.contains(at)) {
            Some(at) => head.roots[at].clone(),
            None => moment
                .directory(&repository.root)
                .flatten()
                .or_else(|| repository.root.canonicalize().ok())
                .unwrap_or_else(|| repository.root.clone()),
        }
    };
    map.repositories.iter().map(root).collect()
}

/// What a partial clone lacks of the base only, would look like something that nobody said.
fn require_content(
    git: &Git,
    base: &GitTree,
    head: &Snapshot,
    against: &ComparisonBase,
) -> Result<(), Error> {
    let lost = base.missing().into_iter();
    let mut lost = lost.filter(|path| head.has_content(&git.top, path.as_ref()));
    let Some(path) = lost.next() else {
        return Ok(());
    };
    let id = against.commit.as_ref().map_or("", Commit::short);
    let error = Error::new(format!(
        "this clone is partial, and {} as it was in {id} is not in it",
        quoted(&path)
    ));
    Err(error.help(format!("get it first: git diff --stat {id}")))
}
