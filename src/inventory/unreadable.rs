use bstr::{BStr, BString, ByteSlice as _};

use crate::text::quoted;

/// A path that could not be read.
#[derive(Debug, Clone)]
pub struct Unreadable {
    /// The path; empty for the root.
    pub path: BString,
    /// The reason.
    pub message: String,
}

impl Unreadable {
    /// Returns the path, or a dot for the root.
    pub fn shown_path(&self) -> &BStr {
        match self.path.is_empty() {
            true => BStr::new("."),
            false => self.path.as_bstr(),
        }
    }

    /// Returns the message for users.
    pub fn sentence(&self) -> String {
        let path = quoted(self.shown_path());
        format!("{path} could not be read: {}", self.message)
    }
}
