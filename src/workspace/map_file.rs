//! Finding and reading the map.

use std::path::Path;

use super::Error;
use crate::{
    checks,
    config::{self, MAP_NAME, Map, MapErrors, Vocabulary},
    dialects,
    git::work_tree,
    inventory::{Files, detectors},
    snapshot::Snapshot,
    text::quoted_path,
};

/// Reads the map in a file as it is at a moment, with the words that this program knows. Its path and text
/// are `seen` before they are parsed.
pub(super) fn load(
    snapshot: &Snapshot,
    path: &Path,
    seen: impl FnMut(&Path, &str),
) -> Result<Map, MapErrors> {
    with_vocabulary(|vocabulary| config::load_from(snapshot, path, vocabulary, seen))
}

/// Reads a map that is not written yet, as if it stood in the directory.
pub(super) fn load_text(text: &str, directory: &Path) -> Result<Map, MapErrors> {
    let path = directory.join(MAP_NAME);
    with_vocabulary(|vocabulary| config::load_text(text, &path, vocabulary))
}

fn with_vocabulary<T>(read: impl FnOnce(&Vocabulary<'_>) -> T) -> T {
    read(&Vocabulary {
        checks: &checks::names(),
        detectors: &detectors::names(),
        kinds: &detectors::kinds(),
        forges: &dialects::handle_keys(),
    })
}

/// The error where there is no map for the directory `here`.
pub(super) fn missing(here: &Path) -> Error {
    let shown = quoted_path(here);
    let near = here.join("ownership.yml");
    let root = work_tree(here).unwrap_or_else(|| here.to_path_buf());
    let help = if near.is_file() {
        format!("there is an `ownership.yml`: rename it to `{MAP_NAME}`, or name it with --config")
    } else if let Some(dialect) = dialects::detect(&root, &Files::default()) {
        format!(
            "`ownlint init` makes one of the ownership file that is there ({summary}); without a \
             map, `ownlint check` lints that, and `ownlint who --from {name}` answers by it",
            summary = dialect.summary,
            name = dialect.name
        )
    } else {
        format!("`ownlint init` drafts an `{MAP_NAME}`; --config names one elsewhere")
    };
    Error::new(format!("no `{MAP_NAME}` in {shown} or any directory above")).help(help)
}
