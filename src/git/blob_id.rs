use std::fmt;

use sha1::{Digest, Sha1, digest::Output};
use sha2::Sha256;

use super::Commit;

/// The id of a blob. Blobs with equal ids have equal content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlobId {
    bytes: [u8; 32],
    /// Whether it is a SHA-256 hash, not a SHA-1 hash.
    is_long: bool,
}

impl BlobId {
    /// Parses an id as git writes it.
    pub(super) fn new(text: &[u8]) -> Option<Self> {
        let mut bytes = [0; 32];
        for (byte, digits) in bytes.iter_mut().zip(text.chunks_exact(2)) {
            let digit = |at: usize| char::from(digits[at]).to_digit(16);
            *byte = u8::try_from(digit(0)? << 4 | digit(1)?).ok()?;
        }
        Some(Self {
            bytes,
            is_long: text.len() > 40,
        })
    }

    /// Creates the id from a hash of either kind.
    pub(super) fn of_hash(hash: &[u8]) -> Self {
        let mut bytes = [0; 32];
        bytes[..hash.len()].copy_from_slice(hash);
        Self {
            bytes,
            is_long: hash.len() > 20,
        }
    }

    /// Returns an id of the same hash kind as that of a commit. It belongs to no blob.
    pub fn like(commit: &Commit) -> Self {
        Self {
            bytes: [0; 32],
            is_long: commit.id.len() > 40,
        }
    }

    /// Returns the id of a blob with this content, of the same hash kind as this id.
    pub fn of_content(self, content: &[u8]) -> Self {
        let header = format!("blob {}\0", content.len());
        match self.is_long {
            true => Self::of_hash(&hash::<Sha256>(&header, content)),
            false => Self::of_hash(&hash::<Sha1>(&header, content)),
        }
    }
}

fn hash<D: Digest>(header: &str, content: &[u8]) -> Output<D> {
    D::new()
        .chain_update(header)
        .chain_update(content)
        .finalize()
}

impl fmt::Display for BlobId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = if self.is_long { 32 } else { 20 };
        let mut bytes = self.bytes[..length].iter();
        bytes.try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn computes_the_ids_of_git() {
        for (commit, empty) in [
            ("0".repeat(40), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"),
            (
                "0".repeat(64),
                "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
            ),
        ] {
            let any = BlobId::like(&Commit { id: commit });
            let id = any.of_content(b"");
            assert_eq!(id.to_string(), empty);
            assert_eq!(BlobId::new(empty.as_bytes()), Some(id));
        }
        assert_eq!(BlobId::new(b"no id at all"), None);
    }
}
