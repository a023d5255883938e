//! A git repository: where it is, and how it is at other moments than now. Its revisions, its index and
//! what lies between them are had by the plumbing of the `git` program; a usual index is read without.
//! Nothing is ever written, not even a refreshed index.

mod blobs;
mod changes;
mod commit;
mod entry;
mod file_kind;
mod history;
mod index;
mod pipes;
mod program;
mod work_tree;

pub use blobs::{BlobError, Blobs};
pub use changes::{Change, Changes};
pub use commit::Commit;
pub use entry::{BlobId, Entry};
pub use file_kind::FileKind;
pub use history::{Authored, History};
pub use index::{IndexEntry, read_index};
pub use program::{Git, GitError};
pub use work_tree::{WorkTree, could_not_be_read, discover, exists, guard};
