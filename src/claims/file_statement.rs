//! What ownership files state about paths, before names become teams.

use std::{collections::BTreeSet, sync::Arc};

use bstr::BStr;

use crate::{
    config::Settings,
    inventory::{Content, Files},
    pattern::Alternative,
    text::Place,
};

/// What the ownership files of a dialect state about a path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileStatement {
    /// The lines that decide; not empty. Many statements can share a line.
    pub lines: Vec<Arc<DecidingLine>>,
    /// Others whose approval is enough, such as the owners of parent directories.
    pub may_also_approve: Vec<OwnerName>,
}

impl FileStatement {
    /// Returns the owners; empty only in a [standalone](FileQuestion::is_standalone) question: the paths need no owner.
    pub fn owners(&self) -> impl Iterator<Item = &OwnerName> {
        self.lines.iter().flat_map(|line| &line.owners)
    }
}

/// A name in an ownership file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerName {
    /// The name as the dialect reads it.
    pub text: String,
    /// Whether it is the name of a group.
    pub is_group: bool,
    /// The definition of the group, if a file contains it.
    pub definition: Option<Arc<GroupDefinition>>,
    /// Where it is.
    pub place: Place,
}

impl OwnerName {
    /// Returns the members of the group, if a file lists them.
    pub fn members(&self) -> &[String] {
        let definition = self.definition.as_ref();
        definition.map_or(&[], |definition| &definition.members)
    }
}

/// The definition of a group of people in a file.
#[derive(Debug, PartialEq, Eq)]
pub struct GroupDefinition {
    /// The members.
    pub members: Vec<String>,
    /// The names of all groups in the file.
    pub siblings: Arc<BTreeSet<String>>,
    /// Where its name is.
    pub place: Place,
}

/// A line of an ownership file that decides about a path, or a file that does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecidingLine {
    /// The owners that it names.
    pub owners: Vec<OwnerName>,
    /// The paths that it is about, as written, or as in the map.
    pub about: String,
    /// The paths that it can apply to.
    pub reach: Vec<Alternative>,
    /// Whether it applies to these paths only, and not to what is inside them.
    pub is_only_files: bool,
    /// The places in the file.
    pub places: Vec<Place>,
}

/// What the ownership files of a dialect state about several paths.
#[derive(Debug, Default)]
pub struct FileStatements {
    /// The distinct statements.
    pub statements: Vec<FileStatement>,
    /// By path: the position of the statement about it.
    pub by_path: Vec<Option<u32>>,
    /// The key under `handles` for names in these files.
    pub handle_key: &'static str,
}

/// A question about the ownership files of a repository.
#[derive(Debug, Clone, Copy)]
pub struct FileQuestion<'q> {
    /// The name of the dialect.
    pub dialect: &'static str,
    /// The content of the files of the repository.
    pub content: &'q Content,
    /// The files of the repository.
    pub files: &'q Files,
    /// The settings of the map.
    pub settings: &'q Settings,
    /// Whether there is no map, so that the files state everything, as their forge reads them.
    pub is_standalone: bool,
    /// The paths, sorted. That of a directory ends in `/`, and that of the root is empty.
    pub paths: &'q [&'q BStr],
}

/// Returns what ownership files state about paths.
pub type ReadStatements = fn(&FileQuestion<'_>) -> FileStatements;
