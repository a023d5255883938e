//! `who --from`: answers by an existing ownership file, with the forge's own rules.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use bstr::{BStr, BString, ByteSlice};

use crate::{
    config::without_dots,
    dialects::{Answers, Dialect, Tree},
    git::work_tree,
    inventory::{self, File},
    text::{joined, quoted, quoted_path},
    workspace::{Error, Notice, Options, Places, notices::Notices, target::innermost},
};

/// What an ownership file says of some paths.
#[derive(Debug)]
pub struct FileAnswers {
    /// The paths in the tree of the ownership file.
    pub(crate) paths: Vec<BString>,
    /// By path.
    pub(crate) answers: Answers,
    /// How to write places.
    pub(crate) places: Places,
    /// What is wrong with the file.
    pub(crate) notices: Vec<Notice>,
}

/// Answers by an existing ownership file: the one named, the tree in the directory named, or what the
/// forge would look at.
///
/// # Errors
/// Where a path lies outside, or there is no such file.
pub fn who_by_file(
    options: &Options,
    dialect: &Dialect,
    file: Option<&Path>,
    typed: &[OsString],
) -> Result<FileAnswers, Error> {
    let here = options.here()?;
    let ground = AnsweringTree::new(&here, file)?;
    let paths: Vec<BString> = typed
        .iter()
        .map(|typed| ground.path(Path::new(typed)))
        .collect::<Result<_, _>>()?;
    let asked: Vec<&BStr> = paths.iter().map(|path| path.as_bstr()).collect();
    let answer = dialect
        .answer
        .ok_or_else(|| Error::new("no forge answers by such files"))?;
    let answers = answer(&ground.tree, &asked);
    if answers.read.is_empty() {
        Error::of_unread(&answers)?;
        if !ground.has_any(dialect) {
            return Err(nothing_read(dialect, &ground));
        }
    }
    let places = Places::of_map(&ground.files, &here);
    let notices = Notices::default();
    notices.warn_of(&answers.problems, &places);
    Ok(FileAnswers {
        paths,
        answers,
        places,
        notices: notices.take(),
    })
}

/// Where paths begin and files lie.
struct AnsweringTree {
    tree: Tree<'static>,
    /// What paths are told from.
    root: PathBuf,
    /// Where relative paths begin.
    base: PathBuf,
    /// What places of files are relative to.
    files: PathBuf,
}

impl AnsweringTree {
    /// Without a file that is named: the work tree around `here`. A named directory is the tree, and
    /// paths begin there; of a named file they begin where the user is.
    fn new(here: &Path, file: Option<&Path>) -> Result<Self, Error> {
        let here = here.canonicalize().unwrap_or_else(|_| here.to_path_buf());
        let root = work_tree(&here).unwrap_or_else(|| here.clone());
        let Some(named) = file else {
            return Ok(Self::on_disk(root, here));
        };
        let shown = quoted_path(named);
        let failed = |reason: String| Error::new(format!("{shown} can't be read: {reason}"));
        let full = here
            .join(named)
            .canonicalize()
            .map_err(|error| failed(error.kind().to_string()))?;
        if full.is_dir() {
            return Ok(Self::on_disk(full.clone(), full));
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
        })
    }

    fn on_disk(root: PathBuf, base: PathBuf) -> Self {
        Self {
            tree: Tree::on_disk(root.clone()),
            files: root.clone(),
            root,
            base,
        }
    }

    /// The path in the tree that a user means by `typed`.
    fn path(&self, typed: &Path) -> Result<BString, Error> {
        let full = without_dots(&self.base.join(typed));
        match innermost(std::slice::from_ref(&self.root), &full) {
            Some((_, path)) if !path.is_empty() => Ok(path),
            Some(_) => Err(Error::new(format!(
                "{} is no file: forges know owners of files only",
                quoted_path(typed)
            ))),
            None => Err(Error::new(format!(
                "{} is not in {}",
                quoted_path(typed),
                quoted_path(&self.root)
            ))),
        }
    }

    /// Whether the tree has ownership files elsewhere, so that it is an answer that nobody owns.
    fn has_any(&self, dialect: &Dialect) -> bool {
        let is_one = |file: File<'_>| dialect.is_one(file.path);
        dialect.is_per_folder
            && inventory::list(&self.root, true)
                .is_ok_and(|listing| listing.files.iter().any(is_one))
    }
}

fn nothing_read(dialect: &Dialect, ground: &AnsweringTree) -> Error {
    let names = |between| joined(dialect.locations.iter().map(quoted), between);
    let root = quoted_path(&ground.root);
    let message = match dialect.is_per_folder {
        true => format!("no folder of {root} has a file {}", names(" or ")),
        false => format!("there is no {} in {root}", names(", ")),
    };
    Error::new(message).help("name it with --file")
}
