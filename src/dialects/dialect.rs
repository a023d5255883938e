use std::{collections::BTreeMap, sync::Arc};

use bstr::{BStr, ByteSlice};
use rustc_hash::FxHashSet;

use super::{
    Answers, Forge, OwnerSection, Ownership, OwnershipLine, Refusal, Signature, Tree, Written,
    tree::join,
};
use crate::{
    claims::OwnerName,
    config::Teams,
    inventory::{Content, FileKind, Files, is_generated},
    text::{Source, count, directory, file_name},
};

/// Writes the ownership of a repository, or returns the reasons why it cannot.
pub type Writer = fn(&Ownership<'_>) -> Result<Written, Vec<Refusal>>;

/// A format of ownership files.
#[derive(Debug)]
pub struct Dialect {
    /// Its name on the command line.
    pub name: &'static str,
    /// A short description.
    pub summary: &'static str,
    /// Where its file is looked for; the first that exists is used.
    pub locations: &'static [&'static str],
    /// Whether every folder can have such a file.
    pub is_per_folder: bool,
    /// The forge that requests reviews from the owners in its files; `None` if no forge does.
    pub forge: Option<Forge>,
    /// How to recognize that a repository uses it; `None` for dialects that are never detected.
    pub signature: Option<Signature>,
    /// Returns the owners of paths by a tree's files; `None` for dialects without owners of paths. The path of a directory
    /// ends in `/`, and that of the root is empty.
    pub answer: Option<fn(&Tree<'_>, &[&BStr]) -> Answers>,
    /// Returns the lines of a tree's file; `None` unless it consists of patterns.
    pub entries: Option<fn(&Tree<'_>) -> Vec<OwnershipLine>>,
    /// Returns the sections of a tree's files; `None` for dialects without any.
    pub sections: Option<fn(&Tree<'_>) -> Vec<OwnerSection>>,
    /// Whether a line without owners exempts the paths that it matches.
    pub has_exempting_lines: bool,
    /// The file that defines groups of people, if all groups are defined in one.
    pub groups: Option<&'static str>,
    /// Returns those whom a tree's files name as reviewers besides owners; `None` if ownlint does not read them.
    pub reviewers: Option<fn(&Tree<'_>, &Files) -> Vec<OwnerName>>,
    /// Returns what a line states that the map does not contain, such as `comment`; `None` for the lines that ownlint writes.
    pub(super) extra: fn(&str) -> Option<&'static str>,
    /// Writes the ownership that the map defines.
    pub(super) write: Writer,
}

impl Dialect {
    /// Returns the default path of its file.
    pub(super) fn own_file(&self) -> Option<&'static BStr> {
        self.locations.first().map(|path| BStr::new(*path))
    }

    /// Returns whether `path` is the file that is being written.
    pub(super) fn writes(&self, ownership: &Ownership<'_>, path: &BStr) -> bool {
        let output = ownership.output.as_ref().map(|path| path.as_bstr());
        output == Some(path) || self.own_file() == Some(path)
    }

    /// Writes the ownership of a repository in this dialect.
    ///
    /// # Errors
    /// Everything that cannot be written. This includes files with conflicting claims and files of people who are in no team,
    /// unless `per_file` is set.
    pub fn written(&self, ownership: &Ownership<'_>) -> Result<Written, Vec<Refusal>> {
        if let Some(refusal) = ownership.trusted(self) {
            return Err(vec![refusal]);
        }
        if self.answer.is_some() && !ownership.per_file {
            let mut refusals = ownership.conflicts();
            refusals.extend(ownership.of_people());
            if !refusals.is_empty() {
                return Err(refusals);
            }
        }
        (self.write)(ownership)
    }

    /// Returns what a file states besides owners and the file that replaces it does not contain, with the number of lines:
    /// `2 comments`.
    pub fn lost_extras(&self, text: &str, replacement: &str) -> Vec<String> {
        let kept: FxHashSet<&str> = replacement.lines().map(str::trim).collect();
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let is_lost = |number: &&usize| !kept.contains(lines[**number - 1]);
        let extras = self.lines_of_extras(text).into_iter();
        let lost = extras.map(|(extra, at)| (extra, at.iter().filter(is_lost).count()));
        let lost = lost.filter(|(_, lines)| *lines > 0);
        lost.map(|(extra, lines)| count(lines, extra)).collect()
    }

    /// Returns the lines of a file that state what the map does not contain, by what they state. Lines count from 1.
    pub fn lines_of_extras(&self, text: &str) -> BTreeMap<&'static str, Vec<usize>> {
        let mut extras: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (line, number) in text.lines().zip(1..) {
            if let Some(extra) = (self.extra)(line) {
                extras.entry(extra).or_default().push(number);
            }
        }
        extras
    }

    /// Returns its files in a repository: the first that exists, or those in all folders.
    pub fn sources(&self, tree: &Tree<'_>, files: &Files) -> Vec<Arc<Source>> {
        let problems = &mut Vec::new();
        if !self.is_per_folder {
            return tree.first(self.locations, problems).into_iter().collect();
        }
        let named = files.named(self.locations).map(|file| directory(file.path));
        let sources = named.filter_map(|folder| {
            let folder = folder.strip_suffix(b"/").unwrap_or(folder).as_bstr();
            tree.of_folder(folder, self.file_name(), problems)
        });
        sources.collect()
    }

    /// Returns the name of its files.
    pub(super) fn file_name(&self) -> &'static str {
        let first = self.locations[0];
        first.rsplit('/').next().unwrap_or(first)
    }

    /// Returns the key under `handles` in the map with a team's name in its files.
    pub(super) fn handle_key(&self) -> &'static str {
        self.forge
            .as_ref()
            .map_or(self.name, |forge| forge.handle_key)
    }

    /// Returns whether the files of another dialect have the same name.
    pub fn shares_files_with(&self, other: &Self) -> bool {
        self.file_name() == other.file_name()
    }

    /// Returns whether the map or the repository shows that a forge reads its files.
    pub fn is_in_use(&self, tree: &Tree<'_>, teams: &Teams) -> bool {
        let key = self.handle_key();
        let mut handles = teams.iter().flat_map(|(_, team)| &team.handles);
        let signature = self.signature.as_ref();
        handles.any(|(forge, _)| forge == key) || signature.is_some_and(|it| it.is_used(tree))
    }

    /// Returns whether a repository has a file that its forge reads.
    pub fn has_file(&self, tree: &Tree<'_>, files: &Files) -> bool {
        let mut locations = self.locations.iter();
        locations.any(|path| tree.has(BStr::new(path)))
            || self.is_per_folder && files.named(self.locations).next().is_some()
    }

    /// Returns the file that the forge reads instead of the one at `path`, if it exists.
    pub fn read_first(&self, files: &Files, path: &BStr) -> Option<&'static str> {
        self.forge.as_ref()?;
        let before = self.locations.iter().position(|it| path == *it);
        let mut before = self.locations[..before.unwrap_or(0)].iter().copied();
        before.find(|path| files.kind_of(BStr::new(path)) == Some(FileKind::Regular))
    }

    /// Returns whether a folder has an ownership file that ownlint did not write, and that it can keep.
    pub fn can_keep(&self, content: &Content, folder: &BStr) -> bool {
        self.locations.iter().any(|name| {
            let file = join(folder, name.as_bytes());
            content.keep(file.as_bstr()).is_ok() && !self.has_written(content, file.as_bstr())
        })
    }

    /// Returns whether a file has the file name of this dialect.
    pub fn is_one(&self, path: &BStr) -> bool {
        let mut locations = self.locations.iter();
        locations.any(|location| file_name(path) == *location)
    }

    /// Returns whether `path` is a file of this dialect that ownlint generated.
    pub fn has_written(&self, content: &Content, path: &BStr) -> bool {
        let is_own = |source: &Source| is_generated(source.text());
        self.is_one(path) && content.keep(path).is_ok_and(|file| is_own(&file.source))
    }
}
