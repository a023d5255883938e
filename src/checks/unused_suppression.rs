use std::sync::Arc;

use super::{
    Check, Context, Properties, Used, is_about_change,
    removal::{remove, remove_item},
    respell::respell,
    unmatched_alternative::without_alternatives,
};
use crate::{
    advice::Advice,
    config::{Suppression, list_of},
    finding::{Finding, Severity},
    pattern::Pattern,
    text::{Place, joined, printable, quoted},
};

pub(super) const CHECK: Check = Check {
    name: "unused-suppression",
    severity: Severity::Warning,
    summary: "A suppression does not hide any findings, or has expired.",
    what: "If no part of the suppression hides a finding, the whole suppression is reported. \
Otherwise, only its unused patterns, selectors, checks and alternatives in braces are reported. \
`until` is the last day on which a suppression applies. A pattern hides a finding about a \
directory only if the pattern covers the whole directory. An unused suppression of `owner-changed` \
is not reported until it expires, because other changes may need it.",
    why: "The suppressed problem probably no longer exists. If the suppression stays in the map, \
it may silently hide new findings.",
    impact: "The suppression may silently hide new findings.",
    fix: "\
If an expired suppression is still needed, set a new `until` date and update the reason. If a \
suppression does not match the intended findings, correct it. Otherwise, remove it.",
    example: "\
suppressions:
  - check: unowned-path
    paths: [modules/quarry/]          # has an owner now
    reason: the owner is not known yet",
    properties: Properties {
        check_suppressions: Some(check_all),
        ..Properties::USUAL
    },
    run: |_| Vec::new(),
};

/// Returns findings about suppressions that have ended or are not `used`. If `used` is `None`, only
/// those that have ended are reported.
fn check_all(context: &Context<'_>, used: Option<&[Used]>) -> Vec<Finding> {
    let suppressions = context.map.suppressions.iter().enumerate();
    suppressions
        .flat_map(|(at, suppression)| {
            if let Some(ended) = ended(context, suppression) {
                return vec![ended];
            }
            // One for all repositories may hide findings in a repository that is not checked, and one of a check of
            // changes may hide findings of another change.
            let mut checks = suppression.checks.iter();
            let is_known = (suppression.repository.is_some() || !context.map.is_narrowed())
                && !checks.any(|check| is_about_change(check.value));
            let used = used.filter(|_| is_known);
            used.map_or(Vec::new(), |used| unused(context, suppression, &used[at]))
        })
        .collect()
}

fn ended(context: &Context<'_>, suppression: &Suppression) -> Option<Finding> {
    let until = suppression.until.as_ref()?;
    if !suppression.has_ended(context.today) {
        return None;
    }
    let message = format!(
        "the suppression of {} expired on {} (\"{}\")",
        checks(suppression),
        until.value,
        printable(&suppression.reason)
    );
    let advice = vec![
        Advice::edit("remove the suppression", remove(&suppression.place)),
        Advice::in_words("set a new `until` date"),
    ];
    Some(finding(context, suppression, &until.place, message, advice))
}

fn unused(context: &Context<'_>, suppression: &Suppression, used: &Used) -> Vec<Finding> {
    let Some(first) = suppression.checks.first() else {
        return Vec::new();
    };
    let what = checks(suppression);
    if !used.checks.contains(&true) {
        let message = format!("the suppression of {what} does not hide any findings");
        let advice = advice(context, suppression);
        return vec![finding(context, suppression, &first.place, message, advice)];
    }
    let checks = suppression.checks.iter().zip(&used.checks);
    let checks = checks.filter(|(_, used)| !**used);
    let all = suppression.checks.len();
    let checks = checks.map(|(check, _)| {
        let removal = remove_item(("check", all), 0, &suppression.place, &check.place);
        (vec![check.value.to_owned()], &check.place, removal)
    });
    let [paths, components] = [suppression.paths.len(), suppression.components.len()];
    // Removes a path or selector, or the unused alternatives in its braces.
    let removal = |text: &str, parts: &[String], place: &Place, list, others| match parts {
        [part] if part == text => remove_item(list, others, &suppression.place, place),
        parts => respell(place, Some(text), &without_alternatives(text, parts)?),
    };
    let of_paths = suppression.paths.iter().zip(&used.paths);
    let of_paths = of_paths.map(|(path, used)| {
        let one = |one: &Arc<Pattern>| one.text().to_string();
        let split = || path.value.split().iter().map(one).collect();
        let text = path.value.text();
        let parts = unused_parts(text, &path.value, used, split);
        let list = list_of(&suppression.paths, &path.value);
        let others = paths + components - list.1;
        let removal = removal(text, &parts, &path.place, list, others);
        (parts, &path.place, removal)
    });
    let of_components = suppression.components.iter().zip(&used.components);
    let of_components = of_components.map(|(selector, used)| {
        let value = &selector.value;
        let split = || value.split().into_iter().map(|one| one.text).collect();
        let parts = unused_parts(&value.text, &value.name, used, split);
        let list = ("components", components);
        let removal = removal(&value.text, &parts, &selector.place, list, paths);
        (parts, &selector.place, removal)
    });
    checks
        .chain(of_paths)
        .chain(of_components)
        .filter(|(parts, ..)| !parts.is_empty())
        .map(|(parts, place, removal)| {
            let (verb, these) = match parts.len() {
                1 => ("does", "this part"),
                _ => ("do", "these parts"),
            };
            let message = format!(
                "{} in the suppression of {what} {verb} not hide any findings",
                joined(parts.iter().map(quoted), " and ")
            );
            let advice = vec![
                Advice::edit(format!("remove {these}"), removal),
                Advice::in_words(format!("correct {these}")),
            ];
            Finding {
                // The same string may be in several suppressions.
                subject: format!("{} in {}", parts.join(" "), about_used(suppression, used)),
                ..finding(context, suppression, place, message, advice)
            }
        })
        .collect()
}

/// Returns the parts of a path or selector that hide no findings: all of it, or the alternatives in its braces that
/// have no wildcards. `split` returns the alternatives.
fn unused_parts(
    text: &str,
    pattern: &Pattern,
    used: &[bool],
    split: impl Fn() -> Vec<String>,
) -> Vec<String> {
    if !used.contains(&true) {
        return vec![text.to_owned()];
    }
    let alternatives = pattern.alternatives().iter().zip(used);
    let is_unused: Vec<bool> = alternatives
        .map(|(one, used)| !used && one.is_literal())
        .collect();
    if !is_unused.contains(&true) {
        return Vec::new();
    }
    let split = split().into_iter().zip(is_unused);
    split
        .filter_map(|(text, is_unused)| is_unused.then_some(text))
        .collect()
}

fn finding(
    context: &Context<'_>,
    suppression: &Suppression,
    place: &Place,
    message: String,
    advice: Vec<Advice>,
) -> Finding {
    Finding {
        repository: context.name_of(suppression.repository),
        subject: about(suppression),
        label: "unused".to_owned(),
        advice,
        ..CHECK.finding(place.clone(), message)
    }
}

fn advice(context: &Context<'_>, suppression: &Suppression) -> Vec<Advice> {
    let is_off = |name: &str| {
        let check = super::by_name(name);
        check.is_some_and(|check| !check.is_on(context, suppression.repository))
    };
    let removal = remove(&suppression.place);
    if suppression.checks.iter().all(|check| is_off(check.value)) {
        let text = "remove the suppression: it applies only to checks that are off";
        vec![Advice::edit(text, removal)]
    } else {
        vec![
            Advice::edit("remove the suppression", removal),
            Advice::in_words("correct its paths or components"),
        ]
    }
}

fn checks(suppression: &Suppression) -> String {
    let checks = suppression.checks.iter().map(|check| quoted(check.value));
    checks.collect::<Vec<_>>().join(", ")
}

/// Describes what a suppression is about, independent of the order in the map.
fn about(suppression: &Suppression) -> String {
    let checks = suppression.checks.iter().map(|check| check.value);
    let paths = suppression.paths.iter().map(|path| &**path.value.text());
    let components = suppression.components.iter();
    let components = components.map(|one| one.value.text.as_str());
    in_order(checks.chain(paths).chain(components))
}

/// Describes the parts of a suppression that are used. They remain when a finding about another part is fixed.
fn about_used(suppression: &Suppression, used: &Used) -> String {
    let checks = suppression.checks.iter().zip(&used.checks);
    let checks = checks.filter_map(|(check, used)| used.then_some(check.value));
    let is_used = |used: &[bool]| !used.contains(&false);
    let paths = suppression.paths.iter().zip(&used.paths);
    let paths = paths.filter(|(_, used)| is_used(used));
    let paths = paths.map(|(path, _)| &**path.value.text());
    let components = suppression.components.iter().zip(&used.components);
    let components = components.filter(|(_, used)| is_used(used));
    let components = components.map(|(one, _)| one.value.text.as_str());
    in_order(checks.chain(paths).chain(components))
}

fn in_order<'w>(words: impl Iterator<Item = &'w str>) -> String {
    let mut words: Vec<&str> = words.collect();
    words.sort_unstable();
    words.join(", ")
}
