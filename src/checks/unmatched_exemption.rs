use super::{Check, Context, Properties, unmatched_rule};
use crate::finding::{Finding, Severity};

pub(super) const CHECK: Check = Check {
    name: "unmatched-exemption",
    severity: Severity::Warning,
    summary: "A pattern in an exemption matches no files.",
    what: "\
An expired exemption is reported by `expired-exemption` instead. If a pattern has braces, each \
alternative is checked separately, as in the `unmatched-rule` check.",
    why: "\
The exempt files were probably moved or removed. If the exemption stays in the map, it silently \
exempts files that are added at this path later.",
    impact: "The exemption would silently apply to files that are added later.",
    fix: "If the files were moved, correct the pattern. Otherwise, remove it.",
    example: "\
exemptions:
  - paths: [doc/generated/]           # is no longer in the repository
    reason: generated",
    properties: Properties::UNMATCHED,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    unmatched_rule::findings(context, &CHECK, |entry| !entry.is_of_rule())
}
