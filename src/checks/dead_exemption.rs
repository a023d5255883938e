use super::{
    Check, Context,
    dead_rule::{alive, dead_patterns},
};
use crate::{
    claims::Origin,
    finding::{Finding, Severity},
};

pub(super) const CHECK: Check = Check {
    name: "dead-exemption",
    severity: Severity::Warning,
    summary: "A path of an exemption matches nothing.",
    what: "An exemption that has expired is told as expired-exemption instead.",
    why: "\
What was exempt has gone or moved. Left in the map, the exemption will silently cover whatever \
comes to that path next.",
    mend: "Take it out, or correct the pattern.",
    example: "\
exemptions:
  - paths: [doc/generated/]           # is no longer in the repository
    reason: generated",
    knows_scope: false,
    one_cause: false,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    if context.map.exemptions.is_empty() {
        return Vec::new();
    }
    let alive = alive(context);
    let mut dead = Vec::new();
    for (at, exemption) in context.map.exemptions.iter().enumerate() {
        if exemption.has_expired(context.today) {
            continue;
        }
        let paths = (0..).zip(&exemption.paths);
        let is_dead = |entry| !alive.contains(&(Origin::Exemption(at), entry));
        let paths = paths.filter(|(entry, _)| is_dead(*entry));
        dead.extend(paths.map(|(_, path)| (exemption.repository, path)));
    }
    dead_patterns(context, &dead, "exemption", CHECK.name)
}
