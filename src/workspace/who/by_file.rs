//! `who --from`: answers from an existing ownership file by the rules of its forge.

use std::{
    collections::BTreeMap,
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
};

use bstr::{BStr, BString, ByteSlice};

use super::{path_search::PathSearch, question::missing_line, reading::Reading};
use crate::{
    dialects::{Answers, Dialect, FileProblem, Tree},
    git::work_tree,
    inventory::{self, Content, File, Files},
    text::{count, directory, join, quoted, quoted_path},
    workspace::{Error, Notice, Options, Places, notices::Notices},
};

/// The owners of some paths in an ownership file.
#[derive(Debug)]
pub struct FileAnswers {
    /// The paths that have an answer.
    pub(crate) paths: Vec<FilePath>,
    /// The answer for each of them.
    pub(crate) answers: Answers,
    /// Why the other paths have no answer.
    pub(crate) errors: Vec<Error>,
    /// How to write places.
    pub(crate) places: Places,
    /// Problems in the file.
    pub(crate) notices: Vec<Notice>,
}

/// A path in the tree of an ownership file.
#[derive(Debug)]
pub struct FilePath {
    /// What the user typed.
    pub typed: OsString,
    /// The path in the tree. That of a directory ends in `/`, and that of the root is empty.
    pub path: BString,
    /// How it was understood.
    pub reading: Reading,
}

/// Returns the owners of paths by the files of a tree.
type AnswerPaths = fn(&Tree<'_>, &[&BStr]) -> Answers;

/// Answers from an existing ownership file: the selected file, the tree in the selected directory, or the files that
/// the forge would read.
///
/// # Errors
/// If no ownership file exists.
pub fn who_by_file(
    options: &Options,
    dialect: &Dialect,
    file: Option<&Path>,
    typed: &[OsString],
) -> Result<FileAnswers, Error> {
    let here = options.here()?;
    let source = AnsweringTree::new(&here, file)?;
    let (mut paths, mut errors) = (Vec::new(), Vec::new());
    for typed in typed {
        match source.path(typed) {
            Ok(path) => paths.push(path),
            Err(error) => errors.push(error),
        }
    }
    let answer = dialect
        .answer
        .ok_or_else(|| Error::new("no forge reads owners from this kind of file"))?;
    let mut answers = source.answers(answer, &paths);
    let unanswerable = source.remove_unanswerable(answer, &answers, &mut paths);
    if !unanswerable.is_empty() {
        answers = match paths.is_empty() {
            true => Answers::default(),
            false => source.answers(answer, &paths),
        };
    }
    if unanswerable.is_empty() && answers.read.is_empty() && !source.has_any(dialect) {
        let error = Error::no_file(dialect, &quoted_path(&source.root));
        return Err(error.help("select the file with `--file`"));
    }
    errors.extend(unanswerable);
    let places = Places::of_map(&source.files, &here);
    let notices = Notices::default();
    notices.warn_of(&answers.problems, &places);
    Ok(FileAnswers {
        paths,
        answers,
        errors,
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

    /// Returns the path in the tree that a user means by `typed`.
    fn path(&self, typed: &OsStr) -> Result<FilePath, Error> {
        let search = PathSearch {
            roots: std::slice::from_ref(&self.root),
            names: Vec::new(),
            here: &self.base,
            map: None,
            is_listed: &|_, path| self.listed.holds(path),
        };
        let existing = search.existing(typed);
        let existing = existing.map(|target| (target.path, Reading::default()));
        // Only a path can be meant.
        let found = match existing {
            Some(existing) => Some(existing),
            None => match search.find(typed) {
                Some(found) => match found.missing_line {
                    Some(why) => return Err(missing_line(typed, why)),
                    None => Some((found.target.path, found.reading)),
                },
                None => None,
            },
        };
        let Some((mut path, reading)) = found else {
            return Err(Error::new(format!(
                "{} is not in {}",
                quoted(typed.as_encoded_bytes()),
                quoted_path(&self.root)
            )));
        };
        let is_directory =
            typed.as_encoded_bytes().ends_with(b"/") || self.is_directory(path.as_bstr());
        if is_directory && !path.is_empty() {
            path.push(b'/');
        }
        Ok(FilePath {
            typed: typed.to_owned(),
            path,
            reading,
        })
    }

    /// Returns whether a directory exists, which can be one that a sparse checkout skips.
    fn is_directory(&self, path: &BStr) -> bool {
        // The content of a submodule belongs to another tree.
        let is_entry = || self.listed.find(path).is_some();
        let is_on_disk = |path: &Path| {
            let metadata = self.root.join(path).symlink_metadata();
            metadata.is_ok_and(|it| it.is_dir())
        };
        self.listed.any_under(&join(path, b""))
            || path.to_path().is_ok_and(is_on_disk) && !is_entry()
    }

    /// Returns the owners of paths by the ownership files.
    fn answers(&self, answer: AnswerPaths, paths: &[FilePath]) -> Answers {
        let paths: Vec<&BStr> = paths.iter().map(|it| it.path.as_bstr()).collect();
        answer(&self.tree, &paths)
    }

    /// Removes the paths without an answer: their owners depend on a file that cannot be read, or a program fails for
    /// them. Returns an error for each reason.
    fn remove_unanswerable(
        &self,
        answer: AnswerPaths,
        answers: &Answers,
        paths: &mut Vec<FilePath>,
    ) -> Vec<Error> {
        let mut affected: BTreeMap<String, Vec<BString>> = BTreeMap::new();
        let mut affects = |messages: &[String], path: &FilePath| {
            let is_affected = !messages.is_empty();
            for message in messages {
                let typed = path.typed.as_encoded_bytes().into();
                affected.entry(message.clone()).or_default().push(typed);
            }
            is_affected
        };
        let message = |problem: &FileProblem| Error::of_problem(problem).to_string();
        let mut at = 0..;
        paths.retain(|path| {
            let failure = at.next().and_then(|at| answers.of(at).failure.as_ref());
            !affects(failure.map(message).as_slice(), path)
        });
        if answers.unread().next().is_some() {
            // All paths in a folder depend on the same files.
            let folder = |path: &FilePath| directory(path.path.as_bstr()).to_owned();
            let mut unread: BTreeMap<BString, Vec<String>> = BTreeMap::new();
            paths.retain(|path| {
                let messages = unread.entry(folder(path)).or_insert_with(|| {
                    let answers = answer(&self.tree, &[path.path.as_bstr()]);
                    answers.unread().map(message).collect()
                });
                !affects(messages, path)
            });
        }
        let errors = affected.into_iter().map(|(message, paths)| {
            let others = match paths.len() - 1 {
                0 => String::new(),
                others => format!(" and {}", count(others, "other path")),
            };
            let of = quoted(&paths[0]);
            Error::new(message).help(format!(
                "the ownership of {of}{others} depends on this file"
            ))
        });
        errors.collect()
    }

    /// Whether the tree has ownership files elsewhere, so that the paths have no owner.
    fn has_any(&self, dialect: &Dialect) -> bool {
        let is_one = |file: File<'_>| dialect.is_one(file.path);
        dialect.is_per_folder
            && inventory::list(&self.root, true)
                .is_ok_and(|listing| listing.files.iter().any(is_one))
    }
}
