//! Finds the map by its name.

use std::path::{Path, PathBuf};

use super::{foreign::Foreign, load::MAX_BYTES};
use crate::{
    snapshot::Snapshot,
    text::{Source, SourceOrigin, joined, quoted, quoted_path, read_regular},
};

/// The names of the map, the preferred one first. A directory contains at most one map.
pub const MAP_NAMES: [&str; 3] = [MAP_NAME, FREE_MAP_NAME, ".ownlint.yaml"];

/// The default file name of the map.
pub const MAP_NAME: &str = "ownership.yaml";

/// The file name of the map in directories in which another program uses [`MAP_NAME`].
pub const FREE_MAP_NAME: &str = "ownlint.yaml";

/// Several maps in one directory.
#[derive(Debug, thiserror::Error)]
#[error("several maps in {}: {}", directory(.0), names(.0))]
pub struct SeveralMaps(pub Vec<PathBuf>);

fn directory(maps: &[PathBuf]) -> String {
    let directory = maps.first().and_then(|map| map.parent());
    quoted_path(directory.unwrap_or(Path::new("")))
}

fn names(maps: &[PathBuf]) -> String {
    let names = maps.iter().filter_map(|map| map.file_name());
    joined(names.map(|name| quoted(name.as_encoded_bytes())), " and ")
}

/// Returns the path of the map for `directory` in a snapshot: the map in it or in the nearest parent directory that
/// contains one.
///
/// # Errors
/// If that directory contains several maps.
pub fn find_in(directory: &Path, snapshot: &Snapshot) -> Result<Option<PathBuf>, SeveralMaps> {
    let found = directory.ancestors().map(|of| map_in(of, snapshot));
    let mut found = found.filter_map(Result::transpose);
    found.next().transpose()
}

/// Returns the path of the map in a directory. A broken symbolic link counts as a map, but a file of another program
/// does not. Several names may lead to the same file.
///
/// # Errors
/// If the directory contains several maps.
pub fn map_in(directory: &Path, snapshot: &Snapshot) -> Result<Option<PathBuf>, SeveralMaps> {
    let paths = MAP_NAMES.map(|name| directory.join(name)).into_iter();
    let paths = paths.filter(|path| snapshot.has_entry(path));
    // Other programs use only the default name.
    let is_map = |path: &PathBuf| !path.ends_with(MAP_NAME) || foreign(path, snapshot).is_none();
    let mut maps: Vec<PathBuf> = paths.filter(is_map).collect();
    if maps.len() > 1 {
        let end = |path: &PathBuf| snapshot.canonicalize(path).unwrap_or_else(|_| path.clone());
        let mut known = Vec::new();
        maps.retain(|path| {
            let end = end(path);
            let is_new = !known.contains(&end);
            known.push(end);
            is_new
        });
    }
    match maps.len() {
        0 | 1 => Ok(maps.pop()),
        _ => Err(SeveralMaps(maps)),
    }
}

/// Returns what the file at `path` contains, if it is not a map but belongs to another program.
pub fn foreign(path: &Path, snapshot: &Snapshot) -> Option<Foreign> {
    let real = snapshot.canonicalize(path).ok()?;
    let bytes = match snapshot.file(&real, MAX_BYTES) {
        Some(bytes) => bytes.ok()?,
        None => read_regular(&real, MAX_BYTES).ok()?,
    };
    let (source, _) = Source::new(SourceOrigin::Map, MAP_NAME.into(), bytes);
    Foreign::of_text(source.text())
}
