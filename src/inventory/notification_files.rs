//! Files that may contain notification routes, by their names and words.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bstr::{BStr, BString, ByteSlice as _};
use rustc_hash::FxHashMap;

use super::{ReadError, SourceFile, content::Read};
use crate::{git::BlobId, yaml::possible_keys};

/// The ends of the names of such files.
pub const NOTIFICATION_FILE_ENDS: [&str; 5] = [".yaml", ".yml", ".json", ".tpl", ".erb"];

/// Strings of which such a file contains one.
pub(super) const NOTIFICATION_NEEDLES: &[&str] = &["receiver", "contactPoints"];

/// The files that were opened, by path, so that those that may contain notification routes need not be opened again.
#[derive(Debug, Default)]
pub(super) struct NotificationFiles(Mutex<FxHashMap<BString, Opened>>);

/// A file that was opened, or could not be.
#[derive(Debug, Clone)]
pub(super) struct Opened {
    /// The file, if it may contain notification routes.
    pub file: Result<Option<Arc<SourceFile>>, ReadError>,
    /// Its id in git, where another state is compared.
    pub id: Option<BlobId>,
    pub is_on_disk: bool,
}

impl NotificationFiles {
    /// Records a file that was opened.
    pub fn record(&self, path: &BStr, opened: Opened) {
        self.opened().insert(path.into(), opened);
    }

    /// Returns a file that was opened.
    pub fn get(&self, path: &BStr) -> Option<Opened> {
        self.opened().get(path).cloned()
    }

    /// Returns the files that may contain notification routes, also because they could not be read, in any order.
    pub fn all(&self) -> Vec<(BString, Opened)> {
        let opened = self.opened();
        let files = opened.iter();
        let files = files.filter(|(_, it)| !matches!(it.file, Ok(None)));
        files.map(|(path, it)| (path.clone(), it.clone())).collect()
    }

    fn opened(&self) -> MutexGuard<'_, FxHashMap<BString, Opened>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Opened {
    /// Returns the file, or why it could not be read; `None` if it contains no notification routes.
    pub fn read(self) -> Option<Read> {
        self.file.transpose()
    }
}

/// Returns whether a text may contain notification routes, by the words and keys in it.
pub fn may_route(text: &str) -> bool {
    let has_key = |key: &str| possible_keys(text, key).next().is_some();
    let has_routes = || has_key("route") || has_key("policies") && has_key("receiver");
    text.as_bytes().find("receiver").is_some() && has_routes() || has_key("contactPoints")
}
