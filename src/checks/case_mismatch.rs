use super::{Check, Context, near::Near};
use crate::{
    finding::{Finding, Help, Severity},
    text::quoted,
};

pub(super) const CHECK: Check = Check {
    name: "case-mismatch",
    severity: Severity::Warning,
    summary: "A pattern matches nothing, only because of letter case.",
    explanation: "\
Paths are compared byte by byte, as git has them, also on systems whose own file names don't tell \
`README` and `readme` apart. So a rule or exemption that is spelled in another letter case than the \
files claims none of them.

Write the pattern as the files are called. It is then not told as dead-rule or dead-exemption too.",
    example: "\
rules:
  - paths: [modules/OpenStack/]       # matches nothing: write `modules/openstack/`
    owner: cloud-services",
    knows_scope: false,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    context
        .dead_entries()
        .filter_map(|(entry, near)| {
            let (near @ Near::LetterCase(_), pattern) = near.zip(entry.pattern())? else {
                return None;
            };
            let message = format!(
                "pattern {} matches nothing, only because of letter case",
                quoted(entry.text())
            );
            Some(Finding {
                label: "in another letter case than the files".to_owned(),
                help: Some(Help::Say(near.help(pattern))),
                ..entry.finding(context, CHECK.name, message)
            })
        })
        .collect()
}
