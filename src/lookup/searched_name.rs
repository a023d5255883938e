use std::{borrow::Cow, collections::BTreeSet, sync::Arc};

use super::{
    labels::labels,
    web_address::{dashboard_uid, normalized},
};
use crate::inventory::{
    FoundName, MentionedText, Mentions, NameKind,
    detectors::{
        docker_image::image_path,
        kubernetes_names::{ServiceName, is_kind, workloads},
    },
};

/// A name that a user typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchedName {
    /// The name.
    pub text: String,
    /// The address of the web, if it can be one.
    pub(super) address: Option<String>,
    /// Whether the user typed the name of a pod, of which this is the part before the random end.
    pub(super) is_pod: bool,
}

/// A label of an alert that names something: `instance="db1:9104"`.
#[derive(Debug)]
pub struct NamingLabel<'t> {
    /// The value as written.
    pub value: &'t str,
    /// Whether it names the alert itself.
    pub is_alert: bool,
    /// The names that the value may consist of.
    pub names: Vec<SearchedName>,
}

/// Returns a text without punctuation around it, as in a sentence.
pub fn without_punctuation(text: &str) -> &str {
    text.trim_matches(|char| "()<>[]{}\"'`,;.:?!".contains(char))
}

impl SearchedName {
    /// Creates the name.
    pub fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            address: normalized(text),
            is_pod: false,
        }
    }

    /// Creates the names of what a pod can belong to.
    fn of_pod(text: &str) -> impl Iterator<Item = Self> {
        let names = workloads(text).into_iter();
        names.map(|name| Self {
            is_pod: true,
            ..Self::new(name)
        })
    }

    /// Returns the names that a question may consist of: all of it, as written and without punctuation around it, and the
    /// name inside the notations of alerts and addresses.
    pub fn of_question(question: &str) -> Vec<Self> {
        let whole = question.split_whitespace().collect::<Vec<_>>().join(" ");
        let plain = without_punctuation(&whole);
        let texts = [plain, &*whole].into_iter();
        let mut names = distinct(texts);
        add_new(&mut names, inner_names(&whole));
        names.extend(Self::of_pod(plain));
        names
    }

    /// Returns the names that all of a question may be, apart from the labels of an alert in it.
    pub fn of_whole(question: &str) -> Vec<Self> {
        let labels = Self::in_labels(question);
        let is_in_label = |name: &Self| labels.iter().any(|label| label.names.contains(name));
        let mut names = Self::of_question(question);
        names.retain(|name| !is_in_label(name));
        names
    }

    /// Returns the labels in a question that name something, the most specific first.
    pub fn in_labels(question: &str) -> Vec<NamingLabel<'_>> {
        let all = labels(question);
        let value = |name: &str| {
            let set = all.iter().filter(|label| label.is_set);
            let mut same = set.filter(|label| question[label.key.clone()] == *name);
            same.find_map(|label| Some(&question[label.value.clone()]).filter(|it| !it.is_empty()))
        };
        let namespace = value(NAMESPACE_LABEL);
        let labels = NAMING_LABELS.iter().filter_map(|label| {
            let value = value(label)?;
            let is_workload = WORKLOAD_LABELS.contains(label);
            let full = namespace.filter(|_| is_workload);
            let full = full.map(|namespace| format!("{namespace}/{value}"));
            let texts = match *label {
                NAMESPACE_LABEL => vec![Cow::Owned(format!("{NAMESPACE_LABEL}/{value}"))],
                _ => {
                    let texts = [value].into_iter().chain(without_address(value));
                    let full = full.into_iter().map(Cow::Owned);
                    full.chain(texts.map(Cow::Borrowed)).collect()
                }
            };
            let mut names = distinct(texts.iter().map(|text| &**text));
            if *label == POD_LABEL {
                names.extend(Self::of_pod(value));
            }
            Some(NamingLabel {
                value,
                is_alert: *label == ALERT_LABEL,
                names,
            })
        });
        labels.collect()
    }

    /// Returns the names that a text may consist of: those of a question, and the name before a colon.
    pub fn of_text(text: &str) -> Vec<Self> {
        let before = text.split_once(": ").map(|(before, _)| before);
        let mut names = Self::of_question(text);
        names.extend(before.into_iter().flat_map(Self::of_question));
        names
    }

    /// Returns the same if the text may consist of the labels of an alert: the alert is its subject, and what the other
    /// labels name need not have the same owner.
    pub fn of_subject(text: &str) -> Vec<Self> {
        let labels = Self::in_labels(text);
        let Some(alert) = labels.iter().find(|label| label.is_alert) else {
            return Self::of_text(text);
        };
        let mut names = Self::of_whole(text);
        names.extend(alert.names.iter().cloned());
        names
    }

    /// Returns the words of a question with several words, each with the names that it may consist of: those that are no
    /// words of a language, because they contain a digit, a sign or a capital letter after the first letter, or have a
    /// colon behind them.
    pub fn in_question(question: &str) -> Vec<(&str, Vec<Self>)> {
        let words = question.split_whitespace();
        if words.clone().nth(1).is_none() {
            return Vec::new();
        }
        let mut names: Vec<(&str, Vec<Self>)> = Vec::new();
        for written in words {
            let word = without_punctuation(written);
            let is_name = is_identifier(word) || written.ends_with(':');
            if is_name && names.len() < MOST_NAMES && names.iter().all(|(known, _)| *known != word)
            {
                let mut of_word = distinct([word]);
                add_new(&mut of_word, inner_names(written));
                of_word.extend(Self::of_pod(word));
                names.push((word, of_word));
            }
        }
        names
    }

    /// Returns the search for files that contain texts of some names; `None` if there are none.
    pub fn mentions<'n>(names: impl IntoIterator<Item = &'n Self>) -> Option<Arc<Mentions>> {
        let texts: BTreeSet<MentionedText> = names.into_iter().flat_map(Self::texts).collect();
        (!texts.is_empty()).then(|| Arc::new(Mentions::new(texts)))
    }

    /// Returns texts of which each file contains one that names something by this name.
    fn texts(&self) -> Vec<MentionedText> {
        let service = ServiceName::new(&self.text);
        let service = service.map(|it| [Some(it.name), it.namespace]);
        let image = self.image().and_then(|path| path.rsplit('/').next());
        let address = self.address.as_ref().map(|_| {
            let (_, rest) = self.text.split_once("://").unwrap_or(("", &self.text));
            // The host may be written in another case.
            rest.split_once('/')
                .filter(|(_, path)| longest_word(path).is_some())
                .map_or(rest, |(_, path)| path)
        });
        let is_in_value = |char: char| char.is_ascii_alphanumeric() || "-._".contains(char);
        // What is named without a namespace has a key for the name.
        let is_value = |text: &str| text.chars().all(is_in_value) && longest_word(text).is_some();
        let whole = Some(self.text.as_str()).filter(|text| !is_value(text));
        let value = Some(self.text.as_str()).filter(|text| is_value(text));
        let notations = [
            whole,
            image,
            address,
            dashboard_uid(&self.text),
            self.behind_kind(),
        ];
        let notations = notations.into_iter().chain(service.into_iter().flatten());
        let text = |text: &str, is_value| MentionedText {
            text: text.to_owned(),
            is_value,
        };
        let words = notations.flatten().filter_map(longest_word);
        let words = words.map(|word| text(word, false));
        words.chain(value.map(|value| text(value, true))).collect()
    }

    /// Returns the name behind a kind of component: `kask` in `helm-chart:kask`.
    fn behind_kind(&self) -> Option<&str> {
        let (kind, name) = self.text.split_once(':')?;
        let is_kind = kind
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        (is_kind && name.starts_with(char::is_alphabetic)).then_some(name)
    }

    /// Returns the path of the image, if the name is written as one: with a directory, a registry or a tag.
    pub(super) fn image(&self) -> Option<&str> {
        let is_written = self.text.contains(['/', ':', '@']);
        image_path(&self.text).filter(|_| is_written)
    }

    /// Returns whether a file names something by this name.
    pub(super) fn is_name_of(&self, found: &FoundName) -> bool {
        let text = &*self.text;
        match found.kind {
            NameKind::Dashboard => found.name == text || dashboard_uid(text) == Some(&found.name),
            _ => {
                let namespace = found.namespace.as_deref();
                let kind = found.resource.as_deref();
                let is_full = || {
                    let (before, name) = text.split_once('/')?;
                    let is_kind = || kind.is_some_and(|kind| is_kind(before, kind));
                    Some(name == found.name && (Some(before) == namespace || is_kind()))
                };
                let is_service = || {
                    let service = ServiceName::new(text).filter(|_| kind == Some("Service"))?;
                    let is_there = [service.namespace, namespace].contains(&None)
                        || service.namespace == namespace;
                    Some(service.name == found.name && is_there)
                };
                found.is_unique && found.name == text
                    || is_full() == Some(true)
                    || is_service() == Some(true)
            }
        }
    }

    /// Returns whether something has the name of a service in exactly the namespace of the service.
    pub(super) fn is_workload_of_service(&self, found: &FoundName) -> bool {
        let is_same = |service: ServiceName<'_>| {
            let is_there =
                service.namespace.is_some() && found.namespace.as_deref() == service.namespace;
            found.kind == NameKind::Kubernetes && found.name == service.name && is_there
        };
        ServiceName::new(&self.text).is_some_and(is_same)
    }
}

/// Further names in a question are ignored.
const MOST_NAMES: usize = 20;

/// The label that names the alert.
const ALERT_LABEL: &str = "alertname";

/// The label that names a pod.
const POD_LABEL: &str = "pod";

/// The label that names a namespace.
const NAMESPACE_LABEL: &str = "namespace";

/// The labels that name something, the most specific first.
const NAMING_LABELS: [&str; 12] = [
    ALERT_LABEL,
    "instance",
    "host",
    "hostname",
    "node",
    POD_LABEL,
    "deployment",
    "statefulset",
    "daemonset",
    "cronjob",
    "service",
    NAMESPACE_LABEL,
];

/// The labels that name something in the namespace of the alert.
const WORKLOAD_LABELS: [&str; 5] = [
    "deployment",
    "statefulset",
    "daemonset",
    "cronjob",
    "service",
];

/// Returns whether a label names something.
pub fn is_naming_label(label: &str) -> bool {
    NAMING_LABELS.contains(&label)
}

/// Adds the names that are not known yet.
fn add_new(names: &mut Vec<SearchedName>, others: Vec<SearchedName>) {
    for name in others {
        if !names.contains(&name) {
            names.push(name);
        }
    }
}

fn distinct<'t>(texts: impl IntoIterator<Item = &'t str>) -> Vec<SearchedName> {
    let mut names: Vec<SearchedName> = Vec::new();
    for text in texts {
        if names.iter().all(|name| name.text != text) {
            names.push(SearchedName::new(text));
        }
    }
    names
}

/// Returns the names in the labels of an alert, in a URL and before a port.
fn inner_names(text: &str) -> Vec<SearchedName> {
    let plain = without_punctuation(text);
    let labels = SearchedName::in_labels(text);
    let is_scheme = |before: &str| before.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_url = plain
        .split_once("://")
        .is_some_and(|(before, _)| is_scheme(before));
    // The query of a URL can contain labels, too.
    let around = match is_url || labels.is_empty() {
        true => without_address(plain),
        false => Vec::new(),
    };
    let mut names = distinct(around);
    for label in labels {
        add_new(&mut names, label.names);
    }
    names
}

/// Returns what a text means without a query behind a URL, or without the scheme, the port and the path around the name
/// of a machine or service.
fn without_address(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let (rest, is_url) = match text.split_once("://") {
        Some((_, rest)) => (rest, true),
        None => (text, false),
    };
    if is_url && let Some((before, _)) = text.split_once('?') {
        names.push(before);
    }
    let authority = match is_url {
        true => rest.split(['/', '?', '#']).next().unwrap_or_default(),
        false => rest,
    };
    let is_number = |port: &str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    let with_port = authority
        .rsplit_once(':')
        .filter(|(_, port)| is_number(port));
    let host = with_port.map_or(authority, |(host, _)| host);
    // The host of a web page is not what the URL is about.
    let is_host = with_port.is_some() || is_url && ServiceName::new(host).is_some();
    names.extend((is_host && !host.contains(['/', ':'])).then_some(host));
    names
}

fn is_identifier(word: &str) -> bool {
    let is_part = |char: char| char.is_ascii_digit() || "-_/:.".contains(char);
    word.contains(is_part) || word.chars().skip(1).any(char::is_uppercase)
}

/// Returns the longest run of ASCII letters and digits, the first of several.
fn longest_word(text: &str) -> Option<&str> {
    let words = text.split(|char: char| !char.is_ascii_alphanumeric());
    let words = words.filter(|word| !word.is_empty());
    words.rev().max_by_key(|word| word.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_names_in_what_surrounds_them() {
        for (text, expected) in [
            ("DiskSpace", &["DiskSpace"][..]),
            (
                "DiskSpace: disk full",
                &["DiskSpace: disk full", "DiskSpace"],
            ),
            ("DiskSpace:", &["DiskSpace", "DiskSpace:"]),
            (
                "alertname=\"DiskSpace\"",
                &[
                    "alertname=\"DiskSpace",
                    "alertname=\"DiskSpace\"",
                    "DiskSpace",
                ],
            ),
            ("db1:9104", &["db1:9104", "db1"]),
            (
                "http://db1:9104/metrics",
                &["http://db1:9104/metrics", "db1"],
            ),
            (
                "https://wiki.example.org/a",
                &["https://wiki.example.org/a"],
            ),
            (
                "https://wiki.example.org/a/?b=c:1",
                &[
                    "https://wiki.example.org/a/?b=c:1",
                    "https://wiki.example.org/a/",
                ],
            ),
            ("http://a.b.svc/x", &["http://a.b.svc/x", "a.b.svc"]),
            ("web/kask:9", &["web/kask:9"]),
            ("role::db", &["role::db"]),
        ] {
            let mut found: Vec<String> = Vec::new();
            for name in SearchedName::of_text(text) {
                if !found.contains(&name.text) {
                    found.push(name.text);
                }
            }
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn reads_the_labels_that_name_something() {
        for (text, expected) in [
            (
                "{severity=\"page\", instance=\"db1:9104\", alertname=\"A B\"}",
                &["A B", "db1:9104", "db1"][..],
            ),
            ("alertname = A", &["A"]),
            ("alertname=A,host=b", &["A", "b"]),
            ("https://a.org/b?host=c", &["https://a.org/b", "c"]),
            ("alertname='A'", &["A"]),
            ("alertname=\"A", &["A"]),
            ("my_alertname=A", &[]),
            ("alertname!=A", &[]),
            ("alertname=~A", &[]),
            ("alertname=\"\"", &[]),
            ("namespace=a", &["namespace/a"]),
            (
                "{service=\"b\", namespace=\"a\"}",
                &["a/b", "b", "namespace/a"],
            ),
            (
                "pod=\"a-7d9f8b6c5d-x2x4z\"",
                &["a-7d9f8b6c5d-x2x4z", "a", "a-7d9f8b6c5d"],
            ),
        ] {
            let names = inner_names(text);
            let names: Vec<&str> = names.iter().map(|name| &*name.text).collect();
            assert_eq!(names, expected, "{text}");
        }
    }
}
