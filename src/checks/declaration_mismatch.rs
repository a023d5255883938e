use super::{Check, Context};
use crate::{
    claims::{ClaimId, ComponentId, Origin, team},
    config::{Policy, TeamId},
    finding::{Finding, Help, Related, Severity},
    inventory::{Standing, Voice},
    resolution::{ResolvedRepository, Verdict, is_less_precise, owner_set},
    text::{Place, quoted},
};

pub(super) const CHECK: Check = Check {
    name: "declaration-mismatch",
    severity: Severity::Warning,
    summary: "A component declares other owners than the map, or contradicts itself.",
    explanation: "\
People read the owner where they work: in the component's own file. If the map says something else, \
one of the two is out of date, and a page goes to the wrong team. The same is true of a file that \
says it twice.

A declaration is compared with the owners of the file in which it stands. A parent team that meets \
its child is less precise, not a mismatch. Where two claims are equally strong, the finding is \
conflicting-owners instead.

Change whichever is wrong. Where the map has to win for good, correct the declaration all the same.",
    example: "\
# charts/kask/Chart.yaml
team: https://wikitech.wikimedia.org/wiki/SRE/Service_Operations   # the map says data-persistence

# ownership.yaml
rules:
  - components: [\"helm-chart:kask\"]
    owner: data-persistence
    priority: 1",
    knows_scope: false,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    context
        .repositories()
        .flat_map(|(at, repository)| {
            (0..repository.components.len() as ComponentId).flat_map(move |id| {
                let with_map = with_map(context, at, repository, id);
                within_files(context, repository, id)
                    .into_iter()
                    .chain(with_map)
            })
        })
        .collect()
}

fn with_map(
    context: &Context<'_>,
    at: usize,
    repository: &ResolvedRepository,
    id: ComponentId,
) -> Option<Finding> {
    let component = &repository.components[id as usize];
    let heard = &repository.heard[id as usize];
    let place = heard.place.as_ref()?;
    let policy = context.map.repositories[at].policy(component.detector);
    if policy == Policy::Ignore || heard.owners.is_empty() {
        return None;
    }
    let file = repository.listing.files.find(place.path())?;
    let resolution = &repository.resolved.group_of(file).resolution;
    if resolution.verdict != Verdict::Owned || agree(context, &heard.owners, &resolution.owners) {
        return None;
    }
    // What the very same files say of other components is said with it, not against it.
    let is_joint = |claim: &ClaimId| {
        let claim = repository.claims.get(*claim);
        let of = claim
            .component
            .map(|of| &repository.components[of as usize]);
        claim.origin == Origin::Declaration
            && of.is_some_and(|of| {
                of.detector == component.detector && of.footprint == component.footprint
            })
    };
    if resolution.standing.iter().any(is_joint) {
        return None;
    }
    let related = resolution.standing.iter().map(|claim| {
        let claim = repository.claims.get(*claim);
        Related {
            message: format!("{}: {}", quoted(&claim.about), context.says(claim)),
            place: claim.place.clone(),
        }
    });
    Some(Finding {
        path: Some(place.path().into()),
        component: Some(component.id()),
        teams: context.teams(&[&heard.owners[..], &resolution.owners].concat()),
        label: format!("declares {}", context.team_list(&heard.owners)),
        help: Some(Help::Say("change whichever is out of date".to_owned())),
        related: related.collect(),
        ..Finding::new(
            CHECK.name,
            place.clone(),
            format!(
                "{} declares {}, but the map gives it to {}",
                quoted(component.id()),
                context.team_list(&heard.owners),
                context.team_list(&resolution.owners)
            ),
        )
    })
}

fn agree(context: &Context<'_>, one: &[TeamId], other: &[TeamId]) -> bool {
    let teams = &context.map.teams;
    owner_set(one) == owner_set(other)
        || is_less_precise(one, other, teams)
        || is_less_precise(other, one, teams)
}

/// What a component's files say of its owner twice, and differently. A hint differs only if it names
/// teams, and none of them is an owner.
fn within_files(
    context: &Context<'_>,
    repository: &ResolvedRepository,
    id: ComponentId,
) -> Vec<Finding> {
    let component = &repository.components[id as usize];
    let heard = &repository.heard[id as usize];
    let voices = &repository.declarations[id as usize].voices;
    let teams_of = |voice: &Voice| -> Vec<TeamId> {
        let teams = voice
            .names
            .iter()
            .filter_map(|name| team(name, &context.map.teams));
        teams.collect()
    };
    let Some(counts) = voices
        .iter()
        .find(|voice| voice.standing == Standing::Owner)
    else {
        return Vec::new();
    };
    voices
        .iter()
        .filter_map(|voice| {
            let said = teams_of(voice);
            let (message, label) = match voice.standing {
                Standing::Owner => return None,
                Standing::Overridden => (
                    format!(
                        "{} gives {} twice; only the last one counts",
                        quoted(component.id()),
                        quoted(voice.key)
                    ),
                    "doesn't count".to_owned(),
                ),
                Standing::Hint => {
                    let names_an_owner = said.iter().any(|team| {
                        let team = std::slice::from_ref(team);
                        heard
                            .owners
                            .iter()
                            .any(|owner| agree(context, team, std::slice::from_ref(owner)))
                    });
                    if said.is_empty() || heard.owners.is_empty() || names_an_owner {
                        return None;
                    }
                    (
                        format!(
                            "{} declares {}, but its {} are {}",
                            quoted(component.id()),
                            context.team_list(&heard.owners),
                            quoted(voice.key),
                            context.team_list(&said)
                        ),
                        format!("names {}", context.team_list(&said)),
                    )
                }
            };
            let place = match &voice.names[..] {
                [name] => &name.place,
                _ => &voice.place,
            };
            Some(Finding {
                path: Some(voice.place.path().into()),
                component: Some(component.id()),
                subject: format!("{:?} {}", voice.standing, voice.key),
                teams: context.teams(&[&heard.owners[..], &said].concat()),
                label,
                help: Some(Help::Say("keep the one that is true".to_owned())),
                related: vec![Related {
                    message: match &heard.owners[..] {
                        [] => "this counts".to_owned(),
                        owners => format!("this counts: {}", context.team_list(owners)),
                    },
                    place: counterpart(voices, voice, counts).clone(),
                }],
                ..Finding::new(CHECK.name, place.clone(), message)
            })
        })
        .collect()
}

/// What counts in the place of `voice`: the statement in the same file, if there is one.
fn counterpart<'v>(voices: &'v [Voice], voice: &Voice, counts: &'v Voice) -> &'v Place {
    let same_file = voices
        .iter()
        .filter(|other| other.standing == Standing::Owner)
        .flat_map(|other| other.names.iter().map(|name| &name.place))
        .find(|place| place.path() == voice.place.path());
    if counts.place.path() == voice.place.path() {
        &counts.place
    } else {
        same_file.unwrap_or(&counts.place)
    }
}
