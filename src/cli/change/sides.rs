use std::{
    panic::resume_unwind,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
};

use bstr::ByteSlice as _;
use rayon::prelude::*;

use super::{
    Question,
    base::{self, Against},
};
use crate::{
    cli::{
        args::Global,
        failure::Failure,
        session::{Session, here, load_map, map_path, map_path_in},
    },
    config::{Map, MapError},
    git::{self, BlobId, Blobs, Changes, Commit, Entry, EntryKind, Git, GitError},
    handover::Moment,
    inventory::{Listing, Memory, Recall, list_in},
    resolution::{RepositoryError, ResolvedRepository},
    snapshot::{Notes, Snapshot, Tree},
    text::{count, quoted, quoted_path},
};

/// Both sides of a change, each by its own map.
#[derive(Debug)]
pub(in crate::cli) struct Sides {
    pub head: Side,
    pub base: Base,
    /// What the base is, for a person.
    pub against: String,
    /// What git says has changed.
    pub changes: Changes,
    /// The repository that changes.
    pub git: Git,
}

/// A map and its repositories, at one moment.
#[derive(Debug)]
pub(in crate::cli) struct Side {
    pub session: Session,
    pub repositories: Vec<ResolvedRepository>,
}

/// The side that a change begins at.
#[derive(Debug)]
pub(in crate::cli) enum Base {
    Resolved(Box<Side>),
    /// There is nothing to compare with, and why.
    Nothing(String),
}

impl Side {
    /// It as the later stages see it.
    pub fn moment(&self) -> Moment<'_> {
        Moment {
            map: &self.session.map,
            repositories: &self.repositories,
        }
    }
}

/// A change before anything of it is resolved.
struct Change {
    question: Question,
    against: Against,
    /// Where it ends, if that is a commit.
    until: Option<Commit>,
    /// What git has at its end.
    after: Vec<Entry>,
}

impl Change {
    fn new(git: &Git, question: &Question) -> Result<Self, Failure> {
        let against = match question {
            Question::Staged => base::head(git)?,
            Question::Since(revision) => base::parting(git, revision)?,
            Question::From(revision) if revision == base::AUTO => base::parting(git, revision)?,
            Question::From(revision) | Question::Between(revision, _) => {
                base::exactly(git, revision)?
            }
        };
        // What is there now is the work tree, of which a bare repository has none.
        let until = match question {
            Question::Staged => None,
            Question::Between(_, until) => Some(git.commit(until)?),
            Question::Since(_) | Question::From(_) if git.is_bare => git.head()?,
            Question::Since(_) | Question::From(_) => None,
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
            (Question::Since(_) | Question::From(_), None) => Snapshot::default(),
            _ => Snapshot::of_tree(Arc::new(Tree::new(git, self.after.clone()))),
        }
    }

    /// What git says has changed, with the files as they were before.
    fn changes_and_blobs(&self, git: &Git) -> Result<(Changes, Blobs), GitError> {
        let changes = self.changes(git)?;
        let blobs = Blobs::new(git.clone());
        let before = changes.iter().filter_map(|change| change.before.as_ref());
        let files = before.filter(|entry| entry.kind == EntryKind::File);
        let ids: Vec<BlobId> = files.map(|entry| entry.id).collect();
        if !ids.is_empty() {
            blobs.read_ahead(ids);
        }
        Ok((changes, blobs))
    }

    /// What git says has changed.
    fn changes(&self, git: &Git) -> Result<Changes, GitError> {
        match &self.until {
            Some(until) => git.between(self.against.commit.as_ref(), until),
            None => git.staged(self.against.commit.as_ref()),
        }
    }
}

impl Sides {
    /// Resolves both sides. `untracked` adds new files to a work tree.
    pub fn resolve(question: &Question, global: &Global, untracked: bool) -> Result<Self, Failure> {
        let git = repository(global)?;
        let change = Change::new(&git, question)?;
        let now = change.head(&git);
        // What git is asked meanwhile is not for the threads that resolve to wait for.
        let (head, changes) = thread::scope(|scope| {
            let changes = scope.spawn(|| change.changes_and_blobs(&git));
            let head = head_side(&git, &change, &now, global, untracked);
            (head, changes.join())
        });
        let (changes, blobs) = changes.unwrap_or_else(|panic| resume_unwind(panic))?;
        let head = head?;
        let Change { against, after, .. } = change;
        let base = match &against.commit {
            None => Base::Nothing("there is no commit before".to_owned()),
            Some(_) => {
                let tree = Arc::new(Tree::with(blobs, &git, Tree::unchanged(after, &changes)));
                let before = Snapshot::of_tree(Arc::clone(&tree));
                let side = base_side(&git, &changes, &head, global, &now, &before);
                require_content(&git, &tree, &now, &against)?;
                side
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
fn head_side(
    git: &Git,
    change: &Change,
    now: &Snapshot,
    global: &Global,
    untracked: bool,
) -> Result<Side, Failure> {
    require_map(global, now, &change.question)?;
    let session = Session::open_in(global, now)?;
    require_relation(git, &session)?;
    let keep = |_: &str, _: &Path| match &change.against.commit {
        Some(commit) => Recall::Keep(Arc::new(Memory::new(Notes::new(commit)))),
        None => Recall::Nothing,
    };
    let repositories =
        repositories(&session, now, untracked, keep).map_err(|error| session.failure(error))?;
    Ok(Side {
        session,
        repositories,
    })
}

/// The git repository that the user is in, or that the map is in.
fn repository(global: &Global) -> Result<Git, Failure> {
    let here = here()?;
    let error = match Git::at(&here) {
        Ok(git) => return Ok(git),
        Err(error) => error,
    };
    let map = global
        .config
        .as_ref()
        .and_then(|map| map.canonicalize().ok());
    match map.as_deref().and_then(Path::parent) {
        Some(directory) if directory != here => Ok(Git::at(directory)?),
        _ => Err(error.into()),
    }
}

/// A map that lies in the repository has to be part of what is judged.
fn require_map(global: &Global, head: &Snapshot, question: &Question) -> Result<(), Failure> {
    if map_path_in(global, head).is_some_and(|path| head.has_file(&path)) {
        return Ok(());
    }
    let Some(path) = map_path(global).filter(|path| path.is_file()) else {
        return Ok(());
    };
    let shown = quoted_path(&path);
    Err(match question {
        Question::Between(_, until) => {
            Failure::new(format!("the map {shown} is not in {}", quoted(until)))
                .help("name another one with --config")
        }
        _ => Failure::new(format!("the map {shown} is not in the index"))
            .help("what is staged is judged by the map as staged: `git add` it"),
    })
}

/// A change of something else is no change of ownership.
fn require_relation(git: &Git, session: &Session) -> Result<(), Failure> {
    let mut places = session.roots.iter().chain([&session.map.directory]);
    if places.any(|place| place.starts_with(&git.top)) {
        return Ok(());
    }
    let shown = quoted_path(&git.top);
    Err(Failure::new(format!(
        "the git repository {shown} holds neither the map nor a repository of it"
    ))
    .help("run this in the repository that changes"))
}

fn repositories(
    session: &Session,
    snapshot: &Snapshot,
    untracked: bool,
    recall: impl Fn(&str, &Path) -> Recall + Sync,
) -> Result<Vec<ResolvedRepository>, RepositoryError> {
    let resolve = |(at, root): (usize, &PathBuf)| {
        let is_there = snapshot.below(root).is_some() || root.exists();
        let mut listing = match is_there {
            true => list_in(snapshot, root, untracked).map_err(RepositoryError::Listing)?,
            false => Listing::default(),
        };
        listing.recall = recall(&session.map.repositories[at].name, root);
        session.resolve(at, listing)
    };
    session.roots.par_iter().enumerate().map(resolve).collect()
}

/// The base by its own map. What is wrong with that one is no fault of the change.
fn base_side(
    git: &Git,
    changes: &Changes,
    head: &Side,
    global: &Global,
    now: &Snapshot,
    snapshot: &Snapshot,
) -> Base {
    let path = map_path_in(global, snapshot).filter(|path| snapshot.has_file(path));
    let Some(path) = path.or_else(|| renamed_map(&head.session.map, git, changes)) else {
        return Base::Nothing("it has no map".to_owned());
    };
    let map = match is_same_map(&head.session.map, &path, now, snapshot) {
        true => Arc::clone(&head.session.map),
        false => match load_map(snapshot, &path) {
            Ok(map) => Arc::new(map),
            Err(MapError(faults)) => {
                let faults = count(faults.len(), "fault");
                return Base::Nothing(format!("its map has {faults}"));
            }
        },
    };
    let session = Session {
        roots: base_roots(&map, &head.session, global, snapshot),
        map,
        missing: Vec::new(),
        today: head.session.today,
        here: head.session.here.clone(),
    };
    let is_alike = (head.session.map.settings).read_alike(&session.map.settings);
    let recall = |name: &str, root: &Path| {
        let mut same = head.repositories.iter().filter(|_| is_alike);
        // What was read says in which repository, by its name.
        let same = same.find(|same| *same.name == *name && same.root == root);
        match same.map(|same| &same.listing.recall) {
            Some(Recall::Keep(memory)) => Recall::Use(Arc::clone(memory)),
            _ => Recall::Nothing,
        }
    };
    match repositories(&session, snapshot, false, recall) {
        Ok(repositories) => Base::Resolved(Box::new(Side {
            session,
            repositories,
        })),
        Err(RepositoryError::Claims(faults)) => Base::Nothing(match faults.into_iter().next() {
            Some(fault) => fault.message,
            None => "its claims can't be compared".to_owned(),
        }),
        Err(RepositoryError::Listing(message)) => Base::Nothing(message),
    }
}

/// What the map was called before, if the change renames it.
fn renamed_map(map: &Map, git: &Git, changes: &Changes) -> Option<PathBuf> {
    let path = map.files.last()?.strip_prefix(&git.top).ok()?;
    let mut renames = changes.iter().filter_map(git::Change::renamed);
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
fn base_roots(map: &Map, head: &Session, global: &Global, snapshot: &Snapshot) -> Vec<PathBuf> {
    let is_given = |name: &str| {
        let mut given = global.root.iter().map(|root| root.as_encoded_bytes());
        given.any(|root| {
            let rest = root.strip_prefix(name.as_bytes());
            rest.is_some_and(|rest| rest.starts_with(b"="))
        })
    };
    let root = |repository: &crate::config::Repository| {
        let mut same = head.map.repositories.iter();
        let same = same.position(|of| of.name == repository.name);
        match same {
            Some(at) if is_given(&repository.name) => head.roots[at].clone(),
            _ => snapshot
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
    base: &Tree,
    head: &Snapshot,
    against: &Against,
) -> Result<(), Failure> {
    let lost = base.lost().into_iter();
    let mut lost = lost.filter(|path| head.has_content(&git.top, path.as_ref()));
    let Some(path) = lost.next() else {
        return Ok(());
    };
    let id = against.commit.as_ref().map_or("", Commit::short);
    let error = Failure::new(format!(
        "this clone is partial, and {} as it was in {id} is not in it",
        quoted(&path)
    ));
    Err(error.help(format!("get it first: git diff --stat {id}")))
}

impl From<GitError> for RepositoryError {
    fn from(error: GitError) -> Self {
        Self::Listing(error.message)
    }
}
