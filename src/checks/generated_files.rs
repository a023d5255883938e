//! The generated files of a repository, by the run of `ownlint generate` that writes them.

use std::{collections::BTreeMap, sync::Arc};

use bstr::{BStr, BString, ByteSlice as _};

use super::Context;
use crate::{
    config::GenerateEntry,
    dialects::{self, Dialect, Generated, Tree, generated},
    inventory::is_generated,
    resolution::ResolvedRepository,
    text::Source,
};

/// A run that writes a single file, or the files of all folders.
#[derive(Debug)]
pub(super) struct Run<'c> {
    /// The dialect.
    pub dialect: &'static Dialect,
    /// Whether it lists single files if the dialect cannot express a rule otherwise.
    pub per_file: bool,
    /// The folders that keep their existing ownership files.
    pub kept_folders: Vec<BString>,
    /// The command.
    pub command: String,
    /// The files that exist.
    pub files: Vec<Arc<Source>>,
    /// The entry of the map; `None` if only the headers of the files state all of this.
    pub entry: Option<&'c GenerateEntry>,
    /// Whether a header contains the former name of an option.
    pub has_former_option: bool,
}

impl<'c> Run<'c> {
    /// Returns the runs that the map lists for a repository, then those that only headers of files state.
    pub fn all(context: &Context<'c>, at: usize, repository: &ResolvedRepository) -> Vec<Self> {
        let listed = entries(context, at);
        let listed = listed.filter_map(|entry| Self::listed(context, at, repository, entry));
        listed
            .chain(Self::unlisted(context, at, repository))
            .collect()
    }

    fn listed(
        context: &Context<'c>,
        at: usize,
        repository: &ResolvedRepository,
        entry: &'c GenerateEntry,
    ) -> Option<Self> {
        let dialect = dialects::by_name(entry.dialect)?;
        let (per_file, kept) = (entry.per_file_fallback, &entry.keep_existing);
        let path = Some(&entry.path);
        Some(Self {
            command: dialects::command(context.map, at, dialect, per_file, kept, path),
            files: existing(dialect, repository, entry),
            dialect,
            per_file,
            kept_folders: kept.clone(),
            entry: Some(entry),
            has_former_option: false,
        })
    }

    /// Returns the runs for files that no entry of the map lists. The headers state the options.
    pub fn unlisted(
        context: &Context<'c>,
        at: usize,
        repository: &ResolvedRepository,
    ) -> Vec<Self> {
        let generated = generated(&Tree::of_repository(repository), &repository.listing.files);
        let mut runs: BTreeMap<(&str, Option<&BString>), Vec<&Generated>> = BTreeMap::new();
        let is_listed = |file: &&Generated| {
            let path = file.source.path.as_bstr();
            entries(context, at).any(|entry| covers(entry, path))
        };
        for file in generated.iter().filter(|file| !is_listed(file)) {
            let path = (!file.dialect.is_per_folder).then_some(&file.source.path);
            let run = runs.entry((file.dialect.name, path));
            run.or_default().push(file);
        }
        let runs = runs.values().filter_map(|files| {
            let typical = typical(files)?;
            Some(Self {
                dialect: typical.dialect,
                per_file: typical.per_file,
                kept_folders: typical.kept_folders.clone(),
                command: typical.command(&context.map.repositories[at]),
                files: files.iter().map(|it| Arc::clone(&it.source)).collect(),
                entry: None,
                has_former_option: files.iter().any(|file| file.has_former_option()),
            })
        });
        runs.collect()
    }

    /// Returns the files that look as if somebody else wrote them, which ownlint replaces only with `--force`.
    pub fn replaced(&self) -> impl Iterator<Item = &Arc<Source>> {
        let files = self.files.iter();
        files.filter(|file| !has_header(file) && !file.text().trim().is_empty())
    }

    /// Returns the path at which the files of a folder or the only file are written.
    pub fn path_of(&self, written: &BStr) -> BString {
        match self.entry {
            Some(entry) if !self.dialect.is_per_folder => entry.path.clone(),
            _ => written.to_owned(),
        }
    }
}

/// Returns the entries of the map for a repository.
fn entries<'c>(context: &Context<'c>, at: usize) -> impl Iterator<Item = &'c GenerateEntry> {
    let entries = context.map.generated.iter();
    entries.filter(move |entry| entry.repository == at)
}

/// Returns whether a path is that of a file which an entry lists.
fn covers(entry: &GenerateEntry, path: &BStr) -> bool {
    let is_per_folder = || dialects::by_name(entry.dialect).filter(|it| it.is_per_folder);
    path == entry.path || is_per_folder().is_some_and(|dialect| dialect.is_one(path))
}

/// Returns the existing files that a run of an entry replaces: those that ownlint has generated, or that are in the
/// place of such a file.
fn existing(
    dialect: &Dialect,
    repository: &ResolvedRepository,
    entry: &GenerateEntry,
) -> Vec<Arc<Source>> {
    let content = repository.content();
    let read = |path: &BStr| Some(Arc::clone(&content.keep(path).ok()?.source));
    if !dialect.is_per_folder {
        return read(entry.path.as_bstr()).into_iter().collect();
    }
    let files = repository.listing.files.named(dialect.locations);
    let files = files.map(|file| file.path).filter(|path| {
        let mut kept = entry.keep_existing.iter();
        !kept.any(|folder| is_below(path, folder))
    });
    files.filter_map(read).collect()
}

/// Returns whether a path is below a folder, whose path is empty for the root.
fn is_below(path: &BStr, folder: &BString) -> bool {
    let rest = path.strip_prefix(folder.as_slice());
    folder.is_empty() || rest.is_some_and(|rest| rest.starts_with(b"/"))
}

/// Returns the first file with the most frequent header.
fn typical<'g>(files: &[&'g Generated]) -> Option<&'g Generated> {
    let mut alike: BTreeMap<&str, usize> = BTreeMap::new();
    for file in files {
        *alike.entry(&file.head).or_default() += 1;
    }
    let backwards = files.iter().rev().copied();
    backwards.max_by_key(|file| alike.get(file.head.as_str()))
}

/// Returns whether ownlint has generated a file.
pub(super) fn has_header(source: &Source) -> bool {
    is_generated(source.text())
}
