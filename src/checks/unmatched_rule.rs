use super::{
    Check, Context, KnownComponent, Properties, case_mismatch,
    map_entry::{EntryTarget, MapEntry},
    missing_globstar,
    near::{Miss, Near, anywhere},
    respell::respell,
    unmatched_alternative::UnmatchedAlternative,
};
use crate::{
    advice::Advice,
    claims::Origin,
    config::{Selector, TeamId},
    finding::{Finding, Severity},
    pattern::{Pattern, SPECIAL},
    resolution::Verdict,
    text::{MAX_SUGGESTIONS, did_you_mean, quoted},
    whatif::NewClaim,
};

pub(super) const CHECK: Check = Check {
    name: "unmatched-rule",
    severity: Severity::Warning,
    summary: "A pattern or selector in a rule matches no files or components.",
    what: "Patterns start at the repository root and are case-sensitive. A rule for all \
repositories is reported only if no repository has a match. If a pattern has braces, as in \
`modules/{kafka,zookeeper}/` or `helm-chart:{kask,echo}`, each alternative must match at least one \
file or component. Alternatives that expand to patterns with wildcards, as in `*.{yaml,yml}`, do \
not all have to match: one match is enough. With `--since` or `--staged`, a finding that the change \
introduces is an `error`, and says how many files lose their owner because of the change.",
    why: "\
The files were probably moved or deleted, or the pattern is misspelled. Readers of the map may \
wrongly assume that the files have an owner.",
    impact: "People may assume that the files have an owner.",
    fix: "If the files or components still exist, correct the pattern or selector. Otherwise, \
remove it. If the pattern would match files deeper in the directory tree, the finding suggests \
adding the path of the directory that contains all these files. If the files are in several \
directories, the finding suggests adding the prefix `**/`. ownlint does not suggest a pattern that \
would cause other findings, or that would match exempt files or files of another team. ownlint \
looks for suggestions only for the first 100 patterns that would match files deeper in the \
directory tree or that differ only in case. If only the letter case differs, `case-mismatch` \
reports the pattern instead.",
    example: "\
rules:
  - paths: [files/dashboards/]        # matches no files: write `site/files/dashboards/`
    owner: observability",
    properties: Properties::UNMATCHED,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    findings(context, &CHECK, |entry| entry.is_of_rule())
}

/// Returns the findings about unmatched entries that belong to a check and that no other check reports.
pub(super) fn findings(
    context: &Context<'_>,
    check: &Check,
    is_about: impl Fn(&MapEntry<'_>) -> bool,
) -> Vec<Finding> {
    let is_reported = |entry: &MapEntry<'_>, near: Option<&Near>| {
        is_about(entry) && !is_reported_elsewhere(context, entry, near)
    };
    let in_braces = UnmatchedAlternative::findings(context, check, "", is_reported);
    let mut suggestions = 0..MAX_SUGGESTIONS;
    context
        .unmatched_entries()
        .filter(|(entry, near)| is_reported(entry, *near))
        .map(|(entry, near)| match entry.target {
            EntryTarget::Path(pattern) => of_path(context, check, entry, pattern, near),
            EntryTarget::Selector(selector) => {
                let near = suggestions.next();
                let near = near.and_then(|_| near_component(context, entry, selector));
                of_selector(context, check, entry, near)
            }
        })
        .chain(in_braces)
        .collect()
}

/// Returns the finding of a check about a pattern that matches no files.
pub(super) fn of_path(
    context: &Context<'_>,
    check: &Check,
    entry: &MapEntry<'_>,
    pattern: &Pattern,
    near: Option<&Near>,
) -> Finding {
    let what = match entry.is_of_rule() {
        true => "pattern",
        false => "exemption",
    };
    let message = format!("{what} {} matches no files", quoted(entry.text()));
    let replace = |new: &str| respell(entry.place, Some(entry.text()), new);
    let advice = match near.and_then(|near| near.advice(pattern, replace)) {
        Some(advice) => vec![advice],
        None => correct_or_remove(context, entry, what),
    };
    Finding {
        label: "matches no files".to_owned(),
        advice,
        ..entry.finding(context, check, message)
    }
}

/// Returns the advice if nothing similar exists.
fn correct_or_remove(context: &Context<'_>, entry: &MapEntry<'_>, what: &str) -> Vec<Advice> {
    vec![
        Advice::in_words(format!("correct the {what}")),
        Advice::edit("remove it", entry.removal(context.map)),
    ]
}

fn of_selector(
    context: &Context<'_>,
    check: &Check,
    entry: &MapEntry<'_>,
    near: Option<NearSelector>,
) -> Finding {
    let message = format!("selector {} matches no components", quoted(entry.text()));
    let replace = |near: &str| respell(entry.place, Some(entry.text()), near);
    let advice = match near {
        Some(NearSelector::Named(near)) => {
            let is_free =
                |near: &&str| !near.contains(SPECIAL) && is_uncontested(context, entry, near);
            let name = Some(&*near).filter(is_free);
            let text = did_you_mean(Some(near.as_str())).unwrap_or_default();
            vec![Advice::certain(text, name.and_then(replace))]
        }
        Some(NearSelector::AtAnyDepth(near, example)) => {
            let (new, example) = (quoted(&near), quoted(example));
            let text = format!("write {new} to match names at any depth, such as {example}");
            vec![Advice::edit(text, replace(&near))]
        }
        None => correct_or_remove(context, entry, "selector"),
    };
    Finding {
        label: "matches no components".to_owned(),
        advice,
        ..entry.finding(context, check, message)
    }
}

/// Returns whether another check reports an unmatched entry more precisely.
fn is_reported_elsewhere(context: &Context<'_>, entry: &MapEntry<'_>, near: Option<&Near>) -> bool {
    let check = match near.map(|near| near.miss) {
        Some(Miss::LetterCase) => &case_mismatch::CHECK,
        Some(Miss::Deeper) if missing_globstar::lacks_globstar(entry) => &missing_globstar::CHECK,
        _ => return false,
    };
    check.is_on(context, entry.repository)
}

/// The selector that was probably intended.
enum NearSelector {
    /// A single component.
    Named(String),
    /// The same glob after `**/`, and a component that it selects.
    AtAnyDepth(String, String),
}

/// Returns the selector that was probably intended. It does not take a component that another team owns.
fn near_component(
    context: &Context<'_>,
    entry: &MapEntry<'_>,
    selector: &Selector,
) -> Option<NearSelector> {
    let (_, name) = selector.text.split_once(':')?;
    let of_kind = || {
        let components = context.components();
        components.filter(|of| entry.applies_in(of.at) && of.component.kind == selector.kind)
    };
    let is_unowned = |of: &KnownComponent<'_>| of.repository.verdict_of(of.id) == Verdict::Unowned;
    let names = of_kind().filter(is_unowned);
    let names = names.map(|of| of.component.name.as_str());
    if let Some(near) = crate::text::closest(name, names) {
        return Some(NearSelector::Named(format!("{}:{near}", selector.kind)));
    }
    let deeper = anywhere(name);
    let pattern = selector.name.parse_like(&deeper).ok()?;
    let mut matching =
        of_kind().filter(|of| pattern.matches(of.component.name.as_bytes().into(), false));
    let first = matching.next()?;
    let are_free = is_unowned(&first) && matching.all(|of| is_unowned(&of));
    let new = format!("{}:{deeper}", selector.kind);
    are_free.then(|| NearSelector::AtAnyDepth(new, first.component.id()))
}

/// Returns whether the rule of an entry could select a component without conflicts.
fn is_uncontested(context: &Context<'_>, entry: &MapEntry<'_>, selector: &str) -> bool {
    let Origin::Rule(rule) = entry.subject.origin else {
        return true;
    };
    let rule = &context.map.rules[rule];
    let priority = rule.priority.as_ref().map_or(0, |it| it.value);
    let owners: Vec<TeamId> = rule.owners.iter().map(|owner| owner.value).collect();
    let mut components = context.components();
    !components.any(|of| {
        entry.applies_in(of.at) && of.component.id() == selector && {
            let new = NewClaim {
                patterns: &Context::patterns_of(of.component),
                owners: &owners,
                replaced: &[],
            };
            context.what_if[of.at].rival(&new, priority).is_some()
        }
    })
}
