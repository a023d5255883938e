//! How a question was understood, if this is not obvious.

use std::{ffi::OsStr, path::Path};

use serde::Serialize;

use crate::{
    config::{TeamId, Teams, slug},
    outputs::path_text,
    text::{joined, quoted, quoted_path},
    workspace::{PathStart, Reading},
};

#[derive(Serialize)]
pub(super) struct ReadingEntry {
    /// Where the path starts, if not in the current directory: `root` or `repository`.
    relative_to: Option<&'static str>,
    line: Option<u32>,
    column: Option<u32>,
    /// The last one of several lines.
    last_line: Option<u32>,
    /// The map, if it belongs to another checkout.
    map: Option<String>,
}

impl ReadingEntry {
    pub fn new(reading: &Reading, other_map: Option<&Path>) -> Option<Self> {
        if other_map.is_none() && *reading == Reading::default() {
            return None;
        }
        Some(Self {
            relative_to: reading.start.map(PathStart::name),
            line: reading.position.map(|at| at.line),
            column: reading.position.and_then(|at| at.column),
            last_line: reading.position.and_then(|at| at.last),
            map: other_map.map(|map| path_text(map.as_os_str().as_encoded_bytes())),
        })
    }
}

/// Returns the same as text. The path is in `repository`.
pub(super) fn line(
    reading: &Reading,
    repository: &str,
    other_map: Option<&Path>,
) -> Option<String> {
    let start = reading.start.map(|start| match start {
        PathStart::Parent => "path from a parent directory".to_owned(),
        PathStart::Repository if repository != "." => {
            format!("path in repository {}", quoted(repository))
        }
        PathStart::Root | PathStart::Repository => "path from the repository root".to_owned(),
    });
    let position = reading.position.map(|at| match (at.column, at.last) {
        (Some(column), _) => format!("line {}, column {column}", at.line),
        (None, Some(last)) => format!("lines {} to {last}", at.line),
        (None, None) => format!("line {}", at.line),
    });
    let map = other_map.map(|map| format!("map {}", quoted_path(map)));
    let parts = [start, position, map].into_iter().flatten();
    let parts = joined(parts, " · ");
    (!parts.is_empty()).then(|| format!("understood as: {parts}"))
}

/// Returns the name in a question about a team if the team is not called so: the handle of the team or of a member, or an
/// address.
pub(super) fn of_team(teams: &Teams, id: TeamId, typed: &OsStr) -> Option<String> {
    let text = typed.to_str()?;
    let name = text.strip_prefix("team:").unwrap_or(text);
    let mut spellings = teams.get(id).spellings();
    let is_called = spellings.any(|spelling| slug(&spelling.value) == slug(name));
    (!is_called).then(|| name.to_owned())
}
