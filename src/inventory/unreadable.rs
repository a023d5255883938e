use bstr::{BStr, BString, ByteSlice as _};

use crate::text::quoted;

/// A path that could not be read.
#[derive(Debug, Clone)]
pub struct Unreadable {
    /// The path; the root is empty.
    pub path: BString,
    /// Why.
    pub message: String,
}

impl Unreadable {
    /// The path; a dot for the root.
    pub fn shown_path(&self) -> &BStr {
        match self.path.is_empty() {
            true => BStr::new("."),
            false => self.path.as_bstr(),
        }
    }

    /// What is so, in one sentence.
    pub fn sentence(&self) -> String {
        let path = quoted(self.shown_path());
        format!("{path} could not be read: {}", self.message)
    }
}
