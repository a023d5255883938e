//! A git repository at other moments than now: its revisions, its index and what lies between them,
//! by the plumbing of the `git` program; a usual index is read without. Nothing is ever written, not even
//! a refreshed index.

mod blobs;
mod changes;
mod commit;
mod entry;
mod history;
mod index;
mod program;

pub use blobs::{BlobError, Blobs};
pub use changes::{Change, Changes};
pub use commit::Commit;
pub use entry::{BlobId, Entry, EntryKind};
pub use history::{Authored, History};
pub use index::{IndexEntry, read_index};
pub use program::{Git, GitError};
