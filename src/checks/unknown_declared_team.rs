use rustc_hash::FxHashMap;

use super::{Check, Context, KnownComponent, Properties, respell::respell_declared};
use crate::{
    advice::{Advice, NewAlias, NewTeam},
    claims::Unresolved,
    config::{TeamId, slug, spelling_parts},
    finding::{Finding, Severity},
    inventory::Component,
    resolution::Verdict,
    text::{MAX_SUGGESTIONS, and_more, quoted},
};

pub(super) const CHECK: Check = Check {
    name: "unknown-declared-team",
    severity: Severity::Error,
    summary: "A component declares an owner that is not a team in the map.",
    what: "\
ownlint first looks for an exact match among all team ids, names and aliases, and then compares \
normalized forms (`ServiceOps` becomes `serviceops`). If the declared name is a URL, ownlint also \
tries the last path segment of the URL.",
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

/// How many other components with the same name a finding shows.
const OTHERS: usize = 3;

/// Other ids are unreadable.
const MAX_ID: usize = 100;

fn run(context: &Context<'_>) -> Vec<Finding> {
    let mut by_name: FxHashMap<&str, Vec<&Component>> = FxHashMap::default();
    for of in context.components() {
        for name in could_be_teams(of) {
            let same = by_name.entry(name.raw.as_str()).or_default();
            if same
                .last()
                .is_none_or(|last| !std::ptr::eq(*last, of.component))
            {
                same.push(of.component);
            }
        }
    }
    context
        .components()
        .flat_map(|of| {
            let is_unowned = context.has_only_unknown_teams(of) && context.is_unowned(of);
            could_be_teams(of)
                .filter(move |name| is_unowned || context.scope.holds(of.at, name.place.path()))
                .map(move |name| (of, name))
        })
        .enumerate()
        .map(|(at, (of, name))| {
            let component = of.component;
            let near = match at < MAX_SUGGESTIONS {
                true => context.map.teams.suggest(&name.raw),
                false => None,
            };
            let (advice, others) = match near {
                Some(near) => (vec![respelt(context, component, name, near)], None),
                None => (
                    new_name(context, of, &name.raw),
                    others(&by_name, component, name),
                ),
            };
            let raw = quoted(&name.raw);
            let others = others.unwrap_or_default();
            Finding {
                subject: name.raw.clone(),
                label: "not a team in the map".to_owned(),
                advice,
                ..CHECK.of(
                    component,
                    name.place.clone(),
                    &format!("declares {raw}, which is not a team in the map{others}"),
                )
            }
        })
        .collect()
}

/// Returns the declared names that are not teams in the map, but could be.
fn could_be_teams(of: KnownComponent<'_>) -> impl Iterator<Item = &Unresolved> {
    let names = of.resolved_declarations.unresolved.iter();
    names.filter(|name| name.could_be_team)
}

/// Returns the advice for a name that is similar to a spelling of a team.
fn respelt(
    context: &Context<'_>,
    component: &Component,
    name: &Unresolved,
    (near, team): (&str, TeamId),
) -> Advice {
    let team = context.map.teams.name(team);
    let of = match near == team {
        true => String::new(),
        false => format!(" (team {})", quoted(team)),
    };
    Advice::certain(
        format!("did you mean {}{of}?", quoted(near)),
        respell_declared(component, &name.place, &name.raw, near),
    )
}

/// Returns the advice for a name that is not similar to any spelling of a team.
fn new_name(context: &Context<'_>, of: KnownComponent<'_>, raw: &str) -> Vec<Advice> {
    // If rules assign the component to a team, the name of another team would contradict them.
    let outcomes = of.repository.of_component(&context.map.teams, of.id);
    let owner = match &outcomes[..] {
        [(resolution, _)] if resolution.verdict == Verdict::Owned => Some(&resolution.owners[..]),
        _ => None,
    };
    let alias = NewAlias {
        alias: raw.to_owned(),
        team: owner.and_then(|owners| match owners {
            [owner] if context.map.teams.get(*owner).retired.is_none() => {
                Some(context.map.teams.name(*owner).to_owned())
            }
            _ => None,
        }),
    };
    let mut advice = vec![
        Advice::in_words("correct the spelling"),
        Advice::add_alias(alias),
    ];
    let is_id = |id: &String| {
        id.len() <= MAX_ID
            && id.starts_with(|char: char| char.is_ascii_alphabetic())
            && id
                .chars()
                .all(|char| char.is_ascii_alphanumeric() || char == '-')
            && context.map.teams.resolve(id).is_none()
    };
    // People mostly use the shortest spelling.
    let ids = spelling_parts(raw).map(slug).filter(is_id);
    if let Some(id) = ids.min_by_key(String::len) {
        let (name, aliases) = match raw.contains(['@', '/']) {
            true => (None, vec![raw.to_owned()]),
            false => (Some(raw.to_owned()), Vec::new()),
        };
        advice.push(Advice::add_team(NewTeam { id, name, aliases }));
    }
    advice
}

/// Names the other components that declare the same name.
fn others(
    by_name: &FxHashMap<&str, Vec<&Component>>,
    component: &Component,
    name: &Unresolved,
) -> Option<String> {
    let same = by_name.get(name.raw.as_str())?;
    let others = same.iter().filter(|of| !std::ptr::eq(**of, component));
    let shown: Vec<String> = others.take(OTHERS).map(|of| quoted(of.id())).collect();
    let shown = (!shown.is_empty()).then(|| and_more(shown, same.len() - 1))?;
    Some(format!(" (also declared by {shown})"))
}
