use std::sync::Arc;

use super::filters::FilterCache;
use crate::{
    dialects::{FileProblem, file_problem::too_large},
    regexes::Regexes,
    text::{Source, Span, quoted},
    yaml::{self, Node},
};

/// The content of an `OWNERS` file.
#[derive(Debug, Default)]
pub(super) struct OwnersFile {
    /// The approvers of everything in the folder, with their spans.
    pub approvers: Vec<(String, Span)>,
    /// The approvers of each filter.
    pub filtered: Vec<Vec<(String, Span)>>,
    /// The filters, which are matched against paths relative to the folder.
    pub filters: Option<Arc<Regexes>>,
    /// The span of the option that excludes approvers of folders above.
    pub no_parent: Option<Span>,
}

/// Keys that make a file a simple one; its filters are ignored.
const SIMPLE: [&str; 4] = ["approvers", "reviewers", "required_reviewers", "labels"];

/// Normalizes a login: lower case, without a leading `@`.
pub(super) fn login(text: &str) -> String {
    let lower = text.to_lowercase();
    lower.strip_prefix('@').map(str::to_owned).unwrap_or(lower)
}

/// Returns whether a login is blank and so does not identify a user.
pub(super) fn is_blank(login: &str) -> bool {
    login.trim().is_empty()
}

/// Returns the logins of a list. An empty one is reported, but still counts as an entry.
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
                if is_blank(&login) {
                    problems.push(FileProblem::new(source, item.span, "the name is empty"));
                }
                Ok((login, item.span))
            }
            None => Err((item.span, format!("expected a name, found {}", item.what()))),
        })
        .collect()
}

/// Returns the mapping in a file; reports a problem and returns `None` if there is no valid one.
pub(super) fn document(source: &Arc<Source>, problems: &mut Vec<FileProblem>) -> Option<Arc<Node>> {
    let whole = Span::new(0, source.text().len());
    if source.is_faulty(whole) {
        let message = "file is not valid UTF-8 and is ignored";
        problems.push(FileProblem::new(source, Span::default(), message));
        return None;
    }
    let parsed = yaml::parse(source.text());
    if let Some(error) = parsed.errors.first() {
        let message = format!("file is not valid YAML and is ignored: {}", error.message);
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

/// Parses a file; a file with any invalid part is ignored.
pub(super) fn parse(
    source: &Arc<Source>,
    cache: &mut FilterCache,
    problems: &mut Vec<FileProblem>,
) -> OwnersFile {
    let Some(root) = document(source, problems) else {
        return OwnersFile::default();
    };
    read(source, &root, cache, problems).unwrap_or_else(|(span, message)| {
        let message = format!("{message}: the file is ignored");
        problems.push(FileProblem::new(source, span, message));
        OwnersFile::default()
    })
}

fn read(
    source: &Arc<Source>,
    root: &Node,
    cache: &mut FilterCache,
    problems: &mut Vec<FileProblem>,
) -> Result<OwnersFile, (Span, String)> {
    let mut owners = OwnersFile::default();
    if let Some(options) = root.get("options").filter(|node| !node.is_null()) {
        if options.entries().is_none() {
            return Err((options.span, "`options` is not a mapping".to_owned()));
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
        let message =
            "`filters` is ignored, because the file also sets owners or labels for all files";
        problems.push(FileProblem::new(source, filters.span, message));
        return Ok(owners);
    }
    let Some(entries) = filters.entries() else {
        return Err((filters.span, "`filters` is not a mapping".to_owned()));
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
        // Prow treats only this spelling as a match for everything.
        if text == ".*" {
            owners.approvers.extend(approvers);
        } else {
            expressions.push((text, entry.key.span));
            owners.filtered.push(approvers);
        }
    }
    let texts = expressions.iter().map(|(text, _)| (*text).to_owned());
    let filters = cache.get(texts.collect());
    for (at, reason) in &filters.invalid {
        let (text, span) = expressions[*at];
        let message = format!(
            "invalid regular expression {} is ignored: {reason}",
            quoted(text)
        );
        problems.push(FileProblem::new(source, span, message));
    }
    if let [first, others @ ..] = &filters.too_large[..] {
        let (text, span) = expressions[*first];
        problems.push(FileProblem::new(
            source,
            span,
            too_large(text, others.len()),
        ));
    }
    owners.filters = (!expressions.is_empty()).then(|| Arc::clone(&filters.regexes));
    Ok(owners)
}
