/// A set of byte values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ByteSet([u64; 4]);

impl ByteSet {
    /// Every byte that a name can contain, which is all except `/` and NUL: what a wildcard matches.
    pub const WITHIN_SEGMENT: Self = Self([!1 & !(1 << b'/'), u64::MAX, u64::MAX, u64::MAX]);

    /// Returns whether `byte` is in the set.
    pub fn contains(&self, byte: u8) -> bool {
        self.0[usize::from(byte >> 6)] & (1 << (byte & 63)) != 0
    }

    /// Returns whether the sets have a byte in common.
    pub fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(a, b)| a & b != 0)
    }

    /// Returns whether every byte of the set is in `other`.
    pub fn is_within(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(a, b)| a & !b == 0)
    }

    /// Returns the most readable byte of the set.
    pub fn sample(&self) -> Option<u8> {
        bytes().find(|byte| self.contains(*byte))
    }

    /// Returns the byte of a set with exactly one byte.
    pub fn single(&self) -> Option<u8> {
        let count: u32 = self.0.iter().map(|word| word.count_ones()).sum();
        (count == 1).then(|| self.sample())?
    }
}

impl FromIterator<u8> for ByteSet {
    fn from_iter<I: IntoIterator<Item = u8>>(bytes: I) -> Self {
        let mut set = Self::default();
        for byte in bytes {
            set.0[usize::from(byte >> 6)] |= 1 << (byte & 63);
        }
        set
    }
}

/// Returns every byte that a name can contain once, the most readable first.
pub(super) fn bytes() -> impl Iterator<Item = u8> {
    let letters = b'a'..=b'z';
    let digits = b'0'..=b'9';
    let capitals = b'A'..=b'Z';
    let is_other = |byte: &u8| !byte.is_ascii_alphanumeric() && !b"-_./".contains(byte);
    let rest = (b'!'..=b'~').chain(*b" ").chain(128..=u8::MAX);
    std::iter::once(b'x')
        .chain(letters.filter(|byte| *byte != b'x'))
        .chain(digits)
        .chain(*b"-_")
        .chain(capitals)
        .chain(rest.filter(is_other))
        .chain(*b".")
        .chain((1..b' ').rev())
        .chain([127])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_each_byte_of_names_once() {
        let mut all: Vec<u8> = bytes().collect();
        all.sort_unstable();
        let expected: Vec<u8> = (1..=u8::MAX).filter(|byte| *byte != b'/').collect();
        assert_eq!(all, expected);
    }
}
