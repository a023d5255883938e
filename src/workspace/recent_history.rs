use std::path::Path;

use bstr::{BStr, BString, ByteSlice as _};

use super::notices::Notices;
use crate::{
    git::{Authored, Git, GitError, History, HistoryEnd, discover},
    text::count,
};

/// Returns the recent commits that changed the directory `root`, with paths relative to it. Returns `None` without a
/// git repository. If the history cannot be used, or not all of it, adds a note.
pub(super) fn recent_history(root: &Path, notices: &Notices) -> Option<Vec<Authored>> {
    let found = match read(root)? {
        Ok(found) => found,
        Err(message) => {
            notices.note(format!("git history is not used as evidence: {message}"));
            return None;
        }
    };
    match found.end {
        HistoryEnd::Complete => {}
        HistoryEnd::Limit => notices.note(format!(
            "the git history is long, so only the latest {} are used as evidence",
            count(found.commits.len(), "commit")
        )),
        HistoryEnd::Shallow => {
            notices.note(
                "git history is not used as evidence, because the clone is shallow: run `git fetch \
                    --unshallow`",
            );
            return None;
        }
    }
    Some(found.commits)
}

fn read(root: &Path) -> Option<Result<History, String>> {
    let work_tree = match discover(root) {
        Ok(found) => found?,
        Err(message) => return Some(Err(message)),
    };
    let below = root.strip_prefix(&work_tree.top).ok()?;
    let mut below: BString = <[u8]>::from_path(below)?.into();
    if !below.is_empty() {
        below.push(b'/');
    }
    let git = match Git::of(&work_tree) {
        Ok(git) => git,
        Err(message) => return Some(Err(message)),
    };
    let history = git.history(BStr::new(&below));
    Some(history.map_err(|error: GitError| error.message))
}
