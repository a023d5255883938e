use std::sync::Arc;

use crate::{
    dialects::{
        FileProblem,
        regexes::{KnownRegexes, Regexes},
    },
    text::{Source, Span, quoted},
    yaml::{self, Node},
};

/// What an `OWNERS` file says.
#[derive(Debug, Default)]
pub(super) struct OwnersFile {
    /// Approvers of everything in the folder: login and where it is written.
    pub approvers: Vec<(String, Span)>,
    /// By filter: its approvers.
    pub filtered: Vec<Vec<(String, Span)>>,
    /// The filters, which are searched for in the path as seen from the folder.
    pub filters: Option<Arc<Regexes>>,
    /// Where it says that approvers of folders above don't count.
    pub no_parent: Option<Span>,
}

/// The keys of which any makes a file a simple one, whose filters are ignored.
const SIMPLE: [&str; 4] = ["approvers", "reviewers", "required_reviewers", "labels"];

/// Logins are compared in lower case and without the `@` that some write.
pub(super) fn login(text: &str) -> String {
    let lower = text.to_lowercase();
    lower.strip_prefix('@').map(str::to_owned).unwrap_or(lower)
}

/// Whether nobody can have this login.
pub(super) fn is_nobody(login: &str) -> bool {
    login.trim().is_empty()
}

/// The logins of a list. An empty one counts as there, but nobody has it, which is told.
pub(super) fn names(
    source: &Arc<Source>,
    node: &Node,
    problems: &mut Vec<FileProblem>,
) -> Result<Vec<(String, Span)>, (Span, String)> {
    if node.is_null() {
        return Ok(Vec::new());
    }
    let items = node.items();
    let items =
        items.ok_or_else(|| (node.span, format!("expected a list, found {}", node.what())))?;
    items
        .iter()
        .filter(|item| !item.is_null())
        .map(|item| match item.as_str().map(login) {
            Some(login) => {
                if is_nobody(&login) {
                    problems.push(FileProblem::new(
                        source,
                        item.span,
                        "an empty name is nobody's",
                    ));
                }
                Ok((login, item.span))
            }
            None => Err((item.span, format!("expected a name, found {}", item.what()))),
        })
        .collect()
}

/// The mapping that a file holds; nothing, which is told, if it can't be read.
pub(super) fn document(source: &Arc<Source>, problems: &mut Vec<FileProblem>) -> Option<Arc<Node>> {
    let whole = Span::new(0, source.text().len());
    if source.is_faulty(whole) {
        let message = "it is not UTF-8: the file is ignored";
        problems.push(FileProblem::new(source, Span::default(), message));
        return None;
    }
    let parsed = yaml::parse(source.text());
    if let Some(error) = parsed.errors.first() {
        let message = format!("not valid YAML: {}: the file is ignored", error.message);
        problems.push(FileProblem::new(source, error.span, message));
        return None;
    }
    let root = parsed.documents.into_iter().next()?;
    if root.is_null() {
        return None;
    }
    if root.entries().is_none() {
        let message = format!(
            "expected a mapping, found {}: the file is ignored",
            root.what()
        );
        problems.push(FileProblem::new(source, root.span, message));
        return None;
    }
    Some(root)
}

/// Reads a file; one that is not valid as a whole is ignored.
pub(super) fn parse(
    source: &Arc<Source>,
    known: &mut KnownRegexes,
    problems: &mut Vec<FileProblem>,
) -> OwnersFile {
    let Some(root) = document(source, problems) else {
        return OwnersFile::default();
    };
    read(source, &root, known, problems).unwrap_or_else(|(span, message)| {
        let message = format!("{message}: the file is ignored");
        problems.push(FileProblem::new(source, span, message));
        OwnersFile::default()
    })
}

fn read(
    source: &Arc<Source>,
    root: &Node,
    known: &mut KnownRegexes,
    problems: &mut Vec<FileProblem>,
) -> Result<OwnersFile, (Span, String)> {
    let mut owners = OwnersFile::default();
    if let Some(options) = root.get("options").filter(|node| !node.is_null()) {
        if options.entries().is_none() {
            return Err((options.span, "`options` is no mapping".to_owned()));
        }
        if let Some(option) = options.entry("no_parent_owners")
            && matches!(option.value.as_str(), Some("true" | "True" | "TRUE"))
        {
            owners.no_parent = Some(option.key.span.to(option.value.span));
        }
    }
    let mut is_simple = false;
    for key in SIMPLE {
        let Some(node) = root.get(key) else {
            continue;
        };
        let found = names(source, node, problems)?;
        is_simple |= !found.is_empty();
        if key == "approvers" {
            owners.approvers = found;
        }
    }
    let Some(filters) = root.get("filters").filter(|node| !node.is_null()) else {
        return Ok(owners);
    };
    if is_simple {
        let message = "`filters` next to owners of everything are ignored";
        problems.push(FileProblem::new(source, filters.span, message));
        return Ok(owners);
    }
    let Some(entries) = filters.entries() else {
        return Err((filters.span, "`filters` is no mapping".to_owned()));
    };
    let mut expressions = Vec::new();
    for entry in entries {
        let Some(text) = entry.key.as_str() else {
            continue;
        };
        let approvers = match entry.value.get("approvers") {
            Some(node) => names(source, node, problems)?,
            None => Vec::new(),
        };
        // That everything matches is said by one spelling only.
        if text == ".*" {
            owners.approvers.extend(approvers);
        } else {
            expressions.push((text, entry.key.span));
            owners.filtered.push(approvers);
        }
    }
    let texts = expressions.iter().map(|(text, _)| (*text).to_owned());
    let (regexes, errors) = known.get(texts.collect());
    for (at, reason) in errors {
        let (text, span) = expressions[*at as usize];
        let message = format!(
            "{} is no regular expression: {reason}: it is ignored",
            quoted(text)
        );
        problems.push(FileProblem::new(source, span, message));
    }
    owners.filters = (!expressions.is_empty()).then_some(regexes);
    Ok(owners)
}
