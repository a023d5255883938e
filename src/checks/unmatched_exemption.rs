use super::{Check, Context, Properties, unmatched_rule};
use crate::finding::{Finding, Severity};

pub(super) const CHECK: Check = Check {
    name: "unmatched-exemption",
    severity: Severity::Warning,
    summary: "A path of an exemption matches nothing.",
    what: "\
An exemption that has expired is told as expired-exemption instead. Of braces, each path counts, as in \
unmatched-rule.",
    why: "\
What was exempt has gone or moved. Left in the map, the exemption will silently cover whatever \
comes to that path next.",
    fix: "Take it out, or correct the pattern.",
    example: "\
exemptions:
  - paths: [doc/generated/]           # is no longer in the repository
    reason: generated",
    properties: Properties::USUAL,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    unmatched_rule::findings(context, &CHECK, |entry| !entry.is_of_rule())
}
