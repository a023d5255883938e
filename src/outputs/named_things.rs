//! What a name refers to.

use std::borrow::Cow;

use serde::Serialize;

use super::{Location, pages::PagesEntry, path_text};
use crate::{
    alerting::TeamPages,
    config::Map,
    inventory::NameKind,
    lookup::{NamedThing, Understanding},
    resolution::Verdict,
    text::{has_template_tag, joined, quoted, without_template_code},
    workspace::Places,
};

/// What a name refers to, and who owns it.
#[derive(Serialize)]
pub(crate) struct NamedEntry<'a> {
    kind: &'static str,
    name: &'a str,
    repository: &'a str,
    path: String,
    location: Location,
    /// The component: itself, or the one that is assigned to a machine.
    component: Option<String>,
    verdict: &'static str,
    owners: Vec<&'a str>,
    /// The receivers of the alert, by configuration; empty for anything else.
    pages: Vec<PagesEntry<'a>>,
    /// The teams that the rule of its alert names, if none of them is in the map. Then the owners are those of the file.
    unknown_teams: Vec<Cow<'a, str>>,
    /// How the name was understood, if it is not exactly the name of the thing.
    understood_as: Vec<UnderstandingEntry<'a>>,
}

/// How a name was understood.
#[derive(Serialize)]
struct UnderstandingEntry<'a> {
    /// `pod`, `unverified-namespace`, `default-node`, `last-part` or `mention`.
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<&'a str>,
}

impl<'a> UnderstandingEntry<'a> {
    fn new(understanding: &'a Understanding) -> Self {
        let (kind, namespace) = match understanding {
            Understanding::Pod => ("pod", None),
            Understanding::LastPart => ("last-part", None),
            Understanding::UnverifiedNamespace(namespace) => {
                ("unverified-namespace", Some(&**namespace))
            }
            Understanding::DefaultNode => ("default-node", None),
            Understanding::Mention => ("mention", None),
        };
        Self { kind, namespace }
    }
}

impl<'a> NamedEntry<'a> {
    /// Creates the entry of each thing.
    pub fn all(map: &'a Map, things: &'a [NamedThing<'_>], pages: &'a TeamPages) -> Vec<Self> {
        let things = things.iter();
        things.map(|thing| Self::new(map, thing, pages)).collect()
    }

    /// Creates the entry of a thing.
    pub fn new(map: &'a Map, thing: &'a NamedThing<'_>, pages: &'a TeamPages) -> Self {
        let rule = thing.rule().map(|rule| pages.of_alerts([rule]));
        let unknown = thing.unknown_teams.iter();
        let unknown = unknown.map(|name| without_template_code(name));
        Self {
            kind: thing.kind.name(),
            name: &thing.name,
            repository: &thing.repository.name,
            path: path_text(thing.place.path()),
            location: Location::new(&thing.place),
            component: component(thing),
            verdict: thing.resolution.verdict.name(),
            owners: map.teams.names(&thing.resolution.owners),
            pages: PagesEntry::all(pages, &rule.unwrap_or_default()),
            unknown_teams: unknown.collect(),
            understood_as: thing
                .understanding
                .iter()
                .map(UnderstandingEntry::new)
                .collect(),
        }
    }
}

fn component(thing: &NamedThing<'_>) -> Option<String> {
    let component = thing
        .component
        .map(|id| &thing.repository.components[id as usize]);
    component.map(|component| component.id())
}

/// Returns what a name refers to, and where it is.
pub(crate) fn named_thing(thing: &NamedThing<'_>, places: &Places) -> String {
    let role = component(thing).filter(|_| thing.kind != NameKind::Component);
    let role = role.map_or(String::new(), |id| format!(" of {}", quoted(id)));
    let (name, kind) = (quoted(&thing.name), thing.kind.words());
    let place = places.position(&thing.place);
    match thing.is_mention() {
        true => format!("{name} is mentioned in {place}"),
        false => format!("{name} is {kind}{role} ({place})"),
    }
}

/// Returns how a name was understood, if it is not exactly the name of the thing.
pub(crate) fn understood_as(thing: &NamedThing<'_>) -> Option<String> {
    let part = |understanding: &Understanding| match understanding {
        Understanding::Pod => Some(format!("pod of {}", quoted(&thing.name))),
        Understanding::UnverifiedNamespace(namespace) => Some(format!(
            "namespace {}, which no file confirms",
            quoted(namespace)
        )),
        Understanding::LastPart => Some(format!(
            "{}, whose name only ends alike",
            quoted(&thing.name)
        )),
        Understanding::DefaultNode => {
            Some("host without a node definition of its own (`default`)".to_owned())
        }
        // The line that names the thing says so.
        Understanding::Mention => None,
    };
    let parts = thing.understanding.iter().filter_map(part);
    let parts = joined(parts, " · ");
    (!parts.is_empty()).then(|| format!("understood as: {parts}"))
}

/// Returns that the rule of an alert names teams that are not in the map.
pub(crate) fn unknown_teams(thing: &NamedThing<'_>) -> Option<String> {
    let names = thing.unknown_teams.iter();
    let names = names.map(|name| quoted(&*without_template_code(name)));
    let teams = joined(names, " and ");
    match thing.unknown_teams.len() {
        0 => None,
        _ if thing
            .unknown_teams
            .iter()
            .all(|name| has_template_tag(name)) =>
        {
            Some("declares a team that a template fills in".to_owned())
        }
        1 => Some(format!("declares the unknown team {teams}")),
        _ => Some(format!("declares the unknown teams {teams}")),
    }
}

/// Returns the same with its owners.
pub(crate) fn named_line(map: &Map, thing: &NamedThing<'_>, places: &Places) -> String {
    let owners = map.teams.names(&thing.teams()).into_iter();
    let owners = joined(owners.map(quoted), " and ");
    let unknown = unknown_teams(thing);
    let owner = match thing.resolution.verdict {
        Verdict::Owned if unknown.is_some() || thing.is_mention() => {
            format!("its file is owned by {owners}")
        }
        Verdict::Owned => format!("owned by {owners}"),
        Verdict::Conflicting => format!("conflicting claims for {owners}"),
        Verdict::Exempt => "exempt: needs no owner".to_owned(),
        Verdict::Unowned if !owners.is_empty() => {
            format!("no owner as a whole; its files are owned by {owners}")
        }
        Verdict::Unowned => "no owner".to_owned(),
    };
    let unknown = unknown.map_or(String::new(), |text| format!("{text}; "));
    let understood = understood_as(thing).map_or(String::new(), |text| format!("\n  {text}"));
    format!(
        "{}: {unknown}{owner}{understood}",
        named_thing(thing, places)
    )
}
