//! Merges findings that are one finding with several places, or that are about most files in a directory.

use rustc_hash::FxHashMap;

use crate::{
    advice::{Advice, Change},
    checks::{Check, Context},
    finding::{Finding, Related},
    text::{count, quoted},
};

/// Merges the sorted findings of a check that are one finding. Suppressions and the scope apply to each of them, so they
/// come first.
pub(super) fn merge(context: &Context<'_>, check: &Check, findings: Vec<Finding>) -> Vec<Finding> {
    match check.properties.roll_up {
        _ if check.properties.one_finding => by_subject(findings),
        Some(roll_up) => {
            let mut rolled_up = Vec::with_capacity(findings.len());
            let mut of_one = findings;
            while let Some(first) = of_one.first() {
                let others = of_one
                    .iter()
                    .position(|it| it.repository != first.repository);
                let rest = of_one.split_off(others.unwrap_or(of_one.len()));
                rolled_up.extend(roll_up(context, of_one));
                of_one = rest;
            }
            rolled_up
        }
        None => findings,
    }
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
