//! What a run has to tell: findings that count, sorted, and how much is owned.

mod areas;
mod baseline;
mod change;
mod components;
mod gather;
mod holdings;
mod overview;
mod places;
mod selection;
mod suppress;

use std::{
    borrow::Cow,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    checks::{Context, Scope},
    config::Map,
    finding::{Finding, Severity},
    resolution::{Coverage, ResolvedRepository},
};
use gather::tell;

pub use baseline::{Baseline, BaselineError, Comparison, Entry};
pub use change::ChangeReport;
pub use components::{ComponentReport, Guess};
pub use gather::unowned_anywhere;
pub use holdings::{Holding, Holdings, Part};
pub use overview::{DirectoryCoverage, Overview, RepositoryOverview, TeamShare};
pub use places::Places;
pub(crate) use places::relative;
pub use selection::Selection;

/// Everything that outputs write.
#[derive(Debug)]
pub struct Report<'c> {
    /// The map that was used.
    pub map: &'c Map,
    /// How much of what was asked about is owned, by repository, in the order of the map.
    pub repositories: Vec<RepositoryReport>,
    /// By check, then repository, path and place.
    pub findings: Vec<Finding>,
    /// The findings that the map says not to tell.
    pub suppressed: Vec<Finding>,
    /// What came of a baseline, if there is one.
    pub baseline: Option<Comparison>,
    /// What the change that is judged does, where one is.
    pub change: Option<ChangeReport>,
}

/// How much of one repository is owned.
#[derive(Debug)]
pub struct RepositoryReport {
    /// Its name in the map.
    pub name: Arc<str>,
    /// Where it is checked out.
    pub root: PathBuf,
    /// The figures.
    pub coverage: Coverage,
}

impl RepositoryReport {
    /// Of the repositories that are asked about.
    fn all(context: &Context<'_>) -> Vec<Self> {
        let scope = context.scope;
        let asked = context.repositories().filter(|(at, _)| scope.touches(*at));
        let of = |(at, repository): (usize, &ResolvedRepository)| Self {
            name: Arc::clone(&repository.name),
            root: repository.root.clone(),
            coverage: match scope {
                Scope::All => repository.coverage(|_| true),
                _ => repository.coverage(|path| scope.holds(at, path)),
            },
        };
        asked.map(of).collect()
    }

    /// What a person calls it.
    pub fn title(&self) -> Cow<'_, str> {
        title(&self.name, &self.root)
    }
}

/// What a person calls a repository: one that the map gives no name is called like its directory.
pub fn title<'r>(name: &'r str, root: &'r Path) -> Cow<'r, str> {
    match name {
        "." => root
            .file_name()
            .map_or(".".into(), |name| name.to_string_lossy()),
        name => name.into(),
    }
}

impl<'c> Report<'c> {
    /// Runs all checks.
    pub fn new(context: &Context<'c>) -> Self {
        Self::of(context, &Selection::default())
    }

    /// Runs the checks that are selected.
    pub fn of(context: &Context<'c>, selection: &Selection) -> Self {
        let (repositories, told) = rayon::join(
            || RepositoryReport::all(context),
            || tell(context, selection),
        );
        Self {
            map: context.map,
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
        judged: impl Fn(&Entry) -> bool,
    ) {
        self.baseline = Some(baseline.mark(&mut self.findings, unowned, judged));
        if !shown {
            self.findings.retain(|finding| !finding.is_known);
        }
    }

    /// How many new findings weigh this much.
    pub fn count(&self, severity: Severity) -> usize {
        self.counting()
            .filter(|finding| finding.severity == severity)
            .count()
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
        let files = |count: fn(&Coverage) -> u64| {
            let repositories = self.repositories.iter();
            repositories.map(|it| count(&it.coverage)).sum()
        };
        (files(Coverage::covered), files(Coverage::total))
    }
}
