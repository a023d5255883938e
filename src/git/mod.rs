//! The only door to git: where a repository is, and what it holds at other moments than now. Its
//! revisions, its index and what lies between them come from the plumbing of the `git` program; a
//! usual index is read without it. Nothing is ever written, not even a refreshed index.

mod blob_id;
mod blobs;
mod changes;
mod commit;
mod environment;
mod error;
mod file_kind;
mod history;
mod index_file;
mod listing;
mod nested;
mod pipes;
mod program;
mod revision;
mod tree_entry;
mod work_tree;

pub use blob_id::BlobId;
pub use blobs::{BlobError, Blobs};
pub use changes::{Changes, FileChange};
pub use commit::Commit;
pub use error::GitError;
pub use file_kind::FileKind;
pub use history::Authored;
pub use index_file::IndexEntry;
pub use nested::{is_repository, is_submodule};
pub use program::Git;
pub use tree_entry::TreeEntry;
pub use work_tree::{WorkTree, discover, is_top, top_around, work_tree};
