use bstr::{BStr, ByteSlice};

use super::{Answers, Entry, Ownership, Refusal, Tree, Written};
use crate::{
    inventory::{Content, is_generated},
    text::Source,
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
    /// Says what a tree's files answer for these paths; nothing for what no forge asks about paths.
    pub answer: Option<fn(&Tree<'_>, &[&BStr]) -> Answers>,
    /// The lines of a tree's file, where it consists of patterns of which later ones decide.
    pub entries: Option<fn(&Tree<'_>) -> Vec<Entry>>,
    /// Writes what the map says.
    pub(super) write: Writer,
}

impl Dialect {
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

    /// Whether a file has the name of one of this dialect.
    pub fn is_one(&self, path: &BStr) -> bool {
        let name = &path[path.rfind_byte(b'/').map_or(0, |slash| slash + 1)..];
        self.locations
            .iter()
            .any(|location| location.as_bytes() == name)
    }

    /// Whether this program wrote the file of this dialect that stands at `path`.
    pub fn has_written(&self, content: &Content, path: &BStr) -> bool {
        let is_own = |source: &Source| is_generated(source.text());
        self.is_one(path) && content.read(path).is_ok_and(|(source, _)| is_own(&source))
    }
}
