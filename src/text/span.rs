/// A half-open range of bytes in a [`Source`](super::Source).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// Creates a span from `start` up to `end`. Sources larger than 4 GiB are never read.
    pub fn new(start: usize, end: usize) -> Self {
        let clamp = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self {
            start: clamp(start),
            end: clamp(end.max(start)),
        }
    }

    /// Returns the smallest span that contains both.
    pub fn to(self, other: Self) -> Self {
        Self {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// Returns the part of this span that starts `from` bytes and ends `to` bytes after its start.
    pub fn slice(self, from: usize, to: usize) -> Self {
        let start = self.start as usize + from;
        let end = (self.start as usize + to).min(self.end as usize);
        Self::new(start.min(end), end)
    }

    /// Returns it as a range of indices.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}
