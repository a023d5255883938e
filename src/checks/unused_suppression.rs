use super::{Check, Context, Properties, Used};
use crate::{
    config::Suppression,
    finding::{Finding, Severity},
    text::{Place, printable, quoted},
};

pub(super) const CHECK: Check = Check {
    name: "unused-suppression",
    severity: Severity::Warning,
    summary: "A suppression hides nothing, or has ended.",
    what: "\
Reported is the whole entry, or the one path, component or check of it that hides nothing. `until` is \
the last day on which a suppression holds. A finding about a directory is hidden by what covers all \
of the directory.",
    why: "\
What it was written for is mended or gone. Left in the map, it will silently hide whatever comes to \
that place next.",
    fix: "Take it out, correct it, or give one that has ended a new date and a reason that still holds.",
    example: "\
suppressions:
  - check: unowned-path
    paths: [modules/quarry/]          # has an owner by now
    reason: its owner is being looked for",
    properties: Properties {
        judge: Some(judge),
        ..Properties::USUAL
    },
    run: |_| Vec::new(),
};

/// The suppressions of the map, of which so much is `used`, that are dead. Of what is not known to be
/// used or not, only the end is told.
fn judge(context: &Context<'_>, used: Option<&[Used]>) -> Vec<Finding> {
    let suppressions = context.map.suppressions.iter().enumerate();
    suppressions
        .flat_map(|(at, suppression)| {
            if let Some(ended) = ended(context, suppression) {
                return vec![ended];
            }
            used.map_or(Vec::new(), |used| dead(context, suppression, &used[at]))
        })
        .collect()
}

fn ended(context: &Context<'_>, suppression: &Suppression) -> Option<Finding> {
    let until = suppression.until.as_ref()?;
    if !suppression.has_ended(context.today) {
        return None;
    }
    let message = format!(
        "the suppression of {} ended on {} (\"{}\")",
        checks(suppression),
        until.value,
        printable(&suppression.reason)
    );
    let help = "take it out, or give it a new date";
    Some(finding(context, suppression, &until.place, message, help))
}

fn dead(context: &Context<'_>, suppression: &Suppression, used: &Used) -> Vec<Finding> {
    let Some(first) = suppression.checks.first() else {
        return Vec::new();
    };
    let what = checks(suppression);
    if !used.checks.contains(&true) {
        let message = format!("the suppression of {what} hides nothing");
        let help = help(context, suppression);
        return vec![finding(context, suppression, &first.place, message, help)];
    }
    let used = used
        .checks
        .iter()
        .chain(&used.paths)
        .chain(&used.components);
    let unused = parts(suppression).zip(used).filter(|(_, used)| !**used);
    unused
        .map(|((text, place), _)| {
            let message = format!(
                "{} in the suppression of {what} hides nothing",
                quoted(text)
            );
            let help = "take it out, or correct it";
            Finding {
                // The same word may stand in several.
                subject: format!("{text} in {}", about(suppression)),
                ..finding(context, suppression, place, message, help)
            }
        })
        .collect()
}

fn finding(
    context: &Context<'_>,
    suppression: &Suppression,
    place: &Place,
    message: String,
    help: &str,
) -> Finding {
    Finding {
        repository: context.name_of(suppression.repository),
        subject: about(suppression),
        label: "hides nothing".to_owned(),
        help: Some(help.to_owned()),
        ..CHECK.finding(place.clone(), message)
    }
}

fn help(context: &Context<'_>, suppression: &Suppression) -> &'static str {
    let is_off = |name: &str| {
        let check = super::by_name(name);
        check.is_some_and(|check| !check.is_on(context, suppression.repository))
    };
    if suppression.checks.iter().all(|check| is_off(check.value)) {
        "take it out: the check is off"
    } else {
        "take it out, or correct what it is about"
    }
}

fn checks(suppression: &Suppression) -> String {
    let checks = suppression.checks.iter().map(|check| quoted(check.value));
    checks.collect::<Vec<_>>().join(", ")
}

/// What it is about, in no order of the map.
fn about(suppression: &Suppression) -> String {
    let mut words: Vec<&str> = parts(suppression).map(|(text, _)| text).collect();
    words.sort_unstable();
    words.join(", ")
}

/// The checks, paths and components that a suppression names, each with its place.
fn parts(suppression: &Suppression) -> impl Iterator<Item = (&str, &Place)> {
    let checks = suppression.checks.iter();
    let paths = suppression.paths.iter();
    let components = suppression.components.iter();
    checks
        .map(|check| (check.value, &check.place))
        .chain(paths.map(|path| (&**path.value.text(), &path.place)))
        .chain(components.map(|one| (one.value.text.as_str(), &one.place)))
}
