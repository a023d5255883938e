use std::cell::OnceCell;

use rustc_hash::FxHashMap;

use super::{Check, Context, KnownComponent, Properties, respell::respell_declared};
use crate::{
    advice::{Advice, NewAlias, NewTeam},
    claims::{Claim, ClaimSource, Origin, Unresolved},
    config::{Policy, TeamId, slug, spelling_parts},
    finding::{Finding, Severity},
    inventory::Component,
    resolution::Verdict,
    text::{MAX_SUGGESTIONS, and_more, quoted},
    whatif::NewClaim,
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
    let mut by_name: FxHashMap<&str, NewName<'_>> = FxHashMap::default();
    for of in context.components() {
        for name in could_be_teams(of) {
            let same = by_name.entry(name.raw.as_str()).or_default();
            let last = same.declared.last();
            if last.is_none_or(|(last, _)| !std::ptr::eq(last.component, of.component)) {
                same.declared.push((of, name));
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
                None => {
                    let same = &by_name[name.raw.as_str()];
                    (
                        new_name(context, of, &name.raw, same),
                        same.others(component),
                    )
                }
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

/// A name that is not similar to any spelling of a team.
#[derive(Default)]
struct NewName<'c> {
    /// The components that declare it, each with the name.
    declared: Vec<(KnownComponent<'c>, &'c Unresolved)>,
    /// The first claim that contradicts a new team with this name, and whether the owner of the claim may have it as an
    /// alias.
    contradiction: OnceCell<Option<(&'c Claim, Option<TeamId>)>>,
}

impl<'c> NewName<'c> {
    fn contradiction(&self, context: &Context<'c>) -> Option<(&'c Claim, Option<TeamId>)> {
        *self.contradiction.get_or_init(|| {
            let first = |team| {
                let mut declared = self.declared.iter();
                declared.find_map(|(of, name)| contradiction(context, *of, name, team))
            };
            let claim = first(None)?;
            let owner = match claim.owners[..] {
                [owner] => active(context, owner).filter(|owner| first(Some(*owner)).is_none()),
                _ => None,
            };
            Some((claim, owner))
        })
    }

    /// Names the other components that declare the name.
    fn others(&self, component: &Component) -> Option<String> {
        let others = self.declared.iter().map(|(of, _)| of.component);
        let others = others.filter(|other| !std::ptr::eq(*other, component));
        let shown: Vec<String> = others.take(OTHERS).map(|of| quoted(of.id())).collect();
        let all = self.declared.len() - 1;
        let shown = (!shown.is_empty()).then(|| and_more(shown, all))?;
        Some(format!(" (also declared by {shown})"))
    }
}

/// Returns a claim that would contradict a component if one of the names that it declares belonged to a team. If the team
/// is new, there is `None`.
fn contradiction<'c>(
    context: &Context<'c>,
    of: KnownComponent<'c>,
    name: &Unresolved,
    team: Option<TeamId>,
) -> Option<&'c Claim> {
    let (repository, component) = (of.repository, of.component);
    let (claims, what_if) = (&repository.claims, &context.what_if[of.at]);
    let policy = context.map.repositories[of.at].policy(component.detector);
    let file = repository.listing.files.find(name.place.path());
    let resolution = file.map(|file| &repository.resolved.group_of(file).resolution);
    let all = resolution.into_iter().flat_map(|it| {
        let overridden = it.overridden.iter().map(|one| one.claim);
        it.winning.iter().copied().chain(overridden)
    });
    // The claim of the other names that the same files declare.
    let joint = all.map(|id| claims.get(id)).find(|claim| {
        let about = claim
            .component
            .map(|id| &repository.components[id as usize]);
        claim.origin == Origin::Declaration
            && about.is_some_and(|it| {
                (it.detector, &it.paths) == (component.detector, &component.paths)
            })
    });
    let declared = match joint {
        Some(claim) => &claim.owners,
        None => &of.resolved_declarations.owners,
    };
    let owners = team.map(|team| {
        let declared = declared.iter().copied().filter(|other| *other != team);
        Vec::from_iter(declared.chain([team]))
    });
    let patterns = Context::patterns_of(component);
    let new = NewClaim {
        patterns: &patterns,
        owners: owners.as_deref().unwrap_or_default(),
        replaced: &Vec::from_iter(joint.map(ClaimSource::of)),
    };
    let is_claim = policy == Policy::Trust;
    // Without a claim, the declaration is compared with the owners of the file.
    let compared = resolution.filter(|it| is_claim || it.verdict == Verdict::Owned);
    let mut winning = compared.into_iter().flat_map(|it| &it.winning).copied();
    let stronger = winning.find(|id| {
        let has_same_owners = new.agrees(claims.get(*id), &context.map.teams);
        !has_same_owners && (!is_claim || what_if.beats(*id, &new))
    });
    let found = stronger.or_else(|| what_if.rival(&new, 0).filter(|_| is_claim));
    found.map(|id| claims.get(id))
}

/// Returns the team, or its successor if it is retired.
fn active(context: &Context<'_>, team: TeamId) -> Option<TeamId> {
    let teams = &context.map.teams;
    Some(teams.successor(team)).filter(|team| teams.get(*team).retired.is_none())
}

/// Returns the advice for a name that is not similar to any spelling of a team.
fn new_name<'c>(
    context: &Context<'c>,
    of: KnownComponent<'c>,
    raw: &str,
    same: &NewName<'c>,
) -> Vec<Advice> {
    let mut advice = vec![Advice::in_words("correct the spelling")];
    let alias = |team: Option<TeamId>| {
        Advice::add_alias(NewAlias {
            alias: raw.to_owned(),
            team: team.map(|team| context.map.teams.name(team).to_owned()),
        })
    };
    match same.contradiction(context) {
        None => {}
        Some((_, Some(owner))) => {
            advice.push(alias(Some(owner)));
            return advice;
        }
        Some((claim, None)) => {
            advice.push(Advice::in_words(format!(
                "correct {} {} before you add the name to the map",
                claim.origin.name(),
                quoted(&claim.about)
            )));
            return advice;
        }
    }
    // The name of the team to which rules assign the component is the most likely one.
    let outcomes = of.repository.of_component(&context.map.teams, of.id);
    let owner = match &outcomes[..] {
        [(resolution, _)] if resolution.verdict == Verdict::Owned => match resolution.owners[..] {
            [owner] => active(context, owner),
            _ => None,
        },
        _ => None,
    };
    advice.push(alias(owner));
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
