//! The owners that ownership files give to existing and to new files.

use std::collections::{BTreeMap, BTreeSet};

use bstr::{BStr, BString, ByteSlice as _};

use super::rule::set;
use crate::{
    dialects::{Answers, Dialect, Tree},
    pattern::{Pattern, escape},
    text::{directory, file_name, printable_bytes},
};

/// The names of a new file and of a new directory: no literal name, and hardly any other name that a pattern requires.
const NEW_FILE: &[u8] = b"\x01new file\x01";
const NEW_FOLDER: &[u8] = b"\x01new folder\x01/";

/// How many suffixes of file names new files get, and how many new files there are at most.
const MAX_SUFFIXES: usize = 10;
const MAX_NEW_FILES: usize = 200_000;

/// A set of owners, by its position in [`ExpectedOwners`]; 0 for no owners.
pub(super) type OwnersId = usize;

/// The owners of files. In dialects with a file per folder, the nearest file that names somebody decides.
#[derive(Debug)]
pub struct ExpectedOwners<'f> {
    /// The existing files, sorted.
    pub files: &'f [&'f BStr],
    /// Those among them that are submodules.
    submodules: BTreeSet<&'f BStr>,
    /// New files: in each folder, and in a new folder there, one without a suffix and one with each suffix. Then files
    /// with longer names than certain existing ones.
    pub new_files: Vec<BString>,
    /// The most frequent suffixes of file names, such as `.md`.
    suffixes: Vec<BString>,
    /// The owners of the existing files, then of the new ones.
    ids: Vec<OwnersId>,
    /// The owners of each set, in the order of the files.
    lists: Vec<Vec<String>>,
    /// By folder (path with a final `/`; empty for the root): the position of its new files. Each precedes the one in a new
    /// folder.
    folders: BTreeMap<BString, usize>,
    /// By position of an existing file with other owners than new files in its folder: the position of a new file with a
    /// longer name.
    longer: BTreeMap<usize, usize>,
    /// The numbers of the lines that decide about any of the files, in dialects with one file.
    pub deciding_lines: BTreeSet<usize>,
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
        let most = MAX_NEW_FILES / (2 * folders.len());
        let suffixes = suffixes(files, MAX_SUFFIXES.min(most));
        let mut new_files = Vec::new();
        for (folder, at) in &mut folders {
            *at = new_files.len();
            for suffix in
                std::iter::once(BStr::new("")).chain(suffixes.iter().map(|it| it.as_bstr()))
            {
                new_files.push(BString::from([folder, NEW_FILE, suffix].concat()));
                new_files.push([folder, NEW_FOLDER, NEW_FILE, suffix].concat().into());
            }
        }
        let new = new_files.iter().map(|path| path.as_bstr());
        let paths: Vec<&BStr> = files.iter().copied().chain(new).collect();
        let answer = |paths: &[&BStr]| match dialect.answer {
            Some(answer) => answer(tree, paths),
            None => Answers::default(),
        };
        let answers = answer(&paths);
        let mut expected = Self {
            files,
            submodules,
            new_files,
            suffixes,
            ids: Vec::new(),
            lists: vec![Vec::new()],
            folders,
            longer: BTreeMap::new(),
            deciding_lines: BTreeSet::new(),
        };
        if dialect.entries.is_some() {
            let lines = answers.deciding_lines();
            expected.deciding_lines = lines.map(|line| line.start().line).collect();
        }
        expected.add_answers(&answers);
        if dialect.entries.is_none() {
            let longer = expected.add_longer_names();
            let longer: Vec<&BStr> = longer.iter().map(|path| path.as_bstr()).collect();
            expected.add_answers(&answer(&longer));
        }
        expected
    }

    /// Adds new files whose names start with those of files that have other owners than new files around them, because a
    /// line can be about all such names. Returns them.
    fn add_longer_names(&mut self) -> Vec<BString> {
        let is_special = |at: &usize| {
            let file = self.files[*at];
            !self.is_submodule(file) && self.ids[*at] != self.beside(file)
        };
        let special: Vec<usize> = (0..self.files.len()).filter(is_special).collect();
        let longer = special.iter().zip(self.ids.len()..);
        self.longer = longer.map(|(file, at)| (*file, at)).collect();
        let names = special
            .iter()
            .map(|at| [self.files[*at], NEW_FILE].concat());
        let names: Vec<BString> = names.map(BString::from).collect();
        self.new_files.extend_from_slice(&names);
        names
    }

    fn add_answers(&mut self, answers: &Answers) {
        let known = self.lists.iter().enumerate();
        let mut known: BTreeMap<BTreeSet<String>, OwnersId> =
            known.map(|(id, owners)| (set(owners), id)).collect();
        let mut by_answer: BTreeMap<u32, OwnersId> = BTreeMap::new();
        for at in 0..answers.len() {
            let id = *by_answer.entry(answers.id_of(at)).or_insert_with(|| {
                let statement = answers.of(at).statement.as_deref();
                let names = statement.into_iter().flat_map(|it| it.owners());
                let owners: Vec<String> = names.map(|name| name.text.clone()).collect();
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

    /// Returns a pattern for the file at a position, and for all files whose names start with its name if they have the same
    /// owners; `None` if a map cannot express it.
    pub(super) fn only_or_longer(&self, at: usize) -> Option<Pattern> {
        let has_same_owners = |longer: &usize| self.ids[*longer] == self.ids[at];
        match self
            .longer
            .get(&at)
            .filter(|longer| has_same_owners(longer))
        {
            Some(_) => Pattern::parse_files(&format!("{}*", escape(self.files[at]))).ok(),
            None => self.only(self.files[at]),
        }
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

    /// Returns whether the path at a position in [`paths`](Self::paths) has an owner.
    pub fn is_owned(&self, at: usize) -> bool {
        self.ids[at] != 0
    }

    /// Returns the owners of the path at a position in [`paths`](Self::paths).
    pub(super) fn id(&self, at: usize) -> OwnersId {
        self.ids[at]
    }

    /// Returns the owners in a set, in the order of the ownership file.
    pub(super) fn owners(&self, id: OwnersId) -> &[String] {
        &self.lists[id]
    }

    /// Returns the suffixes of new files.
    pub(super) fn suffixes(&self) -> &[BString] {
        &self.suffixes
    }

    /// Returns the owners of a new file in a folder, and those of a new file in a new folder there: of files with the suffix
    /// at a position, or without any.
    pub(super) fn of_folder(&self, folder: &BStr, suffix: Option<usize>) -> [OwnersId; 2] {
        let at = self.folders.get(folder).copied().unwrap_or_default();
        let at = self.files.len() + at + 2 * suffix.map_or(0, |suffix| suffix + 1);
        [self.ids[at], self.ids[at + 1]]
    }

    /// Returns the owners of a new file in the folder of a file, and with its suffix.
    pub(super) fn beside(&self, file: &BStr) -> OwnersId {
        let mut suffixes = self.suffixes.iter();
        let suffix = suffixes.position(|suffix| file.ends_with(suffix));
        let [direct, _] = self.of_folder(directory(file), suffix);
        direct
    }

    /// Returns all owners.
    pub fn all(&self) -> impl Iterator<Item = &String> {
        self.lists.iter().flatten()
    }
}

/// Returns the most frequent suffixes of file names.
fn suffixes(files: &[&BStr], most: usize) -> Vec<BString> {
    let mut counts: BTreeMap<&[u8], usize> = BTreeMap::new();
    for file in files {
        let name = file_name(file);
        if let Some(dot) = name.rfind_byte(b'.').filter(|dot| *dot > 0)
            && name.len() > dot + 1
        {
            *counts.entry(&name[dot..]).or_default() += 1;
        }
    }
    let mut suffixes: Vec<(&[u8], usize)> = counts.into_iter().collect();
    suffixes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let suffixes = suffixes.into_iter().take(most);
    suffixes.map(|(suffix, _)| suffix.into()).collect()
}

/// Returns the folder of a new file in words, and the pattern for its name.
pub fn folder_of_new_file(path: &BStr) -> String {
    let folder = directory(path);
    let around = folder.strip_suffix(NEW_FOLDER);
    let named = match around.unwrap_or(folder) {
        b"" => "the root directory".to_owned(),
        folder => printable_bytes(folder),
    };
    let name = file_name(path);
    let pattern = match (name.strip_prefix(NEW_FILE), name.strip_suffix(NEW_FILE)) {
        (Some(b""), _) | (None, None) => String::new(),
        (Some(suffix), _) => format!(" (`*{}`)", printable_bytes(suffix)),
        (None, Some(prefix)) => format!(" (`{}*`)", printable_bytes(prefix)),
    };
    match around {
        Some(_) => format!("new directories in {named}{pattern}"),
        None => named + &pattern,
    }
}
