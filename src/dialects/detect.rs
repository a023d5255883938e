use bstr::BStr;

use super::{Dialect, Tree, family::Family};
use crate::{
    config::{Policy, Repository, Settings, Teams},
    inventory::Files,
    resolution::is_vendored,
    text::{directory, file_name, quoted},
};

/// Returns the dialects that apply to a repository: `from` if the repository has one of its files, or else at most one per
/// file name: the one that the map names, or else the detected one.
pub fn governing(
    tree: &Tree<'_>,
    files: &Files,
    from: Option<&'static Dialect>,
    repository: Option<&Repository>,
) -> Vec<&'static Dialect> {
    if let Some(dialect) = from {
        let has_file = dialect.has_file(tree, files);
        return has_file.then_some(dialect).into_iter().collect();
    }
    let authority = repository.map_or_else(Vec::new, authority);
    let families = Family::all();
    let families = families.filter_map(|family| {
        let named = authority.iter().find_map(|name| {
            let mut members = family.members().map(|(dialect, _)| dialect);
            members.find(|it| it.name == *name && it.has_file(tree, files))
        });
        named.or_else(|| family.governing(tree, files))
    });
    families.collect()
}

/// Returns the dialects of files that any folder can have, but that do not count, because only a few directories have one.
/// Vendored files are not meant for the repository.
pub fn uncounted(tree: &Tree<'_>, files: &Files, settings: &Settings) -> Vec<&'static Dialect> {
    let families = Family::all().filter(|family| family.is_per_folder());
    let families = families.filter(|family| {
        let names = [family.file_name()];
        let mut own = files.named(&names);
        !family.counts_in_folders(tree, files) && own.any(|it| !is_vendored(it.path, settings))
    });
    families
        .filter_map(|family| family.of_folders(tree, files))
        .collect()
}

/// Returns the dialects that the map names: those that it trusts, that of the forge in use, and those that it compares. A
/// policy for all dialects names none of them.
fn authority(repository: &Repository) -> Vec<&'static str> {
    let policies = &repository.ownership_files;
    let are_all = super::names()
        .iter()
        .all(|name| policies.contains_key(name));
    let compared = super::names().into_iter();
    let compared = compared.filter(|name| !are_all && policies.get(name) == Some(&Policy::Compare));
    let trusted = repository.trusted_dialects().into_iter();
    trusted.chain(repository.forge).chain(compared).collect()
}

/// Like [`governing`], with the dialects of forges in use first: of several kinds of files, those count.
pub fn by_authority(
    tree: &Tree<'_>,
    files: &Files,
    from: Option<&'static Dialect>,
    repository: Option<&Repository>,
) -> Vec<&'static Dialect> {
    let mut found = governing(tree, files, from, repository);
    let forge = repository.and_then(|repository| repository.forge);
    found.sort_by_key(|dialect| {
        let is_in_use = || dialect.is_in_use(tree, &Teams::default());
        (forge != Some(dialect.name), !is_in_use())
    });
    found
}

/// Returns why the file at `path` was detected as one of a dialect and not of another one that is possible there, as a
/// sentence; `None` if that is obvious.
pub fn reason(dialect: &Dialect, tree: &Tree<'_>, path: &str) -> Option<String> {
    let mut families = Family::all();
    let family = families.find(|it| it.members().any(|(member, _)| member.name == dialect.name));
    let reason = family?.reason(dialect, tree, path)?;
    Some(format!(
        "{} is read as {} {reason}; to read it as a file of another forge, use `--from`",
        quoted(path),
        dialect.summary
    ))
}

/// Returns paths to query so that a dialect reads all of its files.
pub fn paths_to_query<'f>(dialect: &Dialect, files: &'f Files) -> Vec<&'f BStr> {
    if !dialect.is_per_folder {
        return Vec::new();
    }
    let name = dialect.locations[0].as_bytes();
    let mut paths: Vec<&BStr> = files
        .named(dialect.locations)
        .map(|file| file.path)
        .collect();
    // A directory of that name may be in the way; one of its files shows it.
    let mut last = None;
    for file in files.iter() {
        let directory = directory(file.path).strip_suffix(b"/");
        let is_one = |path: &&[u8]| file_name(BStr::new(path)) == name;
        if let Some(directory) = directory.filter(is_one)
            && last.replace(directory) != Some(directory)
        {
            paths.push(file.path);
        }
    }
    paths
}
