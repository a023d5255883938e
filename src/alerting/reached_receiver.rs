//! The receivers that alerts reach, with the names that result from templates.

use std::borrow::Cow;

use rustc_hash::FxHashSet;

use super::{
    LabelSet,
    configuration::{Configuration, ReceiverName},
    matcher::{Matcher, Operator},
    read::is_paging,
};
use crate::text::{code_of_output, is_template_tag, template_parts};

/// A receiver that alerts reach.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReachedReceiver {
    /// The position of its name.
    pub at: usize,
    /// Its name, if a template decides and the labels show how.
    pub filled: Option<String>,
}

impl ReachedReceiver {
    /// Creates a receiver from the position of a name that no template decides.
    pub(super) fn of_name(at: usize) -> Self {
        Self { at, filled: None }
    }
}

/// Receivers that alerts reach in one configuration.
#[derive(Debug, Default)]
pub(super) struct ReceiverSet {
    /// By position, those whose name no template decides.
    literal: Vec<bool>,
    filled: FxHashSet<ReachedReceiver>,
}

impl ReceiverSet {
    /// Adds a receiver. Returns whether it is a new one.
    pub fn insert(&mut self, receiver: &ReachedReceiver) -> bool {
        if receiver.filled.is_some() {
            return !self.filled.contains(receiver) && self.filled.insert(receiver.clone());
        }
        if self.literal.len() <= receiver.at {
            self.literal.resize(receiver.at + 1, false);
        }
        !std::mem::replace(&mut self.literal[receiver.at], true)
    }
}

impl Configuration {
    /// Returns the possible receivers of alerts with some labels that end at a route.
    pub fn receivers_of(&self, route: usize, labels: &LabelSet) -> Vec<ReachedReceiver> {
        let receivers = self.routes[route].receivers.iter();
        let receivers = receivers.filter_map(|at| {
            let name = &self.receiver_names[*at];
            let filled = self.filled(route, name, |label| labels.get(label));
            let is_possible = filled.as_ref().is_none_or(|name| self.may_have(name));
            is_possible.then_some(ReachedReceiver { at: *at, filled })
        });
        receivers.collect()
    }

    /// Returns whether a receiver may exist. A route with a receiver that does not exist is rejected, so no template
    /// creates one.
    fn may_have(&self, name: &str) -> bool {
        self.has_unknown_receivers || self.receivers.named(name).is_some()
    }

    /// Returns whether the values of labels show that a template creates a route for them: it is the iteration of a loop
    /// with these values, whose receiver exists.
    pub(super) fn is_created<'l>(
        &self,
        route: usize,
        value: impl Fn(&str) -> Option<&'l str> + Copy,
    ) -> bool {
        let found = &self.routes[route];
        let mut matchers = found.matchers.iter();
        let mut receivers = found.receivers.iter();
        matchers.all(|it| !it.is_unknown() || is_of_loop(it))
            && receivers.all(|at| {
                let filled = self.filled(route, &self.receiver_names[*at], value);
                filled.is_some_and(|name| self.may_have(&name))
            })
    }

    /// Returns the name of a receiver of a route, if a template decides it and labels that the route tests show the
    /// result: in a loop, `name-<%= site %>` is `name-a` for alerts with the label `site="a"` if the matcher is
    /// `site="<%= site %>"`.
    fn filled<'l>(
        &self,
        route: usize,
        name: &ReceiverName,
        known: impl Fn(&str) -> Option<&'l str>,
    ) -> Option<String> {
        if !name.is_template {
            return None;
        }
        let path = self.path(route);
        let matchers = || path.iter().flat_map(|at| &self.routes[*at].matchers);
        let value = |code: &str| {
            let is_same = |matcher: &&Matcher| {
                is_of_loop(matcher) && whole_output(&matcher.value) == Some(code)
            };
            matchers()
                .filter(is_same)
                .find_map(|matcher| known(&matcher.label))
        };
        let mut filled = String::new();
        for part in name.parts() {
            match is_template_tag(part) {
                true => filled += value(code_of_output(part)?)?,
                false => filled += part,
            }
        }
        Some(filled)
    }

    /// Returns the name of a receiver, with placeholders if it is not known what a template results in.
    pub fn name_of<'c>(&'c self, receiver: &'c ReachedReceiver) -> Cow<'c, str> {
        match &receiver.filled {
            Some(filled) => Cow::Borrowed(filled),
            None => self.receiver_names[receiver.at].shown(),
        }
    }

    /// Returns whether a template decides the name of a receiver, and it is not known how.
    pub fn is_template(&self, receiver: &ReachedReceiver) -> bool {
        receiver.filled.is_none() && self.receiver_names[receiver.at].is_template
    }

    /// Returns whether a receiver wakes people.
    pub(super) fn is_paging(&self, receiver: &ReachedReceiver) -> bool {
        let mut kinds = self.integrations_of(receiver).into_iter().flatten();
        kinds.any(|kind| is_paging(kind))
    }

    /// Returns the kinds of the integrations of a receiver; `None` if it is not listed.
    pub fn integrations_of(&self, receiver: &ReachedReceiver) -> Option<&[&'static str]> {
        match &receiver.filled {
            Some(name) => self.integrations_of_name(name),
            None => self.integrations(receiver.at),
        }
    }
}

/// Returns whether a matcher requires that a label has the value of one output of a template.
fn is_of_loop(matcher: &Matcher) -> bool {
    matcher.operator == Operator::Equal && whole_output(&matcher.value).is_some()
}

/// Returns the code of a text that consists of only one output of a template.
fn whole_output(text: &str) -> Option<&str> {
    let mut parts = template_parts(text);
    let first = parts.next().filter(|_| parts.next().is_none());
    code_of_output(first?)
}
