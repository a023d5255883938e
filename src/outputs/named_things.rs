//! What a name refers to.

use serde::Serialize;

use super::{Location, pages::PagesEntry, path_text};
use crate::{
    alerting::TeamPages,
    config::Map,
    inventory::NameKind,
    lookup::NamedThing,
    resolution::Verdict,
    text::{joined, quoted},
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
    format!("{name} is {kind}{role} ({place})")
}

/// Returns the same with its owners.
pub(crate) fn named_line(map: &Map, thing: &NamedThing<'_>, places: &Places) -> String {
    let owners = map.teams.names(&thing.teams()).into_iter();
    let owners = joined(owners.map(quoted), " and ");
    let owner = match thing.resolution.verdict {
        Verdict::Owned => format!("owned by {owners}"),
        Verdict::Conflicting => format!("conflicting claims for {owners}"),
        Verdict::Exempt => "exempt: needs no owner".to_owned(),
        Verdict::Unowned => "no owner".to_owned(),
    };
    format!("{}: {owner}", named_thing(thing, places))
}
