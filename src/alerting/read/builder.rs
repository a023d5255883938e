use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    super::{
        Receiver,
        configuration::{
            Configuration, ConfigurationKind, ConfigurationProblem, ConfigurationProblemKind,
            NotificationRoute, ReceiverName, may_become,
        },
        expressions::Expressions,
        matcher::{Matcher, Operator, Test},
        matcher_syntax::{self, MatcherError},
    },
    document::Document,
};
use crate::{
    inventory::template::Condition,
    text::{Place, Span, closest_name, did_you_mean, quoted},
    yaml::{Entry, Node, Value},
};

/// The keys of a route, in any program, that decide which alerts it takes.
const MATCHERS: [&str; 4] = ["match", "match_re", "matchers", "object_matchers"];

/// What is shown of a matcher that is not one string.
const INVALID: &str = "invalid matcher";

/// What distinguishes the routes of one program from those of others.
pub(super) struct Syntax {
    pub kind: ConfigurationKind,
    /// All keys of a route.
    pub keys: &'static [&'static str],
    /// Adds the matchers of a route.
    pub matchers: fn(&mut Builder<'_, '_>, &Node, &mut Vec<Matcher>),
}

/// Collects the parts of one configuration.
pub(super) struct Builder<'d, 'p> {
    pub document: &'d Document<'d>,
    pub problems: &'p mut Vec<ConfigurationProblem>,
    syntax: &'static Syntax,
    routes: Vec<NotificationRoute>,
    receiver_names: Vec<ReceiverName>,
    names: FxHashMap<String, usize>,
    labels: Vec<Arc<str>>,
    known_labels: FxHashMap<Arc<str>, usize>,
    expressions: Expressions,
    /// The conditions under which the whole configuration exists.
    outer: Vec<Condition>,
    /// Where routes are that cannot be read.
    unknown_routes: Option<Place>,
    /// By condition of the template: the number of its variants. Each route about whose conditions nothing is known has
    /// one more of its own.
    variants: Vec<usize>,
}

impl<'d, 'p> Builder<'d, 'p> {
    pub fn new(
        document: &'d Document<'d>,
        problems: &'p mut Vec<ConfigurationProblem>,
        syntax: &'static Syntax,
    ) -> Self {
        Self {
            document,
            problems,
            syntax,
            routes: Vec::new(),
            receiver_names: Vec::new(),
            names: FxHashMap::default(),
            labels: Vec::new(),
            known_labels: FxHashMap::default(),
            expressions: Expressions::default(),
            outer: Vec::new(),
            unknown_routes: None,
            variants: document
                .template
                .map_or_else(Vec::new, |template| template.variants().to_vec()),
        }
    }

    pub fn invalid(&mut self, span: Span, message: impl Into<String>) {
        self.problems.push(self.document.invalid(span, message));
    }

    /// Returns the configuration with a root route. `extra` adds matchers to it.
    pub fn finish(
        mut self,
        root: &Node,
        name: Option<String>,
        extra: Vec<Matcher>,
        receivers: Vec<Receiver>,
        has_unknown_receivers: bool,
    ) -> Option<Configuration> {
        self.outer = self.document.conditions(root.span);
        self.route(root, None)?;
        for matcher in extra {
            let label = self.label(&matcher.label);
            self.routes[0].tested.push(label);
            self.routes[0].matchers.push(matcher);
        }
        let configuration = Configuration {
            kind: self.syntax.kind,
            name,
            place: self.document.place(root.span),
            routes: self.routes,
            receivers: Arc::new(receivers.into_iter().collect()),
            has_unknown_receivers,
            unknown_routes: self.unknown_routes,
            receiver_names: self.receiver_names,
            labels: self.labels,
            variants: self.variants,
        };
        if self.expressions.are_too_large {
            self.problems.push(ConfigurationProblem {
                kind: ConfigurationProblemKind::Limit,
                help: Some("use simpler regular expressions".to_owned()),
                ..self.document.invalid(
                    root.span,
                    "the regular expressions of the notification routes are too large together, so ownlint does \
                     not evaluate all of them",
                )
            });
        }
        self.problems.extend(configuration.missing_receivers());
        Some(configuration)
    }

    /// Adds a route and the routes in it.
    fn route(&mut self, node: &Node, parent: Option<usize>) -> Option<usize> {
        if node.entries().is_none() {
            self.unknown_route(node, "route");
            return None;
        }
        let mut matchers = Vec::new();
        let is_continue_unknown = self.check_keys(node, &mut matchers);
        (self.syntax.matchers)(self, node, &mut matchers);
        if self.repeated(node).iter().any(|key| MATCHERS.contains(key)) {
            // Only one of the values counts.
            for matcher in &mut matchers {
                matcher.is_optional = true;
            }
        }
        let own = self.own_receivers(node);
        let is_inner = |condition: &Condition| !self.outer.contains(condition);
        let mut conditions = self.document.conditions(node.span);
        conditions.retain(is_inner);
        if self.document.is_unclear(node.span) {
            conditions.push(Condition {
                at: self.variants.len(),
                variant: 0,
            });
            self.variants.push(2);
        }
        let receivers = self.receivers(&own, parent);
        if parent.is_none() && receivers.is_empty() {
            self.invalid(node.span, "the root route has no receiver");
        }
        let at = self.routes.len();
        let tested = matchers.iter().map(|matcher| self.label(&matcher.label));
        let tested = tested.collect();
        let continues = self.continues(node).filter(|_| !is_continue_unknown);
        self.routes.push(NotificationRoute {
            parent,
            children: Vec::new(),
            tested,
            matchers,
            receivers,
            own_receivers: own.into_iter().map(|own| (own.0, own.1)).collect(),
            continues,
            place: self.document.place(node.span),
            conditions,
        });
        if let Some(parent) = parent {
            self.routes[parent].children.push(at);
        }
        for entry in node.all("routes") {
            if entry.value.is_null() {
                continue;
            }
            let Some(items) = entry.value.items() else {
                self.unknown_route(&entry.value, "list of routes");
                continue;
            };
            for item in items {
                self.route(item, Some(at));
            }
        }
        Some(at)
    }

    /// Reports something in place of routes, so that it is unknown which routes there are.
    fn unknown_route(&mut self, node: &Node, expected: &str) {
        let is_template = self.document.is_template(node);
        if !is_template {
            let message = format!("expected a {expected}, found {}", node.what());
            self.invalid(node.span, message);
        }
        let place = self.document.place(node.span);
        self.unknown_routes.get_or_insert(place);
    }

    /// Returns the keys of a mapping that are set more than once, each as often as it is repeated. The parts of a
    /// template may exclude each other.
    pub fn repeated<'n>(&self, node: &'n Node) -> Vec<&'n str> {
        let entries = node.entries().filter(|_| self.document.template.is_none());
        let mut known: FxHashSet<&str> = FxHashSet::default();
        let keys = entries.unwrap_or_default().iter();
        let keys = keys.filter_map(|entry| entry.key.as_str());
        keys.filter(|key| !known.insert(key)).collect()
    }

    /// Reports keys that are misspelled or repeated. What a misspelled matcher tests is unknown. Returns whether
    /// `continue` is misspelled.
    fn check_keys(&mut self, node: &Node, matchers: &mut Vec<Matcher>) -> bool {
        let mut is_continue_unknown = false;
        let entries = node.entries().unwrap_or_default();
        let mut known: FxHashSet<&str> = FxHashSet::default();
        for entry in entries {
            let Some(key) = entry.key.as_str() else {
                continue;
            };
            if self.document.is_template(&entry.key) {
                is_continue_unknown |= self.add_key_of_template(entry, matchers);
                continue;
            }
            if !known.insert(key) && self.document.template.is_none() {
                self.invalid(entry.key.span, format!("key {} is set twice", quoted(key)));
                if key == "routes" {
                    let place = self.document.place(entry.key.span);
                    self.unknown_routes.get_or_insert(place);
                }
            }
            if self.syntax.keys.contains(&key) || key == "<<" {
                continue;
            }
            let similar = closest_name(key, self.syntax.keys.iter().copied());
            let is_matcher = MATCHERS.contains(&similar.unwrap_or(key));
            if similar.is_none() && !is_matcher {
                continue;
            }
            let message = format!("unknown key {} in a route", quoted(key));
            self.problems.push(ConfigurationProblem {
                help: did_you_mean(similar),
                ..self.document.invalid(entry.key.span, message)
            });
            is_continue_unknown |= similar == Some("continue");
            if is_matcher {
                matchers.push(self.unknown(entry.key.span));
            }
        }
        is_continue_unknown
    }

    /// Adds what a key means that a template decides. Returns whether it may be `continue`.
    fn add_key_of_template(&mut self, entry: &Entry, matchers: &mut Vec<Matcher>) -> bool {
        let written = self.document.text(&entry.key).unwrap_or_default();
        let may_be = |key: &str| may_become(&written, key);
        if MATCHERS.into_iter().any(may_be) {
            matchers.push(self.unknown(entry.key.span));
        }
        if ["receiver", "routes"].into_iter().any(may_be) {
            let place = self.document.place(entry.key.span);
            self.unknown_routes.get_or_insert(place);
        }
        may_be("continue")
    }

    /// Returns the receivers that a route names, each with its place and whether it exists in all variants of the
    /// route.
    fn own_receivers(&mut self, node: &Node) -> Vec<(usize, Place, bool)> {
        let mut found = Vec::new();
        for entry in node.all_or_merged("receiver") {
            let value = &entry.value;
            let Some(text) = self.document.text(value) else {
                if !value.is_null() {
                    let message =
                        format!("expected a string in `receiver`, found {}", value.what());
                    self.invalid(value.span, message);
                }
                continue;
            };
            if text.is_empty() {
                continue;
            }
            let is_template = self.document.is_template(value);
            let at = self.receiver_name(text, is_template);
            let is_certain = !self.is_conditional(entry, node);
            found.push((at, self.document.place(value.span), is_certain));
        }
        found
    }

    /// Returns the receivers that a route can have: its own, or else those of its parent.
    fn receivers(&self, own: &[(usize, Place, bool)], parent: Option<usize>) -> Vec<usize> {
        let mut receivers: Vec<usize> = own.iter().map(|(at, ..)| *at).collect();
        if !own.iter().any(|(.., is_certain)| *is_certain)
            && let Some(parent) = parent
        {
            receivers.extend(&self.routes[parent].receivers);
        }
        receivers.sort_unstable();
        receivers.dedup();
        receivers
    }

    fn receiver_name(&mut self, text: String, is_template: bool) -> usize {
        if let Some(at) = self.names.get(&text) {
            return *at;
        }
        let at = self.receiver_names.len();
        self.names.insert(text.clone(), at);
        self.receiver_names.push(ReceiverName { text, is_template });
        at
    }

    /// Returns whether only some variants of a route contain an entry.
    fn is_conditional(&self, entry: &Entry, route: &Node) -> bool {
        let is_conditional = |node: &Node| self.document.is_conditional(node, route);
        is_conditional(&entry.key) || !entry.value.is_null() && is_conditional(&entry.value)
    }

    /// Returns whether a route continues; `None` if that is unknown.
    fn continues(&mut self, node: &Node) -> Option<bool> {
        let mut found = None;
        for entry in node.all_or_merged("continue") {
            let value = &entry.value;
            let is_conditional = self.is_conditional(entry, node);
            if self.document.is_template(value) || is_conditional || found.is_some() {
                return None;
            }
            let text = match value.value() {
                _ if value.is_null() => "false",
                Value::Scalar { text, plain: true } => text,
                _ => "",
            };
            found = match text {
                "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On"
                | "ON" => Some(true),
                "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off"
                | "OFF" => Some(false),
                _ => {
                    self.invalid(value.span, "expected `true` or `false` in `continue`");
                    return None;
                }
            };
        }
        Some(found.unwrap_or(false))
    }

    fn label(&mut self, name: &Arc<str>) -> usize {
        if let Some(at) = self.known_labels.get(name) {
            return *at;
        }
        let at = self.labels.len();
        self.known_labels.insert(Arc::clone(name), at);
        self.labels.push(Arc::clone(name));
        at
    }

    /// Creates a matcher of a label with the value of a node. `create` is the function for the syntax. Reports an
    /// expression that RE2 rejects.
    pub fn matcher(
        &mut self,
        route: &Node,
        label: &str,
        operator: Operator,
        value: &Node,
        create: fn(&mut Expressions, Operator, &str) -> Result<Test, &'static str>,
    ) -> Matcher {
        let text = self.document.text(value).unwrap_or_default();
        let test = match self.document.is_template(value) {
            true => Test::Unknown,
            false => match create(&mut self.expressions, operator, &text) {
                Ok(test) => test,
                Err(why) => {
                    self.rejected(value.span, &text, why);
                    Test::Unknown
                }
            },
        };
        let place = self.document.place(value.span);
        Matcher {
            label: label.into(),
            operator,
            value: text,
            place,
            is_optional: self.document.is_conditional(value, route),
            test,
        }
    }

    /// Reports an invalid matcher, and returns one about which nothing is known: a route without it would take all
    /// alerts.
    pub fn invalid_matcher(&mut self, span: Span, message: impl Into<String>) -> Matcher {
        self.invalid(span, message);
        self.unknown(span)
    }

    fn unknown(&self, span: Span) -> Matcher {
        unknown_matcher(INVALID.to_owned(), self.document.place(span))
    }

    /// Returns the values in a list of matchers; adds an unknown matcher if it is anything else.
    pub fn listed<'n>(&mut self, entry: &'n Entry, matchers: &mut Vec<Matcher>) -> &'n [Arc<Node>] {
        let items = entry.value.items();
        if items.is_none() {
            matchers.extend(self.not_a(entry, "list"));
        }
        items.unwrap_or_default()
    }

    /// Returns the entries in a mapping of matchers; adds an unknown matcher if it is anything else.
    pub fn mapped<'n>(&mut self, entry: &'n Entry, matchers: &mut Vec<Matcher>) -> &'n [Entry] {
        let entries = entry.value.entries();
        if entries.is_none() {
            matchers.extend(self.not_a(entry, "mapping"));
        }
        entries.unwrap_or_default()
    }

    fn not_a(&mut self, entry: &Entry, expected: &str) -> Option<Matcher> {
        let value = &entry.value;
        if self.document.is_template(value) {
            return Some(self.unknown(value.span));
        }
        let key = quoted(entry.key.as_str().unwrap_or_default());
        let message = format!("expected a {expected} in {key}, found {}", value.what());
        (!value.is_null()).then(|| self.invalid_matcher(value.span, message))
    }

    /// Returns an unknown matcher for a label whose value is not a string.
    pub fn not_a_string(&mut self, label: &str, value: &Node) -> Option<Matcher> {
        let is_scalar =
            value.as_str().is_some() || value.is_null() || self.document.is_template(value);
        let message = || {
            let label = quoted(label);
            format!("expected a string in {label}, found {}", value.what())
        };
        (!is_scalar).then(|| self.invalid_matcher(value.span, message()))
    }

    /// Adds the matchers in a string.
    pub fn parsed(&mut self, route: &Node, value: &Node, matchers: &mut Vec<Matcher>) {
        let Some(text) = self.document.text(value) else {
            let message = format!("expected a matcher, found {}", value.what());
            matchers.push(self.invalid_matcher(value.span, message));
            return;
        };
        let is_template = self.document.is_template(value);
        let parsed = matcher_syntax::parse(&text, &mut self.expressions);
        let place = self.document.place(value.span);
        let is_optional = self.document.is_conditional(value, route);
        match parsed {
            Ok(parsed) => matchers.extend(parsed.into_iter().map(|it| Matcher {
                label: it.label.into(),
                operator: it.operator,
                value: it.value,
                place: place.clone(),
                is_optional,
                test: if is_template { Test::Unknown } else { it.test },
            })),
            // The template decides what it tests.
            Err(_) if is_template => matchers.push(unknown_matcher(text, place)),
            Err(MatcherError::Syntax) => {
                let message = format!("matcher {} is invalid", quoted(&text));
                self.invalid(value.span, message);
                matchers.push(unknown_matcher(text, place));
            }
            Err(MatcherError::Expression(expression, why)) => {
                self.rejected(value.span, &expression, why);
                matchers.push(unknown_matcher(text, place));
            }
        }
    }

    fn rejected(&mut self, span: Span, expression: &str, why: &str) {
        let message = format!(
            "regular expression {} is invalid: {why}",
            quoted(expression)
        );
        self.problems.push(ConfigurationProblem {
            kind: ConfigurationProblemKind::Expression,
            ..self.document.invalid(span, message)
        });
    }
}

/// Returns a matcher about which nothing is known.
fn unknown_matcher(text: String, place: Place) -> Matcher {
    Matcher {
        label: "".into(),
        operator: Operator::Equal,
        value: text,
        place,
        is_optional: false,
        test: Test::Unknown,
    }
}
