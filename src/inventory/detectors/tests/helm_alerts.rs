//! Compares the alerts in templates with those that Helm renders, which `tests/oracles/helm` records.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use serde::Deserialize;

use super::Detected;
use crate::{
    inventory::Alert,
    testing::{Repo, project},
};

/// The start of all strings in the values: a string without it does not depend on them.
const MARK: &str = "zz";

#[derive(Deserialize)]
struct Rendered {
    name: String,
    labels: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Template {
    template: String,
    /// By the position of the values; `None` if the template is invalid.
    alerts: Vec<Option<Vec<Rendered>>>,
}

impl Template {
    fn rendered(&self) -> impl Iterator<Item = &Rendered> {
        self.alerts.iter().flatten().flatten()
    }

    /// Returns the values of a label in all alerts with a name.
    fn values(&self, name: &str, label: &str) -> BTreeSet<Option<&str>> {
        let same = self.rendered().filter(|it| it.name == name);
        same.map(|it| it.labels.get(label).map(String::as_str))
            .collect()
    }

    /// Returns the value of a label if all values render alerts with a name, and it is the same in all of them.
    fn constant(&self, name: &str, label: &str) -> Option<&str> {
        let mut results = self.alerts.iter().flatten();
        let is_always = results.all(|alerts| alerts.iter().any(|it| it.name == name));
        let values = self.values(name, label);
        values.first().copied().flatten().filter(|value| {
            is_always && values.len() == 1 && !depends_on_values(value) && !is_of_prometheus(value)
        })
    }
}

/// Returns the templates, and the number of results.
fn templates() -> (Vec<Template>, usize) {
    let path = project().join("tests/oracles/helm/recorded/templates.jsonl");
    let text = fs::read_to_string(path).unwrap();
    // The first line contains the version and the values.
    let lines = text.lines().skip(1);
    let all = lines.map(|line| serde_json::from_str(line).unwrap());
    let mut all: Vec<Template> = all.collect();
    all.retain(|template| template.alerts.iter().all(Option::is_some));
    let results = all.iter().map(|template| template.alerts.len()).sum();
    (all, results)
}

fn depends_on_values(text: &str) -> bool {
    text.to_lowercase().contains(MARK)
}

/// Returns whether only Prometheus fills in a text.
fn is_of_prometheus(text: &str) -> bool {
    text.contains("{{")
}

/// Returns the differences between the alerts that were read and those that Helm renders.
fn differences(template: &Template, read: &[Alert]) -> Vec<String> {
    let mut found = Vec::new();
    let by_name = |name: &str| {
        let same = read.iter().filter(|it| it.name == name);
        same.collect::<Vec<&Alert>>()
    };
    for alert in read {
        let name = &alert.name;
        if alert.is_template() {
            continue;
        }
        if !template.rendered().any(|it| it.name == *name) {
            found.push(format!("Helm renders no alert {name:?}"));
        }
        for label in &alert.labels {
            let rendered = template.values(name, &label.name);
            match &label.value {
                Some(value) if !rendered.contains(&Some(value.as_str())) => {
                    found.push(format!("{name}: {} is not {value:?}", label.name));
                }
                Some(_) => {}
                None => found.extend(
                    template
                        .constant(name, &label.name)
                        .map(|constant| format!("{name}: {} is always {constant:?}", label.name)),
                ),
            }
        }
    }
    for alert in template
        .rendered()
        .filter(|it| !depends_on_values(&it.name))
    {
        let name = &alert.name;
        if by_name(name).is_empty() {
            found.push(format!("alert {name:?} was not read"));
        }
        for label in alert.labels.keys().filter(|it| !depends_on_values(it)) {
            let Some(value) = template.constant(name, label) else {
                continue;
            };
            let is_known = |alert: &Alert| {
                let mut labels = alert.labels.iter();
                labels.any(|it| it.name == *label && it.value.as_deref() == Some(value))
            };
            if !by_name(name).into_iter().any(is_known) {
                found.push(format!("{name}: {label} was not read as {value:?}"));
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

#[test]
fn alerts_in_templates_are_those_that_helm_renders() {
    let (templates, results) = templates();
    assert!(results >= 1_000, "{results}");
    let repo = Repo::new(&[]);
    for (at, template) in templates.iter().enumerate() {
        repo.write(format!("charts/c{at}/Chart.yaml"), "name: c\n");
        let path = format!("charts/c{at}/templates/rules.yaml");
        repo.write(&path, &template.template);
    }
    let detected = Detected::in_repo(&repo);
    let mut wrong = Vec::new();
    for (at, template) in templates.iter().enumerate() {
        let id = format!("prometheus-rules:charts/c{at}/templates/rules");
        let components = detected.components.iter();
        let read = components.zip(&detected.declarations);
        let mut read = read.filter(|(component, _)| component.id() == id);
        let read = read.next().map(|(_, declarations)| &*declarations.alerts);
        let found = differences(template, read.unwrap_or_default());
        if !found.is_empty() {
            let found = found.join("\n");
            wrong.push(format!("{}\n{found}", template.template));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} templates are read differently, such as:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(3)].join("\n\n")
    );
}
