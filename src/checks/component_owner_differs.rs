use std::cmp::Reverse;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Check, Context};
use crate::{
    claims::{Claim, ComponentId, Origin},
    finding::{Finding, Help, Related, Severity},
    inventory::{Component, Hint},
    resolution::{ResolvedRepository, owner_set},
    text::quoted,
};

pub(super) const CHECK: Check = Check {
    name: "component-owner-differs",
    severity: Severity::Info,
    summary: "Two components that go together have different owners.",
    what: "\
A release and its chart, an alert and the folder it lies in: mostly they belong to one team. A chart \
that several services use is offered to them by whoever owns it, and is not told.",
    why: "\
Often the difference is meant (one team runs what another one wrote), so this is only information; \
but a file in the wrong team's folder pages the wrong team.",
    mend: "Move what is misfiled, correct the owner of one, or leave it.",
    example: "\
# team-sre/mailman.yaml: every alert in it says
labels: {team: collaboration-services}      # belongs under team-collaboration-services/",
    knows_scope: false,
    one_cause: true,
    run,
};

const SERVICE: &str = "helmfile-service";

fn run(context: &Context<'_>) -> Vec<Finding> {
    context
        .repositories()
        .flat_map(|(_, repository)| {
            let shared = shared_charts(repository);
            (0..repository.components.len() as ComponentId).flat_map(move |id| {
                let folder = folder(context, repository, id);
                let hints = hints(context, repository, id, &shared);
                hints.into_iter().chain(folder)
            })
        })
        .collect()
}

fn charts(component: &Component) -> impl Iterator<Item = &Hint> {
    let hints = component.hints.iter();
    hints.filter(|hint| hint.kind == "helm-chart")
}

/// The charts that several services use.
fn shared_charts(repository: &ResolvedRepository) -> FxHashSet<&str> {
    let services = repository.components.iter().zip(0..);
    let mut users: FxHashMap<&str, ComponentId> = FxHashMap::default();
    let mut shared = FxHashSet::default();
    for (service, id) in services.filter(|(it, _)| it.kind == SERVICE) {
        for hint in charts(service) {
            if *users.entry(&hint.name).or_insert(id) != id {
                shared.insert(hint.name.as_str());
            }
        }
    }
    shared
}

/// The hints of a component that name somebody else than its owner.
fn hints(
    context: &Context<'_>,
    repository: &ResolvedRepository,
    id: ComponentId,
    shared: &FxHashSet<&str>,
) -> Vec<Finding> {
    let component = &repository.components[id as usize];
    // What many may use says little about each, and a profile is included by roles of several teams.
    let charts = || charts(component).filter(|hint| !shared.contains(hint.name.as_str()));
    // A service has the charts of its releases.
    if component.kind == SERVICE || charts().next().is_none() {
        return Vec::new();
    }
    let owners = repository.owners_of(&context.map.teams, id);
    let differing = charts().filter_map(|hint| {
        let other = repository.component(hint.kind, &hint.name)?;
        let theirs = repository.owners_of(&context.map.teams, other);
        context
            .are_apart(&owners, &theirs)
            .then_some((hint, theirs))
    });
    differing
        .map(|(hint, theirs)| {
            let other = format!("{}:{}", hint.kind, hint.name);
            let place = match &hint.place {
                Some(place) => place.clone(),
                None => repository.place(component.home.clone()),
            };
            Finding {
                path: Some(place.path().into()),
                component: Some(component.id()),
                subject: other.clone(),
                teams: context.teams(&[&owners[..], &theirs].concat()),
                label: hint.relation.to_owned(),
                ..Finding::new(
                    CHECK.name,
                    place,
                    format!(
                        "{} belongs to {}, {} to {}",
                        quoted(component.id()),
                        context.team_list(&owners),
                        quoted(other),
                        context.team_list(&theirs)
                    ),
                )
            }
        })
        .collect()
}

/// A file of alerts that declares somebody else than the rule for its folder.
fn folder(
    context: &Context<'_>,
    repository: &ResolvedRepository,
    id: ComponentId,
) -> Option<Finding> {
    let component = &repository.components[id as usize];
    let heard = &repository.heard[id as usize];
    if component.kind != "prometheus-rules" || heard.owners.is_empty() {
        return None;
    }
    let file = repository.listing.files.find(component.home.as_ref())?;
    let (folder, _) = bstr::ByteSlice::rsplit_once_str(component.home.as_slice(), "/")?;
    let resolution = &repository.resolved.group_of(file).resolution;
    let overruled = resolution.overruled.iter();
    let claims = overruled.map(|overruled| repository.claims.get(overruled.claim));
    let of_folder = claims.filter(|claim| {
        matches!(claim.origin, Origin::Rule(_))
            && claim.about.trim_matches('/').as_bytes() == folder
    });
    let mut rules: Vec<&Claim> = of_folder.collect();
    rules.sort_by_key(|rule| (Reverse(rule.priority), &rule.about));
    let rule = *rules.first()?;
    let owners = &rule.owners;
    // Where rules for the folder differ, it is nobody's in particular.
    let mut equals = rules.iter().take_while(|it| it.priority == rule.priority);
    let is_clear = equals.all(|it| owner_set(&it.owners) == owner_set(owners));
    if !is_clear || !context.are_apart(&heard.owners, owners) {
        return None;
    }
    let place = heard.statements.first()?.place.clone();
    Some(Finding {
        path: Some(component.home.clone()),
        component: Some(component.id()),
        subject: rule.about.clone(),
        teams: context.teams(&[&heard.owners[..], owners].concat()),
        label: format!("says {}", context.team_list(&heard.owners)),
        help: Some(Help::Say("move the file, or correct its label".to_owned())),
        related: vec![Related {
            message: context.says(rule),
            place: rule.place.clone(),
        }],
        ..Finding::new(
            CHECK.name,
            place,
            format!(
                "{} declares {}, but its folder {} belongs to {}",
                quoted(component.id()),
                context.team_list(&heard.owners),
                quoted(folder),
                context.team_list(owners)
            ),
        )
    })
}
