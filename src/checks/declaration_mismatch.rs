use bstr::BStr;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Check, Context, KnownComponent, Properties};
use crate::{
    claims::{ClaimId, Origin, Statement, team},
    config::{Policy, TeamId},
    finding::{Finding, Related, Severity},
    inventory::{Component, Declaration, Effect},
    resolution::{Verdict, agree},
    text::quoted,
};

pub(super) const CHECK: Check = Check {
    name: "declaration-mismatch",
    severity: Severity::Warning,
    summary: "A component declares other owners than the map, or contradicts itself.",
    what: "\
What a component declares is compared with the owners of the files in which it stands; so is a \
file that says it twice. A parent team that meets its child is less precise, not a mismatch. Where \
two claims are equally strong, the finding is conflicting-owners instead.",
    why: "\
People read the owner where they work: in the component's own file. If the map says something \
else, one of the two is out of date, and a page goes to the wrong team.",
    fix: "\
Change whichever is wrong. Where the map has to win for good, correct the declaration all the \
same.",
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

fn with_map(context: &Context<'_>, of: KnownComponent<'_>) -> Option<Finding> {
    let (repository, component, resolved_declarations) =
        (of.repository, of.component, of.resolved_declarations);
    let teams = &context.map.teams;
    if context.map.repositories[of.at].policy(component.detector) == Policy::Ignore {
        return None;
    }
    let differing = |statement: &Statement| {
        let file = repository.listing.files.find(statement.place.path())?;
        let resolution = &repository.resolved.group_of(file).resolution;
        (resolution.verdict == Verdict::Owned
            && !agree(&resolved_declarations.owners, &resolution.owners, teams))
        .then_some(resolution)
    };
    let mut statements = resolved_declarations.statements.iter();
    let (statement, resolution) = statements.find_map(|said| Some((said, differing(said)?)))?;
    // What the very same files say of other components is said with it, not against it.
    let is_joint = |claim: &ClaimId| {
        let claim = repository.claims.get(*claim);
        let of = claim
            .component
            .map(|id| &repository.components[id as usize]);
        let is_here = |of: &Component| of.paths == component.paths;
        claim.origin == Origin::Declaration
            && of.is_some_and(|of| of.detector == component.detector && is_here(of))
    };
    if resolution.winning.iter().any(is_joint) {
        return None;
    }
    let declares = |said: &Statement| format!("declares {}", context.team_list(&said.owners));
    let others = resolved_declarations.statements.iter();
    let others = others.filter(|said| !std::ptr::eq(*said, statement));
    let others = others.map(|said| Related::new(said.place.clone(), declares(said)));
    let claims = resolution.winning.iter();
    let claims = claims.map(|id| context.related_by_name(repository.claims.get(*id)));
    Some(Finding {
        teams: context.teams(&[&resolved_declarations.owners[..], &resolution.owners].concat()),
        label: declares(statement),
        help: Some("change whichever is out of date".to_owned()),
        related: others.chain(claims).collect(),
        ..CHECK.of(
            component,
            statement.place.clone(),
            &format!(
                "declares {}, but the map gives it to {}",
                context.team_list(&resolved_declarations.owners),
                context.team_list(&resolution.owners)
            ),
        )
    })
}

/// What a component's files say of its owner twice, and differently. A hint differs only if it names
/// teams, and none of them is an owner.
fn within_files(context: &Context<'_>, of: KnownComponent<'_>) -> Vec<Finding> {
    let (owners, declarations) = (&of.resolved_declarations.owners, &of.said.declarations);
    let teams_of = |declaration: &Declaration| -> Vec<TeamId> {
        let teams = declaration
            .names
            .iter()
            .filter_map(|name| team(name, &context.map.teams));
        teams.collect()
    };
    let counting = counting(declarations);
    // What counts against many others is looked up once.
    let mut known: FxHashMap<&BStr, Vec<TeamId>> = FxHashMap::default();
    declarations
        .iter()
        .filter_map(|declaration| {
            let mut near = counting.iter();
            let near = near.find(|(path, _)| *path == declaration.place.path());
            let (path, counts) = near.or(counting.first())?;
            let said = teams_of(declaration);
            let (what, label) = match declaration.effect {
                Effect::Owner => return None,
                Effect::Overridden => (
                    format!(
                        "gives {} twice; only the last one counts",
                        quoted(declaration.key)
                    ),
                    "doesn't count".to_owned(),
                ),
                Effect::Hint => {
                    let agrees = |team: &TeamId| {
                        let mut owners = owners.iter();
                        owners.any(|owner| agree(&[*team], &[*owner], &context.map.teams))
                    };
                    if said.is_empty() || owners.is_empty() || said.iter().any(agrees) {
                        return None;
                    }
                    (
                        format!(
                            "declares {}, but its {} are {}",
                            context.team_list(owners),
                            quoted(declaration.key),
                            context.team_list(&said)
                        ),
                        format!("names {}", context.team_list(&said)),
                    )
                }
            };
            Some(Finding {
                subject: format!("{:?} {}", declaration.effect, declaration.key),
                teams: context.teams(&[&owners[..], &said].concat()),
                label,
                help: Some("keep the one that is true".to_owned()),
                related: vec![Related::new(
                    counts.place.clone(),
                    match &known.entry(path).or_insert_with(|| teams_of(counts))[..] {
                        [] => "this counts".to_owned(),
                        owners => format!("this counts: {}", context.team_list(owners)),
                    },
                )],
                ..CHECK.of(of.component, declaration.exact_place().clone(), &what)
            })
        })
        .collect()
}

/// By file, the first statement that counts, in the order of authority. So each other one is said
/// against the one in the same file, else the first of all.
fn counting(declarations: &[Declaration]) -> Vec<(&BStr, &Declaration)> {
    let mut counting: Vec<(&BStr, &Declaration)> = Vec::new();
    let mut known = FxHashSet::default();
    for declaration in declarations.iter().filter(|v| v.effect == Effect::Owner) {
        if known.insert(declaration.place.path()) {
            counting.push((declaration.place.path(), declaration));
        }
    }
    counting
}
