use std::{cmp::Reverse, path::PathBuf, sync::Arc};

use bstr::BStr;
use jiff::civil::Date;
use rayon::prelude::*;

use super::{Coverage, Group, Incomparable, Resolution, Resolved, Resolver, Verdict};
use crate::{
    claims::{Claims, ComponentId, Heard, hear},
    config::{Fault, Map, Policy, Rule, Teams},
    inventory::{Component, Content, Declarations, Inventory, Listing, detectors},
    pattern::PatternId,
    text::{Place, quoted},
};

/// A repository of the map, with everything that is known of it.
#[derive(Debug)]
pub struct ResolvedRepository {
    /// Its name in the map.
    pub name: Arc<str>,
    /// Where it is checked out; absolute, without symbolic links.
    pub root: PathBuf,
    /// Its files.
    pub listing: Listing,
    /// Its components.
    pub components: Vec<Component>,
    /// By component: what its files say.
    pub declarations: Vec<Declarations>,
    /// By component: which teams that comes to.
    pub heard: Vec<Heard>,
    /// All claims on it.
    pub claims: Claims,
    /// What they come to.
    pub resolved: Resolved,
}

/// Why a repository could not be resolved.
#[derive(Debug, thiserror::Error)]
pub enum RepositoryError {
    /// Its files could not be listed.
    #[error("{0}")]
    Listing(String),
    /// Two claims are beyond what can be decided.
    #[error("claims could not be compared")]
    Claims(Box<Fault>),
}

/// Whether a path stands for a directory, so that what owns all its content owns it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Directory {
    /// It does.
    Yes,
    /// It is a file, or would be one.
    No,
}

impl ResolvedRepository {
    /// Resolves the repository at position `at` of the map, checked out at `root`, with what
    /// `inventory` found there. Exemptions are judged on the day `today`.
    ///
    /// # Errors
    /// Where claims can't be compared.
    pub fn new(
        map: &Map,
        at: usize,
        root: PathBuf,
        inventory: Inventory,
        today: Date,
    ) -> Result<Self, RepositoryError> {
        let mut repository = Self::read(map, at, root, inventory, today, |_| true);
        repository.resolved = Resolved::new(
            &repository.listing.files,
            &repository.components,
            &repository.claims,
            &map.teams,
        )
        .map_err(|error| repository.too_complex(error))?;
        Ok(repository)
    }

    /// As much of the repository as it takes to resolve `paths`: no files are resolved, and no
    /// declarations read that have no say about them.
    pub fn for_paths(
        map: &Map,
        at: usize,
        root: PathBuf,
        inventory: Inventory,
        today: Date,
        paths: &[&BStr],
    ) -> Self {
        Self::read(map, at, root, inventory, today, |component| {
            paths.iter().any(|path| component.holds(path, false))
        })
    }

    /// Whether components can have a say in the repository at position `at` of the map.
    pub fn depends_on_components(map: &Map, at: usize) -> bool {
        let repository = &map.repositories[at];
        let mut detectors = detectors::ALL.iter();
        let by_declaration = detectors.any(|d| repository.policy(d.name) != Policy::Ignore);
        let applies = |rule: &&Rule| rule.repository.is_none_or(|of| of == at);
        let mut rules = map.rules.iter().filter(applies);
        by_declaration || rules.any(|rule| !rule.components.is_empty())
    }

    /// Everything but the resolution of files; the declarations of components that are `wanted`.
    fn read(
        map: &Map,
        at: usize,
        root: PathBuf,
        inventory: Inventory,
        today: Date,
        wanted: impl Fn(&Component) -> bool + Sync,
    ) -> Self {
        let repository = &map.repositories[at];
        let Inventory {
            listing,
            components,
        } = inventory;
        let content = Content {
            repository: Arc::clone(&repository.name),
            root: root.clone(),
        };
        let read = |component: &Component| match detectors::by_name(component.detector) {
            Some(detector)
                if !component.declares_in.is_empty()
                    && repository.policy(detector.name) != Policy::Ignore
                    && wanted(component) =>
            {
                (detector.read)(component, &content)
            }
            _ => Declarations::default(),
        };
        let declarations: Vec<Declarations> =
            components.par_iter().with_min_len(16).map(read).collect();
        let heard: Vec<Heard> = declarations
            .iter()
            .map(|declarations| hear(declarations, &map.teams))
            .collect();
        Self {
            name: Arc::clone(&repository.name),
            root,
            claims: Claims::new(map, at, &components, &heard, today),
            listing,
            components,
            declarations,
            heard,
            resolved: Resolved::default(),
        }
    }

    /// The verdict on one path, which need not exist, and the components that it belongs to.
    ///
    /// # Errors
    /// Where claims can't be compared.
    pub fn resolve_path(
        &self,
        teams: &Teams,
        path: &BStr,
        directory: Directory,
    ) -> Result<(Resolution, Vec<ComponentId>), RepositoryError> {
        let is_directory = directory == Directory::Yes;
        let patterns: Vec<PatternId> = (0..)
            .zip(self.claims.patterns())
            .filter(|(_, pattern)| pattern.matches(path, is_directory))
            .map(|(id, _)| id)
            .collect();
        let components = (0..).zip(&self.components);
        let components = components
            .filter(|(_, component)| component.holds(path, is_directory))
            .map(|(id, _)| id)
            .collect();
        let resolution = Resolver::new(&self.claims, teams)
            .resolve(&patterns)
            .map_err(|error| self.too_complex(error))?;
        Ok((resolution, components))
    }

    /// The components that have files. Others are made up of files that are only expected.
    pub fn existing_components(&self) -> impl Iterator<Item = (ComponentId, &Component)> {
        let has_files =
            |component: &Component| component.files(&self.listing.files).next().is_some();
        let components = (0..).zip(&self.components);
        components.filter(move |(_, component)| has_files(component))
    }

    /// The files inside a directory by what they come to, the most frequent first.
    pub fn inside(&self, teams: &Teams, directory: &BStr) -> Vec<(Resolution, u64)> {
        let mut prefix = directory.to_owned();
        if !prefix.is_empty() {
            prefix.push(b'/');
        }
        let files = self.listing.files.under(&prefix);
        self.by_outcome(teams, files.map(|file| (self.resolved.group_of(file), 1)))
    }

    /// The files of a component by what they come to, the most frequent first.
    pub fn of_component(&self, teams: &Teams, id: ComponentId) -> Vec<(Resolution, u64)> {
        let files = self.components[id as usize].files(&self.listing.files);
        self.by_outcome(teams, files.map(|file| (self.resolved.group_of(file), 1)))
    }

    fn by_outcome<'g>(
        &self,
        teams: &Teams,
        groups: impl Iterator<Item = (&'g Group, u64)>,
    ) -> Vec<(Resolution, u64)> {
        let mut outcomes: Vec<(Resolution, u64)> = Vec::new();
        for (group, files) in groups {
            let same = outcomes.iter_mut().find(|(known, _)| {
                known.verdict == group.resolution.verdict && known.owners == group.resolution.owners
            });
            match same {
                Some((_, count)) => *count += files,
                None => outcomes.push((group.resolution.clone(), files)),
            }
        }
        outcomes.sort_by_cached_key(|(resolution, files)| {
            let owners = teams.names(&resolution.owners);
            (Reverse(*files), resolution.verdict, owners)
        });
        outcomes
    }

    fn too_complex(&self, Incomparable(a, b): Incomparable) -> RepositoryError {
        let (a, b) = (self.claims.get(a), self.claims.get(b));
        let message = format!(
            "whether {} lies inside {} takes too much to decide",
            quoted(&a.about),
            quoted(&b.about)
        );
        let help = "many `?` or classes behind a `*` are what costs most: write it more simply";
        let fault = Fault::new(a.place.clone(), message)
            .related(b.place.clone(), "the other pattern")
            .help(help);
        RepositoryError::Claims(Box::new(fault))
    }

    /// How much of what is `asked` for is owned.
    pub fn coverage(&self, asked: impl Fn(&BStr) -> bool) -> Coverage {
        Coverage::new(
            &self.resolved,
            &self.listing.files,
            &self.components,
            &self.heard,
            asked,
        )
    }

    /// The verdict on a component: the worst among its files.
    pub fn verdict_of(&self, component: ComponentId) -> Verdict {
        self.resolved
            .verdict_of(component)
            .unwrap_or(Verdict::Unowned)
    }

    /// A file or directory of it as a place.
    pub fn place(&self, path: impl Into<bstr::BString>) -> Place {
        Place::Path(Arc::clone(&self.name), path.into())
    }
}
