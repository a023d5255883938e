//! The owners that ownership files give to existing and to new files.

use std::collections::{BTreeMap, BTreeSet};

use bstr::{BStr, BString, ByteSlice as _};

use super::rule::set;
use crate::{
    dialects::{Answers, Dialect, Tree},
    pattern::{Pattern, escape},
    text::{directory, printable_bytes},
};

/// The names of a new file and of a new directory: no literal name, and hardly any other name that a pattern requires.
const NEW_FILE: &[u8] = b"\x01new file\x01";
const NEW_FOLDER: &[u8] = b"\x01new folder\x01/";

/// A set of owners, by its position in [`ExpectedOwners`]; 0 for no owners.
pub(super) type OwnersId = usize;

/// The owners of files. In dialects with a file per folder, the nearest file that names somebody decides.
#[derive(Debug)]
pub struct ExpectedOwners<'f> {
    /// The existing files, sorted.
    pub files: &'f [&'f BStr],
    /// Those among them that are submodules.
    submodules: BTreeSet<&'f BStr>,
    /// New files: one in each folder, and one in a new folder in each folder.
    pub new_files: Vec<BString>,
    /// The owners of the existing files, then of the new ones.
    ids: Vec<OwnersId>,
    /// The owners of each set, in the order of the files.
    lists: Vec<Vec<String>>,
    /// By folder (path with a final `/`; empty for the root): the position of its new file, which precedes the one in a new
    /// folder.
    folders: BTreeMap<BString, usize>,
}

impl<'f> ExpectedOwners<'f> {
    /// Asks the ownership files of a dialect, which must have answers.
    pub fn new(
        dialect: &Dialect,
        tree: &Tree<'_>,
        files: &'f [&'f BStr],
        submodules: BTreeSet<&'f BStr>,
    ) -> Self {
        let mut folders: BTreeMap<BString, usize> = BTreeMap::from([(BString::default(), 0)]);
        for file in files {
            let mut folder = directory(file);
            while !folder.is_empty() && folders.insert(folder.into(), 0).is_none() {
                folder = directory(folder[..folder.len() - 1].as_bstr());
            }
        }
        let mut new_files = Vec::new();
        for (folder, at) in &mut folders {
            *at = new_files.len();
            new_files.push(BString::from([folder, NEW_FILE].concat()));
            new_files.push([folder, NEW_FOLDER, NEW_FILE].concat().into());
        }
        let new = new_files.iter().map(|path| path.as_bstr());
        let paths: Vec<&BStr> = files.iter().copied().chain(new).collect();
        let answers = match dialect.answer {
            Some(answer) => answer(tree, &paths),
            None => Answers::default(),
        };
        let mut expected = Self {
            files,
            submodules,
            new_files,
            ids: Vec::new(),
            lists: vec![Vec::new()],
            folders,
        };
        expected.add_answers(&answers);
        expected
    }

    fn add_answers(&mut self, answers: &Answers) {
        let mut known: BTreeMap<BTreeSet<String>, OwnersId> =
            BTreeMap::from([(BTreeSet::new(), 0)]);
        let mut by_answer: BTreeMap<u32, OwnersId> = BTreeMap::new();
        for at in 0..answers.len() {
            let id = *by_answer.entry(answers.id_of(at)).or_insert_with(|| {
                let statement = answers.of(at).statement.as_deref();
                let names = statement.map_or(&[][..], |it| &it.owners);
                let owners: Vec<String> = names.iter().map(|name| name.text.clone()).collect();
                *known.entry(set(&owners)).or_insert_with(|| {
                    self.lists.push(owners);
                    self.lists.len() - 1
                })
            });
            self.ids.push(id);
        }
    }

    /// Returns the existing and the new files.
    pub fn paths(&self) -> Vec<&BStr> {
        let new = self.new_files.iter().map(|path| path.as_bstr());
        self.files.iter().copied().chain(new).collect()
    }

    /// Returns a pattern for a file only; `None` if a map cannot express it.
    pub(super) fn only(&self, file: &BStr) -> Option<Pattern> {
        let pattern = match self.is_submodule(file) {
            true => Pattern::parse(&escape(file)),
            false => Pattern::parse_files(&escape(file)),
        };
        pattern.ok()
    }

    /// Returns whether a file is a submodule, which patterns for files do not match.
    pub(super) fn is_submodule(&self, file: &BStr) -> bool {
        self.submodules.contains(file)
    }

    /// Returns the owners of the path at a position in [`paths`](Self::paths).
    pub(super) fn id(&self, at: usize) -> OwnersId {
        self.ids[at]
    }

    /// Returns the owners in a set, in the order of the ownership file.
    pub(super) fn owners(&self, id: OwnersId) -> &[String] {
        &self.lists[id]
    }

    /// Returns the owners of a new file in a folder, and those of a new file in a new folder there.
    pub(super) fn of_folder(&self, folder: &BStr) -> [OwnersId; 2] {
        let at = self.folders.get(folder).copied().unwrap_or_default();
        [0, 1].map(|which| self.ids[self.files.len() + at + which])
    }

    /// Returns all owners.
    pub fn all(&self) -> impl Iterator<Item = &String> {
        self.lists.iter().flatten()
    }
}

/// Returns the folder of a new file in words.
pub fn folder_of_new_file(path: &BStr) -> String {
    let folder = directory(path);
    let around = folder.strip_suffix(NEW_FOLDER);
    let named = match around.unwrap_or(folder) {
        b"" => "the root directory".to_owned(),
        folder => printable_bytes(folder),
    };
    match around {
        Some(_) => format!("new directories in {named}"),
        None => named,
    }
}
