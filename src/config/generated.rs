//! `generate` of the map: which files ownlint generates, and with which options.

use std::path::{Component, Path};

use bstr::BString;

use super::{
    MapError, Repository,
    reader::{Fields, Reader},
    spanned::{Spanned, Text},
    validate::Validator,
    vocabulary::OutputDialect,
    written::WrittenMap,
};
use crate::{
    text::{Place, quoted},
    yaml::Node,
};

/// A file that ownlint generates, or the files of all folders.
#[derive(Debug, Clone)]
pub struct GenerateEntry {
    /// The position of the repository that contains it.
    pub repository: usize,
    /// The name of the dialect.
    pub dialect: &'static str,
    /// The path of the file in the repository, or of the folder below which the files are; empty for the root.
    pub path: BString,
    /// Whether single files are listed if the dialect cannot express a rule otherwise.
    pub per_file_fallback: bool,
    /// The folders that keep their existing ownership files, sorted.
    pub keep_existing: Vec<BString>,
    /// The place of the entry.
    pub place: Place,
}

/// An entry as written.
#[derive(Debug)]
pub(super) struct WrittenGenerateEntry {
    dialect: Text,
    repository: Option<Text>,
    path: Option<Text>,
    per_file_fallback: Option<Spanned<bool>>,
    keep_existing: Vec<Text>,
    place: Place,
}

pub(super) fn read(reader: &mut Reader<'_>, fields: &Fields<'_>, written: &mut WrittenMap) {
    written
        .generated
        .extend(reader.list(fields, "generate", entry));
}

fn entry(reader: &mut Reader<'_>, node: &Node) -> Option<WrittenGenerateEntry> {
    const KEYS: [&str; 5] = [
        "dialect",
        "repository",
        "path",
        "per_file_fallback",
        "keep_existing",
    ];
    let fields = reader.fields(node, "a generated file", &KEYS)?;
    Some(WrittenGenerateEntry {
        repository: reader.text(&fields, "repository"),
        path: reader.text(&fields, "path"),
        per_file_fallback: reader.flag(&fields, "per_file_fallback"),
        keep_existing: reader.texts(&fields, "keep_existing"),
        dialect: reader.required(&fields, "dialect", "a generated file")?,
        place: fields.place,
    })
}

impl Validator<'_> {
    pub(super) fn generated(
        &mut self,
        entries: Vec<WrittenGenerateEntry>,
        repositories: &[Repository],
    ) -> Vec<GenerateEntry> {
        let mut generated: Vec<GenerateEntry> = Vec::with_capacity(entries.len());
        for entry in entries {
            let Some(entry) = self.generated_file(entry, repositories) else {
                continue;
            };
            let key = |it: &GenerateEntry| (it.repository, it.path.clone());
            let is_same = |it: &&GenerateEntry| {
                key(it) == key(&entry) && (!it.path.is_empty() || it.dialect == entry.dialect)
            };
            if let Some(earlier) = generated.iter().find(is_same) {
                let message = "this file is generated twice";
                let error = MapError::new(entry.place.clone(), message);
                self.errors
                    .push(error.related(earlier.place.clone(), "first listed here"));
            }
            generated.push(entry);
        }
        generated
    }

    fn generated_file(
        &mut self,
        entry: WrittenGenerateEntry,
        repositories: &[Repository],
    ) -> Option<GenerateEntry> {
        let outputs = self.vocabulary.outputs;
        let names: Vec<&'static str> = outputs.iter().map(|it| it.name).collect();
        let name = self.known(&entry.dialect, &names, "dialect")?;
        let dialect = outputs.iter().find(|it| it.name == name)?;
        self.check_options(&entry, dialect);
        let repository = self.repository_of(&entry, repositories)?;
        let path = match &entry.path {
            Some(path) => self.path_below(path)?,
            None if dialect.is_per_folder => BString::default(),
            None => dialect.location.into(),
        };
        let mut keep_existing: Vec<BString> = entry
            .keep_existing
            .iter()
            .filter_map(|path| self.path_below(path))
            .collect();
        keep_existing.sort_unstable();
        keep_existing.dedup();
        Some(GenerateEntry {
            repository,
            dialect: name,
            path,
            per_file_fallback: entry.per_file_fallback.is_some_and(|flag| flag.value),
            keep_existing,
            place: entry.place,
        })
    }

    /// Reports options that the dialect does not have.
    fn check_options(&mut self, entry: &WrittenGenerateEntry, dialect: &OutputDialect) {
        let mut refuse = |place: &Place, key: &str, why: &str| {
            let message = format!("`{key}` does not apply to `{}`, which {why}", dialect.name);
            self.errors.push(MapError::new(place.clone(), message));
        };
        if let Some(flag) = entry.per_file_fallback.as_ref().filter(|flag| flag.value)
            && !dialect.lists_files
        {
            refuse(&flag.place, "per_file_fallback", "does not list files");
        }
        if let Some(first) = entry
            .keep_existing
            .first()
            .filter(|_| !dialect.is_per_folder)
        {
            refuse(&first.place, "keep_existing", "writes a single file");
        }
    }

    fn repository_of(
        &mut self,
        entry: &WrittenGenerateEntry,
        repositories: &[Repository],
    ) -> Option<usize> {
        let names: Vec<&str> = repositories.iter().map(|it| &*it.name).collect();
        match &entry.repository {
            Some(name) => {
                let at = names.iter().position(|it| **it == *name.value);
                let at = at.filter(|at| repositories[*at].place.is_some());
                if at.is_none() {
                    self.unknown(name, "a repository listed in the map", &names);
                }
                at
            }
            None if repositories.len() == 1 => Some(0),
            None => {
                let message =
                    "the map lists several repositories, so the entry needs a `repository`";
                let error = MapError::new(entry.place.clone(), message);
                let help = format!("known repositories: {}", names.join(", "));
                self.errors.push(error.help(help));
                None
            }
        }
    }

    /// Returns a path in a repository, without a `/` at its end; empty for the root.
    fn path_below(&mut self, text: &Text) -> Option<BString> {
        let path = Path::new(&text.value);
        let names = path.components().filter(|name| *name != Component::CurDir);
        let names: Option<Vec<&[u8]>> = names
            .map(|name| match name {
                Component::Normal(name) => Some(name.as_encoded_bytes()),
                _ => None,
            })
            .collect();
        if names.is_none() {
            let message = format!("{} is not a path in the repository", quoted(&text.value));
            let error = MapError::new(text.place.clone(), message);
            let help = "write the path relative to the root of the repository, without `..`";
            self.errors.push(error.help(help));
        }
        names.map(|names| bstr::join("/", names).into())
    }
}
