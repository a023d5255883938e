//! What detectors share: opening a file, and reading names out of the values of a YAML file.

use std::sync::Arc;

use bstr::BStr;

use super::{
    go_template::strip,
    level::{Shifts, level},
};
use crate::{
    inventory::{
        Component, Declaration, Declarations, FileReader, Name, Problem, ProblemKind, ReadError,
        SourceFile, Standing,
    },
    text::{Place, Source, Span, quoted},
    yaml::{self, Node, Parsed},
};

const NOT_YAML: &str = "not valid YAML";

/// A YAML file and its documents.
pub(super) struct YamlFile {
    pub source: Arc<Source>,
    pub documents: Vec<Arc<Node>>,
    /// Where the places of the documents' nodes lie in the source.
    shifts: Shifts,
}

impl YamlFile {
    /// What was read of a source as it is.
    pub fn new(source: Arc<Source>, documents: Vec<Arc<Node>>) -> Self {
        Self {
            source,
            documents,
            shifts: Shifts::default(),
        }
    }

    /// Opens `path`; what can't be read of it goes to `declarations` as problems.
    pub fn open(
        reader: &FileReader<'_>,
        path: &BStr,
        declarations: &mut Declarations,
    ) -> Option<Self> {
        let file = open_text(reader, path, declarations)?;
        Some(Self::parsed(
            &file.source,
            file.yaml().clone(),
            declarations,
        ))
    }

    /// As [`open`](Self::open), for a Go template.
    pub fn open_template(
        reader: &FileReader<'_>,
        path: &BStr,
        declarations: &mut Declarations,
    ) -> Option<Self> {
        let known = declarations.problems.len();
        let file = Self::open_as(reader, path, declarations, strip)?;
        if declarations.problems.len() > known
            && let Some((text, shifts)) = level(&strip(file.source.text()))
        {
            let parsed = yaml::parse(&text);
            if parsed.errors.is_empty() {
                let is_syntax = |problem: &Problem| problem.message.starts_with(NOT_YAML);
                declarations
                    .problems
                    .retain(|problem| !is_syntax(problem) || problem.place.path() != path);
                return Some(Self {
                    documents: parsed.documents,
                    shifts,
                    ..file
                });
            }
        }
        Some(file)
    }

    /// As [`open`](Self::open), for what is YAML only once something of the same length was put in the
    /// place of some of it.
    pub fn open_as(
        reader: &FileReader<'_>,
        path: &BStr,
        declarations: &mut Declarations,
        prepare: fn(&str) -> String,
    ) -> Option<Self> {
        let file = open_text(reader, path, declarations)?;
        let parsed = yaml::parse(&prepare(file.source.text()));
        Some(Self::parsed(&file.source, parsed, declarations))
    }

    fn parsed(source: &Arc<Source>, parsed: Parsed, declarations: &mut Declarations) -> Self {
        for error in parsed.errors {
            let message = format!("{NOT_YAML}: {}", error.message);
            declarations.problems.push(Problem {
                help: error.help,
                ..Problem::in_text(source, error.span, message)
            });
        }
        Self::new(Arc::clone(source), parsed.documents)
    }

    /// The words of a value.
    pub fn span(&self, node: &Node) -> Span {
        self.shifts.original(node.span)
    }

    /// Where a value stands.
    pub fn place(&self, node: &Node) -> Place {
        Place::Text(Arc::clone(&self.source), self.span(node))
    }

    /// Notes that a value is of another shape than is expected of `what`.
    pub fn unexpected(&self, shape: &str, what: &str, node: &Node, said: &mut Declarations) {
        let message = format!("expected {what} as {shape}, found {}", node.what());
        let problem = Problem::in_text(&self.source, node.span, message);
        said.problems.push(problem);
    }

    /// What is wrong with the value of `key`, which is not the list that it ought to be.
    pub fn not_a_list(&self, key: &str, value: &Node) -> Problem {
        let found = value.what();
        let message = format!("expected a list in {}, found {found}", quoted(key));
        Problem::in_text(&self.source, self.span(value), message)
    }

    /// What the value of `key` says: one name, or a list of them.
    pub fn declaration(
        &self,
        key: &'static str,
        standing: Standing,
        value: Option<&Arc<Node>>,
        problems: &mut Vec<Problem>,
    ) -> Option<Declaration> {
        let value = value.filter(|value| !value.is_null())?;
        let nodes = value.items().unwrap_or_else(|| std::slice::from_ref(value));
        let names = nodes.iter();
        let names = names.filter_map(|node| self.name(key, node, problems));
        Some(Declaration::new(key, standing, self.place(value), names))
    }

    /// The name that a scalar holds; anything else is a problem.
    pub fn name(&self, key: &str, node: &Node, problems: &mut Vec<Problem>) -> Option<Name> {
        let raw = self.source.text().get(node.span.range());
        let text = node.as_str().filter(|text| !text.trim().is_empty());
        // Without quotes, YAML reads `{{ name }}` as a mapping.
        let text = text.or_else(|| raw.filter(|raw| raw.starts_with("{{")));
        let Some(text) = text else {
            let found = node.as_str().map_or(node.what(), |_| "an empty one");
            let message = format!("expected a name in {}, found {found}", quoted(key));
            problems.push(Problem::in_text(&self.source, self.span(node), message));
            return None;
        };
        Some(Name {
            is_template: ["{{", "%{", "<%", "${"]
                .iter()
                .any(|mark| text.contains(mark)),
            ..Name::new(vec![text.to_owned()], self.place(node))
        })
    }
}

/// What the files in which `component` declares its owner say: `read` reads each of their documents.
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

/// Opens a text; what can't be read of it goes to `declarations` as problems.
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
            let problem = unreadable(reader, path, &error);
            declarations.problems.push(problem);
            None
        }
    }
}

/// That a file is not UTF-8, as a problem.
pub(super) fn not_utf8(file: &SourceFile) -> Option<Problem> {
    let message = "the file is not UTF-8 text".to_owned();
    let problem = |span| Problem::in_text(&file.source, span, message);
    file.not_utf8.map(problem)
}

/// That a file could not be read, as a problem.
pub(super) fn unreadable(reader: &FileReader<'_>, path: &BStr, error: &ReadError) -> Problem {
    Problem {
        kind: match error {
            ReadError::TooLarge => ProblemKind::Declaration,
            _ => ProblemKind::Path,
        },
        place: Place::Path(Arc::clone(&reader.content.repository), path.into()),
        message: format!("{} could not be read: {error}", quoted(path)),
        help: None,
    }
}
