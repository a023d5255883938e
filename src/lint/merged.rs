//! Merges findings that are one finding with several places, or that are about most files in a directory.

use rustc_hash::FxHashMap;

use crate::{
    advice::{Advice, Change},
    checks::{self, Check, Context, RollUp},
    finding::{Finding, Related},
    text::{count, quoted},
};

/// Merges the sorted findings of a check that are one finding. Suppressions and the scope apply to each of them, so they
/// come first.
pub(super) fn merge(context: &Context<'_>, check: &Check, findings: Vec<Finding>) -> Vec<Finding> {
    match check.properties.roll_up {
        _ if check.properties.one_finding => by_subject(findings),
        Some(roll_up) => by_repository(context, roll_up, findings),
        None => findings,
    }
}

/// Replaces many of the sorted findings of each check by fewer.
pub(super) fn summarize(context: &Context<'_>, findings: Vec<Finding>) -> Vec<Finding> {
    let mut summarized = Vec::with_capacity(findings.len());
    for of_check in split(findings, |it| it.check) {
        let first = of_check.first();
        let check = first.and_then(|first| checks::by_name(first.check));
        summarized.extend(match check.and_then(|it| it.properties.summarize) {
            Some(summarize) => by_repository(context, summarize, of_check),
            None => of_check,
        });
    }
    summarized
}

/// Replaces findings in each repository.
fn by_repository(context: &Context<'_>, roll_up: RollUp, findings: Vec<Finding>) -> Vec<Finding> {
    let of_each = split(findings, |it| it.repository.clone());
    of_each.flat_map(|it| roll_up(context, it)).collect()
}

/// Splits findings where the key changes.
fn split<K: PartialEq>(
    findings: Vec<Finding>,
    key: impl Fn(&Finding) -> K,
) -> impl Iterator<Item = Vec<Finding>> {
    let mut rest = findings.into_iter().peekable();
    std::iter::from_fn(move || {
        let first = rest.next()?;
        let wanted = key(&first);
        let mut of_one = vec![first];
        while let Some(next) = rest.next_if(|it| key(it) == wanted) {
            of_one.push(next);
        }
        Some(of_one)
    })
}

/// Merges the findings that have the same subject in the same repository.
fn by_subject(findings: Vec<Finding>) -> Vec<Finding> {
    let mut groups: Vec<Vec<Finding>> = Vec::new();
    let mut known = FxHashMap::default();
    for finding in findings {
        let key = (finding.repository.clone(), finding.subject.clone());
        let at = *known.entry(key).or_insert(groups.len());
        match groups.get_mut(at) {
            Some(group) => group.push(finding),
            None => groups.push(vec![finding]),
        }
    }
    groups.into_iter().filter_map(merged).collect()
}

/// Returns the finding about all places of a group: the most severe one, with the places of the others.
fn merged(mut group: Vec<Finding>) -> Option<Finding> {
    let most = group.iter().map(|finding| finding.severity).max()?;
    let first = group.iter().position(|finding| finding.severity == most)?;
    let mut main = group.remove(first);
    main.is_about_path = false;
    main.is_about_component = false;
    if group.is_empty() {
        return Some(main);
    }
    main.message += &format!(" ({})", count(group.len() + 1, "place"));
    for other in group {
        let component = other.component.as_ref().map(quoted).unwrap_or_default();
        if main.component != other.component {
            main.component = None;
        }
        main.related.push(Related::new(other.place, component));
        add_edits(&mut main.advice, other.advice);
    }
    Some(main)
}

/// Adds the edits for another place to the first advice. Without an edit for each place, a person has to make the
/// change.
fn add_edits(advice: &mut [Advice], other: Vec<Advice>) {
    let Some(first) = advice.first_mut() else {
        return;
    };
    let Some(Change::Edit(fix)) = &mut first.change else {
        return;
    };
    match other.into_iter().next().and_then(|other| other.change) {
        Some(Change::Edit(other)) => fix.edits.extend(other.edits),
        _ => {
            first.change = None;
            first.is_certain = false;
        }
    }
}
