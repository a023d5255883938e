//! The output of `init --update`: the changes in the map as a diff.

use std::path::Path;

use super::unified::unified;
use crate::workspace::{MapUpdate, shown};

/// Returns the changes; empty if there are none.
pub(crate) fn changes(update: &MapUpdate, here: &Path) -> String {
    let files = update.files.iter();
    let changes = files.map(|file| {
        unified(
            &shown(&file.path, here),
            &file.before,
            &file.after,
            "updated",
        )
    });
    changes.collect()
}
