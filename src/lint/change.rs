use std::fmt;

use crate::{finding::Finding, git::CommitRange, text::count};

/// How a change affects the findings.
#[derive(Debug)]
pub struct ChangeReport {
    /// Which change was checked.
    pub checked: CheckedChange,
    /// Why there is no base to compare with; then all findings are treated as new.
    pub without_base: Option<String>,
    /// The number of findings that existed before.
    pub pre_existing: usize,
    /// Findings that existed before and no longer occur.
    pub fixed: Vec<Finding>,
}

/// A change that was checked: its base, and what it consists of.
#[derive(Debug, Clone)]
pub struct CheckedChange {
    /// The base, for users.
    pub base: String,
    /// The id of the base; `None` if no earlier commit exists.
    pub commit: Option<String>,
    /// Its commits; `None` for the staged change.
    pub commits: Option<CommitRange>,
    /// The number of files that it changes.
    pub files: usize,
    /// Whether it adds the map.
    pub adds_map: bool,
}

impl CheckedChange {
    /// Returns whether it is a staged change without files.
    pub fn is_empty(&self) -> bool {
        self.commits.is_none() && self.files == 0
    }
}

impl fmt::Display for CheckedChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.commits {
            None if self.is_empty() => f.write_str("no staged change")?,
            None => f.write_str("the staged change")?,
            Some(range) => {
                let at_least = if range.is_complete { "" } else { "at least " };
                write!(f, "{at_least}{}", count(range.commits, "commit"))?;
            }
        }
        write!(f, " since {}, {}", self.base, count(self.files, "file"))
    }
}
