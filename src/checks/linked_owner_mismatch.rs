use std::cmp::Reverse;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Check, Context, KnownComponent, Properties};
use crate::{
    advice::Advice,
    claims::{Claim, ComponentId, Origin},
    config::TeamId,
    finding::{Finding, Severity},
    inventory::{
        Component, Hint,
        detectors::{self, Uses},
    },
    resolution::{ResolvedRepository, agree, owner_set},
    text::quoted,
};

pub(super) const CHECK: Check = Check {
    name: "linked-owner-mismatch",
    severity: Severity::Info,
    summary: "Two linked components have different owners.",
    what: "\
A release and its chart usually belong to the same team, as do an alert file and its folder. If \
the releases that use a chart do not all have the same owner, ownlint does not compare their \
owners with the owner of the chart, because one team often provides a chart for other teams.",
    why: "This check has severity `info`, because such a difference is often intended, for \
example if one team runs software that another team wrote. However, an alert in the wrong folder \
pages the wrong team.",
    impact: "The wrong team may be contacted or paged.",
    fix: "\
If the difference is intended, ignore the finding. Otherwise, move the misplaced file, or correct \
one of the owners.",
    example: "\
# team-sre/mailman.yaml: every alert has this label
labels: {team: collaboration-services}      # belongs under team-collaboration-services/",
    properties: Properties::ONE_CAUSE,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let repositories = context.repositories();
    let uses = repositories.map(|(at, repository)| {
        let uses = detectors::ALL.iter().filter_map(|detector| detector.uses);
        uses.map(|uses| UsedComponents::new(context, at, repository, uses))
            .collect()
    });
    let uses: Vec<Vec<_>> = uses.collect();
    context
        .components()
        .flat_map(|of| {
            let used = uses[of.at].iter();
            let used = used.flat_map(|used| used_by(context, of, used));
            used.chain(folder(context, of)).collect::<Vec<Finding>>()
        })
        .collect()
}

/// What components use in a repository.
struct UsedComponents<'c> {
    uses: Uses,
    /// The used components by name; of several with the same name, the first.
    ids: FxHashMap<&'c str, ComponentId>,
    /// The names of those that are used without one owner for all users.
    skipped: FxHashSet<&'c str>,
}

impl<'c> UsedComponents<'c> {
    fn new(
        context: &Context<'c>,
        at: usize,
        repository: &'c ResolvedRepository,
        uses: Uses,
    ) -> Self {
        let mut ids = FxHashMap::default();
        let components = context.components_of(at);
        for of in components.filter(|of| of.component.kind == uses.what) {
            ids.entry(of.component.name.as_str()).or_insert(of.id);
        }
        Self {
            uses,
            ids,
            skipped: without_one_owner(context, at, repository, uses),
        }
    }
}

/// Returns what a component uses.
fn used(component: &Component, uses: Uses) -> impl Iterator<Item = &Hint> {
    let hints = component.hints.iter();
    hints.filter(move |hint| hint.kind == uses.what)
}

/// Returns the names of what components use without one owner for all of them.
fn without_one_owner<'c>(
    context: &Context<'c>,
    at: usize,
    repository: &'c ResolvedRepository,
    uses: Uses,
) -> FxHashSet<&'c str> {
    let mut owners_of_users: FxHashMap<&str, Vec<Vec<TeamId>>> = FxHashMap::default();
    let users = context.components_of(at);
    for of in users.filter(|of| of.component.kind == uses.by) {
        let mut hints = used(of.component, uses).peekable();
        if hints.peek().is_none() {
            continue;
        }
        let owners = repository.whole(&context.map.teams, of.id).owners;
        for hint in hints {
            let known = owners_of_users.entry(&hint.name).or_default();
            if !known.contains(&owners) {
                known.push(owners.clone());
            }
        }
    }
    let is_one = |all: &[Vec<TeamId>]| {
        let agree = |one: &[TeamId], other: &[TeamId]| agree(one, other, &context.map.teams);
        let mut each = all.iter().zip(1..);
        each.all(|(one, next)| {
            let mut others = all[next..].iter();
            !one.is_empty() && others.all(|other| agree(one, other))
        })
    };
    let all = owners_of_users.into_iter();
    all.filter(|(_, owners)| !is_one(owners))
        .map(|(name, _)| name)
        .collect()
}

/// Returns a finding for each used component that belongs to another team.
fn used_by(
    context: &Context<'_>,
    of: KnownComponent<'_>,
    known: &UsedComponents<'_>,
) -> Vec<Finding> {
    let (repository, component, uses) = (of.repository, of.component, known.uses);
    // The owner of what different teams use says little about its users.
    let used = || used(component, uses).filter(|hint| !known.skipped.contains(hint.name.as_str()));
    if component.kind != uses.by || used().next().is_none() {
        return Vec::new();
    }
    let owners = repository.whole(&context.map.teams, of.id).owners;
    let differing = used().filter_map(|hint| {
        let other = *known.ids.get(hint.name.as_str())?;
        let theirs = repository.whole(&context.map.teams, other).owners;
        context
            .owners_differ(&owners, &theirs)
            .then_some((hint, theirs))
    });
    differing
        .map(|(hint, theirs)| {
            let other = format!("{}:{}", hint.kind, hint.name);
            let place = match &hint.place {
                Some(place) => place.clone(),
                None => repository.place(component.path.clone()),
            };
            Finding {
                subject: other.clone(),
                teams: context.teams(&[&owners[..], &theirs].concat()),
                label: hint.relation.to_owned(),
                ..CHECK.of(
                    component,
                    place,
                    &format!(
                        "belongs to {}, but {} belongs to {}",
                        context.team_list(&owners),
                        quoted(other),
                        context.team_list(&theirs)
                    ),
                )
            }
        })
        .collect()
}

/// Returns a finding for a file of alerts that declares another owner than the rule for its folder.
fn folder(context: &Context<'_>, of: KnownComponent<'_>) -> Option<Finding> {
    let (repository, component, resolved_declarations) =
        (of.repository, of.component, of.resolved_declarations);
    if resolved_declarations.owners.is_empty() || !detectors::of(component).is_filed_by_team {
        return None;
    }
    let file = repository.listing.files.find(component.path.as_ref())?;
    let (folder, _) = bstr::ByteSlice::rsplit_once_str(component.path.as_slice(), "/")?;
    let resolution = &repository.resolved.group_of(file).resolution;
    let overridden = resolution.overridden.iter();
    let claims = overridden.map(|overridden| repository.claims.get(overridden.claim));
    let of_folder = claims.filter(|claim| {
        matches!(claim.origin, Origin::Rule(_))
            && claim.about.trim_matches('/').as_bytes() == folder
    });
    let mut rules: Vec<&Claim> = of_folder.collect();
    rules.sort_by_key(|rule| (Reverse(rule.priority), &rule.about));
    let rule = *rules.first()?;
    let owners = &rule.owners;
    // If rules for the folder differ, the folder has no clear owner.
    let mut equals = rules.iter().take_while(|it| it.priority == rule.priority);
    let is_clear = equals.all(|it| owner_set(&it.owners) == owner_set(owners));
    if !is_clear || !context.owners_differ(&resolved_declarations.owners, owners) {
        return None;
    }
    let place = resolved_declarations.statements.first()?.place.clone();
    Some(Finding {
        path: Some(component.path.clone()),
        subject: rule.about.clone(),
        teams: context.teams(&[&resolved_declarations.owners[..], owners].concat()),
        label: format!(
            "declares {}",
            context.team_list(&resolved_declarations.owners)
        ),
        advice: vec![Advice::in_words("move the file, or correct its label")],
        related: vec![context.related(rule)],
        ..CHECK.of(
            component,
            place,
            &format!(
                "declares {}, but its folder {} belongs to {}",
                context.team_list(&resolved_declarations.owners),
                quoted(folder),
                context.team_list(owners)
            ),
        )
    })
}
