use std::sync::{Mutex, PoisonError};

use bstr::{BStr, BString};
use rustc_hash::FxHashMap;

use super::ResolvedRepository;
use crate::{
    claims::{FileQuestion, ReadStatements},
    config::{Map, Settings, Teams},
    pattern::PatternId,
    text::join,
};

/// The ownership files that make claims on the paths of a repository.
#[derive(Debug)]
pub(super) struct FiledClaims {
    /// The trusted dialects.
    dialects: Vec<&'static str>,
    read: ReadStatements,
    /// Whether there is no map.
    is_standalone: bool,
    /// The settings for vendored files.
    settings: Settings,
    /// The patterns of the claims on paths that are not listed.
    known: Mutex<FxHashMap<BString, Vec<PatternId>>>,
}

impl FiledClaims {
    /// Creates the source of the claims on the repository at position `at` in the map; `None` if the map trusts no
    /// ownership files in it.
    pub fn new(map: &Map, at: usize, read: ReadStatements) -> Option<Self> {
        let dialects = map.repositories[at].trusted_dialects();
        (!dialects.is_empty()).then(|| Self {
            dialects,
            read,
            is_standalone: map.is_standalone,
            settings: Settings {
                vendored: map.settings.vendored.clone(),
                ..Settings::default()
            },
            known: Mutex::default(),
        })
    }

    /// Adds the claims of ownership files on paths. Returns for each dialect the pattern of its claim on each path.
    pub fn on(
        &self,
        repository: &ResolvedRepository,
        teams: &Teams,
        paths: &[&BStr],
    ) -> Vec<Vec<Option<PatternId>>> {
        let content = repository.content();
        let of_dialect = |dialect: &&'static str| {
            let found = (self.read)(&FileQuestion {
                is_standalone: self.is_standalone,
                dialect,
                content: &content,
                files: &repository.listing.files,
                settings: &self.settings,
                paths,
            });
            let statements = found.statements.into_iter();
            let claims = &repository.claims;
            let patterns: Vec<PatternId> = statements
                .map(|statement| claims.file(statement, dialect, found.handle_key, teams))
                .collect();
            let by_path = found.by_path.into_iter();
            by_path
                .map(|at| at.map(|at| patterns[at as usize]))
                .collect()
        };
        self.dialects.iter().map(of_dialect).collect()
    }

    /// Returns the patterns of the claims of ownership files on one path.
    pub fn on_path(
        &self,
        repository: &ResolvedRepository,
        teams: &Teams,
        path: &BStr,
        is_directory: bool,
    ) -> Vec<PatternId> {
        let listed = repository.listing.files.find(path);
        if let Some(file) = listed.filter(|_| repository.is_whole && !is_directory) {
            let own = repository.claims.patterns().len();
            let patterns = repository.resolved.group_of(file).patterns.iter();
            return patterns.copied().filter(|id| *id as usize >= own).collect();
        }
        let path = match is_directory && !path.is_empty() {
            true => join(path, b""),
            false => path.to_owned(),
        };
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(patterns) = known().get(&path) {
            return patterns.clone();
        }
        let found = self.on(repository, teams, &[BStr::new(&path)]);
        let mut patterns: Vec<PatternId> = found.into_iter().flatten().flatten().collect();
        patterns.sort_unstable();
        known().insert(path, patterns.clone());
        patterns
    }
}
