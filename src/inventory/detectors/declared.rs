//! Opening files, and reading names from the values of YAML files.

use std::sync::Arc;

use bstr::BStr;

use super::level::{Shifts, level};
use crate::{
    inventory::{
        Component, Declaration, Declarations, Effect, FileReader, LinkProblem, Name, Problem,
        ProblemKind, ReadError, SourceFile,
    },
    text::{Place, Source, Span, quoted},
    yaml::{self, Node, Parsed, StringPlaces, SyntaxError},
};

/// A YAML file and its documents.
pub(super) struct YamlFile {
    pub source: Arc<Source>,
    pub documents: Vec<Arc<Node>>,
    /// Maps the places of the documents' nodes to the source.
    shifts: Shifts,
    /// The same, if the documents are in a string of the source.
    places: Option<Arc<StringPlaces>>,
}

impl YamlFile {
    /// Creates the file from a source that was parsed unchanged.
    pub fn new(source: Arc<Source>, documents: Vec<Arc<Node>>) -> Self {
        Self {
            source,
            documents,
            shifts: Shifts::default(),
            places: None,
        }
    }

    /// Creates the file from the documents in a string of this one.
    pub fn in_string(&self, documents: Vec<Arc<Node>>, places: Arc<StringPlaces>) -> Self {
        Self {
            places: Some(places),
            ..Self::new(Arc::clone(&self.source), documents)
        }
    }

    /// Opens `path`, and adds problems to `declarations`.
    pub fn open(
        reader: &FileReader<'_>,
        path: &BStr,
        declarations: &mut Declarations,
    ) -> Option<Self> {
        let file = open_text(reader, path, declarations)?;
        Some(Self::of(&file, &mut declarations.problems))
    }

    /// Creates the file from one that was read, and adds its syntax errors to `problems`.
    pub fn of(file: &SourceFile, problems: &mut Vec<Problem>) -> Self {
        Self::parsed(&file.source, file.yaml().clone(), problems)
    }

    /// Like [`of`](Self::of), for a template that becomes YAML as `stripped`, which must have the same length.
    pub fn of_template(file: &SourceFile, stripped: &str, problems: &mut Vec<Problem>) -> Self {
        let parsed = yaml::parse(stripped);
        if !parsed.errors.is_empty()
            && let Some((text, shifts)) = level(stripped)
        {
            let parsed = yaml::parse(&text);
            if parsed.errors.is_empty() {
                return Self {
                    shifts,
                    ..Self::new(Arc::clone(&file.source), parsed.documents)
                };
            }
        }
        Self::parsed(&file.source, parsed, problems)
    }

    /// Like [`open`](Self::open), for a text that becomes YAML by `prepare`, which must keep its length.
    pub fn open_as(
        reader: &FileReader<'_>,
        path: &BStr,
        declarations: &mut Declarations,
        prepare: fn(&str) -> String,
    ) -> Option<Self> {
        let file = open_text(reader, path, declarations)?;
        let parsed = yaml::parse(&prepare(file.source.text()));
        let problems = &mut declarations.problems;
        Some(Self::parsed(&file.source, parsed, problems))
    }

    fn parsed(source: &Arc<Source>, parsed: Parsed, problems: &mut Vec<Problem>) -> Self {
        let file = Self::new(Arc::clone(source), parsed.documents);
        let errors = parsed.errors.into_iter();
        problems.extend(errors.map(|error| file.syntax_error(error)));
        file
    }

    /// Returns the problem that a document has a syntax error.
    pub fn syntax_error(&self, error: SyntaxError) -> Problem {
        let message = format!("not valid YAML: {}", error.message);
        let places = self.places.as_ref();
        let span = places.map_or(error.span, |places| places.outer(error.span));
        Problem {
            help: error.help,
            ..Problem::in_text(&self.source, span, message)
        }
    }

    /// Returns the span of a value.
    pub fn span(&self, node: &Node) -> Span {
        match &self.places {
            Some(places) => places.outer(node.span),
            None => self.shifts.original(node.span),
        }
    }

    /// Returns the span of a value; `None` if only the string is known that contains the value.
    pub fn span_exactly(&self, node: &Node) -> Option<Span> {
        match &self.places {
            Some(places) => places.outer_exactly(node.span),
            None => Some(self.span(node)),
        }
    }

    /// Returns the place of a value.
    pub fn place(&self, node: &Node) -> Place {
        Place::Text(Arc::clone(&self.source), self.span(node))
    }

    /// Adds the problem that the value of `what` does not have the expected `shape`.
    pub fn unexpected(&self, shape: &str, what: &str, node: &Node, found: &mut Declarations) {
        let message = format!("expected {what} to be {shape}, found {}", node.what());
        let problem = Problem::in_text(&self.source, node.span, message);
        found.problems.push(problem);
    }

    /// Returns the problem that the value of `key` is not a list.
    pub fn not_a_list(&self, key: &str, value: &Node) -> Problem {
        let found = value.what();
        let message = format!("expected a list in {}, found {found}", quoted(key));
        Problem::in_text(&self.source, self.span(value), message)
    }

    /// Returns the declaration in the value of `key`: one name, or a list of names.
    pub fn declaration(
        &self,
        key: &'static str,
        effect: Effect,
        value: Option<&Arc<Node>>,
        problems: &mut Vec<Problem>,
    ) -> Option<Declaration> {
        let value = value.filter(|value| !value.is_null())?;
        let nodes = value.items().unwrap_or_else(|| std::slice::from_ref(value));
        let names = nodes.iter();
        let names = names.flat_map(|node| self.names(key, node, problems));
        Some(Declaration::new(key, effect, self.place(value), names))
    }

    /// Returns the declaration in the tags called `tag` of a list: strings such as `team:shop` or `team=shop`, or
    /// mappings with a key and a value. Other tags are ignored.
    pub fn tag(
        &self,
        key: &'static str,
        tag: &str,
        tags: &[Arc<Node>],
        problems: &mut Vec<Problem>,
    ) -> Option<Declaration> {
        let of = |node: &Node, keys: &[&str]| keys.iter().find_map(|key| node.get(key).cloned());
        let names = tags.iter().flat_map(|node| {
            if let Some(text) = node.as_str() {
                let value = text.strip_prefix(tag).map(str::trim_start);
                let value = value.and_then(|rest| rest.strip_prefix([':', '=']));
                let value = value.map_or("", str::trim);
                return match value.is_empty() {
                    true => Vec::new(),
                    false => Name::in_part(value, &self.place(node)),
                };
            }
            let is_it = of(node, &["key", "Key", "name", "Name"])
                .is_some_and(|name| name.as_str().map(str::trim) == Some(tag));
            match of(node, &["value", "Value"]) {
                Some(value) if is_it => self.names(tag, &value, problems),
                _ => Vec::new(),
            }
        });
        Declaration::of(key, Effect::Owner, names.collect())
    }

    /// Returns the names in a scalar; any other value is a problem.
    pub fn names(&self, key: &str, node: &Node, problems: &mut Vec<Problem>) -> Vec<Name> {
        let text = self.text(key, node, problems);
        text.map_or_else(Vec::new, |text| Name::list(text, self.place(node)))
    }

    /// Returns the name in a scalar that never lists several; any other value is a problem.
    pub fn name(&self, key: &str, node: &Node, problems: &mut Vec<Problem>) -> Option<Name> {
        let text = self.text(key, node, problems)?;
        Some(Name::new(vec![text.to_owned()], self.place(node)))
    }

    fn text<'n>(
        &'n self,
        key: &str,
        node: &'n Node,
        problems: &mut Vec<Problem>,
    ) -> Option<&'n str> {
        let raw = self.source.text().get(node.span.range());
        let text = node.as_str().filter(|text| !text.trim().is_empty());
        // YAML parses `{{ name }}` without quotes as a mapping.
        let text = text.or_else(|| raw.filter(|raw| raw.starts_with("{{")));
        if text.is_none() {
            let found = node.as_str().map_or(node.what(), |_| "an empty string");
            let message = format!("expected a name in {}, found {found}", quoted(key));
            problems.push(Problem::in_text(&self.source, self.span(node), message));
        }
        text
    }
}

/// Returns the declarations of `component`: `read` adds those of each document in its files.
pub(super) fn read_documents(
    component: &Component,
    reader: &FileReader<'_>,
    mut read: impl FnMut(&YamlFile, &Arc<Node>, &mut Declarations),
) -> Declarations {
    let mut declarations = Declarations::default();
    for path in &component.declares_in {
        let Some(file) = YamlFile::open(reader, path.as_ref(), &mut declarations) else {
            continue;
        };
        for document in &file.documents {
            read(&file, document, &mut declarations);
        }
    }
    declarations
}

/// Opens a text file, and adds problems to `declarations`.
pub(super) fn open_text(
    reader: &FileReader<'_>,
    path: &BStr,
    declarations: &mut Declarations,
) -> Option<Arc<SourceFile>> {
    match reader.read(path) {
        Ok(file) => {
            declarations.problems.extend(not_utf8(&file));
            Some(file)
        }
        Err(error) => {
            let problem = unreadable(&reader.links.content.repository, path, &error);
            declarations.problems.push(problem);
            None
        }
    }
}

/// Returns the problem that a file is not valid UTF-8.
pub(super) fn not_utf8(file: &SourceFile) -> Option<Problem> {
    let message = "the file is not valid UTF-8".to_owned();
    let problem = |span| Problem::in_text(&file.source, span, message);
    file.not_utf8.map(problem)
}

/// Returns the problem that a file could not be read.
pub(in crate::inventory) fn unreadable(
    repository: &Arc<str>,
    path: &BStr,
    error: &ReadError,
) -> Problem {
    Problem {
        kind: kind(error),
        place: Place::Path(Arc::clone(repository), path.into()),
        message: format!("{} could not be read: {error}", quoted(path)),
        help: None,
    }
}

fn kind(error: &ReadError) -> ProblemKind {
    match error {
        ReadError::TooLarge => ProblemKind::Declaration,
        ReadError::Link(link) => match &link.why {
            LinkProblem::TooLarge { .. } => ProblemKind::Declaration,
            LinkProblem::Unreadable(error) if !matches!(**error, ReadError::Missing) => kind(error),
            _ => ProblemKind::Link,
        },
        _ => ProblemKind::Path,
    }
}
