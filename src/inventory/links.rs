use std::sync::{Arc, OnceLock};

use bstr::{BStr, BString, ByteSlice as _};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Component, Content, FileKind, Files, LinkError, LinkProblem, ReadError, SourceFile};
use crate::text::{directory_around, join};

/// The longest chain of symbolic links to follow, as in Linux.
pub(super) const MAX_LINKS: usize = 40;

/// The longest target of a symbolic link, as in Linux.
const MAX_TARGET: usize = 4_096;

/// How many bytes all symbolic links of a repository can lead to. Without a limit, many small links to a large file
/// would take much longer to check than the size of the repository suggests.
const MAX_BYTES: usize = 256 << 20;

/// Follows the symbolic links in a repository.
///
/// Each link is resolved by its target and by the list of files, never by following it in the file system. As a
/// result, the same links are followed in a work tree, in an index and in a revision, and links lead only to files
/// that are listed.
#[derive(Debug)]
pub struct Links<'c> {
    /// Where the files are.
    pub content: &'c Content,
    pub(super) files: &'c Files,
    /// The links that were resolved before any file is read, and where they lead.
    resolved: FxHashMap<BString, Result<BString, ReadError>>,
    /// Where the resolved links lead.
    targets: FxHashSet<BString>,
    /// The number of links in the repository.
    count: OnceLock<usize>,
}

impl<'c> Links<'c> {
    /// Creates the links among `files`. Resolves those in which `components` can declare owners.
    pub fn new(content: &'c Content, files: &'c Files, components: &[Component]) -> Self {
        let mut links = Self {
            content,
            files,
            resolved: FxHashMap::default(),
            targets: FxHashSet::default(),
            count: OnceLock::new(),
        };
        let listed = files.iter().filter(|file| file.kind == FileKind::Symlink);
        let listed: FxHashSet<&BStr> = listed.map(|file| file.path).collect();
        if !listed.is_empty() {
            let paths = components.iter().flat_map(|of| &of.declares_in);
            for path in paths.filter(|path| listed.contains(path.as_bstr())) {
                if !links.resolved.contains_key(path)
                    && let Some(target) = links.follow(path.as_bstr()).transpose()
                {
                    links.targets.extend(target.as_ref().ok().cloned());
                    links.resolved.insert(path.clone(), target);
                }
            }
        }
        links
    }

    /// Returns whether no links were resolved.
    pub(super) fn is_empty(&self) -> bool {
        self.resolved.is_empty()
    }

    /// Returns the file to which a resolved link leads, or the path itself.
    pub(super) fn end_of<'p>(&'p self, path: &'p BStr) -> &'p BStr {
        match self.resolved.get(path) {
            Some(Ok(target)) => target.as_bstr(),
            _ => path,
        }
    }

    /// Returns whether a resolved link leads to `path`.
    pub(super) fn lead_to(&self, path: &BStr) -> bool {
        !self.targets.is_empty() && self.targets.contains(path)
    }

    /// Reads the file to which the link `path` leads.
    ///
    /// # Errors
    /// If the link does not lead to a readable file of the repository.
    pub(super) fn read(&self, path: &BStr) -> Result<Arc<SourceFile>, ReadError> {
        let target = match self.resolved.get(path) {
            Some(resolved) => resolved.clone()?,
            None => self.follow(path)?.ok_or(ReadError::Symlink)?,
        };
        let count = || {
            let files = self.files.iter();
            files.filter(|file| file.kind == FileKind::Symlink).count()
        };
        let links = (*self.count.get_or_init(count)).max(1);
        let limit = MAX_BYTES / links;
        // Several links can lead to the file.
        let why = match self.content.keep(target.as_bstr()) {
            Ok(file) if file.source.text().len() <= limit => return Ok(file),
            Ok(_) => LinkProblem::TooLarge { limit, links },
            Err(error) => LinkProblem::Unreadable(Box::new(error)),
        };
        Err(LinkError { target, why }.into())
    }

    /// Returns the file to which the link `path` leads; `None` if it is not a link.
    fn follow(&self, path: &BStr) -> Result<Option<BString>, ReadError> {
        let Some(target) = self.content.link(path)? else {
            return Ok(None);
        };
        match self.resolve(path, target.as_bstr()) {
            Ok(path) => Ok(Some(path)),
            Err(why) => Err(LinkError { target, why }.into()),
        }
    }

    /// Returns the file to which `target`, in the link `path`, leads. Names are resolved one by one, because `..` after
    /// a link to a directory leads to the directory above the target.
    fn resolve(&self, path: &BStr, target: &BStr) -> Result<BString, LinkProblem> {
        let mut at = above(path);
        let mut rest: Vec<BString> = Vec::new();
        self.enter(target, &mut rest)?;
        let mut links = 1;
        while let Some(name) = rest.pop() {
            if !self.is_directory(at.as_bstr()) {
                return Err(LinkProblem::NotListed);
            }
            match name.as_slice() {
                b"" | b"." => continue,
                b".." if at.is_empty() => return Err(LinkProblem::Outside),
                b".." => {
                    at = above(at.as_bstr());
                    continue;
                }
                name => at = join(at.as_bstr(), name),
            }
            match self.kind(at.as_bstr()) {
                Some(FileKind::Submodule) => return Err(LinkProblem::Submodule),
                Some(FileKind::Symlink) => {
                    let unreadable = |error| LinkProblem::Unreadable(Box::new(error));
                    // In the work tree, the link may have been replaced by a file.
                    if let Some(target) = self.content.link(at.as_bstr()).map_err(unreadable)? {
                        links += 1;
                        if links > MAX_LINKS {
                            return Err(LinkProblem::TooMany);
                        }
                        self.enter(target.as_bstr(), &mut rest)?;
                        at = above(at.as_bstr());
                    }
                }
                Some(FileKind::Regular) | None => {}
            }
        }
        match self.kind(at.as_bstr()) {
            Some(_) => Ok(at),
            None if self.is_directory(at.as_bstr()) => Err(LinkProblem::Directory),
            None => Err(LinkProblem::NotListed),
        }
    }

    /// Adds the names in the target of a link to those that are still to be resolved, which are in reverse order.
    fn enter(&self, target: &BStr, rest: &mut Vec<BString>) -> Result<(), LinkProblem> {
        if target.starts_with(b"/") {
            return Err(LinkProblem::Absolute);
        }
        if target.len() > MAX_TARGET {
            return Err(LinkProblem::TooLong);
        }
        rest.extend(target.rsplit(|byte| *byte == b'/').map(BString::from));
        Ok(())
    }

    fn kind(&self, path: &BStr) -> Option<FileKind> {
        Some(self.files.get(self.files.find(path)?).kind)
    }

    fn is_directory(&self, path: &BStr) -> bool {
        self.files.any_under(&join(path, b""))
    }
}

/// Returns the directory that contains a path, without `/` at the end.
fn above(path: &BStr) -> BString {
    let directory = directory_around(path);
    directory.strip_suffix(b"/").unwrap_or(directory).into()
}
