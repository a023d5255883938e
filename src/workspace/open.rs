use std::{
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use jiff::civil::Date;
use rayon::prelude::*;

use super::{
    Error, Notice, Options, Places,
    checkouts::{self, Missing},
    early_listing::EarlyListing,
    map_file,
    notices::Notices,
};
use crate::{
    config::{Map, MapError, MapErrors},
    git::top_around,
    inventory::{CacheMode, Listing, list_in},
    resolution::{RepositoryError, ResolvedRepository},
    snapshot::Snapshot,
};

/// A map and its repositories at one moment: in the work tree, in the index or at a revision.
///
/// Every repository is listed and resolved once, when the first answer needs it.
#[derive(Debug)]
pub struct Workspace {
    pub(crate) map: Arc<Map>,
    /// By repository: its root, absolute and without symbolic links.
    pub(crate) roots: Vec<PathBuf>,
    /// Repositories that are not where they should be; their roots are what the map says.
    pub(crate) missing: Vec<Missing>,
    /// The repositories, by position, whose root the user named.
    pub(super) named_roots: Vec<usize>,
    /// The day on which exemptions are judged.
    pub(crate) today: Date,
    /// The directory that relative paths begin in.
    pub(crate) here: PathBuf,
    pub(super) notices: Notices,
    pub(super) moment: Snapshot,
    pub(super) untracked: bool,
    /// By repository: what is known of its content from another moment; empty where nothing is.
    pub(super) caches: Vec<CacheMode>,
    pub(super) early: Option<EarlyListing>,
    /// The repositories that are where they should be, in the order of the map.
    resolved: OnceLock<Vec<ResolvedRepository>>,
}

impl Workspace {
    /// Opens the map that the options name, and finds its repositories in the work tree.
    ///
    /// # Errors
    /// Where there is no map, it has errors, or one of its repositories is not there.
    pub fn open(options: &Options) -> Result<Self, Error> {
        let mut early = None;
        let mut workspace = Self::open_seeing(options, Snapshot::default(), |map, text| {
            early = EarlyListing::start(map, text, options.untracked);
        })?;
        workspace.early = early;
        workspace.require(|_| true)?;
        Ok(workspace)
    }

    /// The same for answers that do without the repositories which are not there.
    ///
    /// # Errors
    /// Where there is no map, or it has errors.
    pub fn open_partly(options: &Options) -> Result<Self, Error> {
        Self::open_at(options, Snapshot::default())
    }

    /// The same at another moment.
    pub(super) fn open_at(options: &Options, moment: Snapshot) -> Result<Self, Error> {
        Self::open_seeing(options, moment, |_, _| ())
    }

    /// The same; the path and the text of the map are `seen` before they are parsed.
    fn open_seeing(
        options: &Options,
        moment: Snapshot,
        seen: impl FnMut(&Path, &str),
    ) -> Result<Self, Error> {
        let here = options.here()?;
        let path = options
            .find_map_in(&moment)
            .ok_or_else(|| map_file::missing(&here))?;
        let directory = path.parent().map(|d| here.join(d)).unwrap_or_default();
        let directory = directory.canonicalize().unwrap_or(directory);
        let map = map_file::load(&moment, &path, seen)
            .map_err(|MapErrors(errors)| Error::of_map(errors, &directory))?;
        let found = checkouts::find(&map, &options.roots, &here, &moment)?;
        Ok(Self {
            missing: found.missing,
            named_roots: found.named,
            moment,
            untracked: options.untracked,
            ..Self::of_map(Arc::new(map), found.roots, here, options.today())
        })
    }

    /// A workspace of a map that is read already, with its repositories at `roots` in the work tree.
    pub(super) fn of_map(map: Arc<Map>, roots: Vec<PathBuf>, here: PathBuf, today: Date) -> Self {
        Self {
            map,
            roots,
            missing: Vec::new(),
            named_roots: Vec::new(),
            today,
            here,
            notices: Notices::default(),
            moment: Snapshot::default(),
            untracked: false,
            caches: Vec::new(),
            early: None,
            resolved: OnceLock::new(),
        }
    }

    /// Returns what a person should know besides the answers that were given since the last call.
    pub fn take_notices(&self) -> Vec<Notice> {
        self.notices.take()
    }

    /// Whether a repository, by its position in the map, is where it should be.
    pub(crate) fn has_checkout(&self, at: usize) -> bool {
        self.missing.iter().all(|it| it.repository != at)
    }

    /// Fails if any repository that is `needed` is not where it should be; with all of them.
    pub(super) fn require(&self, needed: impl Fn(usize) -> bool) -> Result<(), Error> {
        let missing = self.missing.iter().filter(|it| needed(it.repository));
        let errors = missing.map(|missing| Error::new(&missing.message).help(&missing.help));
        Error::all(errors.collect())
    }

    /// The repository that an option names, by its position in the map.
    pub(crate) fn repository(&self, name: &str) -> Result<usize, Error> {
        let titles = self.titles();
        let mut all = self.map.repositories.iter().zip(&titles);
        all.position(|(repository, title)| *repository.name == *name || title == name)
            .ok_or_else(|| checkouts::no_repository("", name, &titles))
    }

    /// What a person calls the repositories, by their position in the map.
    pub(crate) fn titles(&self) -> Vec<String> {
        checkouts::titles(&self.map, &self.roots)
    }

    /// The repositories that are where they should be, resolved, in the order of the map.
    pub(crate) fn repositories(&self) -> Result<&[ResolvedRepository], Error> {
        if let Some(resolved) = self.resolved.get() {
            return Ok(resolved);
        }
        let resolved = self.resolve(|at| self.has_checkout(at))?;
        Ok(self.resolved.get_or_init(|| resolved))
    }

    /// Resolves the only repository, with files that are listed already.
    pub(super) fn resolve_with(&self, listing: Listing) -> Result<&[ResolvedRepository], Error> {
        let resolved = self.all(vec![self.resolve_listed(0, listing)])?;
        Ok(self.resolved.get_or_init(|| resolved))
    }

    /// Lists and resolves the repositories (by position in the map) that are `wanted`.
    ///
    /// # Errors
    /// All that is wrong with any of them.
    pub(super) fn resolve(
        &self,
        wanted: impl Fn(usize) -> bool + Sync,
    ) -> Result<Vec<ResolvedRepository>, Error> {
        let repositories: Vec<Result<ResolvedRepository, RepositoryError>> = (0..self.roots.len())
            .into_par_iter()
            .filter(|at| wanted(*at))
            .map(|at| {
                let listing = self.list(at).map_err(RepositoryError::Listing)?;
                self.resolve_listed(at, listing)
            })
            .collect();
        self.all(repositories)
    }

    /// Resolves a repository, by its position in the map, with these files.
    pub(super) fn resolve_listed(
        &self,
        at: usize,
        listing: Listing,
    ) -> Result<ResolvedRepository, RepositoryError> {
        let root = self.roots[at].clone();
        ResolvedRepository::new(&self.map, at, root, listing, self.today)
    }

    /// Lists a repository, by its position in the map.
    pub(super) fn list(&self, at: usize) -> Result<Listing, String> {
        let root = &self.roots[at];
        if let Some(listing) = self.early.as_ref().and_then(|early| early.take(root)) {
            return listing;
        }
        // At another moment the map may name repositories that are not there any more.
        let is_gone = self.moment.has_tree() && self.moment.below(root).is_none() && !root.exists();
        let mut listing = match is_gone {
            true => Listing::default(),
            false => list_in(&self.moment, root, self.untracked)?,
        };
        if let Some(cache) = self.caches.get(at) {
            listing.cache = cache.clone();
        }
        Ok(listing)
    }

    /// The error of a repository.
    pub(super) fn error(&self, error: RepositoryError) -> Error {
        Error::of_repository(error, &self.map.directory)
    }

    /// All of several repositories, or what is wrong with any of them.
    fn all<T>(&self, repositories: Vec<Result<T, RepositoryError>>) -> Result<Vec<T>, Error> {
        let mut of_map: Vec<MapError> = Vec::new();
        let mut errors = Vec::new();
        let mut all = Vec::with_capacity(repositories.len());
        for repository in repositories {
            match repository {
                Ok(repository) => all.push(repository),
                Err(RepositoryError::Claims(found)) => of_map.extend(found),
                Err(error) => errors.push(self.error(error)),
            }
        }
        if !of_map.is_empty() {
            let MapErrors(of_map) = MapErrors::new(of_map);
            errors.push(Error::of_map(of_map, &self.map.directory));
        }
        Error::all(errors)?;
        Ok(all)
    }

    /// Places of the map and of some of its repositories, as a user in the directory types them.
    pub(crate) fn places<'r>(
        &self,
        repositories: impl IntoIterator<Item = &'r ResolvedRepository>,
    ) -> Places {
        Places::new(&self.map, repositories, &self.here)
    }

    /// Warns of what in some repositories could not be read.
    pub(super) fn warn_of_unreadable<'r>(
        &self,
        repositories: impl IntoIterator<Item = &'r ResolvedRepository> + Clone,
    ) {
        let places = self.places(repositories.clone());
        for repository in repositories {
            self.notices.warn_of_unreadable(repository, &places);
        }
    }

    /// Warns of the repositories that an answer had to do without.
    pub(super) fn warn_of_missing(&self, without: &str) {
        for missing in &self.missing {
            let (message, help) = (&missing.message, &missing.help);
            self.notices
                .warn(format!("{message}: {without}\nhelp: {help}"));
        }
    }

    /// The checkout that those who read a report know: the git work tree that the user is in; else that
    /// of the repository, if there is one only, or the repository itself.
    pub(crate) fn checkout(&self) -> &Path {
        let alone = match &self.roots[..] {
            [root] => Some(root.as_path()),
            _ => None,
        };
        top_around(&self.here)
            .or_else(|| alone.and_then(top_around))
            .or(alone)
            .unwrap_or(&self.here)
    }
}
