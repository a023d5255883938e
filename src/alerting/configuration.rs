use std::{borrow::Cow, sync::Arc};

use rustc_hash::FxHashSet;

use super::{Receivers, matcher::Matcher};
use crate::inventory::template::Condition;
use crate::text::{
    MAX_SUGGESTIONS, Place, Span, closest_name, did_you_mean, is_template_tag, joined, quoted,
    template_parts, without_template_code,
};

/// The receiver that Grafana has without any configuration.
const DEFAULT_CONTACT_POINT: &str = "grafana-default-email";

/// A tree of notification routes, and the receivers that it refers to.
#[derive(Debug)]
pub struct Configuration {
    /// The program that reads it.
    pub kind: ConfigurationKind,
    /// The name of its resource, if it has one.
    pub name: Option<String>,
    /// The place of the root route.
    pub place: Place,
    /// The notification routes, each after its parent. The first one is the root.
    pub routes: Vec<NotificationRoute>,
    /// The receivers that it defines.
    pub receivers: Arc<Receivers>,
    /// Whether it may have receivers that are not listed.
    pub has_unknown_receivers: bool,
    /// Where there may be routes about which nothing is known, because a template adds them or they are invalid.
    pub unknown_routes: Option<Place>,
    /// The names of all receivers to which routes refer, each once.
    pub receiver_names: Vec<ReceiverName>,
    /// The labels that matchers test, each once.
    pub labels: Vec<Arc<str>>,
    /// The number of variants of each condition in the template.
    pub(super) variants: Vec<usize>,
}

/// The program that reads a configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfigurationKind {
    /// Alertmanager.
    Alertmanager,
    /// The Prometheus operator, from a resource in a namespace.
    Operator,
    /// Grafana.
    Grafana,
}

/// A notification route: which alerts it takes, and where they go.
#[derive(Debug)]
pub struct NotificationRoute {
    /// The position of its parent; `None` for the root.
    pub parent: Option<usize>,
    /// The positions of the routes in it, in order.
    pub children: Vec<usize>,
    /// The conditions that an alert must meet.
    pub matchers: Vec<Matcher>,
    /// The positions of the possible receivers among all names. There are several if a template decides.
    pub receivers: Vec<usize>,
    /// The places of the receivers in the route itself; empty if it inherits the receiver.
    pub own_receivers: Vec<(usize, Place)>,
    /// Whether alerts also go to later routes; `None` if a template decides.
    pub continues: Option<bool>,
    /// The place of the route.
    pub place: Place,
    /// The conditions of the template under which the route exists.
    pub(super) conditions: Vec<Condition>,
    /// By matcher: the position of its label.
    pub(super) tested: Vec<usize>,
}

/// The name of a receiver in a route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiverName {
    /// The name, as written if a template decides. Its code may contain something secret.
    pub text: String,
    /// Whether a template decides.
    pub is_template: bool,
}

/// Something in a configuration that does not work as intended.
#[derive(Debug, Clone)]
pub struct ConfigurationProblem {
    /// The kind.
    pub kind: ConfigurationProblemKind,
    /// The place.
    pub place: Place,
    /// What is wrong, in one sentence.
    pub message: String,
    /// How to fix it.
    pub help: Option<String>,
}

/// The kind of a problem in a configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConfigurationProblemKind {
    /// The configuration is rejected as a whole.
    Invalid,
    /// The blocks of its template cannot be read, so that all routes in them are only possible.
    Template,
    /// A document of the file could not be parsed.
    Syntax,
    /// A document could not be parsed that may contain notification routes, or something else.
    UncertainSyntax,
    /// A part is not read because of a limit of ownlint.
    Limit,
    /// A regular expression is rejected.
    Expression,
    /// A receiver does not exist.
    Receiver,
}

impl Configuration {
    /// Returns the routes from the root to a route.
    pub fn path(&self, route: usize) -> Vec<usize> {
        let mut path = vec![route];
        let mut at = route;
        while let Some(parent) = self.routes[at].parent {
            path.push(parent);
            at = parent;
        }
        path.reverse();
        path
    }

    /// Returns whether any route tests a label.
    pub fn tests(&self, label: &str) -> bool {
        self.labels.iter().any(|tested| **tested == *label)
    }

    /// Returns the matchers of a route and of the routes around it, as `{team="sre"}/{severity="page"}`.
    pub fn matchers_to(&self, route: usize) -> String {
        let path = self.path(route);
        let parts = path.iter().skip(1).map(|at| {
            let matchers = self.routes[*at].matchers.iter();
            format!("{{{}}}", joined(matchers.map(ToString::to_string), ","))
        });
        joined(parts, "/")
    }

    /// Returns the kinds of the integrations of a receiver; `None` if it is not listed.
    pub fn integrations(&self, receiver: usize) -> Option<&[&'static str]> {
        let name = &self.receiver_names[receiver];
        let literal = (!name.is_template).then_some(&*name.text);
        self.integrations_of_name(literal?)
    }

    pub(super) fn integrations_of_name(&self, name: &str) -> Option<&[&'static str]> {
        Some(&self.receivers.named(name)?.integrations)
    }

    /// Returns a problem for each receiver that a route names and that does not exist. Returns none if there may be
    /// receivers that are not listed.
    pub(super) fn missing_receivers(&self) -> Vec<ConfigurationProblem> {
        if self.has_unknown_receivers {
            return Vec::new();
        }
        let listed = self.receivers.iter().map(|it| it.name.as_str());
        let default = (self.kind == ConfigurationKind::Grafana).then_some(DEFAULT_CONTACT_POINT);
        let known: FxHashSet<&str> = listed.chain(default).collect();
        let used = self.routes.iter().flat_map(|route| &route.own_receivers);
        let used = used.map(|(at, place)| (&self.receiver_names[*at], place));
        let missing = used.filter(|(it, _)| !it.is_template && !known.contains(&*it.text));
        let problems = missing.enumerate().map(|(at, (name, place))| {
            let near =
                (at < MAX_SUGGESTIONS).then(|| closest_name(&name.text, known.iter().copied()));
            ConfigurationProblem {
                kind: ConfigurationProblemKind::Receiver,
                place: place.clone(),
                message: format!("receiver {} does not exist", quoted(&name.text)),
                help: did_you_mean(near.flatten())
                    .or_else(|| Some("add the receiver, or use another one".to_owned())),
            }
        });
        problems.collect()
    }
}

impl NotificationRoute {
    /// Returns the place of its first line.
    pub fn first_line(&self) -> Place {
        let Place::Text(source, span) = &self.place else {
            return self.place.clone();
        };
        let text = source.text().get(span.range()).unwrap_or_default();
        let line = text.lines().next().unwrap_or_default();
        let start = span.start as usize;
        let end = start + line.trim_end().len();
        Place::Text(Arc::clone(source), Span::new(start, end))
    }
}

impl ReceiverName {
    /// Returns whether it is, or may become, the name of a receiver. The literal parts around what a template decides
    /// must occur in order.
    pub fn may_be(&self, name: &str) -> bool {
        match self.is_template {
            true => may_become(&self.text, name),
            false => self.text == name,
        }
    }

    /// Returns the name with placeholders for what a template decides.
    pub fn shown(&self) -> Cow<'_, str> {
        without_template_code(&self.text)
    }

    /// Returns the tags of a template in it, and the text between them.
    pub(super) fn parts(&self) -> impl Iterator<Item = &str> {
        template_parts(&self.text)
    }
}

/// Returns whether a text may become `result` if a template decides parts of it. The literal parts must occur in order.
pub(super) fn may_become(text: &str, result: &str) -> bool {
    let parts: Vec<&str> = template_parts(text).collect();
    let (last, parts) = match parts.split_last() {
        Some((last, parts)) if !is_template_tag(last) => (*last, parts),
        _ => ("", &parts[..]),
    };
    let Some(mut rest) = result.strip_suffix(last) else {
        return false;
    };
    let mut parts = parts.iter().enumerate();
    parts.all(|(at, part)| {
        if is_template_tag(part) {
            return true;
        }
        let found = rest.find(part).filter(|found| at > 0 || *found == 0);
        rest = found.map_or("", |found| &rest[found + part.len()..]);
        found.is_some()
    })
}

impl ConfigurationProblemKind {
    /// Returns its name, which is part of the identity of findings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Invalid | Self::Syntax => "invalid",
            Self::UncertainSyntax => "uncertain",
            Self::Template => "template",
            Self::Limit => "limit",
            Self::Expression => "expression",
            Self::Receiver => "receiver",
        }
    }

    /// Returns whether notification routes may be missing from all answers.
    pub fn hides_routes(self) -> bool {
        matches!(self, Self::Syntax | Self::UncertainSyntax | Self::Limit)
    }

    /// Returns the label at its place.
    pub fn label(self) -> &'static str {
        match self {
            Self::Invalid | Self::Syntax | Self::UncertainSyntax | Self::Template => {
                "the problem is here"
            }
            Self::Limit => "not read from here",
            Self::Expression => "invalid expression",
            Self::Receiver => "no such receiver",
        }
    }
}
