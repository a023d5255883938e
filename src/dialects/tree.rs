use std::{collections::BTreeMap, path::Path, sync::Arc};

use bstr::{BStr, BString, ByteSlice};

use super::{Dialect, FileProblem, FileProblemKind};
pub(super) use crate::text::join;
use crate::{
    config::Settings,
    inventory::{self, Content, FileKind, ReadError},
    resolution::{ResolvedRepository, is_vendored},
    text::{Place, Source, directory, resolve},
};

/// The files to read ownership from: those of a work tree, or files in memory.
#[derive(Debug)]
pub struct Tree<'f> {
    /// The only ownership file, in place of the one at the root of the tree.
    only_file: Option<Arc<Source>>,
    files: TreeFiles<'f>,
    /// The settings by which vendored folders have no ownership files.
    settings: Option<&'f Settings>,
}

#[derive(Debug)]
enum TreeFiles<'f> {
    Disk(Content),
    /// The listed files only; others are not part of the repository.
    Listed(Content, &'f inventory::Files),
    Memory(BTreeMap<BString, Arc<Source>>),
}

impl<'f> Tree<'f> {
    /// Returns the tree of a directory: what is there, whether or not git tracks it, and what a sparse checkout skips.
    pub fn on_disk(content: Content) -> Self {
        Self {
            only_file: None,
            settings: None,
            files: TreeFiles::Disk(content),
        }
    }

    /// Returns the listed files of a repository, as of the time of the listing.
    pub fn listed(content: Content, files: &'f inventory::Files) -> Self {
        Self {
            only_file: None,
            settings: None,
            files: TreeFiles::Listed(content, files),
        }
    }

    /// Returns the tree without the ownership files of vendored folders.
    pub fn without_vendored(self, settings: &'f Settings) -> Self {
        Self {
            settings: Some(settings),
            ..self
        }
    }

    /// Like [`listed`](Self::listed), for a resolved repository.
    pub fn of_repository(repository: &'f ResolvedRepository) -> Self {
        Self::listed(repository.content(), &repository.listing.files)
    }

    /// Returns a tree with one file of this one as its only ownership file.
    pub(super) fn only_file(&self, path: &BStr) -> Option<Self> {
        Some(Self {
            only_file: Some(self.read(path, &mut Vec::new())?),
            settings: None,
            files: TreeFiles::Memory(BTreeMap::new()),
        })
    }

    /// Returns the tree as if some lines of its ownership file, which must be the only one, were blank.
    pub fn without_lines(self, lines: &[Place]) -> Self {
        let mut texts = lines.iter().filter_map(|line| match line {
            Place::Text(source, span) => Some((source, *span)),
            Place::Path(..) => None,
        });
        let Some((source, first)) = texts.next() else {
            return self;
        };
        let mut bytes = source.bytes().to_vec();
        if bytes.len() != source.text().len() {
            bytes = source.text().as_bytes().to_vec();
        }
        for span in std::iter::once(first).chain(texts.map(|(_, span)| span)) {
            // The places of the other lines remain the same.
            bytes[span.range()].fill(b' ');
        }
        let (blanked, _) = Source::new(source.origin.clone(), source.path.clone(), bytes);
        Self {
            only_file: Some(Arc::new(blanked)),
            ..self
        }
    }

    /// Returns the tree at `root` with the file `name` as its only ownership file.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn of_file(root: &Path, name: &BStr) -> Result<Self, ReadError> {
        let content = Content::on_disk(".".into(), root.to_path_buf());
        let file = content.keep(name)?;
        Ok(Self {
            only_file: Some(Arc::clone(&file.source)),
            settings: None,
            files: TreeFiles::Disk(content),
        })
    }

    /// Returns a tree of files in memory, given by path and content.
    #[cfg(test)]
    pub fn in_memory(files: impl IntoIterator<Item = (BString, Vec<u8>)>) -> Self {
        Self::of_sources(files.into_iter().map(|(path, bytes)| {
            let origin = crate::text::SourceOrigin::Repository(".".into());
            let (source, _) = Source::new(origin, path, bytes);
            Arc::new(source)
        }))
    }

    /// Returns a tree of files in memory. Of several files with one path, the last one counts.
    pub fn of_sources(sources: impl IntoIterator<Item = Arc<Source>>) -> Self {
        let sources = sources.into_iter();
        Self {
            only_file: None,
            settings: None,
            files: TreeFiles::Memory(sources.map(|it| (it.path.clone(), it)).collect()),
        }
    }

    /// Reads the first of `locations` that exists.
    pub(super) fn first(
        &self,
        locations: &[&str],
        problems: &mut Vec<FileProblem>,
    ) -> Option<Arc<Source>> {
        if let Some(only_file) = &self.only_file {
            return Some(Arc::clone(only_file));
        }
        locations
            .iter()
            .find_map(|path| self.read(BStr::new(path), problems))
    }

    /// Returns whether one file is the only ownership file.
    pub(super) fn has_only_file(&self) -> bool {
        self.only_file.is_some()
    }

    /// Reads the first of `paths` that can be read, none of which is an ownership file.
    pub(super) fn first_existing(&self, paths: &[&str]) -> Option<Arc<Source>> {
        let read = |path: &&str| self.read(BStr::new(path), &mut Vec::new());
        paths.iter().find_map(read)
    }

    /// Returns the files in a directory, which is empty for the root; with `is_deep`, also those in its subdirectories,
    /// except for git's own.
    pub(super) fn files_in(&self, directory: &BStr, is_deep: bool) -> Vec<BString> {
        let prefix = match directory.is_empty() {
            true => BString::default(),
            false => join(directory, b""),
        };
        let is_in = |path: &BStr| {
            let rest = path.strip_prefix(prefix.as_bytes());
            rest.is_some_and(|rest| is_deep || !rest.contains(&b'/'))
        };
        let all: Vec<BString> = match &self.files {
            TreeFiles::Memory(files) => files.keys().cloned().collect(),
            TreeFiles::Listed(_, files) => files.iter().map(|file| file.path.to_owned()).collect(),
            TreeFiles::Disk(content) => {
                let skipped = content.skip_worktree.paths().map(ToOwned::to_owned);
                skipped
                    .chain(on_disk(&content.root, prefix.clone(), is_deep))
                    .collect()
            }
        };
        all.into_iter()
            .filter(|path| is_in(path.as_bstr()))
            .collect()
    }

    /// Reads the file `name` of a folder, which is empty for the root.
    pub(super) fn of_folder(
        &self,
        folder: &BStr,
        name: &str,
        problems: &mut Vec<FileProblem>,
    ) -> Option<Arc<Source>> {
        if let Some(only_file) = &self.only_file {
            return folder.is_empty().then(|| Arc::clone(only_file));
        }
        if self.settings.is_some_and(|it| is_vendored(folder, it)) {
            return None;
        }
        self.read(join(folder, name.as_bytes()).as_bstr(), problems)
    }

    /// Reads a file.
    pub fn read(&self, path: &BStr, problems: &mut Vec<FileProblem>) -> Option<Arc<Source>> {
        let (content, is_listed) = match &self.files {
            TreeFiles::Memory(files) => return files.get(path).cloned(),
            TreeFiles::Listed(content, files) => match files.kind_of(path) {
                // Forges read files only.
                Some(FileKind::Regular | FileKind::Symlink) => (content, true),
                _ => return None,
            },
            TreeFiles::Disk(content) => (content, false),
        };
        let (kind, error) = match content.keep(path) {
            Ok(file) => return Some(Arc::clone(&file.source)),
            Err(ReadError::Missing) if !is_listed => return None,
            Err(error @ ReadError::TooLarge) => (FileProblemKind::Size, error),
            Err(error) => (FileProblemKind::Access, error),
        };
        problems.push(FileProblem {
            place: Place::Path(Arc::clone(&content.repository), path.to_owned()),
            message: format!("it cannot be read: {error}"),
            kind,
        });
        None
    }

    /// Returns an ownership file of this tree as parsed by a dialect, and adds the problems. Each dialect parses a file only
    /// once, however many questions about it there are. `parse` must depend on nothing but the file.
    pub(super) fn parsed<T: Send + Sync + 'static>(
        &self,
        dialect: &Dialect,
        source: &Arc<Source>,
        problems: &mut Vec<FileProblem>,
        parse: impl FnOnce(&mut Vec<FileProblem>) -> T,
    ) -> Arc<T> {
        let parse = || {
            let mut problems = Vec::new();
            (Arc::new(parse(&mut problems)), problems)
        };
        let file = match &self.files {
            TreeFiles::Disk(content) | TreeFiles::Listed(content, _) => {
                content.keep(source.path.as_bstr()).ok()
            }
            TreeFiles::Memory(_) => None,
        };
        let file = file.filter(|file| Arc::ptr_eq(&file.source, source));
        let parsed = match file {
            Some(file) => file.parsed(dialect.name, parse),
            None => Arc::new(parse()),
        };
        let (parsed, own_problems) = &*parsed;
        problems.extend_from_slice(own_problems);
        Arc::clone(parsed)
    }

    /// Reads a file, or the one to which it is a link.
    pub(super) fn read_through_links(
        &self,
        path: &BStr,
        problems: &mut Vec<FileProblem>,
    ) -> Option<Arc<Source>> {
        const MAX_LINKS: usize = 40;
        let (TreeFiles::Disk(content) | TreeFiles::Listed(content, _)) = &self.files else {
            return self.read(path, problems);
        };
        let mut at = path.to_owned();
        for _ in 0..MAX_LINKS {
            match content.link(at.as_bstr()) {
                Ok(Some(target)) => at = resolve(directory(at.as_bstr()), target.as_bstr())?,
                Ok(None) | Err(_) => return self.read(at.as_bstr(), problems),
            }
        }
        None
    }

    /// Returns the kind of what is at a path if it is part of the repository but not a file; `None` otherwise.
    pub(super) fn not_a_file(&self, path: &BStr) -> Option<&'static str> {
        let kind = match &self.files {
            TreeFiles::Listed(_, files) => files.kind_of(path),
            TreeFiles::Disk(content) => path
                .to_path()
                .ok()
                .and_then(|path| content.root.join(path).symlink_metadata().ok())
                .filter(|metadata| metadata.is_symlink())
                .map(|_| FileKind::Symlink),
            TreeFiles::Memory(_) => None,
        };
        match kind {
            Some(FileKind::Symlink) => Some("symbolic link"),
            Some(FileKind::Submodule) => Some("submodule"),
            _ if self.is_directory(path) => Some("directory"),
            _ => None,
        }
    }

    /// Returns the place of a path as a whole.
    pub(super) fn place(&self, path: &BStr) -> Place {
        let repository = match &self.files {
            TreeFiles::Disk(content) | TreeFiles::Listed(content, _) => {
                Arc::clone(&content.repository)
            }
            TreeFiles::Memory(_) => ".".into(),
        };
        Place::Path(repository, path.to_owned())
    }

    /// Returns whether a path exists.
    pub(super) fn has(&self, path: &BStr) -> bool {
        match &self.files {
            TreeFiles::Memory(files) => files.contains_key(path),
            TreeFiles::Listed(_, files) => files.find(path).is_some(),
            TreeFiles::Disk(content) => {
                let on_disk = path.to_path();
                on_disk.is_ok_and(|path| content.root.join(path).symlink_metadata().is_ok())
                    || content.skip_worktree.holds(path)
            }
        }
    }

    /// Returns whether a directory exists.
    pub(super) fn is_directory(&self, path: &BStr) -> bool {
        match &self.files {
            TreeFiles::Disk(content) => {
                let on_disk = path.to_path();
                on_disk.is_ok_and(|path| content.root.join(path).is_dir())
                    || content.skip_worktree.is_directory(path)
            }
            TreeFiles::Listed(_, files) => files.any_under(&join(path, b"")),
            TreeFiles::Memory(files) => {
                let prefix = join(path, b"");
                let mut after = files.range(prefix.clone()..);
                after
                    .next()
                    .is_some_and(|(path, _)| path.starts_with(&prefix))
            }
        }
    }
}

/// Returns the paths of the files on disk that start with `prefix`, which is empty or ends in `/`.
fn on_disk(root: &Path, prefix: BString, is_deep: bool) -> Vec<BString> {
    let (mut found, mut prefixes) = (Vec::new(), vec![prefix]);
    while let Some(prefix) = prefixes.pop() {
        let directory = prefix.to_path().map(|path| root.join(path));
        let Some(entries) = directory.ok().and_then(|path| path.read_dir().ok()) else {
            continue;
        };
        for entry in entries.flatten() {
            let mut path = prefix.clone();
            path.extend(entry.file_name().as_encoded_bytes());
            match entry.file_type() {
                Ok(kind) if !kind.is_dir() => found.push(path),
                Ok(_) if is_deep && entry.file_name() != ".git" => {
                    path.push(b'/');
                    prefixes.push(path);
                }
                _ => {}
            }
        }
    }
    found
}

/// Returns whether a path is that of a directory, which ends in `/` or is empty.
pub(super) fn is_directory(path: &BStr) -> bool {
    path.is_empty() || path.ends_with(b"/")
}

/// Returns the folder of a path; empty for the root.
pub(super) fn folder_of(path: &BStr) -> &BStr {
    path.rfind_byte(b'/')
        .map_or(BStr::new(""), |slash| path[..slash].as_bstr())
}

/// Returns a folder and all folders above it, the root last.
pub(super) fn upwards(folder: &BStr) -> impl Iterator<Item = &BStr> {
    std::iter::successors(Some(folder), |below| {
        (!below.is_empty()).then(|| folder_of(below))
    })
}
