use bstr::ByteSlice as _;

/// An existing commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// The full id.
    pub id: String,
}

impl Commit {
    /// Parses output of git that consists of a commit id.
    pub(super) fn of_line(line: &[u8]) -> Option<Self> {
        let id = line.trim();
        let is_id = id.len() >= 40 && id.iter().all(u8::is_ascii_hexdigit);
        is_id.then(|| Self {
            id: id.to_str_lossy().into_owned(),
        })
    }

    /// Returns the id shortened for users.
    pub fn short(&self) -> &str {
        &self.id[..self.id.len().min(12)]
    }
}
