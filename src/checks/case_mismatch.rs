use super::{
    Check, Context, Properties, near::Near, unmatched_path::UnmatchedPath, unmatched_rule::of_path,
};
use crate::{
    finding::{Finding, Severity},
    text::quoted,
};

pub(super) const CHECK: Check = Check {
    name: "case-mismatch",
    severity: Severity::Warning,
    summary: "A pattern matches nothing, only because of letter case.",
    what: "\
Paths are compared byte by byte, as git has them, also on systems whose own file names don't tell \
`README` and `readme` apart. Of braces, each path counts, as in unmatched-rule. What is told here is not \
told as unmatched-rule or unmatched-exemption too.",
    why: "\
The pattern claims none of the files it was written for, and on the author's own machine nothing \
shows it.",
    fix: "\
Write the pattern as the files are called.",
    example: "\
rules:
  - paths: [modules/OpenStack/]       # matches nothing: write `modules/openstack/`
    owner: cloud-services",
    properties: Properties::USUAL,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let why = ", only because of letter case";
    let in_braces = UnmatchedPath::findings(context, &CHECK, why, |_, near| {
        matches!(near, Some(Near::LetterCase(_)))
    });
    context
        .dead_entries()
        .filter_map(|(entry, near)| {
            let (near @ Near::LetterCase(_), pattern) = near.zip(entry.pattern())? else {
                return None;
            };
            let message = format!("pattern {} matches nothing{why}", quoted(entry.text()));
            Some(Finding {
                label: "in another letter case than the files".to_owned(),
                message,
                ..of_path(context, &CHECK, entry, pattern, Some(near))
            })
        })
        .chain(in_braces)
        .collect()
}
