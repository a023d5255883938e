use std::collections::BTreeMap;

use super::{Resolved, Verdict};
use crate::{claims::Heard, config::TeamId, inventory::Component};

/// How much of a repository is owned, and by whom.
#[derive(Debug, Clone, Default)]
pub struct Coverage {
    /// Files by verdict.
    pub files: BTreeMap<Verdict, u64>,
    /// Files by primary owner and further owners: a file of two teams counts for both.
    pub teams: BTreeMap<TeamId, u64>,
    /// Components by kind.
    pub kinds: BTreeMap<&'static str, KindCoverage>,
}

/// How many components of one kind there are.
#[derive(Debug, Clone, Default)]
pub struct KindCoverage {
    /// All.
    pub total: u64,
    /// By verdict.
    pub verdicts: BTreeMap<Verdict, u64>,
    /// How many declare an owner that is a team of the map.
    pub declared: u64,
}

impl Coverage {
    /// Counts a resolved repository.
    pub fn new(resolved: &Resolved, components: &[Component], heard: &[Heard]) -> Self {
        let mut coverage = Self::default();
        for group in resolved.groups() {
            *coverage.files.entry(group.resolution.verdict).or_default() += group.files;
            for team in &group.resolution.owners {
                *coverage.teams.entry(*team).or_default() += group.files;
            }
        }
        for ((component, heard), id) in components.iter().zip(heard).zip(0..) {
            let kind = coverage.kinds.entry(component.kind).or_default();
            kind.total += 1;
            if let Some(verdict) = resolved.verdict_of(id) {
                *kind.verdicts.entry(verdict).or_default() += 1;
            }
            kind.declared += u64::from(!heard.owners.is_empty());
        }
        coverage
    }

    /// Files with this verdict.
    pub fn files(&self, verdict: Verdict) -> u64 {
        self.files.get(&verdict).copied().unwrap_or_default()
    }

    /// All files.
    pub fn total(&self) -> u64 {
        self.files.values().sum()
    }
}
