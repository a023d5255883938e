//! What a run has to tell: findings that count, sorted, and how much is owned.

mod areas;
mod baseline;
mod change;
mod components;
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

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::{
    checks::{
        self, Check, Context, Scope, UNOWNED_PATH,
        dead_suppression::{self, Used},
    },
    config::Map,
    finding::{Finding, Severity},
    resolution::Coverage,
};
use suppress::Suppressor;

pub use baseline::{Baseline, BaselineError, Comparison, Entry};
pub use change::ChangeReport;
pub use components::{ComponentReport, Guess};
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
    /// How many findings the map says not to tell.
    pub suppressed: usize,
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
        let suppressions = &context.map.suppressions;
        let judged = selection.holds(&dead_suppression::CHECK) && !suppressions.is_empty();
        // Whether a suppression is dead is known only if all that it names was asked.
        let is_named = |check: &Check| {
            let mut names = suppressions.iter().flat_map(|it| &it.checks);
            judged && names.any(|name| name.value == check.name)
        };
        let mut findings = gather(context, |check| selection.holds(check) || is_named(check));
        let mut suppressor = Suppressor::new(context);
        let mut suppressed = 0;
        findings.retain(|(order, finding)| {
            let is_hidden = suppressor.hides(finding);
            let is_selected = selection.holds(checks::ALL[*order]);
            suppressed += usize::from(is_hidden && is_selected);
            !is_hidden && is_selected
        });
        if judged {
            let used = match context.scope {
                Scope::All => Some(suppressor.used),
                scope if scope.holds_map() => Some(used_anywhere(context, is_named)),
                _ => None,
            };
            let dead = dead_suppression::find(context, used.as_deref());
            let is_it = |check: &&Check| check.name == dead_suppression::CHECK.name;
            let order = checks::ALL.iter().position(is_it).unwrap_or_default();
            findings.extend(dead.into_iter().filter_map(|it| weigh(context, order, it)));
        }
        let mut findings: Vec<Finding> = findings.into_iter().map(|(_, finding)| finding).collect();
        sort(context, &mut findings);
        let scope = context.scope;
        let repositories = context
            .repositories()
            .filter(|(at, _)| scope.touches(*at))
            .map(|(at, repository)| RepositoryReport {
                name: Arc::clone(&repository.name),
                root: repository.root.clone(),
                coverage: match scope {
                    Scope::All => repository.coverage(|_| true),
                    _ => repository.coverage(|path| scope.holds(at, path)),
                },
            });
        Self {
            map: context.map,
            repositories: repositories.collect(),
            findings,
            suppressed,
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
        findings.filter(|finding| !finding.is_known && !finding.is_old)
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

/// The findings about files without an owner, whatever the run is limited to.
pub fn unowned_anywhere(context: &Context<'_>) -> Vec<Finding> {
    let is_it = |check: &Check| check.name == UNOWNED_PATH.name;
    findings(&context.within(&Scope::All), &Selection::default(), is_it)
}

/// What those of the selected checks find that are `wanted`, without what the map hides, sorted.
fn findings(
    context: &Context<'_>,
    selection: &Selection,
    wanted: impl Fn(&Check) -> bool + Sync,
) -> Vec<Finding> {
    let mut suppressor = Suppressor::new(context);
    let found = gather(context, |check| selection.holds(check) && wanted(check));
    let found = found.into_iter().map(|(_, finding)| finding);
    let mut findings: Vec<Finding> = found.filter(|it| !suppressor.hides(it)).collect();
    sort(context, &mut findings);
    findings
}

/// By check, then repository, path and place.
fn sort(context: &Context<'_>, findings: &mut [Finding]) {
    let orders: FxHashMap<&str, usize> = checks::ALL
        .iter()
        .map(|check| check.name)
        .zip(0..)
        .collect();
    let place = |finding: &Finding| (orders.get(finding.check), position(context, finding));
    findings.sort_by(|a, b| {
        (place(a), &a.path, &a.component, &a.place, &a.subject).cmp(&(
            place(b),
            &b.path,
            &b.component,
            &b.place,
            &b.subject,
        ))
    });
}

/// What the checks that are `wanted` find in the scope of the run, unless they are off; each with the
/// position of its check.
fn gather(context: &Context<'_>, wanted: impl Fn(&Check) -> bool + Sync) -> Vec<(usize, Finding)> {
    checks::ALL
        .par_iter()
        .enumerate()
        .filter(|(_, check)| wanted(check))
        .flat_map_iter(|(order, check)| {
            let findings = (check.run)(context).into_iter();
            findings.filter_map(move |finding| weigh(context, order, finding))
        })
        .collect()
}

/// The finding of a check with what it weighs; nothing if it is out of scope, or its check off.
fn weigh(context: &Context<'_>, order: usize, mut finding: Finding) -> Option<(usize, Finding)> {
    let check = checks::ALL[order];
    let at = position(context, &finding);
    if !in_scope(context, at, check, &finding) {
        return None;
    }
    finding.severity = match context.stated_severity(check, at) {
        Some(stated) => stated?,
        None => finding
            .at_most
            .map_or(check.severity, |most| check.severity.min(most)),
    };
    Some((order, finding))
}

/// What the suppressions hide when everything is asked about.
fn used_anywhere(context: &Context<'_>, wanted: impl Fn(&Check) -> bool + Sync) -> Vec<Used> {
    let everything = context.within(&Scope::All);
    let mut suppressor = Suppressor::new(&everything);
    for (_, finding) in gather(&everything, wanted) {
        suppressor.hides(&finding);
    }
    suppressor.used
}

fn position(context: &Context<'_>, finding: &Finding) -> Option<usize> {
    let name = finding.repository.as_ref()?;
    context
        .repositories
        .iter()
        .position(|repository| repository.name == *name)
}

fn in_scope(context: &Context<'_>, at: Option<usize>, check: &Check, finding: &Finding) -> bool {
    if check.knows_scope {
        return true;
    }
    match (at, &finding.path) {
        (Some(at), Some(path)) => {
            let path = if *path == "." { b"".as_slice() } else { path };
            context.scope.holds(at, path.into())
        }
        _ => context.scope.holds_map(),
    }
}
