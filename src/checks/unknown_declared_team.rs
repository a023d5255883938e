use super::{Check, Context, Properties, respell::respell_declared};
use crate::{
    finding::{Finding, Severity},
    text::{MAX_SUGGESTIONS, quoted},
};

pub(super) const CHECK: Check = Check {
    name: "unknown-declared-team",
    severity: Severity::Error,
    summary: "A component declares an owner that is not a team in the map.",
    what: "\
ownlint first compares the declared name exactly with all team ids, names and aliases, and then in \
a normalized form (`ServiceOps` becomes `serviceops`). For a URL, ownlint also tries the last path \
segment.",
    why: "The declaration does not assign an owner, although its author probably meant it to.",
    impact: "The declaration does not assign an owner.",
    fix: "\
If the name is misspelled, correct it. If people use this name for a team, add it to the team's \
`aliases`.",
    example: "\
teams:
  infrastructure-foundations:
    name: SRE Infrastructure Foundations
    aliases: [Infrastructure Foundations]   # was missing: roles declare this name",
    properties: Properties {
        knows_scope: true,
        one_cause: true,
        ..Properties::USUAL
    },
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    context
        .components()
        .flat_map(|of| {
            let is_unowned = context.has_only_unknown_teams(of) && context.is_unowned(of);
            let names = of.resolved_declarations.unresolved.iter();
            names
                .filter(|name| name.could_be_team)
                .filter(move |name| is_unowned || context.scope.holds(of.at, name.place.path()))
                .map(move |name| (of.component, name))
        })
        .enumerate()
        .map(|(at, (component, name))| {
            let raw = quoted(&name.raw);
            let near = match at < MAX_SUGGESTIONS {
                true => context.map.teams.suggest(&name.raw),
                false => None,
            };
            let fix = near
                .and_then(|(near, _)| respell_declared(component, &name.place, &name.raw, near));
            let help = match near {
                Some((near, team)) => {
                    let team = context.map.teams.name(team);
                    let of = match near == team {
                        true => String::new(),
                        false => format!(" (team {})", quoted(team)),
                    };
                    format!("did you mean {}{of}?", quoted(near))
                }
                None => format!("correct the spelling, or add {raw} to the team's `aliases`"),
            };
            Finding {
                subject: name.raw.clone(),
                label: "not a team in the map".to_owned(),
                help: Some(help),
                fix,
                ..CHECK.of(
                    component,
                    name.place.clone(),
                    &format!("declares {raw}, which is not a team in the map"),
                )
            }
        })
        .collect()
}
