use serde::Serialize;

use super::Verdict;

/// How many files or components there are of each verdict, as every JSON has it.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct VerdictCounts {
    conflicting: u64,
    exempt: u64,
    owned: u64,
    unowned: u64,
}

impl VerdictCounts {
    /// Counts some more.
    pub fn add(&mut self, verdict: Verdict, number: u64) {
        *match verdict {
            Verdict::Exempt => &mut self.exempt,
            Verdict::Owned => &mut self.owned,
            Verdict::Unowned => &mut self.unowned,
            Verdict::Conflicting => &mut self.conflicting,
        } += number;
    }

    /// Those with this verdict.
    pub fn of(&self, verdict: Verdict) -> u64 {
        match verdict {
            Verdict::Exempt => self.exempt,
            Verdict::Owned => self.owned,
            Verdict::Unowned => self.unowned,
            Verdict::Conflicting => self.conflicting,
        }
    }

    /// Those that are owned or need no owner.
    pub fn covered(&self) -> u64 {
        self.owned + self.exempt
    }

    /// All.
    pub fn total(&self) -> u64 {
        self.covered() + self.unowned + self.conflicting
    }
}
