//! The alerts of a file, and the teams that they declare.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    super::owner_keys, DETECTOR, pint::PintOwners, rule_file::RuleFile, rules::alert_name,
};
use crate::{
    config::Settings,
    inventory::{Alert, AlertKey, AlertLabel, Declarations, Name, Problem},
    text::{Place, has_template_tag},
    yaml::{Entry, Node},
};

/// The alerts of a file, with their teams.
#[derive(Default)]
pub(super) struct Alerts {
    /// All alerts in order.
    pub all: Vec<Alert>,
    /// The teams in labels and annotations, each once and in order.
    pub names: Vec<Name>,
    /// The teams in `team` annotations, each once and in order.
    pub hints: Vec<Name>,
    /// The owners in the metadata of the resources that contain the rules.
    pub of_resources: Declarations,
    known: FxHashSet<String>,
    known_hints: FxHashSet<String>,
}

impl Alerts {
    /// Reads the owners in the metadata of a resource that contains the rules.
    pub fn read_owners(&mut self, file: &RuleFile, resource: &Node, settings: &Settings) {
        let metadata = resource.get("metadata");
        for key in ["labels", "annotations"] {
            let values = metadata.and_then(|metadata| metadata.get(key));
            let keys = settings.owner_keys.of(&[DETECTOR.name]);
            owner_keys::read(&file.yaml, values, key, keys, &mut self.of_resources);
        }
    }

    /// Adds the alerts of a group.
    pub fn add(
        &mut self,
        file: &RuleFile,
        group: &Node,
        settings: &Settings,
        declarations: &mut Declarations,
    ) {
        let listed = || settings.owner_keys.of(&[DETECTOR.name]);
        let found = |base: &Node, part: &str, key: &str| {
            let mappings = file.possible_values(base, part).into_iter();
            let mut entries = mappings.filter_map(|mapping| mapping.entry(key));
            let entry = entries.next()?;
            let value = Arc::clone(&entry.value);
            let is_conditional = file.is_conditional(entry, base);
            let key = AlertKey {
                name: key.to_owned(),
                is_annotation: part == "annotations",
            };
            Some((key, value, is_conditional))
        };
        let names = |value: &Node, is_conditional: bool, problems: &mut Vec<Problem>| {
            match is_conditional {
                true => vec![file.conditional_name(value)],
                false => file.names("team", value, problems),
            }
        };
        let label = |node: &Node| {
            let mut keys = std::iter::once("team").chain(listed());
            keys.find_map(|key| found(node, "labels", key))
        };
        // Alertmanager routes by labels, so they come first. The labels of a group apply to rules without their own.
        let team_of = |rule: &Node| {
            let annotation = || listed().find_map(|key| found(rule, "annotations", key));
            label(rule).or_else(|| label(group)).or_else(annotation)
        };
        let rules = group.get("rules").and_then(|rules| rules.items());
        for rule in rules.unwrap_or_default() {
            let Some(name) = alert_name(rule) else {
                continue;
            };
            let mut alert = Alert {
                name: file.text(name).unwrap_or_default().into_owned(),
                labels: labels(file, rule, group),
                owner: Vec::new(),
                owner_key: None,
                may_have_owner: false,
                place: file.yaml.place(name),
                rule: file.yaml.span_exactly(rule),
            };
            if let Some((key, team, is_conditional)) = team_of(rule) {
                alert.owner_key = Some(key);
                alert.owner = names(&team, is_conditional, &mut declarations.problems);
                add_new(&mut self.names, &mut self.known, &alert.owner);
            } else {
                let team = found(rule, "annotations", "team");
                let team = team.filter(|(_, team, _)| !team.is_null());
                if let Some((key, team, is_conditional)) = team {
                    // Not everybody means an owner by this annotation.
                    alert.owner_key = Some(key);
                    alert.owner = names(&team, is_conditional, &mut declarations.problems);
                    add_new(&mut self.hints, &mut self.known_hints, &alert.owner);
                }
                let derived = derived(file, rule);
                alert.may_have_owner = derived.is_some() || mentions_team(file, rule);
                declarations.derived = declarations.derived.take().or(derived);
            }
            self.all.push(alert);
        }
    }

    /// Adds the owners that are declared for the whole file to the alerts without their own.
    pub fn complete(&mut self, comments: Option<&PintOwners>) {
        let of_file = self.of_resources.declarations.iter();
        let of_file = of_file.chain(comments.iter().filter_map(|it| it.of_file.last()));
        let of_file: Vec<Name> = of_file.flat_map(|it| &it.names).cloned().collect();
        for alert in self.all.iter_mut().filter(|it| it.owner.is_empty()) {
            alert.owner.clone_from(&of_file);
            alert.may_have_owner |= comments.is_some_and(|it| it.of_rules.is_some());
        }
    }
}

/// Adds the names that are not known yet.
fn add_new(all: &mut Vec<Name>, known: &mut FxHashSet<String>, names: &[Name]) {
    let new = names.iter();
    let new = new.filter(|name| known.insert(name.spellings.concat()));
    all.extend(new.cloned());
}

/// Returns the labels that a rule sets, including those of its group.
fn labels(file: &RuleFile, rule: &Node, group: &Node) -> Vec<AlertLabel> {
    let mut labels: Vec<AlertLabel> = Vec::new();
    for base in [rule, group] {
        for mapping in file.possible_values(base, "labels") {
            let known = labels.len();
            for label in labels_in(file, mapping, base) {
                // The last value counts.
                let same = labels.iter().position(|other| other.name == label.name);
                match same {
                    Some(at) if at >= known => labels[at] = label,
                    Some(_) => {}
                    None => labels.push(label),
                }
            }
        }
    }
    labels
}

/// Returns the labels in a mapping of a rule or group, without those whose name a template fills in, which can be any.
fn labels_in(file: &RuleFile, mapping: &Node, base: &Node) -> Vec<AlertLabel> {
    let entries = mapping.entries().unwrap_or_default().iter();
    let texts = entries.filter_map(|entry| {
        let name = file.text(&entry.key);
        let name = name.filter(|name| !has_template_tag(name))?;
        Some((name, file.text(&entry.value), entry))
    });
    let texts: Vec<_> = texts.collect();
    // Each variant of a condition may set the same value.
    let mut conditional: FxHashMap<_, Vec<&Entry>> = FxHashMap::default();
    for (name, value, entry) in &texts {
        if file.is_conditional(entry, base) {
            let same = conditional.entry((name, value)).or_default();
            same.push(entry);
        }
    }
    let complete = conditional.iter();
    let complete = complete.filter(|(_, entries)| file.are_complete(entries, base));
    let complete: FxHashSet<_> = complete.map(|(text, _)| *text).collect();
    let labels = texts.iter().map(|(name, value, entry)| {
        let is_certain = complete.contains(&(name, value)) || !file.is_conditional(entry, base);
        let known = value.as_deref();
        let known = known.filter(|it| is_certain && !has_template_tag(it));
        AlertLabel {
            name: name.to_string(),
            value: known.map(Into::into),
        }
    });
    labels.collect()
}

/// Returns whether the queries of a rule contain the word `team`, so that the series of the alert may have a team:
/// `errors{team!=""}`, `by (team)`, `label_replace(…, "team", …)`.
fn mentions_team(file: &RuleFile, rule: &Node) -> bool {
    let queries = ["expr", "data"].into_iter().filter_map(|key| rule.get(key));
    let mut texts = queries.filter_map(|node| file.written(node));
    let is_part = |char: char| char.is_alphanumeric() || char == '_';
    texts.any(|text| text.split(|char| !is_part(char)).any(|word| word == "team"))
}

/// Returns the place where an expression takes the team from another metric: `group_left(team)`.
fn derived(file: &RuleFile, rule: &Node) -> Option<Place> {
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
    let source = &file.yaml.source;
    let span = file.yaml.span(expr);
    let written = &source.text()[span.range()];
    let teams = written.match_indices(call).find_map(|(at, _)| {
        let end = at + written[at..].find(')')? + 1;
        written[at..end].contains("team").then_some((at, end))
    });
    let span = teams.map_or(span, |(start, end)| span.slice(start, end));
    Some(Place::Text(Arc::clone(source), span))
}
