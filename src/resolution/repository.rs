use std::{
    cmp::Reverse,
    path::PathBuf,
    sync::{Arc, OnceLock},
};

use bstr::{BStr, ByteSlice};
use jiff::civil::Date;

use super::{
    AlertResolution, Group, Resolution, Resolved, Resolver, Unordered, Verdict, filed::FiledClaims,
    resolve::MAX_MEETING,
};
use crate::{
    claims::{
        ClaimId, Claims, ComponentId, Origin, ReadStatements, ResolvedDeclarations,
        resolve_declarations, teams_of,
    },
    config::{Map, MapError, Policy, Rule, Settings, Teams},
    inventory::{
        Alert, Component, Content, Declarations, FileReader, Found, Links, Listing, Orphan,
        OwnerCatalog, Problem, ReadComponents, State, detectors, inherit_from_namespaces,
        read_components,
    },
    pattern::{PatternId, PatternTree},
    text::{Place, join, quoted},
};

/// A repository in the map, with its files, components and claims.
#[derive(Debug)]
pub struct ResolvedRepository {
    /// Its name in the map.
    pub name: Arc<str>,
    /// The directory of the checkout; absolute, without symbolic links.
    pub root: PathBuf,
    /// Its files.
    pub listing: Listing,
    /// Its components.
    pub components: Vec<Component>,
    /// Members of components that do not exist.
    pub orphans: Vec<Orphan>,
    /// The problems with reading the files that show where components are.
    pub problems: Vec<Problem>,
    /// The declarations by component.
    pub declarations: Vec<Declarations>,
    /// The groups and users that catalog files define.
    pub owner_catalog: OwnerCatalog,
    /// The resolved declarations by component.
    pub resolved_declarations: Vec<ResolvedDeclarations>,
    /// All claims on it.
    pub claims: Claims,
    /// The resolution of all files.
    pub resolved: Resolved,
    /// Whether all files are resolved.
    pub is_whole: bool,
    /// Whether more than one path may be resolved.
    many_paths: bool,
    /// The ownership files that make claims; `None` if none do.
    filed: Option<FiledClaims>,
    /// The patterns of all claims, built when needed.
    tree: OnceLock<PatternTree>,
}

/// Why a repository could not be resolved.
#[derive(Debug, thiserror::Error)]
pub enum RepositoryError {
    /// Its files could not be listed.
    #[error("{0}")]
    Listing(String),
    /// Claims could not be compared within the limits.
    #[error("claims could not be compared")]
    Claims(Vec<MapError>),
}

impl ResolvedRepository {
    /// Returns the claim that owns a group of files only because it matches all files; `None` if other claims own them,
    /// too, or nobody does.
    pub fn catch_all_of(&self, group: &Group) -> Option<ClaimId> {
        let is_catch_all = |id: &ClaimId| {
            let patterns = self.claims.get(*id).patterns.iter();
            let mut here = patterns.filter(|pattern| group.patterns.contains(pattern));
            here.any(|pattern| self.claims.pattern(*pattern).is_everything())
        };
        let resolution = &group.resolution;
        let is_owned = resolution.verdict == Verdict::Owned;
        let mut winning = resolution.winning.iter();
        (is_owned && winning.all(is_catch_all))
            .then(|| resolution.winning.first().copied())
            .flatten()
    }

    /// Resolves all files in `listing` of the repository at position `at` in the map, checked out at `root`.
    /// Exemptions apply as of the day `today`. `read` reads the ownership files that the map trusts.
    ///
    /// # Errors
    /// Fails if claims cannot be compared.
    pub fn new(
        map: &Map,
        at: usize,
        root: PathBuf,
        listing: Listing,
        today: Date,
        read: ReadStatements,
    ) -> Result<Self, RepositoryError> {
        let mut repository = Self::read(map, at, root, listing, today, None);
        repository.filed = FiledClaims::new(map, at, read);
        let filed = repository.filed.as_ref().map(|filed| {
            let files = repository.listing.files.iter();
            let paths: Vec<&BStr> = files.map(|file| file.path).collect();
            filed.on(&repository, &map.teams, &paths)
        });
        repository.resolved = Resolved::new(
            &repository.listing.files,
            &repository.components,
            &repository.claims,
            repository.tree(),
            &filed.unwrap_or_default(),
            &map.teams,
        )
        .map_err(|unordered| repository.too_complex(unordered))?;
        Ok(repository)
    }

    /// Reads only as much of the repository as is needed to resolve `paths`: resolves no files, and reads no
    /// declarations that cannot affect these paths.
    pub fn for_paths(
        map: &Map,
        at: usize,
        root: PathBuf,
        listing: Listing,
        today: Date,
        paths: &[&BStr],
        read: ReadStatements,
    ) -> Self {
        let mut repository = Self::read(map, at, root, listing, today, Some(paths));
        repository.filed = FiledClaims::new(map, at, read);
        repository.many_paths = paths.len() > 1;
        repository
    }

    /// Returns the content of its files.
    pub fn content(&self) -> Content {
        self.listing.content(&self.name, &self.root)
    }

    /// Returns whether components or ownership files can affect owners in the repository at position `at` in the map.
    pub fn depends_on_files(map: &Map, at: usize) -> bool {
        let repository = &map.repositories[at];
        if !repository.trusted_dialects().is_empty() {
            return true;
        }
        let mut detectors = detectors::ALL.iter();
        let by_declaration = detectors.any(|d| repository.policy(d.name) != Policy::Ignore);
        let applies = |rule: &&Rule| rule.repository.is_none_or(|of| of == at);
        let mut rules = map.rules.iter().filter(applies);
        by_declaration || rules.any(|rule| !rule.components.is_empty())
    }

    /// Reads everything except the resolution of files. With `paths`, reads only the declarations that they
    /// need.
    fn read(
        map: &Map,
        at: usize,
        root: PathBuf,
        mut listing: Listing,
        today: Date,
        paths: Option<&[&BStr]>,
    ) -> Self {
        let repository = &map.repositories[at];
        let settings = &map.settings;
        if paths.is_none() {
            let detectors = detectors::ALL.iter();
            let read = detectors.filter(|it| repository.policy(it.name) != Policy::Ignore);
            listing.opened_ends = read.flat_map(|detector| detector.opens).copied().collect();
        }
        let content = listing.content(&repository.name, &root);
        let Found {
            components,
            orphans,
            mut problems,
        } = Found::among(&mut listing, settings, &content);
        let links = Links::new(&content, &listing.files, &components);
        let is_held = |component: &Component| {
            paths.is_none_or(|paths| paths.iter().any(|path| component.holds(path, false)))
        };
        let need_others =
            |components: &[Component]| components.iter().any(|of| of.needs_others && is_held(of));
        let read = |components, all: bool| {
            let is_wanted = |component: &Component| {
                repository.policy(component.detector) != Policy::Ignore
                    && (all || is_held(component))
            };
            read_components(components, &links, &listing.cache, settings, is_wanted)
        };
        let mut all = paths.is_none() || need_others(&components);
        let again = (!all).then(|| components.clone());
        let mut found = read(components, all);
        // Only the content of a file may show that its components need others.
        if let Some(again) = again
            && need_others(&found.components)
        {
            all = true;
            found = read(again, all);
        }
        let ReadComponents {
            mut components,
            mut declarations,
            owner_catalog,
            problems: of_references,
        } = found;
        problems.extend(of_references);
        let reader = FileReader::new(&links);
        for detector in detectors::ALL {
            if all && repository.policy(detector.name) != Policy::Ignore {
                (detector.link)(&mut components, &mut declarations, &reader);
            }
        }
        if settings.namespace_owner {
            inherit_from_namespaces(&mut declarations);
        }
        for (component, declarations) in components.iter().zip(&mut declarations) {
            declarations.is_vendored |=
                component.is_vendored || is_vendored(component.path.as_bstr(), settings);
        }
        let resolved_declarations: Vec<ResolvedDeclarations> = declarations
            .iter()
            .map(|declarations| resolve_declarations(declarations, &map.teams))
            .collect();
        Self {
            name: Arc::clone(&repository.name),
            root,
            claims: Claims::new(map, at, &components, &resolved_declarations, today),
            listing,
            components,
            orphans,
            problems,
            declarations,
            owner_catalog,
            resolved_declarations,
            resolved: Resolved::default(),
            is_whole: paths.is_none(),
            many_paths: true,
            filed: None,
            tree: OnceLock::new(),
        }
    }

    /// Resolves one path, which need not exist, and returns the components that it belongs to. A claim on
    /// all the content of a directory applies to the directory.
    ///
    /// # Errors
    /// Fails if claims cannot be compared.
    pub fn resolve_path(
        &self,
        teams: &Teams,
        path: &BStr,
        is_directory: bool,
    ) -> Result<(Resolution, Vec<ComponentId>), RepositoryError> {
        let components = (0..).zip(&self.components);
        let components = components
            .filter(|(_, component)| component.holds(path, is_directory))
            .map(|(id, _)| id)
            .collect();
        Ok((self.resolution_of(teams, path, is_directory)?, components))
    }

    /// Returns the resolution of one path, which need not exist.
    ///
    /// # Errors
    /// Fails if claims cannot be compared.
    pub fn resolution_of(
        &self,
        teams: &Teams,
        path: &BStr,
        is_directory: bool,
    ) -> Result<Resolution, RepositoryError> {
        Resolver::new(&self.claims, teams)
            .resolve(&self.patterns_of(teams, path, is_directory))
            .map_err(|unordered| self.too_complex(unordered))
    }

    /// Returns the patterns of claims that match a path.
    fn patterns_of(&self, teams: &Teams, path: &BStr, is_directory: bool) -> Vec<PatternId> {
        let mut patterns = self.patterns_of_map(path, is_directory);
        let filed = self.filed.as_ref();
        patterns.extend(filed.map_or(Vec::new(), |it| it.on_path(self, teams, path, is_directory)));
        patterns
    }

    /// Returns the patterns of the claims of ownership files on sorted paths, which need not exist; empty if no ownership
    /// files make claims.
    pub fn filed_patterns(&self, teams: &Teams, paths: &[&BStr]) -> Vec<Vec<PatternId>> {
        let Some(filed) = &self.filed else {
            return Vec::new();
        };
        let found = filed.on(self, teams, paths);
        let of_path = |at: usize| {
            let mut patterns: Vec<PatternId> = found.iter().filter_map(|of| of[at]).collect();
            patterns.sort_unstable();
            patterns
        };
        (0..paths.len()).map(of_path).collect()
    }

    /// Like [`patterns_of`](Self::patterns_of), without the claims of ownership files.
    fn patterns_of_map(&self, path: &BStr, is_directory: bool) -> Vec<PatternId> {
        match self.many_paths {
            true => self
                .tree()
                .walk()
                .matches(path, is_directory, <[PatternId]>::to_vec),
            false => (0..)
                .zip(self.claims.patterns())
                .filter(|(_, pattern)| pattern.matches(path, is_directory))
                .map(|(id, _)| id)
                .collect(),
        }
    }

    /// Returns whether a claim is a declaration in the rule of an alert.
    fn is_of_alert(&self, id: ClaimId) -> bool {
        let claim = self.claims.get(id);
        let component = claim.component;
        let component = component.filter(|_| claim.origin == Origin::Declaration);
        component.is_some_and(|component| {
            let alerts = &self.declarations[component as usize].alerts;
            // The labels of an alert can precede its name.
            let behind = alerts.partition_point(|alert| alert.place <= claim.place);
            let around = behind.saturating_sub(1)..alerts.len().min(behind + 1);
            let mut names = alerts[around].iter().flat_map(|alert| &alert.owner);
            names.any(|name| name.place == claim.place)
        })
    }

    /// Returns who owns an alert in a file with the resolution `of_file`: the team in its rule, or else the owner of the
    /// file. The teams in other rules of the file do not own it. Vendored rules name the teams of somebody else.
    pub fn resolution_of_alert(
        &self,
        of_file: Resolution,
        teams: &Teams,
        alert: &Alert,
        is_vendored: bool,
    ) -> AlertResolution {
        let owners = match is_vendored {
            true => Vec::new(),
            false => teams_of(&alert.owner, teams),
        };
        let is_in_rule = !owners.is_empty();
        let resolution = match is_in_rule {
            true => Resolution {
                verdict: Verdict::Owned,
                owners,
                people: Vec::new(),
                ..of_file
            },
            false if is_vendored => of_file,
            false => self.without_rules(of_file, teams, alert),
        };
        AlertResolution {
            resolution,
            is_in_rule,
        }
    }

    /// Returns the resolution of the file of an alert without the teams that its rules name.
    fn without_rules(&self, of_file: Resolution, teams: &Teams, alert: &Alert) -> Resolution {
        if !of_file.winning.iter().any(|id| self.is_of_alert(*id)) {
            return of_file;
        }
        let patterns = self.patterns_of(teams, alert.place.path(), false);
        let mut resolver = Resolver::new(&self.claims, teams);
        let others = resolver.resolve_with(&patterns, |id| !self.is_of_alert(id));
        // Claims that cannot be compared prove no owner.
        others.unwrap_or_default()
    }

    /// Returns the resolution of a file, of which nothing is known if it is not listed, or if not all files are resolved.
    pub fn resolution_of_file(&self, path: &BStr) -> Resolution {
        let file = self.listing.files.find(path).filter(|_| self.is_whole);
        let resolution = file.map(|at| self.resolved.group_of(at).resolution.clone());
        resolution.unwrap_or_default()
    }

    /// Returns the patterns of all claims, to match other paths.
    pub fn tree(&self) -> &PatternTree {
        let patterns = self.claims.patterns().iter();
        self.tree
            .get_or_init(|| PatternTree::new(patterns.map(|pattern| &**pattern)))
    }

    /// Returns the components that have files, not those whose files are only expected.
    pub fn existing_components(&self) -> impl Iterator<Item = (ComponentId, &Component)> {
        let has_files =
            |component: &Component| component.files(&self.listing.files).next().is_some();
        let components = (0..).zip(&self.components);
        components.filter(move |(_, component)| has_files(component))
    }

    /// Returns the existing components that lists and counts include even if their kinds are not requested.
    pub fn listed_components(&self) -> impl Iterator<Item = (ComponentId, &Component)> {
        let components = self.existing_components();
        components.filter(|(_, component)| component.is_listed)
    }

    /// Returns the resolutions of the files in a directory with their number, most frequent first.
    pub fn inside(&self, teams: &Teams, directory: &BStr) -> Vec<(&Resolution, u64)> {
        let inside = self.listing.files.under(&join(directory, b""));
        self.by_outcome(teams, inside)
    }

    /// Returns the resolutions of the files of a component with their number, most frequent first.
    pub fn of_component(&self, teams: &Teams, id: ComponentId) -> Vec<(&Resolution, u64)> {
        let files = self.components[id as usize].files(&self.listing.files);
        self.by_outcome(teams, files)
    }

    /// Returns the resolutions of the files at some positions with their number, most frequent first.
    pub fn by_outcome(
        &self,
        teams: &Teams,
        files: impl Iterator<Item = usize>,
    ) -> Vec<(&Resolution, u64)> {
        let mut outcomes: Vec<(&Resolution, u64)> = Vec::new();
        let mut last = None;
        for file in files {
            let group = self.resolved.group_id_of(file);
            // A file is mostly in the same group as the file before it.
            let at = match last {
                Some((of, at)) if of == group => at,
                _ => {
                    let resolution = &self.resolved.group_of(file).resolution;
                    let outcome =
                        |of: &Resolution| (of.verdict, of.owners.clone(), of.people.clone());
                    let own = outcome(resolution);
                    let same = outcomes.iter().position(|(of, _)| outcome(of) == own);
                    same.unwrap_or_else(|| {
                        outcomes.push((resolution, 0));
                        outcomes.len() - 1
                    })
                }
            };
            outcomes[at].1 += 1;
            last = Some((group, at));
        }
        outcomes.sort_by_cached_key(|(resolution, files)| {
            let owners = teams.names(&resolution.owners);
            (Reverse(*files), resolution.verdict, owners)
        });
        outcomes
    }

    fn too_complex(&self, unordered: Vec<Unordered>) -> RepositoryError {
        let error = |unordered: Unordered| match unordered {
            Unordered::Incomparable(a, b) => {
                let (a, b) = (self.claims.get(a), self.claims.get(b));
                let message = format!(
                    "comparing {} with {} takes too many steps",
                    quoted(&a.about),
                    quoted(&b.about)
                );
                let help = "use a simpler pattern with fewer `?` or character classes after a `*`";
                MapError::new(a.place.clone(), message)
                    .related(b.place.clone(), "the other pattern")
                    .help(help)
            }
            Unordered::TooMany(first, claims) => {
                let first = self.claims.get(first);
                let message = format!(
                    "{claims} claims match the same path, but the limit is {MAX_MEETING}; the \
                        first claim is {}",
                    quoted(&first.about)
                );
                let help = "remove some of the claims on the path, or give one of them a \
                    `priority`";
                MapError::new(first.place.clone(), message).help(help)
            }
        };
        RepositoryError::Claims(unordered.into_iter().map(error).collect())
    }

    /// Returns the component with this kind and name.
    pub fn component(&self, kind: &str, name: &str) -> Option<ComponentId> {
        let components = (0..).zip(&self.components);
        let mut same = components.filter(|(_, of)| of.kind == kind && of.name == name);
        same.next().map(|(id, _)| id)
    }

    /// Returns the component with this id, `kind:name`.
    pub fn component_with_id(&self, id: &str) -> Option<ComponentId> {
        let (kind, name) = id.split_once(':')?;
        self.component(kind, name)
    }

    /// Returns the state of the declarations of a component: `Declared` only if it declares a team in the map.
    pub fn state_of(&self, component: ComponentId) -> State {
        let declarations = &self.declarations[component as usize];
        let declares_team = !self.resolved_declarations[component as usize]
            .owners
            .is_empty();
        match (declares_team, declarations.state()) {
            (true, _) => State::Declared,
            (false, State::Declared) => State::Unknown,
            (false, state) => state,
        }
    }

    /// Returns the verdict on a component: the worst of its files.
    pub fn verdict_of(&self, component: ComponentId) -> Verdict {
        self.resolved
            .verdict_of(component)
            .unwrap_or(Verdict::Unowned)
    }

    /// Returns the place of a file or directory in it.
    pub fn place(&self, path: impl Into<bstr::BString>) -> Place {
        Place::Path(Arc::clone(&self.name), path.into())
    }
}

/// Names of directories that usually contain vendored code.
const VENDORED: [&str; 6] = [
    "core_modules",
    "node_modules",
    "third_party",
    "third-party",
    "vendor",
    "vendor_modules",
];

/// Returns whether a path is in vendored code.
pub fn is_vendored(home: &BStr, settings: &Settings) -> bool {
    let home = home.strip_suffix(b"/").unwrap_or(home);
    home.split_str("/")
        .any(|name| VENDORED.iter().any(|known| known.as_bytes() == name))
        || settings
            .vendored
            .iter()
            .any(|tree| tree.value.matches(home.as_bstr(), true))
}
