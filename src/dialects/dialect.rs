use bstr::{BStr, ByteSlice};

use super::{Answers, Forge, Ownership, OwnershipLine, Refusal, Signature, Tree, Written};
use crate::{
    config::Teams,
    inventory::{Content, is_generated},
    text::{Source, file_name},
};

/// Writes the ownership of a repository, or says what of it can't be written.
pub type Writer = fn(&Ownership<'_>) -> Result<Written, Vec<Refusal>>;

/// A kind of ownership file that forges know.
#[derive(Debug)]
pub struct Dialect {
    /// The word for it on the command line.
    pub name: &'static str,
    /// What it is.
    pub summary: &'static str,
    /// Where its file is: the first of these that exists.
    pub locations: &'static [&'static str],
    /// Whether every folder may have such a file.
    pub is_per_folder: bool,
    /// The forge that asks those whom its files name; nothing if none does.
    pub forge: Option<Forge>,
    /// How a repository shows that it goes by its files; nothing for what is never looked for.
    pub signature: Option<Signature>,
    /// Says what a tree's files answer for these paths; nothing for what no forge asks about paths.
    pub answer: Option<fn(&Tree<'_>, &[&BStr]) -> Answers>,
    /// The lines of a tree's file, where it consists of patterns of which later ones decide.
    pub entries: Option<fn(&Tree<'_>) -> Vec<OwnershipLine>>,
    /// Writes what the map says.
    pub(super) write: Writer,
}

impl Dialect {
    /// The file that it writes, where there is but one.
    pub(super) fn own_file(&self) -> Option<&'static BStr> {
        self.locations.first().map(|path| BStr::new(*path))
    }

    /// Whether `path` is what is written as its one file.
    pub(super) fn writes(&self, ownership: &Ownership<'_>, path: &BStr) -> bool {
        let output = ownership.output.as_ref().map(|path| path.as_bstr());
        output == Some(path) || self.own_file() == Some(path)
    }

    /// The ownership of a repository in this form.
    ///
    /// # Errors
    /// All that is in the way; files that claims conflict about are, unless they may be named one by one.
    pub fn written(&self, ownership: &Ownership<'_>) -> Result<Written, Vec<Refusal>> {
        if self.answer.is_some() && !ownership.per_file {
            let undecided = ownership.undecided();
            if !undecided.is_empty() {
                return Err(undecided);
            }
        }
        (self.write)(ownership)
    }

    /// The name of its files.
    pub(super) fn file_name(&self) -> &'static str {
        let first = self.locations[0];
        first.rsplit('/').next().unwrap_or(first)
    }

    /// The key under `handles` in the map that says what a team is called in its files.
    pub(super) fn handle_key(&self) -> &'static str {
        self.forge
            .as_ref()
            .map_or(self.name, |forge| forge.handle_key)
    }

    /// Whether the map or the repository shows that a forge reads its files.
    pub fn is_in_use(&self, tree: &Tree<'_>, teams: &Teams) -> bool {
        let key = self.handle_key();
        let mut handles = teams.iter().flat_map(|(_, team)| &team.handles);
        let signature = self.signature.as_ref();
        handles.any(|(forge, _)| forge == key) || signature.is_some_and(|it| it.is_used(tree))
    }

    /// Whether a file has the name of one of this dialect.
    pub fn is_one(&self, path: &BStr) -> bool {
        let mut locations = self.locations.iter();
        locations.any(|location| file_name(path) == *location)
    }

    /// Whether this program wrote the file of this dialect that stands at `path`.
    pub fn has_written(&self, content: &Content, path: &BStr) -> bool {
        let is_own = |source: &Source| is_generated(source.text());
        self.is_one(path) && content.keep(path).is_ok_and(|file| is_own(&file.source))
    }
}
