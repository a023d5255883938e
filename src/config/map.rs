use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use rustc_hash::FxHashMap;

use super::{
    MapError, Policy, Repository, Rule, Settings, Spanned, Suppression, Team, Teams, Vocabulary,
    model::{Exemption, MinCoverage, Organization},
    validate::Validator,
    written::{WrittenMap, WrittenRepository},
};
use crate::{
    finding::Severity,
    text::{Place, Source, SourceOrigin, Span, quoted},
};

/// The name of the repository of a map that lists none.
const ONLY_REPOSITORY: &str = ".";

/// What the map is called where nobody says otherwise.
pub const MAP_NAME: &str = "ownership.yaml";

/// A valid map.
#[derive(Debug, Default)]
pub struct Map {
    /// All that it includes, and the file itself at last; absolute and without symbolic links.
    pub files: Vec<PathBuf>,
    /// Whether a symbolic link leads to any of them.
    pub follows_links: bool,
    /// The directory of the file, absolute: what paths in the map are relative to.
    pub directory: PathBuf,
    /// Whom to turn to when no team is known.
    pub organization: Organization,
    /// All teams.
    pub teams: Teams,
    /// All rules, those of repositories among them.
    pub rules: Vec<Rule>,
    /// All exemptions, those of repositories among them.
    pub exemptions: Vec<Exemption>,
    /// All findings that are not told, those of repositories among them.
    pub suppressions: Vec<Suppression>,
    /// How much has to be owned or exempt.
    pub min_coverage: MinCoverage,
    /// The repositories, in the order of the map; at least one.
    pub repositories: Vec<Repository>,
    /// What detectors are told.
    pub settings: Settings,
    /// How many owners a component or rule may have before there are too many.
    pub max_owners: Option<Spanned<usize>>,
    /// Severities for what is said of the map itself.
    pub severities: FxHashMap<&'static str, Option<Severity>>,
}

impl Map {
    /// The map that is written, with all that it refers to. What is wrong goes to `faults`.
    pub(super) fn validated(
        written: WrittenMap,
        files: Vec<PathBuf>,
        directory: PathBuf,
        vocabulary: &Vocabulary<'_>,
        errors: &mut Vec<MapError>,
    ) -> Self {
        let mut validator = Validator::new(written.teams, vocabulary, errors);
        validator.people(written.people);
        validator.custom_kinds(&written.kinds);
        let settings = Settings {
            owner_keys: written.owner_keys,
            manifests: validator.patterns(&written.manifests),
            vendored: validator.patterns(&written.vendored),
            kinds: written.kinds,
        };
        let of_all = written.of_all;
        let policies = validator.policies(&of_all.declarations, &FxHashMap::default());
        let severities = validator.severities(&of_all.checks, &FxHashMap::default());
        let mut rules = validator.rules(None, of_all.rules);
        let mut exemptions = validator.exemptions(None, of_all.exemptions);
        let mut suppressions = validator.suppressions(None, of_all.suppressions);
        let mut entries = written.repositories;
        if entries.is_empty() {
            entries.push(WrittenRepository::default());
        }
        let mut repositories: Vec<Repository> = Vec::with_capacity(entries.len());
        for (at, entry) in entries.into_iter().enumerate() {
            let WrittenRepository { name, path, own } = entry;
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
                severities: validator.severities(&own.checks, &severities),
            });
            rules.extend(validator.rules(Some(at), own.rules));
            exemptions.extend(validator.exemptions(Some(at), own.exemptions));
            suppressions.extend(validator.suppressions(Some(at), own.suppressions));
        }
        let min_coverage = validator.min_coverage(written.min_coverage, &repositories);
        let organization = written.organization.map(|entry| entry.value);
        Self {
            files,
            follows_links: false,
            directory,
            organization: organization.unwrap_or_default(),
            teams: validator.teams,
            rules,
            exemptions,
            suppressions,
            min_coverage,
            repositories,
            settings,
            max_owners: written.max_owners,
            severities,
        }
    }

    /// A map of these teams, by their ids, in a directory that is its only repository. It says nothing of
    /// files, and nothing that any of the `detectors` finds is read.
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
                severities: FxHashMap::default(),
            }],
            directory,
            ..Self::default()
        }
    }

    /// All kinds of components: `known` ones and those of the map's own.
    pub fn kinds(&self, known: &[&'static str]) -> Vec<&'static str> {
        let own = self.settings.kinds.iter().map(|kind| kind.kind.value);
        known.iter().copied().chain(own).collect()
    }

    /// Whether `path`, which is absolute, is one of its files.
    pub fn is_made_of(&self, path: &Path) -> bool {
        let is_file = |path: &Path| self.files.iter().any(|file| file == path);
        is_file(path) || path.canonicalize().is_ok_and(|path| is_file(&path))
    }
}
