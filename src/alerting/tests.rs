//! Compares ownlint with Alertmanager, of which `tests/oracles/alertmanager` records the answers.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    sync::Arc,
};

use proptest::{collection::vec, prelude::*, sample::select};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{
    Configuration, ConfigurationProblemKind, Evaluator, FileConfigurations, LabelSet, Reachability,
    Reached, ReachedReceiver, expression::Expression, expressions::Expressions, matcher_syntax,
    read,
};
use crate::{
    inventory::SourceFile,
    regexes::re2::Re2Error,
    testing::{RecordedExpression, project, recorded},
    text::{Source, SourceOrigin},
};

/// Returns the recorded answers in a file.
fn records<T: DeserializeOwned>(name: &str) -> Vec<T> {
    recorded(&format!("alertmanager/recorded/{name}"))
}

fn read_text(path: &str, text: &str) -> FileConfigurations {
    let origin = SourceOrigin::Repository("puppet".into());
    let source = Source::new(origin, path.into(), text.as_bytes().to_vec());
    read(&SourceFile::new(source, None))
}

fn only(found: FileConfigurations) -> Configuration {
    let [configuration] = <[_; 1]>::try_from(found.configurations).unwrap();
    configuration
}

#[derive(Debug, Deserialize)]
struct Answer {
    labels: BTreeMap<String, String>,
    receivers: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct RecordedConfiguration {
    text: String,
    error: Option<String>,
    #[serde(default)]
    answers: Vec<Answer>,
}

/// Returns all labels of an alert: those that a configuration tests and that the alert does not have are absent.
fn complete(configuration: &Configuration, labels: &BTreeMap<String, String>) -> LabelSet {
    let absent = configuration
        .labels
        .iter()
        .map(|label| (label.to_string(), String::new()));
    let own = labels
        .iter()
        .map(|(label, value)| (label.clone(), value.clone()));
    absent.chain(own).collect()
}

/// Returns the names of receivers.
fn names<'c>(configuration: &'c Configuration, receivers: &[ReachedReceiver]) -> Vec<&'c str> {
    let names = receivers.iter();
    let names = names.map(|it| configuration.receiver_names[it.at].text.as_str());
    names.collect()
}

fn evaluate(configuration: &Configuration, labels: &LabelSet) -> Arc<Reached> {
    Evaluator::new(configuration).evaluate(labels)
}

/// Fails if an answer of Alertmanager is not among the possible ones.
#[track_caller]
fn includes(configuration: &Configuration, reached: &Reached, receivers: &[String]) {
    let certain = names(configuration, &reached.certain);
    let possible = names(configuration, &reached.possible);
    for receiver in &certain {
        assert!(
            receivers.iter().any(|it| it == receiver),
            "{receiver} is not certain"
        );
    }
    for receiver in receivers {
        let is_known = certain.iter().chain(&possible).any(|it| it == receiver);
        assert!(
            is_known,
            "{receiver} is not possible: {certain:?} {possible:?}"
        );
    }
}

#[test]
fn parses_matchers_as_alertmanager() {
    #[derive(Debug, Deserialize)]
    struct Recorded {
        text: String,
        error: Option<String>,
        matchers: Vec<[String; 3]>,
    }
    for recorded in records::<Recorded>("matchers.jsonl") {
        let parsed = matcher_syntax::parse(&recorded.text, &mut Expressions::default());
        assert_eq!(
            parsed.is_err(),
            recorded.error.is_some(),
            "{recorded:?} {parsed:?}"
        );
        let found = parsed.unwrap_or_default().into_iter();
        let found = found.map(|it| [it.label, it.operator.symbol().to_owned(), it.value]);
        assert_eq!(found.collect::<Vec<_>>(), recorded.matchers, "{recorded:?}");
    }
}

#[test]
fn matches_expressions_as_go() {
    for recorded in records::<RecordedExpression>("expressions.jsonl") {
        match Expression::parse(&recorded.text) {
            Err(Re2Error::Rejected(why)) => {
                assert!(recorded.error.is_some(), "{recorded:?}: {why}");
            }
            Err(Re2Error::TooLarge) => panic!("{recorded:?}"),
            Ok(expression) => {
                assert_eq!(recorded.error, None, "{recorded:?}");
                for (values, matches) in [(&recorded.matches, true), (&recorded.others, false)] {
                    for value in values {
                        // A few expressions are too large.
                        let found = expression.matches(value).unwrap_or(matches);
                        assert_eq!(found, matches, "{:?} and {value:?}", recorded.text);
                    }
                }
            }
        }
    }
}

#[test]
fn routes_as_alertmanager() {
    let mut pairs = 0;
    for recorded in records::<RecordedConfiguration>("routes.jsonl") {
        let found = read_text("alertmanager.yml", &recorded.text);
        assert_eq!(
            found.problems.is_empty(),
            recorded.error.is_none(),
            "{:?} {:?}\n{}",
            recorded.error,
            found.problems,
            recorded.text
        );
        if recorded.error.is_some() {
            continue;
        }
        let configuration = only(found);
        for answer in &recorded.answers {
            let reached = evaluate(&configuration, &complete(&configuration, &answer.labels));
            let receivers = reached.routes.iter().map(|it| {
                assert!(it.is_certain);
                let route = &configuration.routes[it.route];
                configuration.receiver_names[route.receivers[0]]
                    .text
                    .clone()
            });
            let receivers: Vec<String> = receivers.collect();
            assert_eq!(
                receivers, answer.receivers,
                "{:?}\n{}",
                answer.labels, recorded.text
            );
            assert!(reached.possible.is_empty());
            pairs += 1;
        }
    }
    assert!(pairs > 2_000, "{pairs}");
}

#[test]
fn unknown_labels_never_exclude_what_alertmanager_does() {
    let mut uncertain = 0;
    let mut seed = 1_u64;
    for recorded in records::<RecordedConfiguration>("routes.jsonl") {
        if recorded.error.is_some() {
            continue;
        }
        let configuration = only(read_text("alertmanager.yml", &recorded.text));
        for answer in &recorded.answers {
            for _ in 0..4 {
                let complete = complete(&configuration, &answer.labels);
                let known = complete.known().filter(|_| {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    seed >> 63 == 0
                });
                let labels: LabelSet = known.collect();
                let reached = evaluate(&configuration, &labels);
                includes(&configuration, &reached, &answer.receivers);
                uncertain += usize::from(!reached.possible.is_empty());
            }
        }
    }
    assert!(uncertain > 1_000, "{uncertain}");
}

#[test]
fn proves_which_routes_are_reachable() {
    let (mut reachable, mut unreachable) = (0, 0);
    for recorded in records::<RecordedConfiguration>("routes.jsonl") {
        if recorded.error.is_some() {
            continue;
        }
        let configuration = only(read_text("alertmanager.yml", &recorded.text));
        let visits = |labels: &LabelSet, route: usize| {
            let reached = evaluate(&configuration, labels);
            let mut routes = reached.routes.iter();
            routes.any(|it| configuration.path(it.route).contains(&route))
        };
        for (at, reachability) in configuration.reachability().into_iter().enumerate() {
            match reachability {
                Reachability::Reachable(witness) => {
                    let labels = witness
                        .known()
                        .map(|(label, value)| (label.into(), value.into()));
                    let labels = complete(&configuration, &labels.collect());
                    // Labels without requirements have a value that few expressions match.
                    let other = configuration.labels.iter().map(|label| {
                        let value = witness.get(label).unwrap_or("other");
                        (label.to_string(), value.to_owned())
                    });
                    let other: LabelSet = other.collect();
                    assert!(
                        visits(&labels, at) || visits(&other, at),
                        "{at} {witness:?}\n{}",
                        recorded.text
                    );
                    reachable += 1;
                }
                Reachability::Unknown => panic!("{at}\n{}", recorded.text),
                _ => {
                    for answer in &recorded.answers {
                        let labels = complete(&configuration, &answer.labels);
                        assert!(!visits(&labels, at), "{at} {labels:?}\n{}", recorded.text);
                    }
                    unreachable += 1;
                }
            }
        }
    }
    assert!(
        reachable > 1_000 && unreachable > 50,
        "{reachable} {unreachable}"
    );
}

fn real() -> String {
    let path = project().join("tests/oracles/alertmanager/alertmanager.yml.erb");
    fs::read_to_string(path).unwrap()
}

#[test]
fn reads_a_template_in_all_variants() {
    let found = read_text("alertmanager.yml.erb", &real());
    assert_eq!(found.problems.len(), 0, "{:?}", found.problems);
    let configuration = only(found);
    assert_eq!(configuration.routes.len(), 75);
    let mut answers = 0;
    for recorded in records::<RecordedConfiguration>("template.jsonl") {
        for answer in &recorded.answers {
            let partial: LabelSet = answer.labels.iter().collect();
            let known = [complete(&configuration, &answer.labels), partial];
            for labels in known {
                let reached = evaluate(&configuration, &labels);
                let receivers = answer
                    .receivers
                    .iter()
                    .filter(|it| !it.starts_with("dcops-"));
                let receivers: Vec<String> = receivers.cloned().collect();
                let is_templated = receivers.len() < answer.receivers.len();
                if !is_templated {
                    includes(&configuration, &reached, &receivers);
                }
                answers += 1;
            }
        }
    }
    assert!(answers > 1_000);
}

#[test]
fn certain_receivers_need_known_labels() {
    let configuration = only(read_text("alertmanager.yml.erb", &real()));
    let labels: LabelSet = [("team", "traffic"), ("severity", "page")]
        .into_iter()
        .collect();
    let reached = evaluate(&configuration, &labels);
    assert_eq!(names(&configuration, &reached.certain), ["logger"]);
    let possible = names(&configuration, &reached.possible);
    assert_eq!(
        possible,
        [
            "sre-page",
            "sink",
            "irc-spam",
            "default",
            "fr-ircmail",
            "noc-ircmail"
        ]
    );
}

#[test]
fn reads_code_in_a_line_with_routes() {
    // Each text follows the start of the root route.
    for (path, routes, certain, possible) in [
        (
            "a.erb",
            "group_by: [team] <%# why %>\n  routes: [{receiver: a}]",
            "a",
            "",
        ),
        (
            "a.erb",
            "group_by: [team] <% if x %><% end %>\n  routes: [{receiver: a}]",
            "a",
            "",
        ),
        (
            "a.erb",
            "<% if x %>group_by: [team]<% end %>\n  routes: [{receiver: a}]",
            "a",
            "",
        ),
        (
            "a.erb",
            "routes:\n  - receiver: 'a'<% if x %>\n    continue: true<% end %>",
            "a",
            "",
        ),
        (
            "a.erb",
            "routes:\n  <%= x ? '#' : '' %>- {receiver: a}\n  - {receiver: b}",
            "",
            "ba",
        ),
        (
            "a.erb",
            "routes:\n<%= x ? '#' : '' %>  - {receiver: a}\n  - {receiver: b}",
            "",
            "ba",
        ),
        (
            "a.erb",
            "routes:\n  <% if x %>- {receiver: a}<% end %>\n  - {receiver: b}",
            "",
            "ba",
        ),
        (
            "a.erb",
            "routes:\n  <% if x %>- {receiver: a}<% else %>- {receiver: b}<% end %>",
            "",
            "ab",
        ),
        (
            "a.erb",
            "routes: [<% if x %>{receiver: a},<% end %> {receiver: b}]",
            "",
            "ba",
        ),
        (
            "a.erb",
            "routes:\n  - receiver: a\n    <% if x %>continue: true<% end %>\n  - {receiver: b}",
            "a",
            "b",
        ),
        (
            "a.erb",
            "routes:\n  - receiver: a\n    <%= x %>matchers: [team=y]\n  - {receiver: b}",
            "",
            "ab",
        ),
        (
            "a.erb",
            "routes: [{receiver: b}]\n<% _erbout << '  group_by: [x]' %>",
            "b",
            "",
        ),
        (
            "a.erb",
            "routes:\n<% _erbout << '  - {receiver: a}' %>\n  - {receiver: b}",
            "",
            "db",
        ),
        (
            "templates/a.yaml",
            "group_by: [team] {{/* why */}}\n  routes: [{receiver: a}]",
            "a",
            "",
        ),
        (
            "templates/a.yaml",
            "routes:\n  {{ if .x }}{{ if .y }}- {receiver: a}{{ end }}{{ end }}\n  - {receiver: b}",
            "",
            "ba",
        ),
        (
            "templates/a.yaml",
            "routes:\n  - receiver: a\n    {{ if .x }}continue: true{{ end }}\n  - {receiver: b}",
            "a",
            "b",
        ),
        (
            "templates/a.yaml",
            "routes:\n  {{- if .x }}\n  - {receiver: a}{{ end }}\n  - {receiver: b}",
            "",
            "ba",
        ),
    ] {
        let start = if path.ends_with(".erb") {
            ""
        } else {
            "{{ define \"x\" }}\n- {receiver: b}\n{{ end }}\n"
        };
        let text = format!(
            "{start}route:\n  receiver: d\n  {routes}\nreceivers: [{{name: a}}, {{name: b}}, {{name: d}}]\n"
        );
        let found = read_text(path, &text);
        let kinds: Vec<ConfigurationProblemKind> =
            found.problems.iter().map(|it| it.kind).collect();
        let is_unclear = text.contains("_erbout");
        assert_eq!(
            kinds.len(),
            usize::from(is_unclear),
            "{:?}\n{text}",
            found.problems
        );
        assert!(
            kinds
                .iter()
                .all(|kind| *kind == ConfigurationProblemKind::Template)
        );
        let configuration = only(found);
        let labels: LabelSet = [("team", "x")].into_iter().collect();
        let reached = evaluate(&configuration, &labels);
        assert_eq!(
            names(&configuration, &reached.certain).concat(),
            certain,
            "{text}"
        );
        assert_eq!(
            names(&configuration, &reached.possible).concat(),
            possible,
            "{text}"
        );
    }
}

/// The values of labels in generated configurations, and others that pass each combination of the [`EXPRESSIONS`].
const VALUES: [&str; 9] = ["", "x", "y", "z", "xz", "yz", "xq", "other", "q"];

const EXPRESSIONS: [&str; 6] = ["x|y", "x.*", ".*", ".+", "[xy]z?", "o.*"];

/// The labels in generated configurations.
const LABELS: [&str; 3] = ["a", "b", "c"];

#[derive(Debug, Clone)]
struct GeneratedRoute {
    matchers: Vec<String>,
    continues: bool,
    children: Vec<GeneratedRoute>,
}

impl GeneratedRoute {
    /// Adds the route as flow YAML, with a receiver of its own.
    fn write(&self, text: &mut String, receivers: &mut usize) {
        let (matchers, continues) = (self.matchers.join(", "), self.continues);
        let at = *receivers;
        *receivers += 1;
        *text +=
            &format!("{{receiver: r{at}, matchers: [{matchers}], continue: {continues}, routes: [");
        for child in &self.children {
            child.write(text, receivers);
            *text += ", ";
        }
        *text += "]}";
    }
}

fn generated_routes() -> impl Strategy<Value = GeneratedRoute> {
    let equal = (prop_oneof![Just("="), Just("!=")], select(&VALUES[..4]));
    let expression = (
        prop_oneof![Just("=~"), Just("!~")],
        select(&EXPRESSIONS[..]),
    );
    let test = prop_oneof![2 => equal, 1 => expression];
    let matcher = (select(&LABELS[..]), test)
        .prop_map(|(label, (operator, value))| format!("'{label}{operator}\"{value}\"'"));
    let route = move |children: Vec<GeneratedRoute>| {
        (vec(matcher.clone(), 0..3), any::<bool>()).prop_map(move |(matchers, continues)| {
            GeneratedRoute {
                matchers,
                continues,
                children: children.clone(),
            }
        })
    };
    let leaf = route.clone();
    Just(Vec::new())
        .prop_flat_map(leaf)
        .prop_recursive(3, 24, 6, move |inner| {
            vec(inner, 0..6).prop_flat_map(route.clone())
        })
}

fn with_routes(routes: &[GeneratedRoute]) -> Configuration {
    let root = GeneratedRoute {
        matchers: Vec::new(),
        continues: false,
        children: routes.to_vec(),
    };
    let (mut text, mut receivers) = ("route: ".to_owned(), 0);
    root.write(&mut text, &mut receivers);
    text += "\nreceivers:\n";
    for at in 0..receivers {
        text += &format!("- name: r{at}\n");
    }
    let found = read_text("alertmanager.yml", &text);
    assert!(found.problems.is_empty(), "{:?}\n{text}", found.problems);
    only(found)
}

/// Returns all alerts with some labels: each other label is absent, or has one of the [`VALUES`].
fn completions(labels: &LabelSet) -> Vec<LabelSet> {
    let mut all = vec![labels.clone()];
    for label in LABELS.iter().filter(|label| labels.get(label).is_none()) {
        let with = |labels: &LabelSet| {
            VALUES.map(|value| {
                let mut labels = labels.clone();
                labels.set(*label, value);
                labels
            })
        };
        all = all.iter().flat_map(with).collect();
    }
    all
}

/// The value `y` passes the tests of all routes here, so that only the first takes it.
#[test]
fn values_that_many_routes_match_reach_the_first() {
    let number = 30;
    for (further, continues) in [(None, false), (None, true), (Some("'b=\"x\"'"), false)] {
        let route = |at: usize| GeneratedRoute {
            matchers: [format!("'a=~\"x{at}|y.*\"'")]
                .into_iter()
                .chain(further.map(str::to_owned))
                .collect(),
            continues,
            children: Vec::new(),
        };
        let routes: Vec<GeneratedRoute> = (0..number).map(route).collect();
        let configuration = with_routes(&routes);
        let ends = |labels: &[(&str, &str)]| {
            let reached = evaluate(&configuration, &labels.iter().copied().collect());
            let routes = reached.routes.iter().map(|it| it.route);
            routes.collect::<Vec<usize>>()
        };
        let taking: Vec<usize> = match continues {
            true => (1..=number).collect(),
            false => vec![1],
        };
        assert_eq!(ends(&[("a", "y"), ("b", "x")]), taking);
        assert_eq!(ends(&[("a", "x7"), ("b", "x")]), [8]);
        assert_eq!(ends(&[("b", "x")]), (0..=number).collect::<Vec<usize>>());
        assert_eq!(ends(&[("b", "x"), ("a", "")]), [0]);
        let is_reachable = |it: &Reachability| matches!(it, Reachability::Reachable(_));
        assert!(configuration.reachability().iter().all(is_reachable));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// What is certain or possible with unknown labels is what alerts with all labels reach, which other tests compare
    /// with Alertmanager.
    #[test]
    fn unknown_labels_have_the_results_of_all_values(
        routes in vec(generated_routes(), 0..6),
        known in vec((select(&LABELS[..]), select(&VALUES[..])), 0..3),
    ) {
        let configuration = with_routes(&routes);
        let labels: LabelSet = known.into_iter().collect();
        let mut evaluator = Evaluator::new(&configuration);
        let reached = evaluator.evaluate(&labels);
        let each: Vec<Arc<Reached>> =
            completions(&labels).iter().map(|labels| evaluator.evaluate(labels)).collect();
        let ends = |reached: &Reached| reached.routes.iter().map(|it| it.route).collect::<BTreeSet<usize>>();
        let all: BTreeSet<usize> = each.iter().flat_map(|it| ends(it)).collect();
        prop_assert_eq!(ends(&reached), all);
        for it in reached.routes.iter().filter(|it| it.is_certain) {
            prop_assert!(each.iter().all(|reached| ends(reached).contains(&it.route)));
        }
        for it in &each {
            prop_assert!(it.possible.is_empty());
            prop_assert!(reached.certain.iter().all(|receiver| it.certain.contains(receiver)));
            let is_known = |receiver: &ReachedReceiver| {
                reached.certain.contains(receiver) || reached.possible.contains(receiver)
            };
            prop_assert!(it.certain.iter().all(is_known));
        }
        prop_assert_eq!(&*evaluate(&configuration, &labels), &*reached);
    }

    #[test]
    fn reachable_routes_are_those_that_some_alert_reaches(routes in vec(generated_routes(), 0..6)) {
        let configuration = with_routes(&routes);
        let mut evaluator = Evaluator::new(&configuration);
        let mut visited: BTreeSet<usize> = BTreeSet::new();
        for labels in completions(&LabelSet::default()) {
            let reached = evaluator.evaluate(&labels);
            visited.extend(reached.routes.iter().flat_map(|it| configuration.path(it.route)));
        }
        for (at, reachability) in configuration.reachability().into_iter().enumerate() {
            let is_reachable = matches!(reachability, Reachability::Reachable(_));
            prop_assert_eq!(is_reachable, visited.contains(&at), "{} {:?}", at, reachability);
        }
    }
}
