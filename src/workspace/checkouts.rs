//! The checkouts of the repositories of a map.

use std::{
    ffi::OsString,
    io,
    path::{Path, PathBuf},
};

use super::Error;
use crate::{
    config::{Map, repository_title, without_dots},
    git::top_around,
    snapshot::Snapshot,
    text::{closest, did_you_mean, joined, printable, printable_bytes, quoted, quoted_path},
};

/// A repository in the map without a checkout.
#[derive(Debug)]
pub(crate) struct Missing {
    /// Its position in the map.
    pub repository: usize,
    pub message: String,
    pub help: String,
}

/// The checkouts of the repositories of a map, by position in the map.
pub(super) struct Checkouts {
    /// The roots: absolute and without symbolic links, except for missing repositories.
    pub roots: Vec<PathBuf>,
    /// The repositories without a checkout.
    pub missing: Vec<Missing>,
    /// The repositories with a root given by the user.
    pub given: Vec<usize>,
}

impl Checkouts {
    /// Returns the display names of the repositories.
    pub fn titles(&self, map: &Map) -> Vec<String> {
        titles(map, &self.roots)
    }

    /// Returns the position of the repository with a name.
    pub fn position(&self, map: &Map, name: &str) -> Result<usize, Error> {
        position(map, &self.roots, name)
    }

    /// Returns the repositories in the git work tree at `top`, if only repositories elsewhere have no checkout.
    pub fn only_inside(&self, map: &Map, top: &Path) -> Option<Vec<usize>> {
        let is_missing = |at: usize| self.missing.iter().any(|it| it.repository == at);
        let is_inside = |at: &usize| without_dots(&self.roots[*at]).starts_with(top);
        let inside = (0..self.roots.len()).filter(is_inside);
        let (missing, found): (Vec<usize>, Vec<usize>) = inside.partition(|at| is_missing(*at));
        // A map from elsewhere, although it may be below `top`, does not say what is in this work tree.
        let is_ours = map.directory.starts_with(top)
            && top_around(&map.directory).is_none_or(|around| around == top);
        let is_complete = missing.is_empty() || !is_ours;
        (is_complete && !found.is_empty() && !self.missing.is_empty()).then_some(found)
    }

    /// Narrows them and their map to the repositories for which `is_kept` holds, given their positions.
    pub fn narrow(&mut self, map: &mut Map, is_kept: impl Fn(usize) -> bool) {
        map.narrow(&is_kept);
        let kept: Vec<usize> = (0..self.roots.len()).filter(|at| is_kept(*at)).collect();
        let now = |at: usize| kept.iter().position(|kept| *kept == at);
        self.roots = kept.iter().map(|at| self.roots[*at].clone()).collect();
        self.given = self.given.iter().filter_map(|at| now(*at)).collect();
        self.missing.retain_mut(|missing| {
            let now = now(missing.repository);
            missing.repository = now.unwrap_or_default();
            now.is_some()
        });
    }
}

/// Returns the position of the repository with a name in a map whose repositories are in these directories.
pub(super) fn position(map: &Map, roots: &[PathBuf], name: &str) -> Result<usize, Error> {
    let titles = titles(map, roots);
    let mut all = map.repositories.iter().zip(&titles);
    all.position(|(repository, title)| *repository.name == *name || title == name)
        .ok_or_else(|| no_repository("", name, &titles))
}

/// Returns the display names of the repositories of a map, which are in these directories.
pub(super) fn titles<'r>(map: &Map, roots: impl IntoIterator<Item = &'r PathBuf>) -> Vec<String> {
    let all = map.repositories.iter().zip(roots);
    all.map(|(repository, root)| repository_title(&repository.name, root).into_owned())
        .collect()
}

/// Returns the error for an option with a repository that is not in the map.
pub(super) fn no_repository(option: &str, name: &str, titles: &[String]) -> Error {
    let shown = quoted(name);
    let error = Error::new(format!("{option}no repository in the map is named {shown}"));
    let near = did_you_mean(closest(name, titles.iter().map(String::as_str)));
    error.help(near.unwrap_or_else(|| {
        let known = joined(titles.iter().map(quoted), ", ");
        format!("known repositories: {known}")
    }))
}

/// Finds the repositories of a map: at the `DIR` of a `NAME=DIR` in `given`, else at the path in the map.
pub(super) fn find(
    map: &Map,
    given: &[OsString],
    here: &Path,
    snapshot: &Snapshot,
) -> Result<Checkouts, Error> {
    let given_roots = given_roots(map, given, here)?;
    let is_given = |at: &usize| given_roots[*at].is_some();
    let given = (0..given_roots.len()).filter(is_given).collect();
    // Without the option, all repositories are needed.
    let others = match map.repositories.len() {
        1 => "",
        _ => ", or use `--repository NAME` to read only one repository",
    };
    let mut missing = Vec::new();
    let roots = map
        .repositories
        .iter()
        .zip(given_roots)
        .enumerate()
        .map(|(at, (repository, root))| {
            let root = root.unwrap_or_else(|| repository.root.clone());
            let on_disk = || {
                let root = root.canonicalize()?;
                let is_directory = root.metadata()?.is_dir();
                is_directory
                    .then_some(root)
                    .ok_or_else(|| io::Error::other("not a directory"))
            };
            let found = snapshot.directory(&root).flatten().map_or_else(on_disk, Ok);
            found.unwrap_or_else(|error| {
                let name = repository_title(&repository.name, &repository.root);
                let reason = match error.kind() {
                    io::ErrorKind::NotFound => "no such directory".to_owned(),
                    _ => error.to_string(),
                };
                let shown = quoted_path(&without_dots(&root));
                missing.push(Missing {
                    repository: at,
                    message: format!("repository {} is not at {shown}: {reason}", quoted(&*name)),
                    help: format!(
                        "set the repository's checkout directory with `--root {}=DIR`{}",
                        printable(&name),
                        others
                    ),
                });
                root
            })
        })
        .collect();
    Ok(Checkouts {
        roots,
        missing,
        given,
    })
}

/// Returns the root that the user gave for each repository, by position in the map.
fn given_roots(map: &Map, given: &[OsString], here: &Path) -> Result<Vec<Option<PathBuf>>, Error> {
    let mut roots: Vec<Option<PathBuf>> = vec![None; map.repositories.len()];
    for root in given {
        let bytes = root.as_encoded_bytes();
        let Some(equals) = bytes.iter().position(|byte| *byte == b'=') else {
            let shown = printable_bytes(bytes);
            return Err(Error::new(format!("`--root {shown}` is missing `=DIR`"))
                .help("use `--root NAME=DIR`"));
        };
        // Both the name and the directory can contain an equals sign: the longest known name counts.
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
            return Err(no_repository("`--root`: ", &name, &titles));
        };
        let directory = bstr::ByteSlice::to_path(directory).unwrap_or(Path::new(""));
        roots[at] = Some(here.join(directory));
    }
    Ok(roots)
}
