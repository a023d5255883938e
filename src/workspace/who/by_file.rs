//! `who --from`: answers from an existing ownership file by the rules of its forge.

use std::{
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
};

use bstr::{BStr, BString, ByteSlice};

use super::{path_search::PathSearch, reading::Reading};
use crate::{
    dialects::{Answers, Dialect, Tree},
    git::work_tree,
    inventory::{self, Content, File, Files},
    text::{joined, quoted, quoted_path},
    workspace::{Error, Notice, Options, Places, notices::Notices},
};

/// The owners of some paths in an ownership file.
#[derive(Debug)]
pub struct FileAnswers {
    /// The paths in the tree of the ownership file, and how each was understood.
    pub(crate) paths: Vec<(BString, Reading)>,
    /// The answer for each path.
    pub(crate) answers: Answers,
    /// How to write places.
    pub(crate) places: Places,
    /// Problems in the file.
    pub(crate) notices: Vec<Notice>,
}

/// Answers from an existing ownership file: the selected file, the tree in the selected directory, or the files that
/// the forge would read.
///
/// # Errors
/// If a path is outside the tree, or no ownership file exists.
pub fn who_by_file(
    options: &Options,
    dialect: &Dialect,
    file: Option<&Path>,
    typed: &[OsString],
) -> Result<FileAnswers, Error> {
    let here = options.here()?;
    let source = AnsweringTree::new(&here, file)?;
    let paths = typed.iter().map(|typed| source.path(typed));
    let paths: Vec<(BString, Reading)> = paths.collect::<Result<_, _>>()?;
    let requested: Vec<&BStr> = paths.iter().map(|(path, _)| path.as_bstr()).collect();
    let answer = dialect
        .answer
        .ok_or_else(|| Error::new("no forge reads owners from this kind of file"))?;
    let answers = answer(&source.tree, &requested);
    // Any of these could decide who owns a requested path.
    Error::of_unread(&answers)?;
    if answers.read.is_empty() && !source.has_any(dialect) {
        return Err(no_file(dialect, &source));
    }
    let places = Places::of_map(&source.files, &here);
    let notices = Notices::default();
    notices.warn_of(&answers.problems, &places);
    Ok(FileAnswers {
        paths,
        answers,
        places,
        notices: notices.take(),
    })
}

/// The tree with the ownership files, and where paths start.
struct AnsweringTree {
    tree: Tree<'static>,
    /// The root of the tree: paths in answers are relative to it.
    root: PathBuf,
    /// The directory that typed paths start from.
    base: PathBuf,
    /// The directory that places are relative to.
    files: PathBuf,
    /// The files in the tree, if it is a git work tree.
    listed: Files,
}

impl AnsweringTree {
    /// Opens the work tree that contains `here`, unless the user selects a file. A selected directory is the tree,
    /// and paths start there; with a selected file, paths start from `here`.
    fn new(here: &Path, file: Option<&Path>) -> Result<Self, Error> {
        let here = here.canonicalize().unwrap_or_else(|_| here.to_path_buf());
        let root = work_tree(&here).unwrap_or_else(|| here.clone());
        let Some(named) = file else {
            return Self::on_disk(root, here);
        };
        let shown = quoted_path(named);
        let failed = |reason: String| Error::new(format!("failed to read {shown}: {reason}"));
        let full = here
            .join(named)
            .canonicalize()
            .map_err(|error| failed(error.kind().to_string()))?;
        if full.is_dir() {
            return Self::on_disk(full.clone(), full);
        }
        let directory = full.parent().unwrap_or(&full);
        let name = full.file_name().unwrap_or_default().as_encoded_bytes();
        let tree =
            Tree::of_file(directory, name.as_bstr()).map_err(|error| failed(error.to_string()))?;
        Ok(Self {
            tree,
            files: directory.to_path_buf(),
            root,
            base: here,
            listed: Files::default(),
        })
    }

    fn on_disk(root: PathBuf, base: PathBuf) -> Result<Self, Error> {
        let name = ".".into();
        let (content, listed) = match work_tree(&root) {
            // A sparse checkout skips files.
            Some(_) => {
                let listing = inventory::list(&root, false).map_err(Error::new)?;
                (listing.content(&name, &root), listing.files)
            }
            None => (Content::on_disk(name, root.clone()), Files::default()),
        };
        Ok(Self {
            tree: Tree::on_disk(content),
            files: root.clone(),
            root,
            base,
            listed,
        })
    }

    /// Returns the path in the tree that a user means by `typed`, and how it was understood.
    fn path(&self, typed: &OsStr) -> Result<(BString, Reading), Error> {
        let search = PathSearch {
            roots: std::slice::from_ref(&self.root),
            names: Vec::new(),
            here: &self.base,
            is_listed: &|_, path| self.listed.holds(path),
        };
        let existing = search.existing(typed);
        let existing = existing.map(|target| (target.path, Reading::default()));
        // Only a path can be meant.
        let found = || search.find(typed).map(|it| (it.target.path, it.reading));
        let shown = || quoted(typed.as_encoded_bytes());
        match existing.or_else(found) {
            Some((path, reading)) if !path.is_empty() => Ok((path, reading)),
            Some(_) => Err(Error::new(format!(
                "{} is not a file: forges assign owners only to files",
                shown()
            ))),
            None => Err(Error::new(format!(
                "{} is not in {}",
                shown(),
                quoted_path(&self.root)
            ))),
        }
    }

    /// Whether the tree has ownership files elsewhere, so that the paths have no owner.
    fn has_any(&self, dialect: &Dialect) -> bool {
        let is_one = |file: File<'_>| dialect.is_one(file.path);
        dialect.is_per_folder
            && inventory::list(&self.root, true)
                .is_ok_and(|listing| listing.files.iter().any(is_one))
    }
}

fn no_file(dialect: &Dialect, source: &AnsweringTree) -> Error {
    let names = |between| joined(dialect.locations.iter().map(quoted), between);
    let root = quoted_path(&source.root);
    let message = match dialect.is_per_folder {
        true => format!("no {} in any folder of {root}", names(" or ")),
        false => format!("no {} in {root}", names(", ")),
    };
    Error::new(message).help("select the file with `--file`")
}
