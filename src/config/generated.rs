//! `generate` of the map: which files ownlint generates, and with which options.

use std::path::{Component, Path, PathBuf};

use bstr::{BString, ByteSlice as _};

use super::{
    MapError, Repository,
    reader::{Fields, Reader},
    spanned::{Spanned, Text},
    validate::Validator,
    vocabulary::OutputDialect,
    written::WrittenMap,
};
use crate::{
    snapshot::without_dots,
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
    /// The path of the file in the repository; empty if the dialect has a file in each folder.
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
    /// Returns the valid entries. `files` are the files of the map.
    pub(super) fn generated(
        &mut self,
        entries: Vec<WrittenGenerateEntry>,
        repositories: &[Repository],
        files: &[PathBuf],
    ) -> Vec<GenerateEntry> {
        let mut generated: Vec<GenerateEntry> = Vec::with_capacity(entries.len());
        for entry in entries {
            let path = entry.path.as_ref().map(|path| path.place.clone());
            let Some(entry) = self.generated_file(entry, repositories) else {
                continue;
            };
            let file = repositories[entry.repository]
                .root
                .join(entry.path.to_path_lossy());
            if files.contains(&without_dots(&file)) {
                let place = path.unwrap_or_else(|| entry.place.clone());
                let message = format!("{} is part of the map", quoted(&entry.path));
                self.errors
                    .push(MapError::new(place, message).help("choose another path"));
            }
            let outputs = self.vocabulary.outputs;
            let collision = generated.iter().find_map(|earlier| {
                let message = collision(earlier, &entry, outputs)?;
                Some((message, earlier.place.clone()))
            });
            if let Some((message, earlier)) = collision {
                let error = MapError::new(entry.place.clone(), message);
                self.errors.push(error.related(earlier, "listed earlier"));
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
            Some(path) => self.output_path(path, dialect)?,
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

    /// Returns the path of a file that ownlint generates; empty if it writes a file in each folder.
    fn output_path(&mut self, text: &Text, dialect: &OutputDialect) -> Option<BString> {
        let path = self.path_below(text)?;
        let error = if dialect.is_per_folder && !path.is_empty() {
            let name = dialect.name;
            let message =
                format!("`path` does not apply to `{name}`, which writes a file in each folder");
            MapError::new(text.place.clone(), message).help("remove this key")
        } else if !dialect.is_per_folder && path.is_empty() {
            let message = format!("{} is not the path of a file", quoted(&text.value));
            MapError::new(text.place.clone(), message)
        } else if path.split_str("/").any(is_git_directory) {
            let message = format!("{} is inside git's own directory", quoted(&text.value));
            let help = "choose a path that git can track";
            MapError::new(text.place.clone(), message).help(help)
        } else {
            return Some(path);
        };
        self.errors.push(error);
        None
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

/// Returns whether a file system may take a name for `.git`: some ignore letter case, or dots and spaces at the end of a
/// name, or have short names.
fn is_git_directory(name: &[u8]) -> bool {
    let name = name.trim_end_with(|char| matches!(char, '.' | ' '));
    let name = name.split_once_str(":").map_or(name, |(name, _)| name);
    [&b".git"[..], b"git~1"]
        .iter()
        .any(|git| name.eq_ignore_ascii_case(git))
}

/// Returns the message if one entry would write the same file as an earlier one, or a file below it.
fn collision(
    earlier: &GenerateEntry,
    later: &GenerateEntry,
    outputs: &[OutputDialect],
) -> Option<String> {
    if earlier.repository != later.repository {
        return None;
    }
    let name_in_folders = |entry: &GenerateEntry| {
        let mut outputs = outputs.iter().filter(|it| it.is_per_folder);
        let dialect = outputs.find(|it| it.name == entry.dialect)?;
        Some(dialect.location)
    };
    let in_folders = |name: &str, entry: &GenerateEntry, other: &GenerateEntry| {
        let mut names = entry.path.split_str("/");
        names.any(|it| it == name.as_bytes()).then(|| {
            let path = quoted(&entry.path);
            let dialect = other.dialect;
            format!("{path} is also a path of the `{name}` files that `{dialect}` writes")
        })
    };
    match (name_in_folders(earlier), name_in_folders(later)) {
        (Some(_), Some(_)) if earlier.dialect == later.dialect => {
            Some(format!("`{}` is generated twice", later.dialect))
        }
        (Some(first), Some(second)) => (first == second).then(|| {
            let (one, other) = (earlier.dialect, later.dialect);
            format!("`{one}` and `{other}` would write the same `{first}` files")
        }),
        (Some(name), None) => in_folders(name, later, earlier),
        (None, Some(name)) => in_folders(name, earlier, later),
        (None, None) if earlier.path == later.path => {
            Some("this file is generated twice".to_owned())
        }
        (None, None) => {
            let is_below = |path: &BString, file: &BString| {
                let rest = path.strip_prefix(file.as_slice());
                rest.is_some_and(|rest| rest.starts_with(b"/"))
            };
            let (path, other) = (&later.path, &earlier.path);
            (is_below(path, other) || is_below(other, path)).then(|| {
                let (path, other) = (quoted(path), quoted(other));
                format!("{path} and {other} cannot both be files")
            })
        }
    }
}
