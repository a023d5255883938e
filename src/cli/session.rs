//! What commands share: the map and the checkouts.

use std::{
    env, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use jiff::civil::Date;
use serde::Serialize;

use super::{args::Global, failure::Failure};
use crate::{
    checks,
    config::{self, Fault, MAP_NAME, Map, MapError, Vocabulary, repository_title, without_dots},
    dialects,
    inventory::{Files, Listing, detectors, work_tree},
    outputs::to_json,
    resolution::{RepositoryError, ResolvedRepository},
    snapshot::Snapshot,
    text::{closest, did_you_mean, printable, printable_bytes, quoted, quoted_path},
};

/// The map and where its repositories are.
#[derive(Debug)]
pub(super) struct Session {
    pub map: Arc<Map>,
    /// By repository: its root, absolute and without symbolic links.
    pub roots: Vec<PathBuf>,
    /// Repositories that are not where they should be; their roots are what the map says.
    pub missing: Vec<Missing>,
    pub today: Date,
    pub here: PathBuf,
}

/// A repository of the map that is not where it should be.
#[derive(Debug)]
pub(super) struct Missing {
    /// By its position in the map.
    pub repository: usize,
    pub message: String,
    pub help: String,
}

impl Session {
    /// Reads the map that the options name, and finds the checkouts.
    pub fn open(global: &Global) -> Result<Self, Failure> {
        let session = Self::open_partly(global)?;
        session.require(|_| true)?;
        Ok(session)
    }

    /// The same at another moment.
    pub fn open_in(global: &Global, snapshot: &Snapshot) -> Result<Self, Failure> {
        let session = Self::open_partly_in(global, snapshot)?;
        session.require(|_| true)?;
        Ok(session)
    }

    /// As [`open`](Self::open), for questions that the map answers without a checkout too.
    pub fn open_partly(global: &Global) -> Result<Self, Failure> {
        Self::open_partly_in(global, &Snapshot::default())
    }

    fn open_partly_in(global: &Global, snapshot: &Snapshot) -> Result<Self, Failure> {
        let here = here()?;
        let path = map_path_in(global, snapshot).ok_or_else(|| no_map(&here))?;
        let directory = path.parent().map(|d| here.join(d)).unwrap_or_default();
        let directory = directory.canonicalize().unwrap_or(directory);
        let map = load_map(snapshot, &path)
            .map_err(|MapError(faults)| Failure::Map(faults, directory))?;
        let (roots, missing) = roots(&map, global, &here, snapshot)?;
        let today = today(global);
        Ok(Self {
            map: Arc::new(map),
            roots,
            missing,
            today,
            here,
        })
    }

    /// Whether a repository, by its position in the map, is where it should be.
    pub fn has_checkout(&self, at: usize) -> bool {
        self.missing.iter().all(|it| it.repository != at)
    }

    /// Fails if any repository that is `needed` is not where it should be; with all of them.
    pub fn require(&self, needed: impl Fn(usize) -> bool) -> Result<(), Failure> {
        let missing = self.missing.iter().filter(|it| needed(it.repository));
        let failures: Vec<Failure> = missing
            .map(|missing| Failure::new(&missing.message).help(&missing.help))
            .collect();
        match failures.is_empty() {
            true => Ok(()),
            false => Err(Failure::Several(failures)),
        }
    }

    /// The repository that an option names, by its position in the map.
    pub fn repository(&self, name: &str) -> Result<usize, Failure> {
        let titles = self.titles();
        let mut all = self.map.repositories.iter().zip(&titles);
        all.position(|(repository, title)| *repository.name == *name || title == name)
            .ok_or_else(|| no_repository("", name, &titles))
    }

    /// What a person calls the repositories, by their position in the map.
    pub fn titles(&self) -> Vec<String> {
        titles(&self.map, &self.roots)
    }

    /// A repository, by its position in the map, with these files.
    pub fn resolve(
        &self,
        at: usize,
        listing: Listing,
    ) -> Result<ResolvedRepository, RepositoryError> {
        let root = self.roots[at].clone();
        ResolvedRepository::new(&self.map, at, root, listing, self.today)
    }

    /// The failure of a repository.
    pub fn failure(&self, error: RepositoryError) -> Failure {
        Failure::of_repository(error, &self.map.directory)
    }

    /// All of several repositories, or what is wrong with any of them.
    pub fn all<T>(&self, repositories: Vec<Result<T, RepositoryError>>) -> Result<Vec<T>, Failure> {
        let mut faults: Vec<Fault> = Vec::new();
        let mut failures = Vec::new();
        let mut all = Vec::with_capacity(repositories.len());
        for repository in repositories {
            match repository {
                Ok(repository) => all.push(repository),
                Err(RepositoryError::Claims(found)) => faults.extend(found),
                Err(error) => failures.push(self.failure(error)),
            }
        }
        // A rule for all repositories is at fault once.
        let key = |fault: &Fault| (fault.place.clone(), fault.message.clone());
        faults.sort_by_cached_key(key);
        faults.dedup_by_key(|fault| key(fault));
        if !faults.is_empty() {
            failures.push(Failure::Map(faults, self.map.directory.clone()));
        }
        match failures.is_empty() {
            true => Ok(all),
            false => Err(Failure::Several(failures)),
        }
    }
}

/// The words that maps may use.
pub(super) struct Words {
    checks: Vec<&'static str>,
    detectors: Vec<&'static str>,
    kinds: Vec<&'static str>,
}

impl Words {
    pub fn as_ref(&self) -> Vocabulary<'_> {
        Vocabulary {
            checks: &self.checks,
            detectors: &self.detectors,
            kinds: &self.kinds,
        }
    }
}

/// All words that have a meaning.
pub(super) fn vocabulary() -> Words {
    Words {
        checks: checks::names(),
        detectors: detectors::names(),
        kinds: detectors::kinds(),
    }
}

/// The day on which exemptions are judged.
pub(super) fn today(global: &Global) -> Date {
    global.today.unwrap_or_else(|| {
        jiff::Timestamp::now()
            .to_zoned(jiff::tz::TimeZone::UTC)
            .date()
    })
}

/// The map that is asked for, or found.
pub(super) fn map_path(global: &Global) -> Option<PathBuf> {
    map_path_in(global, &Snapshot::default())
}

/// The map that is asked for, or found at another moment.
pub(super) fn map_path_in(global: &Global, snapshot: &Snapshot) -> Option<PathBuf> {
    match &global.config {
        Some(path) => Some(path.clone()),
        None => config::find_in(&env::current_dir().ok()?, snapshot),
    }
}

/// The map in a file, with the words that this program knows.
pub(super) fn load_map(snapshot: &Snapshot, path: &Path) -> Result<Map, MapError> {
    config::load_from(snapshot, path, &vocabulary().as_ref())
}

fn no_map(here: &Path) -> Failure {
    let shown = quoted_path(here);
    let near = here.join("ownership.yml");
    let root = work_tree(here).unwrap_or_else(|| here.to_path_buf());
    let help = if near.is_file() {
        format!("there is an `ownership.yml`: rename it to `{MAP_NAME}`, or name it with --config")
    } else if let Some(dialect) = dialects::detect(&root, &Files::default()) {
        format!(
            "`ownlint init` makes one of the ownership file that is there ({summary}); without a \
             map, `ownlint check` lints that, and `ownlint who --from {name}` answers by it",
            summary = dialect.summary,
            name = dialect.name
        )
    } else {
        format!("`ownlint init` drafts an `{MAP_NAME}`; --config names one elsewhere")
    };
    Failure::new(format!("no `{MAP_NAME}` in {shown} or any directory above")).help(help)
}

/// What a person calls the repositories of a map, which lie in these directories.
fn titles<'r>(map: &Map, roots: impl IntoIterator<Item = &'r PathBuf>) -> Vec<String> {
    let all = map.repositories.iter().zip(roots);
    all.map(|(repository, root)| repository_title(&repository.name, root).into_owned())
        .collect()
}

fn no_repository(option: &str, name: &str, titles: &[String]) -> Failure {
    let shown = quoted(name);
    let failure = Failure::new(format!("{option}the map has no repository {shown}"));
    let near = did_you_mean(closest(name, titles.iter().map(String::as_str)));
    failure.help(near.unwrap_or_else(|| {
        let known = titles.iter().map(quoted).collect::<Vec<_>>().join(", ");
        format!("it has {known}")
    }))
}

fn roots(
    map: &Map,
    global: &Global,
    here: &Path,
    snapshot: &Snapshot,
) -> Result<(Vec<PathBuf>, Vec<Missing>), Failure> {
    let mut given: Vec<Option<PathBuf>> = vec![None; map.repositories.len()];
    for root in &global.root {
        let bytes = root.as_encoded_bytes();
        let Some(equals) = bytes.iter().position(|byte| *byte == b'=') else {
            let shown = quoted(bytes);
            return Err(Failure::new(format!("--root {shown} names no directory"))
                .help("write --root NAME=DIR"));
        };
        // A name may hold an equals sign, as may a directory: the longest known name is meant.
        let rest_of = |name: &str| bytes.strip_prefix(name.as_bytes())?.strip_prefix(b"=");
        let titles = titles(
            map,
            map.repositories.iter().map(|repository| &repository.root),
        );
        let known = map.repositories.iter().zip(&titles).enumerate();
        let known = known.filter_map(|(at, (known, title))| {
            Some((at, rest_of(&known.name).or_else(|| rest_of(title))?))
        });
        let Some((at, directory)) = known.min_by_key(|(_, directory)| directory.len()) else {
            let name = printable_bytes(&bytes[..equals]);
            return Err(no_repository("--root: ", &name, &titles));
        };
        let directory = bstr::ByteSlice::to_path(directory).unwrap_or(Path::new(""));
        given[at] = Some(here.join(directory));
    }
    let mut missing = Vec::new();
    let roots = map
        .repositories
        .iter()
        .zip(given)
        .enumerate()
        .map(|(at, (repository, given))| {
            let root = given.unwrap_or_else(|| repository.root.clone());
            let on_disk = || {
                let root = root.canonicalize()?;
                let is_directory = root.metadata()?.is_dir();
                is_directory
                    .then_some(root)
                    .ok_or_else(|| io::Error::other("it is not a directory"))
            };
            let found = snapshot.directory(&root).flatten().map_or_else(on_disk, Ok);
            found.unwrap_or_else(|error| {
                let name = repository_title(&repository.name, &repository.root);
                let reason = match error.kind() {
                    io::ErrorKind::NotFound => "there is no such directory".to_owned(),
                    _ => error.to_string(),
                };
                let shown = quoted_path(&without_dots(&root));
                missing.push(Missing {
                    repository: at,
                    message: format!("repository {} is not at {shown}: {reason}", quoted(&*name)),
                    help: format!(
                        "say where it is checked out: --root {}=DIR",
                        printable(&name)
                    ),
                });
                root
            })
        })
        .collect();
    Ok((roots, missing))
}

/// The directory that the user is in.
pub(super) fn here() -> Result<PathBuf, Failure> {
    env::current_dir()
        .map_err(|error| Failure::new(format!("the current directory is gone: {error}")))
}

/// A document as JSON text.
pub(super) fn json(document: &impl Serialize) -> Result<String, Failure> {
    to_json(document).map_err(|error| Failure::new(format!("failed to write the result: {error}")))
}
