//! Alerting and recording rules: of Prometheus and Loki, plain or as `PrometheusRule` and `VMRule` resources, and of
//! Grafana. A file is a rule file because of its content, so all files with the usual extensions are searched. Rules
//! declare owners in the label `team` of each alert, and in comments for pint.
//!
//! Rules can also be a part of other files, such as the values of a chart, or a string in a ConfigMap. The alerts of such
//! a file are known, but do not declare the owner of the file.

mod alerts;
mod candidates;
mod pint;
mod rule_file;
mod rules;
mod strings;
mod unit_tests;
mod without_errors;

pub use unit_tests::KIND as UNIT_TESTS;

use bstr::ByteSlice as _;

use self::{
    alerts::Alerts,
    candidates::{chart_around, is_usual},
    rule_file::RuleFile,
    rules::Rules,
};
use super::Detector;
use crate::{
    config::Settings,
    inventory::{
        Alert, Component, Declaration, Declarations, Effect, FileReader, Problem, ProblemKind,
        Search, State,
    },
    text::has_template_tag,
};

pub(super) const DETECTOR: Detector = Detector {
    name: "prometheus",
    kinds: &[KIND, unit_tests::KIND],
    find: |search| find(search).into(),
    // All rules are under one of these keys or in a resource of this kind.
    needles: &["groups", "GrafanaAlertRuleGroup", "rule_files"],
    opens: &candidates::ENDS,
    read: |component, reader, settings| {
        let found = read(component, reader, settings);
        found.into_iter().collect()
    },
    link: |components, _, _| unit_tests::link(components),
    labels: Some(super::owner_keys::in_yaml),
    is_filed_by_team: true,
    ..Detector::PLAIN
};

const KIND: &str = "prometheus-rules";

fn find(search: &Search<'_>) -> Vec<Component> {
    candidates::find(search.files, search.settings)
        .map(|(path, name)| DETECTOR.in_file(KIND, path, name))
        .collect()
}

/// Returns the component, if its file has rules or tests of rules. A file that could not be read is a component only
/// if rules are usually in such files, and its content is invalid or it is too large; one that is not valid YAML also
/// if its lines are those of rules.
fn read(
    mut component: Component,
    reader: &FileReader<'_>,
    settings: &Settings,
) -> Option<(Component, Declarations)> {
    let mut declarations = Declarations::default();
    let path = component.path.clone();
    let is_usual = is_usual(path.as_bstr());
    let may_have_rules = match reader.read(path.as_bstr()) {
        Ok(file) => rules::may_be_in(file.source.text()),
        Err(_) => is_usual,
    };
    if !may_have_rules {
        return None;
    }
    let Some(file) = RuleFile::open(reader, path.as_bstr(), &mut declarations) else {
        let is_content = |problem: &Problem| problem.kind == ProblemKind::Declaration;
        return declarations
            .problems
            .iter()
            .any(is_content)
            .then_some((component, declarations));
    };
    if let Some(tests) = unit_tests::read(&file, &component) {
        return Some((tests, Declarations::default()));
    }
    let rules = Rules::of(&file.yaml.documents);
    let in_strings = alerts_in_strings(&file, settings, &mut declarations);
    let is_empty = rules.groups.is_empty();
    let is_expected = || is_usual || rules::are_in_lines(file.yaml.source.text());
    if is_empty && in_strings.is_empty() && (declarations.problems.is_empty() || !is_expected()) {
        return None;
    }
    let mut alerts = Alerts::default();
    for resource in &rules.resources {
        alerts.read_owners(&file, resource, settings);
    }
    for group in &rules.groups {
        alerts.add(&file, group, settings, &mut declarations);
    }
    let comments = pint::owners(&file.yaml.source);
    alerts.complete(Some(&comments));
    component.is_tentative = false;
    let is_part = rules.is_part || is_empty && !in_strings.is_empty();
    alerts.all.extend(in_strings);
    alerts.all.sort_by(|one, other| one.place.cmp(&other.place));
    if is_part {
        declarations.alerts = alerts.all;
        return Some((component, declarations));
    }
    let has_alerts = !alerts.all.is_empty();
    if alerts.names.is_empty() {
        // Notifications contain only the labels of alerts, so those of resources are only the default.
        declarations.problems.extend(alerts.of_resources.problems);
        declarations
            .declarations
            .extend(alerts.of_resources.declarations);
    }
    declarations.alerts = alerts.all;
    declarations.declarations.extend(comments.of_file);
    declarations
        .declarations
        .extend(Declaration::of("team", Effect::Owner, alerts.names));
    declarations
        .declarations
        .extend(Declaration::of("team", Effect::TeamHint, alerts.hints));
    declarations.declarations.extend(comments.of_rules);
    let in_chart = chart_around(path.as_bstr(), reader.links.files).is_some();
    component.may_declare_others = in_chart || !is_usual;
    // An owner that is known when an alert fires need not be declared, and the rules of a chart belong to the chart.
    let is_declared = [State::Derived, State::Templated].contains(&declarations.state());
    if has_alerts && is_usual && !is_declared && !in_chart {
        component.how_to_declare = Some("add a `team` label to the alerts");
    }
    Some((component, declarations))
}

/// Returns the alerts in the strings of a file. They declare no owner of the file: like the values of a chart, it may
/// have other parts, and whether a program reads the strings as rules is not known.
fn alerts_in_strings(
    file: &RuleFile,
    settings: &Settings,
    declarations: &mut Declarations,
) -> Vec<Alert> {
    let mut all = Vec::new();
    let is_template = has_template_tag(file.yaml.source.text());
    for found in strings::find(file) {
        let mut alerts = Alerts::default();
        if let Some(resource) = found.resource {
            alerts.read_owners(file, resource, settings);
        }
        for group in &Rules::of(&found.file.yaml.documents).groups {
            alerts.add(&found.file, group, settings, declarations);
        }
        alerts.complete(None);
        if !alerts.all.is_empty() && !is_template {
            let errors = found.errors.into_iter();
            let problems = errors.map(|error| found.file.yaml.syntax_error(error));
            declarations.problems.extend(problems);
        }
        all.extend(alerts.all);
    }
    all
}
