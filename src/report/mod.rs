//! What a run has to tell: findings that count, sorted, and how much is owned.

mod components;
mod holdings;
mod overview;
mod places;

use std::{borrow::Cow, path::PathBuf, sync::Arc};

use rayon::prelude::*;

use crate::{
    checks::{self, Check, Context},
    config::Map,
    finding::{Finding, Severity},
    resolution::Coverage,
};

pub use components::{ComponentReport, Guess};
pub use holdings::{Holding, Holdings, Part};
pub use overview::{DirectoryCoverage, Overview, RepositoryOverview, TeamShare};
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
    /// What a person calls it: one that the map gives no name is called like its directory.
    pub fn title(&self) -> Cow<'_, str> {
        match &*self.name {
            "." => self
                .root
                .file_name()
                .map_or(".".into(), |name| name.to_string_lossy()),
            name => name.into(),
        }
    }
}

impl<'c> Report<'c> {
    /// Runs all checks.
    pub fn new(context: &Context<'c>) -> Self {
        let mut findings: Vec<(usize, Finding)> = checks::ALL
            .par_iter()
            .enumerate()
            .flat_map_iter(|(order, check)| {
                (check.run)(context)
                    .into_iter()
                    .map(move |finding| (order, check, finding))
            })
            .filter_map(|(order, check, mut finding)| {
                let at = position(context, &finding);
                if !in_scope(context, at, check, &finding) {
                    return None;
                }
                let severity = context.severity(check, at)?;
                finding.severity = finding.at_most.map_or(severity, |most| severity.min(most));
                Some((order, finding))
            })
            .collect();
        findings.sort_by(|(a_order, a), (b_order, b)| {
            let key = |finding: &Finding| position(context, finding);
            (a_order, key(a), &a.path, &a.component, &a.place, &a.subject).cmp(&(
                b_order,
                key(b),
                &b.path,
                &b.component,
                &b.place,
                &b.subject,
            ))
        });
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
            findings: findings.into_iter().map(|(_, finding)| finding).collect(),
        }
    }

    /// How many findings weigh this much.
    pub fn count(&self, severity: Severity) -> usize {
        let findings = self.findings.iter();
        findings
            .filter(|finding| finding.severity == severity)
            .count()
    }

    /// What the heaviest finding weighs.
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }
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
