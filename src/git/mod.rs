//! Access to git; no other module runs it. Revisions, indexes and the changes between them come from the plumbing
//! commands of the `git` program; an index in a common format is read without it. Nothing here writes to a
//! repository, not even to refresh an index.

mod added_lines;
mod blob_id;
mod blobs;
mod changes;
mod commit;
mod environment;
mod error;
mod file_kind;
mod history;
mod hooks;
mod index_file;
mod listing;
mod merges;
mod nested;
mod pipes;
mod program;
mod quoted_path;
mod range;
mod revision;
mod tree_entry;
mod work_tree;

pub use added_lines::AddedLines;
pub use blob_id::BlobId;
pub use blobs::{BlobError, Blobs};
pub use changes::{Changes, FileChange};
pub use commit::Commit;
pub use error::GitError;
pub use file_kind::FileKind;
pub use history::{Authored, History, HistoryEnd};
pub use index_file::IndexEntry;
pub use nested::{is_repository, is_submodule};
pub use program::Git;
pub use quoted_path::unquoted;
pub use range::CommitRange;
pub use tree_entry::TreeEntry;
pub use work_tree::{WorkTree, discover, has_git_directory, is_top, top_around, work_tree};
