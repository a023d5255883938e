use std::collections::BTreeMap;

use bstr::BStr;

use super::{Resolved, Verdict};
use crate::{
    claims::Heard,
    config::TeamId,
    inventory::{Component, Files},
};

/// How much of a repository, or of a part of it, is owned, and by whom.
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

impl KindCoverage {
    /// Components with this verdict.
    pub fn count(&self, verdict: Verdict) -> u64 {
        self.verdicts.get(&verdict).copied().unwrap_or_default()
    }

    /// Components that are owned or need no owner.
    pub fn covered(&self) -> u64 {
        self.count(Verdict::Owned) + self.count(Verdict::Exempt)
    }
}

impl Coverage {
    /// Counts those `files` of a resolved repository that are `asked` for, and the components with
    /// such a file.
    pub fn new(
        resolved: &Resolved,
        files: &Files,
        components: &[Component],
        heard: &[Heard],
        asked: impl Fn(&BStr) -> bool,
    ) -> Self {
        let mut coverage = Self::default();
        let groups = resolved.groups();
        let mut counts = vec![0; groups.len()];
        for (at, file) in files.iter().enumerate() {
            counts[resolved.group_id_of(at) as usize] += u64::from(asked(file.path));
        }
        for (group, files) in groups.iter().zip(counts).filter(|(_, files)| *files > 0) {
            *coverage.files.entry(group.resolution.verdict).or_default() += files;
            for team in &group.resolution.owners {
                *coverage.teams.entry(*team).or_default() += files;
            }
        }
        for ((component, heard), id) in components.iter().zip(heard).zip(0..) {
            if !component.files(files).any(|at| asked(files.get(at).path)) {
                continue;
            }
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

    /// Files that are owned or need no owner.
    pub fn covered(&self) -> u64 {
        self.files(Verdict::Owned) + self.files(Verdict::Exempt)
    }

    /// All files.
    pub fn total(&self) -> u64 {
        self.files.values().sum()
    }
}
