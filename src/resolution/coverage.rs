use std::collections::BTreeMap;

use bstr::BStr;
use serde::Serialize;

use super::{ResolvedRepository, VerdictCounts};
use crate::{config::TeamId, inventory::State};

/// How much of a repository, or of a part of it, is owned, and by which teams.
#[derive(Debug, Clone, Default)]
pub struct Coverage {
    /// The number of files by verdict.
    pub files: VerdictCounts,
    /// The number of files by owner: a file with two owners counts for both.
    pub teams: BTreeMap<TeamId, u64>,
    /// The coverage of listed components by kind.
    pub kinds: BTreeMap<&'static str, KindCoverage>,
}

/// The number of components of one kind, as in the JSON of `check`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct KindCoverage {
    /// All components of the kind.
    pub total: u64,
    /// Those that declare an owner that is a team in the map.
    pub declared: u64,
    /// Those with each verdict.
    #[serde(flatten)]
    pub verdicts: VerdictCounts,
}

impl Coverage {
    /// Counts the files of a repository that are `wanted`, and the components with such a file.
    pub fn new(repository: &ResolvedRepository, wanted: impl Fn(&BStr) -> bool) -> Self {
        let (resolved, files) = (&repository.resolved, &repository.listing.files);
        let mut coverage = Self::default();
        let groups = resolved.groups();
        let mut counts = vec![0; groups.len()];
        for (at, file) in files.iter().enumerate() {
            counts[resolved.group_id_of(at) as usize] += u64::from(wanted(file.path));
        }
        for (group, files) in groups.iter().zip(counts).filter(|(_, files)| *files > 0) {
            coverage.files.add(group.resolution.verdict, files);
            for team in &group.resolution.owners {
                *coverage.teams.entry(*team).or_default() += files;
            }
        }
        let components = repository.components.iter().zip(0..);
        for (component, id) in components.filter(|(component, _)| component.is_listed) {
            if !component.files(files).any(|at| wanted(files.get(at).path)) {
                continue;
            }
            let kind = coverage.kinds.entry(component.kind).or_default();
            kind.total += 1;
            if let Some(verdict) = resolved.verdict_of(id) {
                kind.verdicts.add(verdict, 1);
            }
            kind.declared += u64::from(repository.state_of(id) == State::Declared);
        }
        coverage
    }
}
