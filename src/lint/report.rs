use super::{
    Baseline, BaselineEntry, ChangeReport, Comparison, NotChecked, Selection, merged::summarize,
    run_checks::run,
};
use crate::{
    checks::{Context, Scope},
    coverage::RepositoryCoverage,
    finding::{Finding, Severity},
    resolution::VerdictCounts,
};

/// The results of a run, as input for outputs.
#[derive(Debug)]
pub struct Report {
    /// The coverage of the selected paths, by repository, in the order of the map.
    pub repositories: Vec<RepositoryCoverage>,
    /// The findings, sorted by check, repository, path and place.
    pub findings: Vec<Finding>,
    /// The findings that the map suppresses.
    pub suppressed: Vec<Finding>,
    /// The comparison with a baseline, if there is one.
    pub baseline: Option<Comparison>,
    /// The effects of the change, if the run is about one.
    pub change: Option<ChangeReport>,
    /// What is not checked, if the run is about some of the repositories in the map.
    pub not_checked: Option<NotChecked>,
}

impl Report {
    /// Runs the selected checks.
    pub fn of(context: &Context<'_>, selection: &Selection) -> Self {
        let (repositories, results) = rayon::join(|| covered(context), || run(context, selection));
        Self {
            repositories,
            findings: results.findings,
            suppressed: results.suppressed,
            baseline: None,
            change: None,
            not_checked: NotChecked::of(context),
        }
    }

    /// A report on errors because of which no check ran.
    pub fn without_checks(findings: Vec<Finding>) -> Self {
        Self {
            repositories: Vec::new(),
            findings,
            suppressed: Vec::new(),
            baseline: None,
            change: None,
            not_checked: None,
        }
    }

    /// Whether the checks ran.
    pub fn has_checks(&self) -> bool {
        !self.repositories.is_empty()
    }

    /// Removes the findings that are in a baseline, or only marks them if they are `shown`. An entry
    /// without a finding is resolved if `judged` returns `true`: then this run could have found it. If
    /// the report is limited to a part, `unowned` must contain the findings without an owner anywhere.
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

    /// Replaces many findings of a check by fewer, unless the report is about a change or about some paths.
    pub fn summarize(&mut self, context: &Context<'_>) {
        if self.change.is_none() && matches!(context.scope, Scope::All) {
            self.findings = summarize(context, std::mem::take(&mut self.findings));
        }
    }

    /// Returns how many of the findings that count have a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.counting()
            .filter(|finding| finding.severity == severity)
            .count()
    }

    /// Returns the severities of the findings that count with their numbers, most severe first. Severities
    /// without findings are omitted.
    pub fn counts(&self) -> impl Iterator<Item = (Severity, usize)> {
        let counts = Severity::ALL.map(|severity| (severity, self.count(severity)));
        counts.into_iter().filter(|(_, count)| *count > 0)
    }

    /// Returns the highest severity of the findings that count.
    pub fn worst(&self) -> Option<Severity> {
        self.counting().map(|finding| finding.severity).max()
    }

    /// Returns the findings that count: those that are neither baselined nor pre-existing.
    pub fn counting(&self) -> impl Iterator<Item = &Finding> {
        let findings = self.findings.iter();
        findings.filter(|finding| finding.counts())
    }

    /// Returns how many files are owned or exempt, and how many there are.
    pub fn covered(&self) -> (u64, u64) {
        let files = |count: fn(&VerdictCounts) -> u64| {
            let repositories = self.repositories.iter();
            repositories.map(|it| count(&it.coverage.files)).sum()
        };
        (files(VerdictCounts::covered), files(VerdictCounts::total))
    }
}

/// Returns the coverage of the paths in the scope, by repository.
fn covered(context: &Context<'_>) -> Vec<RepositoryCoverage> {
    let scope = context.scope;
    let touched = context.repositories().filter(|(at, _)| scope.touches(*at));
    let coverage = |(at, repository)| match scope {
        Scope::All => RepositoryCoverage::new(repository, |_| true),
        _ => RepositoryCoverage::new(repository, |path| scope.holds(at, path)),
    };
    touched.map(coverage).collect()
}
