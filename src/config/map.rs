use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
};

use rustc_hash::FxHashMap;

use super::{
    AlertingSettings, GenerateEntry, MAP_NAME, MAP_NAMES, MapError, Policy, Repository,
    Requirement, Rule, Settings, Spanned, Suppression, Team, Teams, Vocabulary,
    model::{Exemption, MinCoverage, Organization, UncheckedRepository},
    settings::CustomKind,
    validate::Validator,
    written::{WrittenMap, WrittenRepository},
};
use crate::{
    finding::Severity,
    text::{Place, Source, SourceOrigin, Span, quoted},
};

/// The name of the only repository, for a map that lists no repositories.
pub const ONLY_REPOSITORY: &str = ".";

/// A valid map.
#[derive(Debug, Default)]
pub struct Map {
    /// The included files, then the map itself; absolute and without symbolic links.
    pub files: Vec<PathBuf>,
    /// Whether any of them was reached through a symbolic link.
    pub follows_links: bool,
    /// The absolute directory of the map. Paths in the map are relative to it.
    pub directory: PathBuf,
    /// The versions of ownlint that it is written for.
    pub requires: Option<Requirement>,
    /// The organisation, with its contacts for when no team is known.
    pub organization: Organization,
    /// All teams.
    pub teams: Teams,
    /// All rules, including those of single repositories.
    pub rules: Vec<Rule>,
    /// All exemptions, including those of single repositories.
    pub exemptions: Vec<Exemption>,
    /// All suppressions, including those of single repositories.
    pub suppressions: Vec<Suppression>,
    /// How much must be owned or exempt.
    pub min_coverage: MinCoverage,
    /// The repositories in the order of the map; at least one.
    pub repositories: Vec<Repository>,
    /// The other repositories that the map lists, if it was narrowed to some.
    pub unchecked: Vec<UncheckedRepository>,
    /// The settings of detectors.
    pub settings: Settings,
    /// The settings for notification routes.
    pub alerting: AlertingSettings,
    /// The files that ownlint generates.
    pub generated: Vec<GenerateEntry>,
    /// The largest number of owners that a component or rule should have.
    pub max_owners: Option<Spanned<usize>>,
    /// Whether nobody wrote the map: only the ownership files of a repository without a map state who owns its files.
    pub is_standalone: bool,
    /// The severities of checks for findings in the map itself.
    pub severities: FxHashMap<&'static str, Option<Severity>>,
}

impl Map {
    /// Resolves all references of a written map. Adds everything that is wrong to `errors`.
    pub(super) fn validated(
        written: WrittenMap,
        files: Vec<PathBuf>,
        directory: PathBuf,
        vocabulary: &Vocabulary<'_>,
        errors: &mut Vec<MapError>,
    ) -> Self {
        let mut validator = Validator::new(written.teams, vocabulary, errors);
        validator.people(written.people);
        let mut kinds = written.kinds;
        let mut entries = written.repositories;
        for entry in &mut entries {
            let name = entry.name.as_ref().map(|name| name.value.as_str().into());
            kinds.extend(entry.kinds.drain(..).map(|kind| CustomKind {
                repository: name.clone(),
                ..kind
            }));
        }
        validator.custom_kinds(&kinds);
        let mut settings = Settings {
            owner_keys: written.owner_keys,
            namespace_owner: written.namespace_owner,
            manifests: validator.patterns(&written.manifests),
            rule_files: validator.patterns(&written.rule_files),
            vendored: validator.patterns(&written.vendored),
            kinds,
            selected_kinds: BTreeSet::new(),
        };
        let of_all = written.of_all;
        let policies = validator.policies(&of_all.declarations, &FxHashMap::default());
        let of_files = validator.ownership_files(&of_all.ownership_files, &FxHashMap::default());
        let forge = validator.forge(of_all.forge.as_ref());
        let severities = validator.severities(&of_all.checks, &FxHashMap::default());
        let mut rules = validator.rules(None, of_all.rules);
        let mut exemptions = validator.exemptions(None, of_all.exemptions);
        let mut suppressions = validator.suppressions(None, of_all.suppressions);
        if entries.is_empty() {
            entries.push(WrittenRepository::default());
        }
        let mut repositories: Vec<Repository> = Vec::with_capacity(entries.len());
        for (at, entry) in entries.into_iter().enumerate() {
            let WrittenRepository {
                name, path, own, ..
            } = entry;
            let earlier = name
                .as_ref()
                .and_then(|name| repositories.iter().find(|r| *r.name == *name.value));
            if let (Some(name), Some(earlier)) = (&name, earlier) {
                let message = format!("repository {} is listed twice", quoted(&name.value));
                let mut error = MapError::new(name.place.clone(), message);
                if let Some(place) = &earlier.place {
                    error = error.related(place.clone(), "first listed here");
                }
                validator.errors.push(error);
            }
            let root = path.map(|path| directory.join(path.value));
            repositories.push(Repository {
                root: root.unwrap_or_else(|| directory.clone()),
                place: name.as_ref().map(|name| name.place.clone()),
                name: name.map_or(ONLY_REPOSITORY.into(), |name| name.value.into()),
                policies: validator.policies(&own.declarations, &policies),
                ownership_files: validator.ownership_files(&own.ownership_files, &of_files),
                forge: validator.forge(own.forge.as_ref()).or(forge),
                severities: validator.severities(&own.checks, &severities),
            });
            rules.extend(validator.rules(Some(at), own.rules));
            exemptions.extend(validator.exemptions(Some(at), own.exemptions));
            suppressions.extend(validator.suppressions(Some(at), own.suppressions));
        }
        let min_coverage = validator.min_coverage(written.min_coverage, &repositories);
        let alerting = validator.alerting(written.alerting, &repositories);
        let generated = validator.generated(written.generated, &repositories, &files);
        let of_rules = rules.iter().flat_map(|rule| &rule.components);
        let of_suppressions = suppressions.iter().flat_map(|it| &it.components);
        let selectors = of_rules.chain(of_suppressions);
        let selected = selectors.map(|selector| selector.value.kind);
        let with_goals = min_coverage.components.iter().map(|(kind, _)| *kind);
        settings.selected_kinds = selected.chain(with_goals).collect();
        let organization = written.organization.map(|entry| entry.value);
        Self {
            files,
            follows_links: false,
            directory,
            requires: written.requires.map(|entry| entry.value),
            organization: organization.unwrap_or_default(),
            teams: validator.teams,
            rules,
            exemptions,
            suppressions,
            min_coverage,
            repositories,
            unchecked: Vec::new(),
            settings,
            alerting,
            generated,
            max_owners: written.max_owners,
            is_standalone: false,
            severities,
        }
    }

    /// Creates a map of teams with these ids and one repository, the directory. It has no rules, and ignores
    /// the declarations of all `detectors`.
    pub fn of_teams(
        directory: PathBuf,
        ids: impl Iterator<Item = String>,
        detectors: &[&'static str],
    ) -> Self {
        let file = directory.join(MAP_NAME);
        let (source, _) = Source::new(SourceOrigin::Map, MAP_NAME.into(), "".into());
        let place = Place::Text(Arc::new(source), Span::default());
        let team = |id: String| {
            Team::new(Spanned {
                value: id,
                place: place.clone(),
            })
        };
        let policies = detectors.iter().map(|name| (*name, Policy::Ignore));
        Self {
            files: vec![file],
            teams: Teams::new(ids.map(team).collect()),
            repositories: vec![Repository {
                name: ONLY_REPOSITORY.into(),
                root: directory.clone(),
                place: None,
                policies: policies.collect(),
                ownership_files: FxHashMap::default(),
                forge: None,
                severities: FxHashMap::default(),
            }],
            directory,
            ..Self::default()
        }
    }

    /// Creates the map of one repository, the directory, whose files belong to those whom its ownership files name.
    pub fn of_ownership_files(
        directory: PathBuf,
        dialect: &'static str,
        detectors: &[&'static str],
    ) -> Self {
        let mut map = Self::of_teams(directory, std::iter::empty(), detectors);
        map.is_standalone = true;
        for repository in &mut map.repositories {
            repository.ownership_files.insert(dialect, Policy::Trust);
        }
        map
    }

    /// Narrows the map to the repositories for which `is_kept` holds, given their positions, and to the entries that
    /// apply to them.
    pub fn narrow(&mut self, is_kept: impl Fn(usize) -> bool) {
        let mut positions: Vec<Option<usize>> = vec![None; self.repositories.len()];
        let kept = (0..positions.len()).filter(|at| is_kept(*at));
        for (now, at) in kept.enumerate() {
            positions[at] = Some(now);
        }
        let mut entries = vec![0; positions.len()];
        let mut keep = |repository: &mut Option<usize>, count: usize| {
            let Some(at) = *repository else {
                return true;
            };
            *repository = positions[at];
            if repository.is_none() {
                entries[at] += count;
            }
            repository.is_some()
        };
        self.rules.retain_mut(|rule| {
            let count = rule.paths.len() + rule.components.len();
            keep(&mut rule.repository, count)
        });
        self.exemptions
            .retain_mut(|it| keep(&mut it.repository, it.paths.len()));
        self.suppressions.retain_mut(|suppression| {
            let count = suppression.paths.len() + suppression.components.len();
            keep(&mut suppression.repository, count)
        });
        self.generated.retain_mut(|entry| {
            let now = positions[entry.repository];
            entry.repository = now.unwrap_or_default();
            now.is_some()
        });
        let goals = &mut self.min_coverage.repositories;
        goals.retain_mut(|(at, _)| {
            let now = positions[*at];
            *at = now.unwrap_or(*at);
            now.is_some()
        });
        let all = std::mem::take(&mut self.repositories);
        for ((repository, now), entries) in all.into_iter().zip(positions).zip(entries) {
            match now {
                Some(_) => self.repositories.push(repository),
                None => self.unchecked.push(UncheckedRepository {
                    name: repository.name,
                    entries,
                }),
            }
        }
    }

    /// Returns whether the map was narrowed to some of its repositories.
    pub fn is_narrowed(&self) -> bool {
        !self.unchecked.is_empty()
    }

    /// Returns all kinds of components: the `known` ones, then those that the map defines.
    pub fn kinds(&self, known: &[&'static str]) -> Vec<&'static str> {
        let mut kinds = known.to_vec();
        for kind in &self.settings.kinds {
            // Several repositories may define a kind with this name.
            if !kinds.contains(&kind.kind.value) {
                kinds.push(kind.kind.value);
            }
        }
        kinds
    }

    /// Returns the usual name of its file, or [`MAP_NAME`] if the user selected a file with another name.
    pub fn name(&self) -> &'static str {
        let name = self.files.last().and_then(|map| map.file_name());
        let mut names = MAP_NAMES.into_iter();
        names
            .find(|usual| name.is_some_and(|name| name == *usual))
            .unwrap_or(MAP_NAME)
    }

    /// Returns whether the absolute `path` is one of the files of the map.
    pub fn has_file(&self, path: &Path) -> bool {
        let is_file = |path: &Path| self.files.iter().any(|file| file == path);
        is_file(path) || path.canonicalize().is_ok_and(|path| is_file(&path))
    }
}
