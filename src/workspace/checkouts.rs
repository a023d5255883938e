//! Where the repositories of a map are checked out.

use std::{
    ffi::OsString,
    io,
    path::{Path, PathBuf},
};

use super::Error;
use crate::{
    config::repository_title,
    config::{Map, without_dots},
    snapshot::Snapshot,
    text::{closest, did_you_mean, joined, printable, printable_bytes, quoted, quoted_path},
};

/// A repository of the map that is not where it should be.
#[derive(Debug)]
pub(crate) struct Missing {
    /// By its position in the map.
    pub repository: usize,
    /// What is so.
    pub message: String,
    /// How to say where it is.
    pub help: String,
}

/// Where the repositories of a map are, by their positions in it.
pub(super) struct Checkouts {
    /// Their roots: absolute and without symbolic links, but for those that are missing.
    pub roots: Vec<PathBuf>,
    /// Those that are not there.
    pub missing: Vec<Missing>,
    /// Those whose root the user named.
    pub named: Vec<usize>,
}

/// What a person calls the repositories of a map, which lie in these directories.
pub(super) fn titles<'r>(map: &Map, roots: impl IntoIterator<Item = &'r PathBuf>) -> Vec<String> {
    let all = map.repositories.iter().zip(roots);
    all.map(|(repository, root)| repository_title(&repository.name, root).into_owned())
        .collect()
}

/// The error of an option that names a repository which the map does not have.
pub(super) fn no_repository(option: &str, name: &str, titles: &[String]) -> Error {
    let shown = quoted(name);
    let error = Error::new(format!("{option}the map has no repository {shown}"));
    let near = did_you_mean(closest(name, titles.iter().map(String::as_str)));
    error.help(near.unwrap_or_else(|| {
        let known = joined(titles.iter().map(quoted), ", ");
        format!("it has {known}")
    }))
}

/// Finds the repositories of a map: where `NAME=DIR` in `given` says, else where the map does.
pub(super) fn find(
    map: &Map,
    given: &[OsString],
    here: &Path,
    snapshot: &Snapshot,
) -> Result<Checkouts, Error> {
    let given = named(map, given, here)?;
    let is_named = |at: &usize| given[*at].is_some();
    let named = (0..given.len()).filter(is_named).collect();
    let mut missing = Vec::new();
    let roots = map
        .repositories
        .iter()
        .zip(given)
        .enumerate()
        .map(|(at, (repository, given))| {
            let root = given.unwrap_or_else(|| repository.root.clone());
            let on_disk = || {
                let root = root.canonicalize()?;
                let is_directory = root.metadata()?.is_dir();
                is_directory
                    .then_some(root)
                    .ok_or_else(|| io::Error::other("it is not a directory"))
            };
            let found = snapshot.directory(&root).flatten().map_or_else(on_disk, Ok);
            found.unwrap_or_else(|error| {
                let name = repository_title(&repository.name, &repository.root);
                let reason = match error.kind() {
                    io::ErrorKind::NotFound => "there is no such directory".to_owned(),
                    _ => error.to_string(),
                };
                let shown = quoted_path(&without_dots(&root));
                missing.push(Missing {
                    repository: at,
                    message: format!("repository {} is not at {shown}: {reason}", quoted(&*name)),
                    help: format!(
                        "say where it is checked out: --root {}=DIR",
                        printable(&name)
                    ),
                });
                root
            })
        })
        .collect();
    Ok(Checkouts {
        roots,
        missing,
        named,
    })
}

/// By position in the map: the directory that the user names.
fn named(map: &Map, given: &[OsString], here: &Path) -> Result<Vec<Option<PathBuf>>, Error> {
    let mut named: Vec<Option<PathBuf>> = vec![None; map.repositories.len()];
    for root in given {
        let bytes = root.as_encoded_bytes();
        let Some(equals) = bytes.iter().position(|byte| *byte == b'=') else {
            let shown = quoted(bytes);
            return Err(Error::new(format!("--root {shown} names no directory"))
                .help("write --root NAME=DIR"));
        };
        // A name may hold an equals sign, as may a directory: the longest known name is meant.
        let rest_of = |name: &str| bytes.strip_prefix(name.as_bytes())?.strip_prefix(b"=");
        let titles = titles(
            map,
            map.repositories.iter().map(|repository| &repository.root),
        );
        let known = map.repositories.iter().zip(&titles).enumerate();
        let known = known.filter_map(|(at, (known, title))| {
            Some((at, rest_of(&known.name).or_else(|| rest_of(title))?))
        });
        let Some((at, directory)) = known.min_by_key(|(_, directory)| directory.len()) else {
            let name = printable_bytes(&bytes[..equals]);
            return Err(no_repository("--root: ", &name, &titles));
        };
        let directory = bstr::ByteSlice::to_path(directory).unwrap_or(Path::new(""));
        named[at] = Some(here.join(directory));
    }
    Ok(named)
}
