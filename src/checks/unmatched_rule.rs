use super::{
    Check, Context, Properties, case_mismatch,
    map_entry::{EntryTarget, MapEntry},
    missing_globstar,
    near::Near,
    respell::respell,
    unmatched_path::UnmatchedPath,
};
use crate::{
    config::Selector,
    finding::{Finding, Severity},
    pattern::Pattern,
    text::{MAX_SUGGESTIONS, did_you_mean, quoted},
};

/// What makes a selector more than a name.
const META: [char; 7] = ['*', '?', '[', ']', '{', '}', '\\'];

pub(super) const CHECK: Check = Check {
    name: "unmatched-rule",
    severity: Severity::Warning,
    summary: "A path or selector of a rule matches nothing.",
    what: "\
Patterns begin at the root of the repository and are case-sensitive. A rule for all repositories \
is dead if it matches in none. Of braces, as in `modules/{kafka,zookeeper}/`, each path that they \
write out to counts, unless it has wildcards: `*.{yaml,yml}` may well match only one of the two.",
    why: "\
What it was written for has moved, has gone, or was never spelled like that, and whoever reads the \
map believes that it is owned.",
    fix: "\
Correct the pattern, or take it out. The finding says if `**/` in front would match. Where letter case \
is all that is wrong, the finding is case-mismatch.",
    example: "\
rules:
  - paths: [files/dashboards/]        # matches nothing: write `**/files/dashboards/`
    owner: observability",
    properties: Properties::USUAL,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    findings(context, &CHECK, |entry| entry.is_of_rule())
}

/// What is dead of the entries that a check is about, and what no other check tells.
pub(super) fn findings(
    context: &Context<'_>,
    check: &Check,
    is_about: impl Fn(&MapEntry<'_>) -> bool,
) -> Vec<Finding> {
    let is_told = |entry: &MapEntry<'_>, near: Option<&Near>| {
        is_about(entry) && !is_told_elsewhere(context, entry, near)
    };
    let in_braces = UnmatchedPath::findings(context, check, "", is_told);
    let mut suggestions = 0..MAX_SUGGESTIONS;
    context
        .dead_entries()
        .filter(|(entry, near)| is_told(entry, *near))
        .map(|(entry, near)| match entry.says {
            EntryTarget::Path(pattern) => of_path(context, check, entry, pattern, near),
            EntryTarget::Selector(selector) => {
                let near = suggestions.next();
                let near = near.and_then(|_| near_component(context, entry.repository, selector));
                of_selector(context, check, entry, near.as_deref())
            }
        })
        .chain(in_braces)
        .collect()
}

/// What a check says of a pattern that matches nothing.
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
    let message = format!("{what} {} matches nothing", quoted(entry.text()));
    Finding {
        label: "matches nothing".to_owned(),
        help: near.map(|near| near.help(pattern)),
        fix: near.and_then(|near| near.fix(entry)),
        ..entry.finding(context, check, message)
    }
}

fn of_selector(
    context: &Context<'_>,
    check: &Check,
    entry: &MapEntry<'_>,
    near: Option<&str>,
) -> Finding {
    let message = format!("selector {} names no component", quoted(entry.text()));
    let is_name = |near: &&str| !near.contains(META);
    let fix = near.filter(is_name);
    Finding {
        label: "names nothing".to_owned(),
        help: did_you_mean(near),
        fix: fix.and_then(|near| respell(entry.place, Some(entry.text()), near)),
        ..entry.finding(context, check, message)
    }
}

/// Whether a check that knows why an entry is dead tells of it.
fn is_told_elsewhere(context: &Context<'_>, entry: &MapEntry<'_>, near: Option<&Near>) -> bool {
    let check = match near {
        Some(Near::LetterCase(_)) => &case_mismatch::CHECK,
        Some(Near::Deeper(_)) if missing_globstar::is_habit(entry) => &missing_globstar::CHECK,
        _ => return false,
    };
    check.is_on(context, entry.repository)
}

/// The selector that was most likely meant.
fn near_component(
    context: &Context<'_>,
    repository: Option<usize>,
    selector: &Selector,
) -> Option<String> {
    let (_, name) = selector.text.split_once(':')?;
    let names = context
        .repositories()
        .filter(|(at, _)| repository.is_none_or(|only| only == *at))
        .flat_map(|(_, repository)| &repository.components)
        .filter(|component| component.kind == selector.kind)
        .map(|component| component.name.as_str());
    let near = crate::text::closest(name, names)?;
    Some(format!("{}:{near}", selector.kind))
}
