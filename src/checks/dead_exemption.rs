use super::{Check, Context, Properties, dead_path::DeadPath, dead_rule::is_told_elsewhere};
use crate::{
    finding::{Finding, Help, Severity},
    text::quoted,
};

pub(super) const CHECK: Check = Check {
    name: "dead-exemption",
    severity: Severity::Warning,
    summary: "A path of an exemption matches nothing.",
    what: "\
An exemption that has expired is told as expired-exemption instead. Of braces, each path counts, as in \
dead-rule.",
    why: "\
What was exempt has gone or moved. Left in the map, the exemption will silently cover whatever \
comes to that path next.",
    mend: "Take it out, or correct the pattern.",
    example: "\
exemptions:
  - paths: [doc/generated/]           # is no longer in the repository
    reason: generated",
    properties: Properties::USUAL,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let dead = context.dead_entries();
    let in_braces = DeadPath::findings(
        context.dead_paths(),
        context.repositories,
        CHECK.name,
        "",
        |entry, path| !entry.is_of_rule() && !is_told_elsewhere(context, entry, path.near.as_ref()),
    );
    dead.filter(|(entry, near)| !entry.is_of_rule() && !is_told_elsewhere(context, entry, *near))
        .map(|(entry, near)| {
            let help = near.zip(entry.pattern());
            let message = format!("exemption {} matches nothing", quoted(entry.text()));
            Finding {
                label: "matches nothing".to_owned(),
                help: help.map(|(near, pattern)| Help::Say(near.help(pattern))),
                fix: near.and_then(|near| near.fix(entry)),
                ..entry.finding(context.repositories, CHECK.name, message)
            }
        })
        .chain(in_braces)
        .collect()
}
