//! The receivers of the alerts of a team, or of single alerts, in the answers of several commands.

use serde::Serialize;

use crate::{
    alerting::{Configuration, KnownConfiguration, Pages, ReachedReceiver, TeamPages},
    outputs::Location,
    text::{joined, printable, quoted},
    workspace::Places,
};

/// The number of possible receivers that are shown.
const MOST: usize = 4;

/// The receivers in one configuration.
#[derive(Debug, Serialize)]
pub(crate) struct PagesEntry<'a> {
    location: Location,
    /// The receivers that all of the alerts reach.
    certain: Vec<ReceiverEntry<'a>>,
    /// The receivers that some of them may reach.
    possible: Vec<ReceiverEntry<'a>>,
}

/// A receiver, and the kinds of its integrations.
#[derive(Debug, Serialize)]
pub(crate) struct ReceiverEntry<'a> {
    pub name: String,
    /// Whether a template decides the name, which is shown with placeholders.
    templated: bool,
    /// `None` if the configuration does not list the receiver.
    integrations: Option<&'a [&'static str]>,
}

impl<'a> PagesEntry<'a> {
    pub(crate) fn all(pages: &'a TeamPages, shown: &[Pages]) -> Vec<Self> {
        let entry = |of: &Pages| {
            let configuration = &pages.routing.configurations[of.configuration].configuration;
            Self {
                location: Location::new(&configuration.place),
                certain: ReceiverEntry::all(configuration, &of.certain),
                possible: ReceiverEntry::all(configuration, &of.possible),
            }
        };
        shown.iter().map(entry).collect()
    }
}

impl<'a> ReceiverEntry<'a> {
    pub(crate) fn all(
        configuration: &'a Configuration,
        receivers: &[ReachedReceiver],
    ) -> Vec<Self> {
        let receivers = receivers.iter();
        let entry = |receiver: &ReachedReceiver| Self {
            name: configuration.name_of(receiver).into_owned(),
            templated: configuration.is_template(receiver),
            integrations: configuration.integrations_of(receiver),
        };
        receivers.map(entry).collect()
    }
}

/// Returns a receiver with the kinds of its integrations: `sre-page` (PagerDuty, webhook).
pub(super) fn receiver(configuration: &Configuration, receiver: &ReachedReceiver) -> String {
    let name = quoted(&*configuration.name_of(receiver));
    match configuration.integrations_of(receiver) {
        None if configuration.is_template(receiver) => format!("{name} (name from a template)"),
        None => name,
        Some([]) => format!("{name} (no integration)"),
        Some(kinds) => format!("{name} ({})", kinds.join(", ")),
    }
}

/// Returns where a configuration is, and its name.
pub(super) fn title(known: &KnownConfiguration, places: &Places) -> String {
    let configuration = &known.configuration;
    let position = places.position(&configuration.place);
    match &configuration.name {
        Some(name) => format!("{} in {position}", printable(name)),
        None => position,
    }
}

/// Returns the certain and the possible receivers, one line for each configuration.
pub(super) fn lines(pages: &TeamPages, all: &[Pages], places: &Places) -> Vec<String> {
    let line = |of: &Pages| {
        let known = &pages.routing.configurations[of.configuration];
        let list = |receivers: &[ReachedReceiver]| {
            let shown = receivers.iter().take(MOST);
            let shown = shown.map(|it| receiver(&known.configuration, it));
            let shown = joined(shown, ", ");
            match receivers.len().saturating_sub(MOST) {
                0 => shown,
                more => format!("{shown} … and {more} more"),
            }
        };
        let (certain, possible) = (list(&of.certain), list(&of.possible));
        let text = match (certain.is_empty(), possible.is_empty()) {
            (false, true) => certain,
            (false, false) => format!("{certain}, possibly {possible}"),
            (true, _) => format!("possibly {possible}"),
        };
        match all.len() {
            1 => text,
            _ => format!("{text} [{}]", title(known, places)),
        }
    };
    all.iter().map(line).collect()
}
