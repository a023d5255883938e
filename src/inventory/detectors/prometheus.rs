//! Prometheus: files with alerting and recording rules, plain or as `PrometheusRule` resources. They declare owners in
//! the label `team` of each alert, and in comments for pint.

mod candidates;
mod pint;

use std::sync::Arc;

use bstr::ByteSlice;
use rustc_hash::FxHashSet;

use super::{Detector, declared::YamlFile, owner_keys};
use crate::{
    config::Settings,
    inventory::{
        Alert, AlertLabel, Component, Declaration, Declarations, Effect, FileReader, Files, Name,
        Problem, ProblemKind, State,
    },
    text::Place,
    yaml::Node,
};

pub(super) const DETECTOR: Detector = Detector {
    name: "prometheus",
    kinds: &[KIND],
    find: |search| find(search.files).into(),
    // All rules are under the key `groups`, which can only be written differently with an escape.
    needles: &["groups", "\\"],
    read: |component, reader, settings| {
        let found = read(component, reader, settings);
        found.into_iter().collect()
    },
    reads_owner_keys: true,
    is_filed_by_team: true,
    ..Detector::PLAIN
};

const KIND: &str = "prometheus-rules";

fn find(files: &Files) -> Vec<Component> {
    candidates::find(files)
        .map(|(path, stem)| DETECTOR.in_file(KIND, path, stem))
        .collect()
}

/// Returns the component, if its file has rules. A file that could not be read is a component only if its content is
/// invalid or it is too large.
fn read(
    mut component: Component,
    reader: &FileReader<'_>,
    settings: &Settings,
) -> Option<(Component, Declarations)> {
    let mut declarations = Declarations::default();
    let path = component.path.clone();
    let Some(file) = YamlFile::open(reader, path.as_bstr(), &mut declarations) else {
        let is_content = |problem: &Problem| problem.kind == ProblemKind::Declaration;
        return declarations
            .problems
            .iter()
            .any(is_content)
            .then_some((component, declarations));
    };
    if file.documents.iter().any(|document| is_test(document)) {
        return None;
    }
    let groups: Vec<&Node> = file
        .documents
        .iter()
        .flat_map(|document| groups_of(document))
        .collect();
    let looks_like_rules = || {
        let text = file.source.text();
        text.contains("groups:") && (text.contains("alert:") || text.contains("record:"))
    };
    if groups.is_empty() && (declarations.problems.is_empty() || !looks_like_rules()) {
        return None;
    }
    let mut labels = Labels::default();
    for group in groups {
        labels.add(&file, group, settings, &mut declarations);
    }
    let has_alerts = labels.has_alerts;
    if labels.names.is_empty() {
        of_resources(&file, settings, &mut declarations);
    }
    let comments = pint::owners(&file.source);
    declarations.declarations.extend(comments.of_file);
    declarations
        .declarations
        .extend(Declaration::of("team", Effect::Owner, labels.names));
    declarations
        .declarations
        .extend(Declaration::of("team", Effect::Hint, labels.hints));
    declarations.declarations.extend(comments.of_rules);
    component.is_tentative = false;
    // An owner that is known when an alert fires need not be declared.
    if has_alerts && ![State::Derived, State::Templated].contains(&declarations.state()) {
        component.how_to_declare = Some("add a `team` label to the alerts");
    }
    Some((component, declarations))
}

/// Adds the owners in the labels and annotations of `PrometheusRule` resources. They apply if no alert names a team,
/// because notifications contain only the labels of alerts.
fn of_resources(file: &YamlFile, settings: &Settings, declarations: &mut Declarations) {
    for document in file
        .documents
        .iter()
        .filter(|document| is_resource(document))
    {
        let metadata = document.get("metadata");
        for key in ["labels", "annotations"] {
            let values = metadata.and_then(|metadata| metadata.get(key));
            let keys = settings.owner_keys.of(&[DETECTOR.name]);
            owner_keys::read(file, values, key, keys, declarations);
        }
    }
}

fn is_resource(document: &Node) -> bool {
    document.get("kind").and_then(|kind| kind.as_str()) == Some("PrometheusRule")
}

/// Returns whether a document is a test of promtool, which looks like rules.
fn is_test(document: &Node) -> bool {
    document.get("rule_files").is_some() && document.get("tests").is_some()
}

/// Returns the groups of a document that have rules.
fn groups_of(document: &Node) -> Vec<&Node> {
    let groups = match is_resource(document) {
        true => document.get("spec").and_then(|spec| spec.get("groups")),
        false => document.get("groups"),
    };
    let groups = groups.and_then(|groups| groups.items()).unwrap_or_default();
    let has_rules = |group: &&Node| {
        let rules = group.get("rules").and_then(|rules| rules.items());
        rules.unwrap_or_default().iter().any(|rule| {
            ["alert", "record"]
                .iter()
                .any(|key| rule.get(key).is_some())
        })
    };
    groups
        .iter()
        .map(|group| &**group)
        .filter(has_rules)
        .collect()
}

/// The teams in the labels and annotations of a file's alerts, each once and in order.
#[derive(Default)]
struct Labels {
    has_alerts: bool,
    known: FxHashSet<String>,
    names: Vec<Name>,
    /// The teams in annotations that the map does not list.
    hints: Vec<Name>,
}

impl Labels {
    fn add(
        &mut self,
        file: &YamlFile,
        group: &Node,
        settings: &Settings,
        declarations: &mut Declarations,
    ) {
        let listed = || settings.owner_keys.of(&[DETECTOR.name]);
        let label = |node: &Node| {
            let labels = node.get("labels")?;
            let mut keys = std::iter::once("team").chain(listed());
            keys.find_map(|key| labels.get(key).cloned())
        };
        // Alertmanager routes by labels, so they come first. The labels of a group apply to rules without their own.
        let team_of = |rule: &Node| {
            let annotation = || {
                let annotations = rule.get("annotations")?;
                listed().find_map(|key| annotations.get(key).cloned())
            };
            label(rule).or_else(|| label(group)).or_else(annotation)
        };
        let rules = group.get("rules").and_then(|rules| rules.items());
        for rule in rules.unwrap_or_default() {
            let Some(name) = rule.get("alert") else {
                continue;
            };
            self.has_alerts = true;
            declarations.alerts.push(Alert {
                name: name.as_str().unwrap_or_default().to_owned(),
                labels: labels(rule, group),
                owner: Vec::new(),
                place: file.place(name),
            });
            match team_of(rule) {
                Some(team) => {
                    let names = file.names("team", &team, &mut declarations.problems);
                    if let Some(alert) = declarations.alerts.last_mut() {
                        alert.owner.clone_from(&names);
                    }
                    let is_new = |name: &Name| self.known.insert(name.spellings.concat());
                    self.names.extend(names.into_iter().filter(is_new));
                }
                None => {
                    let annotations = rule.get("annotations");
                    let team = annotations.and_then(|it| it.get("team"));
                    if let Some(team) = team.filter(|team| !team.is_null()) {
                        // Not everybody means an owner by this annotation.
                        let names = file.names("team", team, &mut declarations.problems);
                        self.hints.extend(names);
                    }
                    if declarations.derived.is_none() {
                        declarations.derived = derived(file, rule);
                    }
                }
            }
        }
    }
}

/// Returns the labels that a rule sets, including those of its group.
fn labels(rule: &Node, group: &Node) -> Vec<AlertLabel> {
    let mut labels: Vec<AlertLabel> = Vec::new();
    for node in [rule, group] {
        let entries = node.get("labels").and_then(|labels| labels.entries());
        for entry in entries.unwrap_or_default() {
            let Some(name) = entry.key.as_str() else {
                continue;
            };
            if labels.iter().all(|label| label.name != name) {
                let value = entry.value.as_str();
                labels.push(AlertLabel {
                    name: name.to_owned(),
                    value: value.filter(|it| !it.contains("{{")).map(str::to_owned),
                });
            }
        }
    }
    labels
}

/// Returns the place where an expression takes the team from another metric: `group_left(team)`.
fn derived(file: &YamlFile, rule: &Node) -> Option<Place> {
    let expr = rule.get("expr")?;
    let text = expr.as_str()?;
    let mut calls = text
        .match_indices("group_left")
        .chain(text.match_indices("group_right"));
    let call = calls.find_map(|(at, word)| {
        let list = text[at + word.len()..].trim_start().strip_prefix('(')?;
        let (list, _) = list.split_once(')')?;
        list.split(',')
            .any(|label| label.trim() == "team")
            .then_some(word)
    })?;
    // A quoted or folded value differs from its source text, so the place is searched for in the source.
    let written = &file.source.text()[expr.span.range()];
    let teams = written.match_indices(call).find_map(|(at, _)| {
        let end = at + written[at..].find(')')? + 1;
        written[at..end].contains("team").then_some((at, end))
    });
    let span = teams.map_or(expr.span, |(start, end)| expr.span.slice(start, end));
    Some(Place::Text(Arc::clone(&file.source), span))
}
