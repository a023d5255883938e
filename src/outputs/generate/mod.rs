//! The outputs of `generate`: the files, the changes in them, or why they cannot be written.

mod refusals;

use std::path::Path;

use bstr::ByteSlice as _;

pub(crate) use refusals::unwritable;

use super::unified::unified;
use crate::{
    text::printable_bytes,
    workspace::{GeneratedFiles, on_disk, shown},
};

/// Returns the changes in the existing files as a diff; empty if there are none.
pub(crate) fn changes(generated: &GeneratedFiles, here: &Path) -> String {
    let mut out = String::new();
    let targets = generated.targets();
    let wanted = targets.iter().map(|(path, wanted)| (path, *wanted));
    let stale = generated.stale.iter().map(|path| (path, &[][..]));
    for (path, wanted) in wanted.chain(stale) {
        // Line endings do not count, as in the check of the file.
        let existing = on_disk(path).unwrap_or_default().replace("\r\n", "\n");
        if existing != wanted {
            let (existing, wanted) = (existing.to_str_lossy(), wanted.to_str_lossy());
            out += &unified(&shown(path, here), &existing, &wanted, "wanted");
        }
    }
    out
}

/// Returns the texts of all files, each under its path if there are several.
pub(crate) fn texts(generated: &GeneratedFiles) -> String {
    let mut out = String::new();
    let files = &generated.written.files;
    let is_many = files.len() > 1;
    for (path, text) in files {
        if is_many {
            out += &format!("==> {} <==\n", printable_bytes(path));
        }
        out += text;
        if is_many {
            out.push('\n');
        }
    }
    out
}
