use super::{Baseline, BaselineEntry, ChangeReport, Comparison, Selection, run_checks::tell};
use crate::{
    checks::{Context, Scope},
    coverage::RepositoryCoverage,
    finding::{Finding, Severity},
    resolution::VerdictCounts,
};

/// Everything that outputs write.
#[derive(Debug)]
pub struct Report {
    /// How much of what was asked about is owned, by repository, in the order of the map.
    pub repositories: Vec<RepositoryCoverage>,
    /// By check, then repository, path and place.
    pub findings: Vec<Finding>,
    /// The findings that the map says not to tell.
    pub suppressed: Vec<Finding>,
    /// What came of a baseline, if there is one.
    pub baseline: Option<Comparison>,
    /// What the change that is judged does, where one is.
    pub change: Option<ChangeReport>,
}

impl Report {
    /// Runs the checks that are selected.
    pub fn of(context: &Context<'_>, selection: &Selection) -> Self {
        let (repositories, told) = rayon::join(|| covered(context), || tell(context, selection));
        Self {
            repositories,
            findings: told.findings,
            suppressed: told.suppressed,
            baseline: None,
            change: None,
        }
    }

    /// Takes out the findings that a baseline knows, or marks them where they are to be `shown`. An
    /// entry that nothing is found for is stale if what was looked for, as `judged`, includes it. What
    /// is `unowned` anywhere has to be told where the report is about a part.
    pub fn compare(
        &mut self,
        baseline: &Baseline,
        unowned: Option<&[Finding]>,
        shown: bool,
        judged: impl Fn(&BaselineEntry) -> bool,
    ) {
        self.baseline = Some(baseline.mark(&mut self.findings, unowned, judged));
        if !shown {
            self.findings.retain(|finding| !finding.is_baselined);
        }
    }

    /// How many new findings weigh this much.
    pub fn count(&self, severity: Severity) -> usize {
        self.counting()
            .filter(|finding| finding.severity == severity)
            .count()
    }

    /// How many new findings weigh how much, the heaviest first; of what there is.
    pub fn counts(&self) -> impl Iterator<Item = (Severity, usize)> {
        let counts = Severity::ALL.map(|severity| (severity, self.count(severity)));
        counts.into_iter().filter(|(_, count)| *count > 0)
    }

    /// What the heaviest new finding weighs.
    pub fn worst(&self) -> Option<Severity> {
        self.counting().map(|finding| finding.severity).max()
    }

    /// The findings that count: those that are neither known to a baseline nor older than the change.
    pub fn counting(&self) -> impl Iterator<Item = &Finding> {
        let findings = self.findings.iter();
        findings.filter(|finding| finding.counts())
    }

    /// How many files are owned or exempt, and how many there are.
    pub fn covered(&self) -> (u64, u64) {
        let files = |count: fn(&VerdictCounts) -> u64| {
            let repositories = self.repositories.iter();
            repositories.map(|it| count(&it.coverage.files)).sum()
        };
        (files(VerdictCounts::covered), files(VerdictCounts::total))
    }
}

/// How much of what is in the scope of the run is owned, by repository.
fn covered(context: &Context<'_>) -> Vec<RepositoryCoverage> {
    let scope = context.scope;
    let touched = context.repositories().filter(|(at, _)| scope.touches(*at));
    let coverage = |(at, repository)| match scope {
        Scope::All => RepositoryCoverage::new(repository, |_| true),
        _ => RepositoryCoverage::new(repository, |path| scope.holds(at, path)),
    };
    touched.map(coverage).collect()
}
