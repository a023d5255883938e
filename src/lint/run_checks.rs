//! Runs checks, sets the severities of the findings and sorts them.

use std::cmp::Ordering;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{Selection, merged::merge, suppress::Suppressor};
use crate::{
    checks::{self, Check, Context, Scope, Used},
    finding::{Finding, Severity},
    resolution::Verdict,
    transfer::OwnershipChange,
};

/// The findings of the selected checks.
pub(super) struct CheckResults {
    /// The reported findings, sorted.
    pub findings: Vec<Finding>,
    /// The findings that the map suppresses.
    pub suppressed: Vec<Finding>,
    /// The findings that do not matter yet.
    pub held_back: Vec<Finding>,
}

/// Runs the selected checks, then those that check the suppressions.
pub(super) fn run(context: &Context<'_>, selection: &Selection) -> CheckResults {
    let suppressions = &context.map.suppressions;
    let suppression_check = |check: &Check| {
        check
            .properties
            .check_suppressions
            .filter(|_| selection.holds(check))
    };
    let judged =
        !suppressions.is_empty() && checks::ALL.iter().any(|it| suppression_check(it).is_some());
    // To know whether a suppression is used, all checks that it names must run.
    let is_named = |check: &Check| {
        let mut names = suppressions.iter().flat_map(|it| &it.checks);
        judged && names.any(|name| name.value == check.name)
    };
    let mut found = run_all(context, |check| selection.holds(check) || is_named(check));
    let mut suppressor = Suppressor::new(context);
    let mut suppressed = Vec::new();
    let mut held_back = Vec::new();
    for (check, findings) in checks::ALL.iter().zip(&mut found) {
        held_back.extend(findings.extract_if(.., |finding| finding.is_held_back));
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
            if let Some(suppression_check) = suppression_check(check) {
                *findings =
                    in_scope_sorted(context, check, suppression_check(context, used.as_deref()));
            }
        }
    }
    let mut findings = Vec::with_capacity(found.iter().map(Vec::len).sum());
    for (check, found) in checks::ALL.iter().zip(found) {
        findings.extend(merge(context, check, found));
    }
    CheckResults {
        findings,
        suppressed,
        held_back,
    }
}

/// Returns the findings about files without an owner, even outside the scope of the run.
pub fn unowned_anywhere(context: &Context<'_>) -> Vec<Finding> {
    let is_it = |check: &Check| check.properties.verdict == Some(Verdict::Unowned);
    findings(&context.within(&Scope::All), &Selection::default(), is_it)
}

/// Runs the selected checks that are `wanted`, and returns their findings sorted, without suppressed
/// ones.
pub(super) fn findings(
    context: &Context<'_>,
    selection: &Selection,
    wanted: impl Fn(&Check) -> bool + Sync,
) -> Vec<Finding> {
    let mut suppressor = Suppressor::new(context);
    let found = run_all(context, |check| selection.holds(check) && wanted(check));
    let found = checks::ALL.iter().zip(found);
    let found = found.flat_map(|(check, mut found)| {
        found.retain(|it| !it.is_held_back && !suppressor.hides(it));
        merge(context, check, found)
    });
    found.collect()
}

/// Returns whether a selected check uses what a change does, and is on anywhere.
pub fn looks_at_change(context: &Context<'_>, selection: &Selection) -> bool {
    let repositories = context.repositories().map(|(at, _)| Some(at));
    let places: Vec<Option<usize>> = repositories.chain([None]).collect();
    let mut checks = checks::ALL.iter().filter(|check| selection.holds(check));
    checks.any(|check| {
        let properties = &check.properties;
        (properties.check_change.is_some() || properties.is_error_if_introduced)
            && places.iter().any(|place| check.is_on(context, *place))
    })
}

/// Returns the findings of the selected checks about a change, and those that the map suppresses.
pub(super) fn of_change(
    context: &Context<'_>,
    selection: &Selection,
    change: &OwnershipChange<'_>,
) -> CheckResults {
    let mut suppressor = Suppressor::new(context);
    let checks = checks::ALL.iter().filter(|check| selection.holds(check));
    let found = checks.filter_map(|check| {
        let findings = (check.properties.check_change?)(context, change);
        Some(in_scope_sorted(context, check, findings))
    });
    let (suppressed, findings) = found.flatten().partition(|it| suppressor.hides(it));
    CheckResults {
        findings,
        suppressed,
        held_back: Vec::new(),
    }
}

/// Sorts findings by check, repository, path and place.
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

/// Compares findings by repository, path and place.
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

/// Runs the checks that are `wanted`. Returns a list for each check, in the order of all checks.
fn run_all(context: &Context<'_>, wanted: impl Fn(&Check) -> bool + Sync) -> Vec<Vec<Finding>> {
    let each = checks::ALL.par_iter().map(|check| match wanted(check) {
        true => in_scope_sorted(context, check, (check.run)(context)),
        false => Vec::new(),
    });
    each.collect()
}

/// Keeps the findings that are in the scope, unless the check is off, then sets their severity and sorts
/// them.
fn in_scope_sorted(
    context: &Context<'_>,
    check: &Check,
    mut findings: Vec<Finding>,
) -> Vec<Finding> {
    findings.retain_mut(|finding| {
        let severity = severity(context, check, finding);
        finding.severity = severity.unwrap_or(finding.severity);
        severity.is_some()
    });
    findings.sort_by(|a, b| by_place(context, a, b));
    findings
}

/// Returns the severity of a finding; `None` if it is out of scope, or if its check is off.
fn severity(context: &Context<'_>, check: &Check, finding: &Finding) -> Option<Severity> {
    let at = context.position(finding);
    if !check.properties.knows_scope && !in_scope(context, at, finding) {
        return None;
    }
    check.stated_severity(context, at).unwrap_or_else(|| {
        if check.properties.is_opt_in {
            return None;
        }
        let most = check.default_severity(context.map);
        let usual = finding.at_most.map_or(most, |at_most| at_most.min(most));
        Some(finding.at_least.map_or(usual, |least| least.max(usual)))
    })
}

/// Returns which suppressions are used if the scope contains everything.
fn used_anywhere(context: &Context<'_>, wanted: impl Fn(&Check) -> bool + Sync) -> Vec<Used> {
    let everything = context.within(&Scope::All);
    let mut suppressor = Suppressor::new(&everything);
    let found = run_all(&everything, wanted);
    for finding in found.iter().flatten().filter(|it| !it.is_held_back) {
        suppressor.hides(finding);
    }
    suppressor.used
}

/// Returns whether a finding in the repository at a position is in the scope.
pub(super) fn in_scope(context: &Context<'_>, at: Option<usize>, finding: &Finding) -> bool {
    match (at, &finding.path) {
        (Some(at), Some(path)) => {
            let path = if *path == "." { b"".as_slice() } else { path };
            context.scope.holds(at, path.into())
        }
        // A finding about a whole repository, or about the map.
        (at, _) => {
            let holds_all = at.is_some_and(|at| context.scope.holds(at, b"".into()));
            holds_all || context.scope.holds_map()
        }
    }
}
