//! Backstage's `catalog-info.yaml`: teams as Groups, components of the map as Components.
//!
//! Source: Backstage's descriptor format. There, a component has one owner and paths have none, so there are no
//! answers for files. Notes report what the catalog does not contain.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Dialect, Ownership, Refusal, Written, last_match::head};
use crate::{
    claims::ComponentId,
    config::{Team, TeamId},
    inventory::detectors::backstage::DETECTOR,
    resolution::{Verdict, owner_set},
    text::{and_more, count, printable, quoted},
};

/// The dialect.
pub const DIALECT: Dialect = Dialect {
    name: "backstage",
    summary: "Backstage catalog-info.yaml (Groups and Components)",
    locations: &["catalog-info.yaml"],
    is_per_folder: false,
    forge: None,
    signature: None,
    answer: None,
    entries: None,
    sections: None,
    has_exempting_lines: false,
    groups: None,
    reviewers: None,
    extra: |line| (!line.trim().is_empty()).then_some("line"),
    write,
};

/// The maximum length of an entity name.
const MAX_NAME: usize = 63;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entity<'a, S> {
    api_version: &'static str,
    kind: &'static str,
    metadata: Metadata<'a>,
    spec: S,
}

#[derive(Serialize)]
struct Metadata<'a> {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    annotations: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    links: Vec<Link<'a>>,
}

#[derive(Serialize)]
struct Link<'a> {
    url: &'a str,
    title: &'a str,
}

#[derive(Serialize)]
struct GroupSpec<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    profile: Profile<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<&'a str>,
    children: Vec<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Profile<'a> {
    display_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
}

#[derive(Serialize)]
struct ComponentSpec<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    lifecycle: &'static str,
    owner: String,
}

fn write(ownership: &Ownership<'_>) -> Result<Written, Vec<Refusal>> {
    let mut text = head(ownership, "# ");
    let mut notes = Vec::new();
    for (id, team) in ownership
        .teams()
        .iter()
        .filter(|(_, team)| team.retired.is_none())
    {
        text += &yaml(&group(ownership, id, team))?;
    }
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let mut refusals = Vec::new();
    let mut skipped: BTreeMap<Verdict, Vec<String>> = BTreeMap::new();
    let mut too_long = Vec::new();
    let repository = ownership.repository;
    // Components of the Backstage detector already have an entity in a catalog.
    let components = repository.components.iter().zip(0..);
    for (component, id) in components.filter(|(it, _)| it.is_listed && it.detector != DETECTOR.name)
    {
        let shown = component.id();
        let Some(owners) = owners_of(ownership, id) else {
            skipped
                .entry(repository.verdict_of(id))
                .or_default()
                .push(shown);
            continue;
        };
        let name = entity_name(&shown);
        if let Some(other) = names.insert(name.clone(), shown.clone()) {
            refusals.push(Refusal {
                place: None,
                message: format!(
                    "components {} and {} would both be named `{name}`",
                    quoted(other),
                    quoted(&shown)
                ),
                help: None,
            });
        }
        if name.len() > MAX_NAME {
            too_long.push(shown);
            continue;
        }
        text += &yaml(&Entity {
            api_version: "backstage.io/v1alpha1",
            kind: "Component",
            metadata: Metadata {
                name,
                title: Some(&component.name),
                description: None,
                annotations: joint(ownership, &owners),
                links: Vec::new(),
            },
            spec: ComponentSpec {
                kind: component.kind,
                lifecycle: "production",
                owner: format!("group:{}", ownership.teams().name(owners[0])),
            },
        })?;
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    for (verdict, components) in &skipped {
        let why = format!("without a common owner ({})", verdict.name());
        notes.push(skipped_note(components, &why));
    }
    if !too_long.is_empty() {
        let why = format!("with a name longer than {MAX_NAME} characters");
        notes.push(skipped_note(&too_long, &why));
    }
    let outside = owned_outside_components(ownership);
    if outside > 0 {
        notes.push(format!(
            "skipped {} without a component, because Backstage supports owners only for \
             components",
            count(outside as u64, "owned file")
        ));
    }
    Ok(Written {
        files: vec![(DIALECT.locations[0].into(), text)],
        notes,
        ..Written::default()
    })
}

fn yaml(entity: &impl Serialize) -> Result<String, Vec<Refusal>> {
    serde_yaml::to_string(entity)
        .map(|text| format!("---\n{text}"))
        .map_err(|error| {
            vec![Refusal {
                place: None,
                message: error.to_string(),
                help: None,
            }]
        })
}

fn group<'a>(
    ownership: &'a Ownership<'_>,
    id: TeamId,
    team: &'a Team,
) -> Entity<'a, GroupSpec<'a>> {
    let teams = ownership.teams();
    let is_child = |child: &Team| child.parent == Some(id);
    let email = team.contacts.iter().find(|(kind, _)| kind == "email");
    let links = team
        .contacts
        .iter()
        .filter(|(_, to)| to.starts_with("https://") || to.starts_with("http://"));
    Entity {
        api_version: "backstage.io/v1alpha1",
        kind: "Group",
        metadata: Metadata {
            name: team.id.value.clone(),
            title: Some(team.display_name()),
            description: team.description.as_deref(),
            annotations: BTreeMap::new(),
            links: links.map(|(title, url)| Link { url, title }).collect(),
        },
        spec: GroupSpec {
            kind: "team",
            profile: Profile {
                display_name: team.display_name(),
                email: email.map(|(_, address)| address.as_str()),
            },
            parent: team.parent.map(|parent| teams.name(parent)),
            children: teams
                .iter()
                .filter(|(_, child)| is_child(child))
                .map(|(_, child)| child.id.value.as_str())
                .collect(),
        },
    }
}

/// Returns the owners of a component, primary owner first; `None` unless all of its files are owned.
/// The catalog file itself never counts, whether it exists or not.
fn owners_of(ownership: &Ownership<'_>, id: ComponentId) -> Option<Vec<TeamId>> {
    let repository = ownership.repository;
    let component = &repository.components[id as usize];
    let files = &repository.listing.files;
    let is_other = |file: &usize| !DIALECT.writes(ownership, files.get(*file).path);
    let others = component.files(files).filter(is_other);
    let outcomes = repository.by_outcome(ownership.teams(), others);
    let whole = repository.summarize(id, &outcomes);
    (whole.verdict == Verdict::Owned && !whole.owners.is_empty()).then_some(whole.owners)
}

/// Returns an annotation that lists the owners if there are several: Backstage supports only one.
fn joint(ownership: &Ownership<'_>, owners: &[TeamId]) -> BTreeMap<&'static str, String> {
    let names: Vec<&str> = owners
        .iter()
        .map(|id| ownership.teams().name(*id))
        .collect();
    let is_joint = owner_set(owners).len() > 1;
    is_joint
        .then(|| ("ownlint/owners", names.join(",")))
        .into_iter()
        .collect()
}

/// Returns a valid entity name: letters, digits, `-`, `_` and `.`, with a letter or digit at both ends.
fn entity_name(text: &str) -> String {
    let allowed = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.');
    let plain = printable(text).replace("::", ".");
    let name: String = plain
        .chars()
        .map(|char| if allowed(char) { char } else { '-' })
        .collect();
    name.trim_matches(|char: char| !char.is_ascii_alphanumeric())
        .to_owned()
}

/// Returns the note for components that the catalog does not contain, with the names of the first few.
fn skipped_note(components: &[String], why: &str) -> String {
    let all = components.len();
    let named = and_more(components.iter().take(3).map(quoted), all);
    format!("skipped {} {why}: {named}", count(all, "component"))
}

/// Returns the number of owned files outside every listed component.
fn owned_outside_components(ownership: &Ownership<'_>) -> usize {
    let repository = ownership.repository;
    let files = &repository.listing.files;
    let mut is_inside = vec![false; files.len()];
    let components = repository.components.iter();
    for component in components.filter(|component| component.is_listed) {
        component
            .files(files)
            .for_each(|file| is_inside[file] = true);
    }
    let owned = |file| repository.resolved.group_of(file).resolution.verdict == Verdict::Owned;
    (0..files.len())
        .filter(|file| !is_inside[*file] && owned(*file))
        .count()
}
