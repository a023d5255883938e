/// A set of byte values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ByteSet([u64; 4]);

impl ByteSet {
    /// Every byte but `/`: what a wildcard stands for.
    pub fn within_segment() -> Self {
        let mut set = Self([u64::MAX; 4]);
        set.0[usize::from(b'/' >> 6)] &= !(1 << (b'/' & 63));
        set
    }

    /// Every byte.
    pub fn all() -> Self {
        Self([u64::MAX; 4])
    }

    /// One byte.
    pub fn of(byte: u8) -> Self {
        std::iter::once(byte).collect()
    }

    /// Whether `byte` is in it.
    pub fn contains(&self, byte: u8) -> bool {
        self.0[usize::from(byte >> 6)] & (1 << (byte & 63)) != 0
    }

    /// The smallest byte in it that a person can read, else the smallest.
    pub fn sample(&self) -> Option<u8> {
        let mut readable = (b'a'..=b'z').chain(b'0'..=b'9').chain(b'!'..=b'~');
        readable
            .find(|byte| self.contains(*byte))
            .or_else(|| (0..=u8::MAX).find(|byte| self.contains(*byte)))
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
