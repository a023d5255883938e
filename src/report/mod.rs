//! What a run has to tell: findings that count, sorted, and how much is owned.

mod change;
mod places;

use std::{path::PathBuf, sync::Arc};

use rayon::prelude::*;

use crate::{
    checks::{self, Check, Context},
    config::Map,
    finding::{Finding, Severity},
    resolution::Coverage,
};

pub use change::ChangeReport;
pub use places::Places;

/// Everything that outputs write.
#[derive(Debug)]
pub struct Report<'c> {
    /// The map that was used.
    pub map: &'c Map,
    /// How much of what was asked about is owned, by repository, in the order of the map.
    pub repositories: Vec<RepositoryReport>,
    /// By check, then repository, path and place.
    pub findings: Vec<Finding>,
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

impl<'c> Report<'c> {
    /// Runs all checks.
    pub fn new(context: &Context<'c>) -> Self {
        let scope = context.scope;
        let repositories = context
            .repositories()
            .filter(|(at, _)| scope.touches(*at))
            .map(|(at, repository)| RepositoryReport {
                name: Arc::clone(&repository.name),
                root: repository.root.clone(),
                coverage: repository.coverage(|path| scope.holds(at, path)),
            });
        Self {
            map: context.map,
            repositories: repositories.collect(),
            findings: findings(context, checks::ALL),
            change: None,
        }
    }

    /// How many findings weigh this much, without old ones.
    pub fn count(&self, severity: Severity) -> usize {
        self.counting()
            .filter(|finding| finding.severity == severity)
            .count()
    }

    /// What the heaviest finding weighs, without old ones.
    pub fn worst(&self) -> Option<Severity> {
        self.counting().map(|finding| finding.severity).max()
    }

    fn counting(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| !finding.is_old)
    }
}

/// What some checks find, sorted.
fn findings(context: &Context<'_>, checks: &[&Check]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = checks
        .par_iter()
        .flat_map_iter(|check| {
            (check.run)(context)
                .into_iter()
                .map(move |finding| (check, finding))
        })
        .filter_map(|(check, mut finding)| {
            let at = position(context, &finding);
            if !in_scope(context, at, check, &finding) {
                return None;
            }
            let severity = context.severity(check, at)?;
            finding.severity = finding.at_most.map_or(severity, |most| severity.min(most));
            Some(finding)
        })
        .collect();
    sort(context, &mut findings);
    findings
}

/// By check, then repository, path and place.
fn sort(context: &Context<'_>, findings: &mut [Finding]) {
    let order = |finding: &Finding| {
        let same = |check: &&Check| check.name == finding.check;
        checks::ALL.iter().position(same)
    };
    let place = |finding: &Finding| (order(finding), position(context, finding));
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
