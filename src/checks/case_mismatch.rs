use super::{
    Check, Context, Properties, near::Miss, unmatched_alternative::UnmatchedAlternative,
    unmatched_rule::of_path,
};
use crate::{
    finding::{Finding, Severity},
    text::quoted,
};

pub(super) const CHECK: Check = Check {
    name: "case-mismatch",
    severity: Severity::Warning,
    summary: "A pattern matches no files because its letter case differs from that of the files.",
    what: "Paths are compared byte by byte, as in git, even if the file system ignores case. If a \
pattern has braces, each alternative is checked separately, as in the `unmatched-rule` check. \
Patterns that this check reports are not reported again by `unmatched-rule` or \
`unmatched-exemption`.",
    why: "\
The pattern does not match the intended files. On a case-insensitive file system, the mistake is \
easy to miss.",
    impact: "The pattern does not match the intended files.",
    fix: "Change the pattern to use the same letter case as the file names.",
    example: "\
rules:
  - paths: [modules/OpenStack/]       # matches no files: write `modules/openstack/`
    owner: cloud-services",
    properties: Properties::UNMATCHED,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let why = " because the letter case differs";
    let in_braces = UnmatchedAlternative::findings(context, &CHECK, why, |_, near| {
        near.is_some_and(|near| near.miss == Miss::LetterCase)
    });
    context
        .unmatched_entries()
        .filter_map(|(entry, near)| {
            let near = near.filter(|near| near.miss == Miss::LetterCase)?;
            let pattern = entry.pattern()?;
            let message = format!("pattern {} matches no files{why}", quoted(entry.text()));
            Some(Finding {
                label: "wrong letter case".to_owned(),
                message,
                ..of_path(context, &CHECK, entry, pattern, Some(near))
            })
        })
        .chain(in_braces)
        .collect()
}
