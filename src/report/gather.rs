//! What the checks find, weighed and sorted.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{Selection, suppress::Suppressor};
use crate::{
    checks::{self, Check, Context, Scope, UNOWNED_PATH, dead_suppression::Used},
    finding::Finding,
};
/// The findings about files without an owner, whatever the run is limited to.
pub fn unowned_anywhere(context: &Context<'_>) -> Vec<Finding> {
    let is_it = |check: &Check| check.name == UNOWNED_PATH.name;
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
    let found = found.into_iter().map(|(_, finding)| finding);
    let mut findings: Vec<Finding> = found.filter(|it| !suppressor.hides(it)).collect();
    sort(context, &mut findings);
    findings
}

/// By check, then repository, path and place.
pub(super) fn sort(context: &Context<'_>, findings: &mut [Finding]) {
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
pub(super) fn gather(
    context: &Context<'_>,
    wanted: impl Fn(&Check) -> bool + Sync,
) -> Vec<(usize, Finding)> {
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
pub(super) fn weigh(
    context: &Context<'_>,
    order: usize,
    mut finding: Finding,
) -> Option<(usize, Finding)> {
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
pub(super) fn used_anywhere(
    context: &Context<'_>,
    wanted: impl Fn(&Check) -> bool + Sync,
) -> Vec<Used> {
    let everything = context.within(&Scope::All);
    let mut suppressor = Suppressor::new(&everything);
    for (_, finding) in gather(&everything, wanted) {
        suppressor.hides(&finding);
    }
    suppressor.used
}

pub(super) fn position(context: &Context<'_>, finding: &Finding) -> Option<usize> {
    let name = finding.repository.as_ref()?;
    context
        .repositories
        .iter()
        .position(|repository| repository.name == *name)
}

pub(super) fn in_scope(
    context: &Context<'_>,
    at: Option<usize>,
    check: &Check,
    finding: &Finding,
) -> bool {
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
