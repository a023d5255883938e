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
    explanation: "\
What was exempt has gone or moved. Left in the map, the exemption will silently cover whatever comes \
to that path next.

Take it out, or correct the pattern. An exemption that has expired is told as expired-exemption.",
    example: "\
exemptions:
  - paths: [doc/generated/]           # is no longer in the repository
    reason: generated",
    knows_scope: false,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let alive = alive(context);
    let mut dead = Vec::new();
    for (at, exemption) in context.map.exemptions.iter().enumerate() {
        if exemption.has_expired(context.today) {
            continue;
        }
        let is_dead = |about: &str| !alive.contains(&(Origin::Exemption(at), about.to_owned()));
        let paths = exemption
            .paths
            .iter()
            .filter(|path| is_dead(path.value.text()));
        dead.extend(paths.map(|path| (exemption.repository, path)));
    }
    dead_patterns(context, &dead, "exemption", CHECK.name)
}
