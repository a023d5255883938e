//! Files that may contain notification routes, by their names and words.

use std::sync::{Arc, Mutex, PoisonError};

use bstr::{BStr, BString, ByteSlice as _};
use rustc_hash::{FxHashMap, FxHashSet};

use super::SourceFile;

/// The ends of the names of such files.
pub const NOTIFICATION_FILE_ENDS: [&str; 5] = [".yaml", ".yml", ".json", ".tpl", ".erb"];

/// The files that were opened, so that those that may contain notification routes need not be opened again.
#[derive(Debug, Default)]
pub(super) struct NotificationFiles(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    paths: FxHashSet<BString>,
    files: FxHashMap<BString, Arc<SourceFile>>,
}

impl NotificationFiles {
    /// Records a file that was opened.
    pub fn record(&self, path: &BStr, file: &Arc<SourceFile>) {
        let mut ends = NOTIFICATION_FILE_ENDS.iter();
        if ends.any(|end| path.ends_with(end.as_bytes())) {
            let may_route = may_route(file.source.text());
            let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            seen.paths.insert(path.into());
            if may_route {
                seen.files.insert(path.into(), Arc::clone(file));
            }
        }
    }

    /// Returns a file that was opened, if it may contain notification routes; the outer `None` if it was not opened.
    pub fn get(&self, path: &BStr) -> Option<Option<Arc<SourceFile>>> {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_known = seen.paths.contains(path);
        is_known.then(|| seen.files.get(path).cloned())
    }
}

/// Returns whether a text may contain notification routes, by the words in it.
pub fn may_route(text: &str) -> bool {
    let has = |word: &str| text.as_bytes().find(word).is_some();
    has("receiver") && (has("route") || has("policies")) || has("contactPoints")
}
