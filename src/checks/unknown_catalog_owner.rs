//! References to groups and users that the Backstage catalog does not define.
//!
//! Backstage can also load groups and users from other repositories and from identity providers, which a clone does not
//! show. The check therefore reports nothing if the tracked files define no entity of the kind, if a location names
//! something outside the repository or a file that could not be read, or if some repositories in the map are not
//! checked.

use super::{Check, Context, KnownComponent, Properties, respell::respell_declared};
use crate::{
    advice::Advice,
    claims::{UnknownName, team},
    finding::{Finding, Severity},
    inventory::{Effect, Name, OwnerCatalog, OwnerEntity, OwnerReference, kind_and_name},
    text::{Place, closest_name, quoted},
};

pub(super) const CHECK: Check = Check {
    name: "unknown-catalog-owner",
    severity: Severity::Warning,
    summary: "A Backstage catalog refers to a group or user that it does not define.",
    what: "\
ownlint compares `spec.owner` of all entities, and the parents, children and members of groups, with \
the `Group` and `User` entities in tracked catalog files. References to groups are compared only if \
the catalog defines groups, and references to users only if the catalog defines users. If the \
catalog also loads entities from elsewhere, such as URLs or identity providers, nothing is reported. \
If the owner is not a team in the map either, `unknown-declared-team` reports the name instead. \
There is one finding per group or user, with all places that refer to it.",
    why: "\
Backstage shows no owner for an entity if the group or user does not exist. The name may be \
misspelled, or the group may have been renamed.",
    impact: "Backstage shows no owner for the entity.",
    fix: "\
If the name is misspelled, correct it. Otherwise, add the group or user to the catalog.",
    example: "\
kind: Component
spec: {owner: group:default/shop}

kind: Group
metadata: {name: shop-squad}       # no group is named `shop`",
    properties: Properties::ONE_FINDING,
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let owners = context.components().flat_map(|of| {
        let is_own = !of.declarations.is_vendored;
        let declarations = of.declarations.declarations.iter();
        let declarations = declarations.filter(move |it| is_own && it.effect == Effect::Owner);
        let names = declarations.flat_map(|declaration| &declaration.names);
        names.filter_map(move |name| of_owner(context, of, name))
    });
    let catalogs = context.repositories().map(|(_, it)| &it.owner_catalog);
    let entities = catalogs.flat_map(OwnerCatalog::iter);
    let relations = entities.flat_map(|of| of_relations(context, of));
    owners.chain(relations).collect()
}

/// Returns whether the check reports a name that is not in the map, so that no other check needs to.
pub(super) fn reports(context: &Context<'_>, at: usize, reference: &OwnerReference) -> bool {
    reference.is_user()
        && CHECK.is_on(context, Some(at))
        && context.is_undefined_owner(&reference.entity)
}

/// Returns the finding about the owner that a component declares.
fn of_owner(context: &Context<'_>, of: KnownComponent<'_>, name: &Name) -> Option<Finding> {
    let entity = &name.reference.as_ref()?.entity;
    if !context.is_undefined_owner(entity) {
        return None;
    }
    let teams = &context.map.teams;
    let is_reported = team(name, teams).is_some()
        || (name.may_be_person && UnknownName::of(name, teams) == UnknownName::Person);
    if !is_reported {
        return None;
    }
    let written = name.as_written();
    let (what, label) = undefined(entity);
    let near = near(context, entity).or_else(|| group_of_team(context, name));
    let near = near.map(|near| {
        let start = written.rfind(['/', ':']).map_or(0, |at| at + 1);
        let new = format!("{}{near}", &written[..start]);
        let fix = respell_declared(of.component, &name.place, written, &new);
        Advice::edit(format!("did you mean {}?", quoted(&new)), fix)
    });
    Some(Finding {
        subject: entity.clone(),
        label,
        advice: vec![near.unwrap_or_else(|| in_words(entity))],
        ..CHECK.of(
            of.component,
            name.place.clone(),
            &format!("belongs to {what}"),
        )
    })
}

/// Returns the findings about the groups and users to which a group or user refers.
fn of_relations(context: &Context<'_>, of: &OwnerEntity) -> Vec<Finding> {
    let undefined_ones = of.relations.iter();
    let undefined_ones = undefined_ones.filter(|it| context.is_undefined_owner(&it.entity));
    undefined_ones
        .map(|relation| {
            let (what, label) = undefined(&relation.entity);
            let near = near(context, &relation.entity);
            let near = near.map(|near| format!("did you mean {}?", quoted(near)));
            let place: Place = relation.place.clone();
            Finding {
                subject: relation.entity.clone(),
                label,
                advice: vec![near.map_or_else(|| in_words(&relation.entity), Advice::in_words)],
                ..CHECK.at(place, format!("{} refers to {what}", quoted(&of.entity)))
            }
        })
        .collect()
}

/// Returns the description of an entity that is not defined, and the label for the place of a reference to it.
fn undefined(entity: &str) -> (String, String) {
    let (kind, name) = kind_and_name(entity);
    let name = name.strip_prefix("default/").unwrap_or(name);
    let what = format!(
        "{kind} {}, which the Backstage catalog does not define",
        quoted(name)
    );
    (what, format!("unknown {kind}"))
}

/// Returns the name of a defined entity of the same kind and namespace that is spelled similarly to one that is not
/// defined.
pub(super) fn near<'c>(context: &Context<'c>, entity: &str) -> Option<&'c str> {
    if !context.is_undefined_owner(entity) {
        return None;
    }
    let (start, name) = entity.rsplit_once('/')?;
    let entities = context
        .repositories()
        .flat_map(|(_, it)| it.owner_catalog.iter());
    let same = entities.filter(|it| {
        it.entity
            .rsplit_once('/')
            .is_some_and(|(of, _)| of == start)
    });
    closest_name(name, same.map(|it| it.name.as_str()))
}

/// Returns the only group of the team that a name refers to.
fn group_of_team<'c>(context: &Context<'c>, name: &Name) -> Option<&'c str> {
    let teams = &context.map.teams;
    let owner = team(name, teams)?.team;
    let catalogs = context.repositories().map(|(_, it)| &it.owner_catalog);
    let mut groups = catalogs.flat_map(OwnerCatalog::iter).filter(|group| {
        let names = [&group.entity, &group.name].into_iter();
        let mut names = names.chain(&group.titles).chain(&group.email);
        !group.is_user() && names.any(|name| teams.resolve(name) == Some(owner))
    });
    let first = groups.next();
    first
        .filter(|_| groups.next().is_none())
        .map(|group| group.name.as_str())
}

fn in_words(entity: &str) -> Advice {
    let (kind, _) = kind_and_name(entity);
    Advice::in_words(format!(
        "correct the name, or add the {kind} to the catalog"
    ))
}
