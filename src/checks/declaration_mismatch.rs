use bstr::BStr;
use rustc_hash::FxHashSet;

use super::{Check, Context, KnownComponent, Properties};
use crate::{
    advice::Advice,
    claims::{ClaimId, teams_of},
    config::{TeamId, Teams},
    finding::{Finding, Related, Severity},
    inventory::{Declaration, Effect},
    resolution::{Resolution, ResolvedRepository, Verdict, agree},
    text::{Place, count, quoted},
};

pub(super) const CHECK: Check = Check {
    name: "declaration-mismatch",
    severity: Severity::Warning,
    summary: "A component's ownership declarations contradict each other or the map.",
    what: "The declared owners are compared with the owners of the files that contain the \
declarations. A file that sets the same owner key twice is also reported. Naming a team in one \
place and its parent in another is not a contradiction; the parent is just less specific. Alerts \
are compared individually, but all alerts of a team in a file are reported in one finding. If two \
claims are equally strong, `conflicting-owners` reports them instead.",
    why: "People look up the owner in the component's own file. If the map names a different \
owner, either the file or the map is outdated, and the wrong team may be paged.",
    impact: "The wrong team may be paged.",
    fix: "\
Correct the declaration or the map, whichever is wrong. If the map overrides the declaration on \
purpose, change the declaration to match the map. If a file contains alerts of several teams, move \
each team's alerts to a file that the team owns.",
    example: "\
# charts/kask/Chart.yaml
team: https://wikitech.wikimedia.org/wiki/SRE/Service_Operations   # the map says data-persistence

# ownership.yaml
rules:
  - components: [\"helm-chart:kask\"]
    owner: data-persistence
    priority: 1",
    properties: Properties::USUAL,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    context
        .components()
        .flat_map(|of| {
            let mut findings = within_files(context, of);
            findings.extend(with_map(context, of));
            findings
        })
        .collect()
}

fn with_map(context: &Context<'_>, of: KnownComponent<'_>) -> Vec<Finding> {
    let (repository, component, resolved_declarations) =
        (of.repository, of.component, of.resolved_declarations);
    let teams = &context.map.teams;
    if !context.uses_declarations(&of) {
        return Vec::new();
    }
    // Declarations of other components with the same files are joint, not contradictory.
    let is_joint = |claim: &ClaimId| of.is_declared_in(repository.claims.get(*claim));
    let differing = |path: &BStr, owners: &[TeamId]| {
        let file = repository.listing.files.find(path)?;
        let resolution = &repository.resolved.group_of(file).resolution;
        let is_other = match &resolution.owners[..] {
            // An unknown group in an ownership file is no team that could agree.
            [] => names_unknown_group(repository, teams, resolution),
            assigned => !agree(owners, assigned, teams),
        };
        (resolution.verdict == Verdict::Owned
            && is_other
            && !resolution.winning.iter().any(is_joint))
        .then_some(resolution)
    };
    let declares = |owners: &[TeamId]| format!("declares {}", context.team_list(owners));
    let claims = |resolution: &Resolution| {
        let winning = resolution.winning.iter().copied();
        let claims = repository.claims.distinct(winning).into_iter();
        let claims = claims.map(|(_, claim)| context.related_by_name(claim));
        claims.collect::<Vec<_>>()
    };
    let finding = |place: &Place, owners: &[TeamId], what: String, resolution: &Resolution| {
        let assigned = context.owner_list(&resolution.owners, &resolution.people);
        Finding {
            teams: context.teams(&[owners, &resolution.owners].concat()),
            advice: vec![Advice::in_words(
                "correct the declaration or the map, whichever is wrong",
            )],
            ..CHECK.of(
                component,
                place.clone(),
                &format!("{what}, but the map assigns {assigned}"),
            )
        }
    };
    let by_team = AlertsOfTeam::of(&of, teams);
    let owners = &resolved_declarations.owners;
    let all = of.declarations.alerts.len() as u64;
    let is_partial = match &by_team[..] {
        [] => false,
        [only] => only.count < all && only.owners == *owners,
        _ => true,
    };
    if is_partial {
        let differing = by_team.iter().filter_map(|of| {
            let resolution = differing(of.place.path(), &of.owners)?;
            let declares = declares(&of.owners);
            let what = format!("{declares} for {} of {}", of.count, count(all, "alert"));
            let finding = finding(of.place, &of.owners, what, resolution);
            Some(Finding {
                // The identity of a finding does not depend on alerts without a known team.
                subject: match by_team.len() {
                    1 => finding.subject,
                    _ => context.team_list(&of.owners),
                },
                label: declares,
                advice: vec![Advice::in_words(
                    "correct the declaration or the map, or move these alerts to a file that their \
                     team owns",
                )],
                related: claims(resolution),
                ..finding
            })
        });
        return differing.collect();
    }
    let mut statements = resolved_declarations.statements.iter();
    let first = statements.find_map(|it| Some((it, differing(it.place.path(), owners)?)));
    let Some((statement, resolution)) = first else {
        return Vec::new();
    };
    let others = resolved_declarations.statements.iter();
    let others = others.filter(|it| !std::ptr::eq(*it, statement));
    let others = others.map(|it| Related::new(it.place.clone(), declares(&it.owners)));
    vec![Finding {
        label: declares(&statement.owners),
        related: others.chain(claims(resolution)).collect(),
        ..finding(&statement.place, owners, declares(owners), resolution)
    }]
}

/// Returns whether an ownership file that decides names a group that is not a team in the map.
fn names_unknown_group(
    repository: &ResolvedRepository,
    teams: &Teams,
    resolution: &Resolution,
) -> bool {
    let claims = resolution
        .winning
        .iter()
        .map(|id| repository.claims.get(*id));
    let mut filed = claims.filter_map(|claim| claim.filed.as_deref());
    filed.any(|filed| filed.unknown_groups(teams).next().is_some())
}

/// The alerts of a file that declare the same owners.
struct AlertsOfTeam<'c> {
    owners: Vec<TeamId>,
    /// The place of the first declaration.
    place: &'c Place,
    count: u64,
}

impl<'c> AlertsOfTeam<'c> {
    /// Returns the alerts of a component by owners, without those whose declarations do not count.
    fn of(of: &KnownComponent<'c>, teams: &Teams) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        let declared = &of.resolved_declarations.owners;
        for alert in &of.declarations.alerts {
            let owners = teams_of(&alert.owner, teams);
            let counts = owners.iter().all(|owner| declared.contains(owner));
            let Some(first) = alert.owner.first().filter(|_| counts && !owners.is_empty()) else {
                continue;
            };
            match all.iter_mut().find(|of| of.owners == owners) {
                Some(same) => same.count += 1,
                None => all.push(Self {
                    owners,
                    place: &first.place,
                    count: 1,
                }),
            }
        }
        all
    }
}

/// Returns the contradictions between the declarations of a component. A hint is a contradiction only
/// if it names teams and none of them is an owner.
fn within_files(context: &Context<'_>, of: KnownComponent<'_>) -> Vec<Finding> {
    let (owners, declarations) = (
        &of.resolved_declarations.owners,
        &of.declarations.declarations,
    );
    let teams_of = |at: usize| -> Vec<TeamId> {
        let known = of.resolved_declarations.teams[at].iter().flatten();
        known.map(|known| known.team).collect()
    };
    // Most components have only declarations that count.
    if declarations.iter().all(|it| it.effect == Effect::Owner) {
        return Vec::new();
    }
    let counting = counting(declarations);
    declarations
        .iter()
        .enumerate()
        .filter_map(|(at, declaration)| {
            let mut near = counting.iter();
            let near = near.find(|(path, _)| *path == declaration.place.path());
            let (_, counts) = *near.or(counting.first())?;
            let teams = teams_of(at);
            let (what, label) = match declaration.effect {
                Effect::Owner => return None,
                Effect::Overridden => (
                    format!(
                        "sets {} twice, but only the last value is used",
                        quoted(declaration.key)
                    ),
                    "is ignored".to_owned(),
                ),
                Effect::Hint | Effect::TeamHint => {
                    let agrees = |team: &TeamId| {
                        let mut owners = owners.iter();
                        owners.any(|owner| agree(&[*team], &[*owner], &context.map.teams))
                    };
                    if teams.is_empty() || owners.is_empty() || teams.iter().any(agrees) {
                        return None;
                    }
                    (
                        format!(
                            "declares {}, but its {} key names {}",
                            context.team_list(owners),
                            quoted(declaration.key),
                            context.team_list(&teams)
                        ),
                        format!("names {}", context.team_list(&teams)),
                    )
                }
            };
            Some(Finding {
                subject: format!("{:?} {}", declaration.effect, declaration.key),
                teams: context.teams(&[&owners[..], &teams].concat()),
                label,
                advice: vec![Advice::in_words("keep only the correct value")],
                related: vec![Related::new(
                    declarations[counts].place.clone(),
                    match &teams_of(counts)[..] {
                        [] => "this declaration takes precedence".to_owned(),
                        owners => {
                            format!(
                                "this declaration takes precedence: {}",
                                context.team_list(owners)
                            )
                        }
                    },
                )],
                ..CHECK.of(of.component, declaration.exact_place().clone(), &what)
            })
        })
        .collect()
}

/// Returns the path of each file with a declaration that counts, and the position of the first one in it. Other
/// declarations are compared with the one in the same file, or else with the first of all.
fn counting(declarations: &[Declaration]) -> Vec<(&BStr, usize)> {
    let mut counting: Vec<(&BStr, usize)> = Vec::new();
    let mut known = FxHashSet::default();
    let owners = declarations.iter().zip(0..);
    for (declaration, at) in owners.filter(|(it, _)| it.effect == Effect::Owner) {
        if known.insert(declaration.place.path()) {
            counting.push((declaration.place.path(), at));
        }
    }
    counting
}
