use bstr::ByteSlice as _;

/// A commit that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its id in full.
    pub id: String,
}

impl Commit {
    /// The commit whose id is all that git wrote.
    pub(super) fn of_line(line: &[u8]) -> Option<Self> {
        let id = line.trim();
        let is_id = id.len() >= 40 && id.iter().all(u8::is_ascii_hexdigit);
        is_id.then(|| Self {
            id: id.to_str_lossy().into_owned(),
        })
    }

    /// As much of the id as a person needs.
    pub fn short(&self) -> &str {
        &self.id[..self.id.len().min(12)]
    }
}
