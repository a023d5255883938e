//! Finds and reads the map.

use std::path::Path;

use super::Error;
use crate::{
    checks,
    config::{self, MAP_NAME, Map, MapErrors, Vocabulary},
    dialects::{self, Tree},
    git::work_tree,
    inventory::{Content, Files, detectors},
    snapshot::Snapshot,
    text::quoted_path,
};

/// Reads the map at `path` in a snapshot, with the vocabulary of this program. `seen` gets the path and the text
/// of each file before it is parsed.
pub(super) fn load(
    snapshot: &Snapshot,
    path: &Path,
    seen: impl FnMut(&Path, &str),
) -> Result<Map, MapErrors> {
    with_vocabulary(|vocabulary| config::load_from(snapshot, path, vocabulary, seen))
}

/// Reads the text of a map as if it were in `directory`.
pub(super) fn load_text(text: &str, directory: &Path) -> Result<Map, MapErrors> {
    let path = directory.join(MAP_NAME);
    with_vocabulary(|vocabulary| config::load_text(text, &path, vocabulary))
}

fn with_vocabulary<T>(read: impl FnOnce(&Vocabulary<'_>) -> T) -> T {
    read(&Vocabulary {
        checks: &checks::names(),
        detectors: &detectors::names(),
        owner_keys: &detectors::reading_owner_keys(),
        kinds: &detectors::kinds(),
        forges: &dialects::handle_keys(),
    })
}

/// Returns the error for a directory without a map.
pub(super) fn missing(here: &Path) -> Error {
    let shown = quoted_path(here);
    let near = here.join("ownership.yml");
    let root = work_tree(here).unwrap_or_else(|| here.to_path_buf());
    let tree = Tree::on_disk(Content::on_disk(".".into(), root));
    let help = if near.is_file() {
        format!("rename `ownership.yml` to `{MAP_NAME}`, or select it with `--config`")
    } else if let Some(dialect) = dialects::detect(&tree, &Files::default()) {
        format!(
            "run `ownlint init` to draft a map from the existing ownership file ({summary}); \
             without a map, `ownlint check` checks only that file, and `ownlint who --from {name}` \
             looks up owners in it",
            summary = dialect.summary,
            name = dialect.name
        )
    } else {
        "run `ownlint init` to draft a map, or select a map with `--config`".to_owned()
    };
    Error::new(format!(
        "no `{MAP_NAME}` in {shown} or its parent directories"
    ))
    .help(help)
}
