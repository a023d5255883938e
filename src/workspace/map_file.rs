//! Finds and reads the map.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use super::{Error, relative};
use crate::{
    checks,
    config::{self, FREE_MAP_NAME, Foreign, MAP_NAME, MAP_NAMES, Map, MapErrors, Vocabulary},
    dialects::{self, Tree},
    git::work_tree,
    inventory::{Content, Files, detectors},
    snapshot::Snapshot,
    text::{quoted, quoted_path},
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
    load_texts(&BTreeMap::from([(path.clone(), text.to_owned())]), &path)
}

/// Reads the map at `path` as if its files that are keys of `texts` had these texts.
pub(super) fn load_texts(texts: &BTreeMap<PathBuf, String>, path: &Path) -> Result<Map, MapErrors> {
    with_vocabulary(|vocabulary| config::load_texts(texts, path, vocabulary))
}

fn with_vocabulary<T>(read: impl FnOnce(&Vocabulary<'_>) -> T) -> T {
    read(&Vocabulary {
        checks: &checks::names(),
        detectors: &detectors::names(),
        outputs: &dialects::outputs(),
        dialects: &dialects::names(),
        owner_keys: &detectors::reading_owner_keys(),
        kinds: &detectors::kinds(),
        forges: &dialects::handle_keys(),
    })
}

/// Returns the name of a file in a directory that has the name of a map, but with another extension, and that name.
/// A file of another program may have it, too.
pub(super) fn misspelled(here: &Path) -> Option<(String, &'static str)> {
    MAP_NAMES.into_iter().find_map(|name| {
        let near = name.replace(".yaml", ".yml");
        let text = fs::read_to_string(here.join(&near)).ok()?;
        Foreign::of_text(&text).is_none().then_some((near, name))
    })
}

/// Returns that a directory and its parent directories contain no map, as the start of a message.
pub(super) fn absence(here: &Path) -> String {
    foreign_instead(here).unwrap_or_else(|| format!("no `{MAP_NAME}`"))
}

/// Returns that there is no map, but a file of another program with its default name, as the start of a message. Returns
/// `None` if a directory and its parent directories contain no such file. The nearest one is named.
pub(super) fn foreign_instead(here: &Path) -> Option<String> {
    let mut paths = here.ancestors().map(|of| of.join(MAP_NAME));
    let snapshot = Snapshot::default();
    paths.find_map(|path| {
        let why = config::foreign(&path, &snapshot)?.description();
        let shown = quoted_path(&relative(&path, here));
        Some(format!(
            "no map found ({shown} belongs to another program: {why})"
        ))
    })
}

/// Returns the path of a new map for which the user selected `path`: another one if a file of another program would be
/// overwritten, with the reason.
///
/// # Errors
/// If the directory already contains a map with another name.
pub(crate) fn new_path(path: &Path) -> Result<(PathBuf, Option<String>), Error> {
    let snapshot = Snapshot::default();
    let foreign = config::foreign(path, &snapshot);
    // Any other file has the name that the user selected for the map.
    let foreign = foreign.filter(|it| *it == Foreign::Services || path.ends_with(MAP_NAME));
    let (path, why) = match foreign {
        Some(foreign) => {
            let name = path.file_name().unwrap_or_default();
            let (shown, why) = (quoted(name.as_encoded_bytes()), foreign.description());
            let why = format!("{shown} belongs to another program: {why}");
            (path.with_file_name(FREE_MAP_NAME), Some(why))
        }
        None => (path.to_path_buf(), None),
    };
    let directory = path.parent().unwrap_or(Path::new(""));
    let is_usual = MAP_NAMES.iter().any(|name| path.ends_with(name));
    match config::map_in(directory, &snapshot) {
        Ok(Some(existing)) if is_usual && existing != path => {
            let (directory, existing) = (quoted_path(directory), quoted_path(&existing));
            let error = Error::new(format!("{directory} already contains a map: {existing}"));
            Err(error.help("overwrite that map, or remove it first"))
        }
        _ => Ok((path, why)),
    }
}

/// Returns the error for a directory without a map.
pub(super) fn missing(here: &Path) -> Error {
    let shown = quoted_path(here);
    let root = work_tree(here).unwrap_or_else(|| here.to_path_buf());
    let tree = Tree::on_disk(Content::on_disk(".".into(), root));
    let foreign = foreign_instead(here);
    let help = if let Some((near, name)) = misspelled(here) {
        format!("rename `{near}` to `{name}`, or select it with `--config`")
    } else if foreign.is_some() {
        format!(
            "keep this file, and name the map `{FREE_MAP_NAME}`; to draft a map, run `ownlint init \
             --output {FREE_MAP_NAME}`"
        )
    } else if let Some(dialect) =
        dialects::by_authority(&tree, &Files::default(), None, None).first()
    {
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
    let absence = || format!("no `{MAP_NAME}` in {shown} or its parent directories");
    Error::new(foreign.unwrap_or_else(absence)).help(help)
}
