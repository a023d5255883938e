use serde::Serialize;

use super::Verdict;

/// The number of files or components by verdict, as in every JSON.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct VerdictCounts {
    conflicting: u64,
    exempt: u64,
    owned: u64,
    unowned: u64,
}

impl VerdictCounts {
    /// Adds to the number of one verdict.
    pub fn add(&mut self, verdict: Verdict, number: u64) {
        *match verdict {
            Verdict::Exempt => &mut self.exempt,
            Verdict::Owned => &mut self.owned,
            Verdict::Unowned => &mut self.unowned,
            Verdict::Conflicting => &mut self.conflicting,
        } += number;
    }

    /// Returns the number with this verdict.
    pub fn of(&self, verdict: Verdict) -> u64 {
        match verdict {
            Verdict::Exempt => self.exempt,
            Verdict::Owned => self.owned,
            Verdict::Unowned => self.unowned,
            Verdict::Conflicting => self.conflicting,
        }
    }

    /// Returns the number of owned and exempt ones.
    pub fn covered(&self) -> u64 {
        self.owned + self.exempt
    }

    /// Returns the total.
    pub fn total(&self) -> u64 {
        self.covered() + self.unowned + self.conflicting
    }
}
