use std::path::Path;

use super::{Question, hint::similar_team};
use crate::{
    inventory::detectors,
    resolution::ResolvedRepository,
    routing::{NO_ESCALATION, by_urgency, escalation_lines},
    text::{closest, quoted},
    workspace::{
        Error, Workspace,
        target::{Target, below_a_root, innermost, outside},
    },
};

/// Returns the error for a question that is neither a path nor a name, with whom to contact instead. If questions
/// `are_few`, suggests a path in place of a misspelled one.
pub(super) fn unknown_name(
    workspace: &Workspace,
    repositories: &[Option<ResolvedRepository>],
    question: &Question,
    are_few: bool,
) -> Error {
    let typed = question.typed.as_os_str();
    let bytes = typed.as_encoded_bytes();
    let full = workspace.here.join(typed);
    if full.symlink_metadata().is_ok() {
        return outside(workspace, Path::new(typed));
    }
    let text = typed.to_str().unwrap_or_default();
    if let Some((kind, _)) = text.split_once(':')
        && let Some(near) = closest(kind, workspace.map.kinds(&detectors::kinds()))
    {
        let error = Error::new(format!("unknown component kind {}", quoted(kind)));
        return error.help(format!("did you mean {}?", quoted(near)));
    }
    let near = || {
        let target = Target::at(&workspace.roots, &full).filter(|_| are_few)?;
        let repository = repositories[target.repository].as_ref()?;
        target.near(typed, &repository.listing.files)
    };
    let near = below_a_root(workspace, Path::new(typed))
        .or_else(|| similar_team(&workspace.map.teams, text))
        .or_else(near);
    let near = near.map(|near| near + "\n").unwrap_or_default();
    let new = match text.contains("://") {
        true => String::new(),
        false => {
            let new = quoted([&before_new_file(workspace), bytes].concat());
            format!("for a file that does not exist yet, use {new}\n\n")
        }
    };
    let organization = &workspace.map.organization;
    let ways = by_urgency(&organization.escalation, false);
    let escalation = match ways.is_empty() {
        true => NO_ESCALATION.to_owned(),
        false => {
            let (title, ways) = escalation_lines("Contact instead", organization, &ways);
            format!("{title}\n{}", ways.trim_end())
        }
    };
    Error::new(format!(
        "no path, component or team is named {}",
        quoted(bytes)
    ))
    .help(format!("{near}{new}{escalation}"))
}

/// Returns what to write before the name of a new file: the current directory, or a repository if that is elsewhere.
fn before_new_file(workspace: &Workspace) -> Vec<u8> {
    let mut names = workspace.map.repositories.iter().map(|it| &*it.name);
    let is_inside = innermost(&workspace.roots, &workspace.here).is_some();
    let name = names.find(|name| *name != "." && !is_inside);
    name.map_or_else(|| b"./".to_vec(), |name| format!("{name}:").into_bytes())
}
