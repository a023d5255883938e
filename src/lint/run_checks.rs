//! What the checks find, weighed and sorted.

use std::cmp::Ordering;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{Selection, suppress::Suppressor};
use crate::{
    checks::{self, Check, Context, Scope, Used},
    finding::{Finding, Severity},
    resolution::Verdict,
};

/// What the selected checks find.
pub(super) struct CheckResults {
    /// Sorted.
    pub findings: Vec<Finding>,
    /// What the map says not to tell of it.
    pub suppressed: Vec<Finding>,
}

/// What the selected checks find, and what is dead of the suppressions that hide some of it.
pub(super) fn tell(context: &Context<'_>, selection: &Selection) -> CheckResults {
    let suppressions = &context.map.suppressions;
    let judge = |check: &Check| check.properties.judge.filter(|_| selection.holds(check));
    let judged = !suppressions.is_empty() && checks::ALL.iter().any(|it| judge(it).is_some());
    // Whether a suppression is dead is known only if all that it names was asked.
    let is_named = |check: &Check| {
        let mut names = suppressions.iter().flat_map(|it| &it.checks);
        judged && names.any(|name| name.value == check.name)
    };
    let mut found = gather(context, |check| selection.holds(check) || is_named(check));
    let mut suppressor = Suppressor::new(context);
    let mut suppressed = Vec::new();
    for (check, findings) in checks::ALL.iter().zip(&mut found) {
        let hidden = findings.extract_if(.., |finding| suppressor.hides(finding));
        if selection.holds(check) {
            suppressed.extend(hidden);
        } else {
            hidden.for_each(drop);
            findings.clear();
        }
    }
    if judged {
        let used = match context.scope {
            Scope::All => Some(suppressor.used),
            scope if scope.holds_map() => Some(used_anywhere(context, is_named)),
            _ => None,
        };
        for (check, findings) in checks::ALL.iter().zip(&mut found) {
            if let Some(judge) = judge(check) {
                *findings = weighed(context, check, judge(context, used.as_deref()));
            }
        }
    }
    let mut findings = Vec::with_capacity(found.iter().map(Vec::len).sum());
    findings.extend(found.into_iter().flatten());
    CheckResults {
        findings,
        suppressed,
    }
}

/// The findings about files without an owner, whatever the run is limited to.
pub fn unowned_anywhere(context: &Context<'_>) -> Vec<Finding> {
    let is_it = |check: &Check| check.properties.verdict == Some(Verdict::Unowned);
    findings(&context.within(&Scope::All), &Selection::default(), is_it)
}

/// What those of the selected checks find that are `wanted`, without what the map hides, sorted.
pub(super) fn findings(
    context: &Context<'_>,
    selection: &Selection,
    wanted: impl Fn(&Check) -> bool + Sync,
) -> Vec<Finding> {
    let mut suppressor = Suppressor::new(context);
    let found = gather(context, |check| selection.holds(check) && wanted(check));
    let found = found.into_iter().flatten();
    found.filter(|it| !suppressor.hides(it)).collect()
}

/// By check, then repository, path and place.
pub(super) fn sort(context: &Context<'_>, findings: &mut [Finding]) {
    let orders: FxHashMap<&str, usize> = checks::ALL
        .iter()
        .map(|check| check.name)
        .zip(0..)
        .collect();
    findings.sort_by(|a, b| {
        let by_check = orders.get(a.check).cmp(&orders.get(b.check));
        by_check.then_with(|| by_place(context, a, b))
    });
}

/// By repository, path and place.
fn by_place(context: &Context<'_>, a: &Finding, b: &Finding) -> Ordering {
    let repositories = context.position(a).cmp(&context.position(b));
    repositories.then_with(|| {
        (&a.path, &a.component, &a.place, &a.subject).cmp(&(
            &b.path,
            &b.component,
            &b.place,
            &b.subject,
        ))
    })
}

/// By check, in the order of all: what those that are `wanted` find.
fn gather(context: &Context<'_>, wanted: impl Fn(&Check) -> bool + Sync) -> Vec<Vec<Finding>> {
    let each = checks::ALL.par_iter().map(|check| match wanted(check) {
        true => weighed(context, check, (check.run)(context)),
        false => Vec::new(),
    });
    each.collect()
}

/// The findings of a check that are in the scope of the run, unless it is off: with their severity,
/// and sorted.
fn weighed(context: &Context<'_>, check: &Check, mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.retain_mut(|finding| {
        let severity = severity(context, check, finding);
        finding.severity = severity.unwrap_or(finding.severity);
        severity.is_some()
    });
    findings.sort_by(|a, b| by_place(context, a, b));
    findings
}

/// How severe a finding of a check is; nothing if it is out of scope, or its check off.
fn severity(context: &Context<'_>, check: &Check, finding: &Finding) -> Option<Severity> {
    let at = context.position(finding);
    if !check.properties.knows_scope && !in_scope(context, at, finding) {
        return None;
    }
    check.stated_severity(context, at).unwrap_or_else(|| {
        let most = finding.at_most.unwrap_or(check.severity);
        Some(check.severity.min(most))
    })
}

/// What the suppressions hide when everything is asked about.
fn used_anywhere(context: &Context<'_>, wanted: impl Fn(&Check) -> bool + Sync) -> Vec<Used> {
    let everything = context.within(&Scope::All);
    let mut suppressor = Suppressor::new(&everything);
    for finding in gather(&everything, wanted).iter().flatten() {
        suppressor.hides(finding);
    }
    suppressor.used
}

/// Whether the user asked about what a finding is about, in the repository at a position.
pub(super) fn in_scope(context: &Context<'_>, at: Option<usize>, finding: &Finding) -> bool {
    match (at, &finding.path) {
        (Some(at), Some(path)) => {
            let path = if *path == "." { b"".as_slice() } else { path };
            context.scope.holds(at, path.into())
        }
        // What is said of a repository as a whole, or of the map.
        (at, _) => {
            let holds_all = at.is_some_and(|at| context.scope.holds(at, b"".into()));
            holds_all || context.scope.holds_map()
        }
    }
}
