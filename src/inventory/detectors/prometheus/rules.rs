//! Groups of rules in the documents of a file.

use std::sync::Arc;

use crate::yaml::{Node, Value, possible_keys};

/// The rules in a file.
#[derive(Default)]
pub(super) struct Rules<'n> {
    /// The groups that have rules.
    pub groups: Vec<&'n Node>,
    /// The resources that contain them.
    pub resources: Vec<&'n Node>,
    /// Whether they are a part of something else, such as the values of a chart.
    pub is_part: bool,
}

impl<'n> Rules<'n> {
    /// Returns the rules in `documents`. Rules that are a part of something else are included only if there are no
    /// others.
    pub fn of(documents: &'n [Arc<Node>]) -> Self {
        let mut rules = Self::default();
        for document in documents {
            rules.add(document);
        }
        if rules.groups.is_empty() {
            let mut parts = Vec::new();
            for document in documents {
                add_parts(document, &mut parts);
            }
            rules.is_part = !parts.is_empty();
            rules.groups = parts;
        }
        rules
    }

    fn add(&mut self, document: &'n Node) {
        let kind = document.get("kind").and_then(|kind| kind.as_str());
        let spec = || document.get("spec").map(|spec| &**spec);
        let groups = match kind {
            Some("PrometheusRule" | "VMRule") => spec().map(groups_in),
            Some("GrafanaAlertRuleGroup") => {
                spec().filter(|spec| has_rules(spec)).map(|it| vec![it])
            }
            Some("List" | "PrometheusRuleList" | "VMRuleList") => {
                let items = document.get("items").and_then(|items| items.items());
                for item in items.unwrap_or_default() {
                    self.add(item);
                }
                return;
            }
            // A `groups` key at the top of other resources has another meaning.
            _ => {
                self.groups.extend(groups_in(document));
                return;
            }
        };
        self.resources.push(document);
        self.groups.extend(groups.unwrap_or_default());
    }
}

/// Returns whether a text may contain rules or tests of rules, by its words.
pub(super) fn may_be_in(text: &str) -> bool {
    let has = |keys: &[&str]| keys.iter().any(|key| has_key(text, key));
    let in_groups = || has(&["groups"]) && has(&["rules"]) && has(&["alert", "record", "title"]);
    in_groups() || has(&["rule_files"]) || text.contains("GrafanaAlertRuleGroup")
}

/// Returns whether the lines of a text show that it is a rule file, even if it cannot be parsed.
pub(super) fn are_in_lines(text: &str) -> bool {
    let is_resource = || {
        let mut lines = text.lines();
        lines.any(|line| matches!(line.trim_end(), "kind: PrometheusRule" | "kind: VMRule"))
    };
    let has = |line: &str, key: &str| {
        let content = line.trim_start_matches([' ', '\t', '-']);
        let rest = content.strip_prefix(key);
        rest.is_some_and(|rest| rest.starts_with(':'))
    };
    let mut lines = text.lines();
    lines.any(|line| has(line, "groups") && (line.starts_with("groups:") || is_resource()))
        && lines.any(|line| has(line, "rules"))
        && lines.any(|line| has(line, "alert") || has(line, "record"))
}

/// Returns whether a text may have a key.
pub(super) fn has_key(text: &str, key: &str) -> bool {
    possible_keys(text, key).any(|at| {
        let before = &text[..at];
        let is_escape = |escape| before.ends_with(escape);
        // In a string, the letter of an escape can precede a key.
        !before.ends_with(|char: char| char.is_alphanumeric() || char == '_')
            || ["\\n", "\\r", "\\t"].into_iter().any(is_escape)
    })
}

/// Returns the groups of a mapping that have rules.
fn groups_in(node: &Node) -> Vec<&Node> {
    let groups = node.get("groups").and_then(|groups| groups.items());
    let groups = groups.unwrap_or_default().iter().map(|group| &**group);
    groups.filter(|group| has_rules(group)).collect()
}

/// Adds the groups anywhere in a value. The depth of a document is limited, so this terminates.
fn add_parts<'n>(node: &'n Node, parts: &mut Vec<&'n Node>) {
    match node.value() {
        Value::Scalar { .. } => {}
        Value::Sequence(items) => items.iter().for_each(|item| add_parts(item, parts)),
        Value::Mapping(entries) => {
            let groups = groups_in(node);
            match groups.is_empty() {
                true => entries
                    .iter()
                    .for_each(|entry| add_parts(&entry.value, parts)),
                false => parts.extend(groups),
            }
        }
    }
}

/// Returns whether a group has rules.
fn has_rules(group: &Node) -> bool {
    let rules = group.get("rules").and_then(|rules| rules.items());
    let mut rules = rules.unwrap_or_default().iter();
    rules.any(|rule| rule.get("record").is_some() || alert_name(rule).is_some())
}

/// Returns the name of the alert in a rule. Rules of Grafana have titles.
pub(super) fn alert_name(rule: &Node) -> Option<&Arc<Node>> {
    let is_of_grafana = || rule.get("condition").is_some() || rule.get("data").is_some();
    let title = || rule.get("title").filter(|_| is_of_grafana());
    rule.get("alert").or_else(title)
}
