//! Opening files with rules, which may be templates.

use std::{borrow::Cow, sync::Arc};

use bstr::BStr;
use rustc_hash::FxHashSet;

use super::{
    super::declared::{YamlFile, open_text},
    candidates::chart_around,
    without_errors,
};
use crate::{
    inventory::{
        Declarations, FileReader, Name, Problem,
        template::{self, Action, Template},
    },
    text::{ANY_TEXT, Span, quoted},
    yaml::{Entry, Node, StringPlaces},
};

/// A file that may contain rules.
pub(super) struct RuleFile {
    pub yaml: YamlFile,
    /// The language of its template, if it is one.
    language: Option<Language>,
    /// The blocks of the template.
    template: Option<Arc<Template>>,
    /// The text of the template without its actions.
    stripped: Option<String>,
    /// The text, if it is a string of another file.
    string: Option<String>,
}

/// A template language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Language {
    /// Go templates of Helm, which write templates of Prometheus as strings: ``{{`{{ $labels.team }}`}}``.
    Go,
    Erb,
}

impl RuleFile {
    /// Opens `path`, and adds problems to `declarations`. Templates are not valid YAML, so their syntax errors are no
    /// problems.
    pub fn open(
        reader: &FileReader<'_>,
        path: &BStr,
        declarations: &mut Declarations,
    ) -> Option<Self> {
        let file = open_text(reader, path, declarations)?;
        let text = file.source.text();
        let is_template = ["{{", "{%", "<%"].iter().any(|mark| text.contains(mark));
        let is_of_helm = || {
            path.ends_with(b".tpl")
                || chart_around(path, reader.links.files).is_some()
                || !file.yaml().errors.is_empty()
        };
        let language = match path.ends_with(b".erb") {
            true if text.contains("<%") => Some(Language::Erb),
            false if text.contains("{{") && is_of_helm() => Some(Language::Go),
            _ => None,
        };
        let stripped = language.map(|language| language.strip(text));
        let mut problems = Vec::new();
        let yaml = match &stripped {
            Some(stripped) => YamlFile::of_template(&file, stripped, &mut problems),
            None => {
                let mut yaml = YamlFile::of(&file, &mut problems);
                if !problems.is_empty() {
                    (yaml.documents, _) = without_errors::parse(text);
                }
                yaml
            }
        };
        if !is_template {
            declarations.problems.extend(problems);
        }
        Some(Self {
            yaml,
            language,
            template: language.map(|language| Arc::new(language.template(text))),
            stripped,
            string: None,
        })
    }

    /// Returns the text that was parsed, of the same length as the source.
    pub fn parsed_text(&self) -> &str {
        self.stripped.as_deref().unwrap_or(self.yaml.source.text())
    }

    /// Returns a string of the file as a file of its own. `None` if it is unknown where its actions are written.
    pub fn in_string(
        &self,
        text: &str,
        documents: Vec<Arc<Node>>,
        places: Arc<StringPlaces>,
    ) -> Option<Self> {
        let all = Span::new(0, text.trim_end().len());
        let is_known = self.language.is_none() || places.outer_exactly(all).is_some();
        is_known.then(|| Self {
            yaml: self.yaml.in_string(documents, places),
            language: self.language,
            template: self.template.clone(),
            stripped: None,
            string: Some(text.to_owned()),
        })
    }

    /// Returns a value as it is written.
    pub fn written(&self, node: &Node) -> Option<&str> {
        match &self.string {
            Some(string) if self.language.is_none() => string.get(node.span.range()),
            _ => self.yaml.source.text().get(self.yaml.span(node).range()),
        }
    }

    /// Returns the string in a value, with templates as written, but those that only consist of a string filled in.
    /// `None` if it is no string, or empty.
    pub fn text<'n>(&'n self, node: &'n Node) -> Option<Cow<'n, str>> {
        let raw = self.written(node)?;
        let actions = self.actions(raw);
        let text = match actions.is_empty() {
            true => Cow::Borrowed(match node.as_str() {
                Some(text) => text,
                // YAML parses `{{ name }}` without quotes as a mapping.
                None if raw.starts_with("{{") => raw,
                None => return None,
            }),
            false => Cow::Owned(filled_in(raw, &actions)),
        };
        (!text.trim().is_empty()).then_some(text)
    }

    /// Returns the names in a scalar; any other value is a problem.
    pub fn names(&self, key: &str, node: &Node, problems: &mut Vec<Problem>) -> Vec<Name> {
        if let Some(text) = self.text(node) {
            return Name::list(&text, self.yaml.place(node));
        }
        let found = node.as_str().map_or(node.what(), |_| "an empty string");
        let message = format!("expected a name in {}, found {found}", quoted(key));
        problems.push(Problem::in_text(
            &self.yaml.source,
            self.yaml.span(node),
            message,
        ));
        Vec::new()
    }

    /// Returns a name that a template fills in, in place of those in a scalar that exists only under conditions.
    pub fn conditional_name(&self, node: &Node) -> Name {
        Name {
            is_template: true,
            ..Name::new(vec![ANY_TEXT.to_owned()], self.yaml.place(node))
        }
    }

    /// Returns the values of a key of `node`, the one that counts first: behind those whose existence depends on
    /// conditions of the template, the first other one.
    pub fn possible_values<'n>(&self, node: &'n Node, key: &str) -> Vec<&'n Node> {
        let mut entries = node.all_or_merged(key);
        entries.reverse();
        let others = entries
            .iter()
            .take_while(|entry| self.is_conditional(entry, node));
        let counting = others.count() + 1;
        let values = entries.into_iter().map(|entry| &*entry.value);
        values.take(counting).collect()
    }

    /// Returns whether the existence of an entry depends on conditions of the template on which that of `base` does not
    /// depend.
    pub fn is_conditional(&self, entry: &Entry, base: &Node) -> bool {
        let at = |node: &Node| self.yaml.span(node).start;
        let mut parts = [&entry.key, &entry.value].into_iter();
        let template = self.template.as_ref();
        template.is_some_and(|it| parts.any(|part| it.is_conditional(at(part), at(base))))
    }

    /// Returns whether one of these entries exists whatever the conditions of the template are, because each variant of
    /// a condition contains one.
    pub fn are_complete(&self, entries: &[&Entry], base: &Node) -> bool {
        let Some(template) = &self.template else {
            return false;
        };
        let at = |node: &Node| self.yaml.span(node).start;
        let known: Vec<_> = template.conditions(at(base)).collect();
        let mut first = None;
        let mut variants = FxHashSet::default();
        for key in entries.iter().map(|entry| at(&entry.key)) {
            let conditions = template.conditions(key);
            let own: Vec<_> = conditions.filter(|it| !known.contains(it)).collect();
            if let [condition] = own[..]
                && *first.get_or_insert(condition.at) == condition.at
            {
                variants.insert(condition.variant);
            }
        }
        first.is_some_and(|at| variants.len() == template.variants()[at])
    }

    fn actions(&self, raw: &str) -> Vec<Action> {
        self.language
            .map_or_else(Vec::new, |language| language.actions(raw))
    }
}

impl Language {
    fn actions(self, text: &str) -> Vec<Action> {
        match self {
            Self::Go => template::go_actions(text),
            Self::Erb => template::erb_actions(text),
        }
    }

    fn template(self, text: &str) -> Template {
        match self {
            Self::Go => Template::go(text),
            Self::Erb => Template::erb(text),
        }
    }

    /// Returns a template without its actions.
    fn strip(self, text: &str) -> String {
        match self {
            Self::Go => template::strip(text),
            Self::Erb => template::strip_erb(text),
        }
    }
}

/// Returns a scalar of a template without its quotes, with the strings that are written as actions.
fn filled_in(raw: &str, actions: &[Action]) -> String {
    let mut text = String::new();
    let mut from = 0;
    let mut is_trimmed = false;
    for action in actions {
        let written = &raw[action.start..action.end];
        let mut before = &raw[from..action.start];
        if is_trimmed {
            before = before.trim_start();
        }
        if written.starts_with("{{-") {
            before = before.trim_end();
        }
        is_trimmed = written.ends_with("-}}");
        text.push_str(before);
        text.push_str(&literal(written).unwrap_or(Cow::Borrowed(written)));
        from = action.end;
    }
    let rest = &raw[from..];
    text.push_str(if is_trimmed { rest.trim_start() } else { rest });
    let text = text.trim();
    let unquoted = ['"', '\''].into_iter().find_map(|quote| {
        let inside = text.strip_prefix(quote)?;
        inside.strip_suffix(quote)
    });
    unquoted.unwrap_or(text).to_owned()
}

/// Returns the string in an action that consists only of a string without escapes, perhaps with quotes around it:
/// `{{ "sre" | quote }}`.
fn literal(action: &str) -> Option<Cow<'_, str>> {
    let inside = action.strip_prefix("{{")?.strip_suffix("}}")?;
    let inside = inside.strip_prefix('-').unwrap_or(inside);
    let inside = inside.strip_suffix('-').unwrap_or(inside).trim();
    let quoted = [("quote", '"'), ("squote", '\'')].into_iter();
    let mut quoted = quoted.filter_map(|(function, quote)| {
        let is_apart = |text: &&str| text.starts_with([' ', '`', '"']);
        let argument = || inside.strip_prefix(function).filter(is_apart);
        let piped = || inside.strip_suffix(function)?.trim_end().strip_suffix('|');
        let text = string(piped().or_else(argument)?.trim())?;
        Some(Cow::Owned(format!("{quote}{text}{quote}")))
    });
    string(inside).map(Cow::Borrowed).or_else(|| quoted.next())
}

/// Returns the content of a string without escapes.
fn string(text: &str) -> Option<&str> {
    ['`', '"'].into_iter().find_map(|quote| {
        let text = text.strip_prefix(quote)?.strip_suffix(quote)?;
        (!text.contains(quote) && (quote == '`' || !text.contains('\\'))).then_some(text)
    })
}
