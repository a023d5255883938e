//! What detectors of YAML files share: opening one, and reading names out of values.

use std::sync::Arc;

use bstr::BStr;

use crate::{
    inventory::{Content, Declarations, Name, Problem, ProblemKind, ReadError},
    text::{Place, Source, quoted},
    yaml::Node,
};

/// A YAML file and its documents.
pub(super) struct YamlFile {
    pub source: Arc<Source>,
    pub documents: Vec<Arc<Node>>,
}

impl YamlFile {
    /// Opens `path`; what can't be read of it goes to `declarations` as problems.
    pub fn open(content: &Content, path: &BStr, declarations: &mut Declarations) -> Option<Self> {
        let (source, not_utf8) = match content.read(path) {
            Ok(read) => read,
            Err(error) => {
                declarations
                    .problems
                    .push(unreadable(content, path, &error));
                return None;
            }
        };
        if let Some(span) = not_utf8 {
            let message = "the file is not UTF-8 text".to_owned();
            let problem = Problem::in_text(&source, span, message);
            declarations.problems.push(problem);
        }
        let parsed = content.parse(&source);
        for error in parsed.errors {
            let message = format!("not valid YAML: {}", error.message);
            let problem = Problem::in_text(&source, error.span, message);
            declarations.problems.push(problem);
        }
        Some(Self {
            source,
            documents: parsed.documents,
        })
    }

    /// Where a value stands.
    pub fn place(&self, node: &Node) -> Place {
        Place::Text(Arc::clone(&self.source), node.span)
    }

    /// The name that a scalar holds; anything else is a problem.
    pub fn name(&self, key: &str, node: &Node, problems: &mut Vec<Problem>) -> Option<Name> {
        let text = node.as_str().filter(|text| !text.trim().is_empty());
        let Some(text) = text else {
            let found = node.as_str().map_or(node.what(), |_| "an empty one");
            let message = format!("expected a name in {}, found {found}", quoted(key));
            problems.push(Problem::in_text(&self.source, node.span, message));
            return None;
        };
        Some(Name {
            is_template: ["{{", "%{", "<%", "${"]
                .iter()
                .any(|mark| text.contains(mark)),
            may_be_person: false,
            spellings: vec![text.to_owned()],
            place: self.place(node),
        })
    }
}

fn unreadable(content: &Content, path: &BStr, error: &ReadError) -> Problem {
    Problem {
        kind: match error {
            ReadError::TooLarge => ProblemKind::Declaration,
            _ => ProblemKind::Path,
        },
        place: Place::Path(Arc::clone(&content.repository), path.into()),
        message: format!("{} could not be read: {error}", quoted(path)),
        help: None,
    }
}
