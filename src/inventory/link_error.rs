use bstr::BString;

use super::{ReadError, links::MAX_LINKS};
use crate::text::quoted;

/// Why a symbolic link was not followed, or not to the end.
#[derive(Debug, Clone, thiserror::Error)]
#[error("it is a symbolic link to {}, {why}", quoted(target))]
pub struct LinkError {
    /// The target as written in the link, or the file to which the link leads if that file is the problem.
    pub target: BString,
    /// What is wrong with the target.
    pub why: LinkProblem,
}

/// What is wrong with the target of a symbolic link.
#[derive(Debug, Clone, thiserror::Error)]
pub enum LinkProblem {
    /// An absolute path.
    #[error("which is an absolute path")]
    Absolute,
    /// A path that leads out of the repository.
    #[error("which is outside the repository")]
    Outside,
    /// A path that is not among the files of the repository.
    #[error("which does not exist or is not tracked")]
    NotListed,
    /// A directory.
    #[error("which is a directory")]
    Directory,
    /// A submodule, or a path in one.
    #[error("which leads into a submodule")]
    Submodule,
    /// A cycle, or a very long chain of links.
    #[error("which ends in a loop or goes through more than {MAX_LINKS} symbolic links")]
    TooMany,
    /// A path that is too long.
    #[error("which is too long")]
    TooLong,
    /// A file that is too large to be read for every link.
    #[error(
        "which is larger than {} KiB, the limit for {links} links",
        limit >> 10
    )]
    TooLarge {
        /// The largest size in bytes.
        limit: usize,
        /// The number of links in the repository.
        links: usize,
    },
    /// A listed file or link that could not be read.
    #[error("which could not be read: {0}")]
    Unreadable(Box<ReadError>),
}
