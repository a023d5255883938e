use std::{
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use jiff::civil::Date;
use rayon::prelude::*;

use super::{
    Error, Notice, Options, Places,
    change::Submodule,
    checkouts::{self, Missing},
    early_listing::EarlyListing,
    map_file,
    notices::Notices,
};
use crate::{
    alerting::NotificationRouting,
    config::{Map, MapError, MapErrors},
    dialects::{self, Dialect},
    git::top_around,
    inventory::{CacheMode, Kinds, Listing, list_in},
    lookup::SearchedName,
    resolution::{RepositoryError, ResolvedRepository},
    snapshot::Snapshot,
    text::{joined, quoted},
};

/// A map and its repositories in one snapshot: the work tree, the index or a revision.
///
/// Every repository is listed and resolved once, when it is first needed.
#[derive(Debug)]
pub struct Workspace {
    pub(crate) map: Arc<Map>,
    /// The roots of the repositories, absolute and without symbolic links.
    pub(crate) roots: Vec<PathBuf>,
    /// Repositories without a checkout; `roots` has their paths from the map.
    pub(crate) missing: Vec<Missing>,
    /// The positions of the repositories with a root given by the user.
    pub(super) given_roots: Vec<usize>,
    /// The date for exemptions that expire.
    pub(crate) today: Date,
    /// The directory that relative paths start from.
    pub(crate) here: PathBuf,
    pub(super) notices: Notices,
    pub(super) snapshot: Snapshot,
    /// The submodules that have a snapshot of their own.
    pub(super) submodules: Vec<Submodule>,
    pub(super) untracked: bool,
    /// The dialect of the ownership files to check; `None` to detect it.
    pub(super) dialect: Option<&'static Dialect>,
    /// The read cache of each repository, shared with another snapshot; empty if there is none.
    pub(super) caches: Vec<CacheMode>,
    pub(super) early: Option<EarlyListing>,
    /// The repositories with a checkout, in the order of the map.
    resolved: OnceLock<Vec<ResolvedRepository>>,
    /// The notification routes in these repositories.
    pub(super) routing: OnceLock<NotificationRouting>,
}

impl Workspace {
    /// Opens the map of the options, and finds its repositories in the work tree.
    ///
    /// # Errors
    /// If the map does not exist or has errors, or one of its repositories has no checkout.
    pub fn open(options: &Options) -> Result<Self, Error> {
        Self::open_around(options, options.find_map()?, None)
    }

    /// Opens the map at `path`, which is that of the options. If repositories in the map have no checkout, only those
    /// in the git work tree at `top` are read, if there are any.
    pub(super) fn open_around(
        options: &Options,
        path: Option<PathBuf>,
        top: Option<&Path>,
    ) -> Result<Self, Error> {
        let mut early = None;
        let mut workspace =
            Self::open_with(options, Snapshot::default(), path, top, |map, text| {
                early = EarlyListing::start(map, text, options.untracked);
            })?;
        workspace.early = early;
        workspace.require(|_| true)?;
        Ok(workspace)
    }

    /// Opens the map of the options, for answers that do not need all repositories.
    ///
    /// # Errors
    /// If the map does not exist or has errors.
    pub fn open_partly(options: &Options) -> Result<Self, Error> {
        Self::open_at(options, Snapshot::default(), None)
    }

    /// Opens the map of the options in a snapshot. If repositories in the map have no checkout, only those in the
    /// git repository at `top` are read, if there are any.
    pub(super) fn open_at(
        options: &Options,
        snapshot: Snapshot,
        top: Option<&Path>,
    ) -> Result<Self, Error> {
        let path = options.find_map_in(&snapshot)?;
        Self::open_with(options, snapshot, path, top, |_, _| ())
    }

    /// Like [`open_at`](Self::open_at), with the map at `path`. `seen` gets the path and the text of the map before they
    /// are parsed.
    fn open_with(
        options: &Options,
        snapshot: Snapshot,
        path: Option<PathBuf>,
        top: Option<&Path>,
        seen: impl FnMut(&Path, &str),
    ) -> Result<Self, Error> {
        let here = options.here()?;
        let path = path.ok_or_else(|| map_file::missing(&here))?;
        let directory = path.parent().map(|d| here.join(d)).unwrap_or_default();
        let directory = directory.canonicalize().unwrap_or(directory);
        let mut map = map_file::load(&snapshot, &path, seen)
            .map_err(|MapErrors(errors)| Error::of_map(errors, &directory))?;
        let mut found = checkouts::find(&map, &options.roots, &here, &snapshot)?;
        let notices = Notices::default();
        if let Some(name) = &options.repository {
            let only = found.position(&map, name)?;
            found.narrow(&mut map, |at| at == only);
        } else if let Some(inside) = top.and_then(|top| found.only_inside(&map, top)) {
            let titles = found.titles(&map);
            let names = inside.iter().map(|at| quoted(&titles[*at]));
            let why = found.missing.first().map_or("", |it| &it.message);
            let names = joined(names, " and ");
            notices.note(format!("reading only {names}, because {why}"));
            found.narrow(&mut map, |at| inside.contains(&at));
        }
        Ok(Self {
            notices,
            missing: found.missing,
            given_roots: found.given,
            snapshot,
            untracked: options.untracked,
            dialect: options.dialect,
            ..Self::of_map(Arc::new(map), found.roots, here, options.today())
        })
    }

    /// Returns a workspace for a loaded map, with its repositories at `roots` in the work tree.
    pub(super) fn of_map(map: Arc<Map>, roots: Vec<PathBuf>, here: PathBuf, today: Date) -> Self {
        Self {
            map,
            roots,
            missing: Vec::new(),
            given_roots: Vec::new(),
            today,
            here,
            notices: Notices::default(),
            snapshot: Snapshot::default(),
            submodules: Vec::new(),
            untracked: false,
            dialect: None,
            caches: Vec::new(),
            early: None,
            resolved: OnceLock::new(),
            routing: OnceLock::new(),
        }
    }

    /// Returns the notices since the last call.
    pub fn take_notices(&self) -> Vec<Notice> {
        self.notices.take()
    }

    /// Whether a repository, by its position in the map, has a checkout.
    pub(crate) fn has_checkout(&self, at: usize) -> bool {
        self.missing.iter().all(|it| it.repository != at)
    }

    /// Fails with all repositories that are `needed` and have no checkout.
    pub(super) fn require(&self, needed: impl Fn(usize) -> bool) -> Result<(), Error> {
        let missing = self.missing.iter().filter(|it| needed(it.repository));
        let errors = missing.map(|missing| Error::new(&missing.message).help(&missing.help));
        Error::all(errors.collect())
    }

    /// Returns the position in the map of the repository with a name.
    pub(crate) fn repository(&self, name: &str) -> Result<usize, Error> {
        checkouts::position(&self.map, &self.roots, name)
    }

    /// Returns the display names of the repositories, by position in the map.
    pub(crate) fn titles(&self) -> Vec<String> {
        checkouts::titles(&self.map, &self.roots)
    }

    /// Returns the repositories with a checkout, resolved, in the order of the map. Their components are those that
    /// lists include, and the others that the map needs.
    pub(crate) fn repositories(&self) -> Result<&[ResolvedRepository], Error> {
        if let Some(resolved) = self.resolved.get() {
            return Ok(resolved);
        }
        let resolved = self.resolve(Kinds::Needed, |at| self.has_checkout(at))?;
        Ok(self.resolved.get_or_init(|| resolved))
    }

    /// Like [`repositories`](Self::repositories), with all components, and with the files that mention one of some names.
    pub(super) fn repositories_with(
        &self,
        names: &[SearchedName],
    ) -> Result<&[ResolvedRepository], Error> {
        let resolved = self.resolve_as(
            |at| self.has_checkout(at),
            |listing| {
                listing.kinds = Kinds::All;
                listing.mentions = SearchedName::mentions(names);
            },
        )?;
        Ok(self.resolved.get_or_init(|| resolved))
    }

    /// Resolves the only repository with the files of `listing`.
    pub(super) fn resolve_with(&self, listing: Listing) -> Result<&[ResolvedRepository], Error> {
        let resolved = self.all(vec![self.resolve_listed(0, listing)])?;
        Ok(self.resolved.get_or_init(|| resolved))
    }

    /// Lists and resolves the repositories (by position in the map) that are `wanted`, with the components of some
    /// `kinds`.
    ///
    /// # Errors
    /// The errors of all of them.
    pub(super) fn resolve(
        &self,
        kinds: Kinds,
        wanted: impl Fn(usize) -> bool + Sync,
    ) -> Result<Vec<ResolvedRepository>, Error> {
        self.resolve_as(wanted, |listing| listing.kinds = kinds)
    }

    /// Lists the repositories (by position in the map) that are `wanted`, completes each listing by `prepare`, and resolves
    /// them.
    fn resolve_as(
        &self,
        wanted: impl Fn(usize) -> bool + Sync,
        prepare: impl Fn(&mut Listing) + Sync,
    ) -> Result<Vec<ResolvedRepository>, Error> {
        let repositories: Vec<Result<ResolvedRepository, RepositoryError>> = (0..self.roots.len())
            .into_par_iter()
            .filter(|at| wanted(*at))
            .map(|at| {
                let mut listing = self.list(at).map_err(RepositoryError::Listing)?;
                prepare(&mut listing);
                self.resolve_listed(at, listing)
            })
            .collect();
        self.all(repositories)
    }

    /// Resolves a repository, by its position in the map, with the files of `listing`.
    pub(super) fn resolve_listed(
        &self,
        at: usize,
        listing: Listing,
    ) -> Result<ResolvedRepository, RepositoryError> {
        let root = self.roots[at].clone();
        ResolvedRepository::new(
            &self.map,
            at,
            root,
            listing,
            self.today,
            dialects::read_statements,
        )
    }

    /// Lists a repository, by its position in the map.
    pub(super) fn list(&self, at: usize) -> Result<Listing, String> {
        let root = &self.roots[at];
        if let Some(listing) = self.early.as_ref().and_then(|early| early.take(root)) {
            return listing;
        }
        // The map of another snapshot can name repositories that no longer exist.
        let mut submodules = self.submodules.iter();
        let submodule = submodules.find(|it| top_around(root) == Some(&it.git.top));
        let submodule = submodule.map(Submodule::snapshot);
        let snapshot = submodule.as_ref().unwrap_or(&self.snapshot);
        let is_gone = snapshot.has_tree() && snapshot.below(root).is_none() && !root.exists();
        let mut listing = match is_gone {
            true => Listing::default(),
            false => list_in(snapshot, root, self.untracked)?,
        };
        if let Some(cache) = self.caches.get(at) {
            listing.cache = cache.clone();
        }
        Ok(listing)
    }

    /// Returns the error of a repository.
    pub(super) fn error(&self, error: RepositoryError) -> Error {
        Error::of_repository(error, &self.map.directory)
    }

    /// Returns all repositories, or the errors of all of them.
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

    /// Returns how to write places in the map and some repositories, relative to the current directory.
    pub(crate) fn places<'r>(
        &self,
        repositories: impl IntoIterator<Item = &'r ResolvedRepository>,
    ) -> Places {
        Places::new(&self.map, repositories, &self.here)
    }

    /// Warns about unreadable paths in some repositories.
    pub(super) fn warn_of_unreadable<'r>(
        &self,
        repositories: impl IntoIterator<Item = &'r ResolvedRepository> + Clone,
    ) {
        let places = self.places(repositories.clone());
        for repository in repositories {
            self.notices.warn_of_unreadable(repository, &places);
        }
    }

    /// Warns about repositories without a checkout, and how that limits the answer.
    pub(super) fn warn_of_missing(&self, limit: &str) {
        for missing in &self.missing {
            let (message, help) = (&missing.message, &missing.help);
            self.notices
                .warn(format!("{message}; {limit}\nhelp: {help}"));
        }
    }

    /// Returns the checkout that readers of a report know: the work tree of the repository that was selected; else
    /// the git work tree that contains the current directory; else the work tree of the repository, if it is the
    /// only one, or that repository itself.
    pub(crate) fn checkout(&self) -> &Path {
        let alone = match &self.roots[..] {
            [root] => Some(root.as_path()),
            _ => None,
        };
        let selected = alone.filter(|_| self.map.is_narrowed());
        selected
            .and_then(top_around)
            .or_else(|| top_around(&self.here))
            .or_else(|| alone.and_then(top_around))
            .or(alone)
            .unwrap_or(&self.here)
    }
}
