//! An index of files by the ends of their names, so that a search for a name need not visit all files.

use bstr::BStr;

/// Few enough to be cheap, and enough that common extensions rarely share a bucket.
const BUCKETS: usize = 256;

/// The positions of files, grouped by the ends of their names and in order within a group.
#[derive(Debug, Clone)]
pub(super) struct Extensions {
    /// By bucket: the start of its positions. The last element is the end of all positions.
    starts: Vec<usize>,
    positions: Vec<u32>,
}

impl Extensions {
    /// Creates the index of the `paths` of all files, which must be in order.
    pub fn new<'p>(paths: impl ExactSizeIterator<Item = &'p BStr>) -> Self {
        let buckets: Vec<u8> = paths.map(|path| bucket(path)).collect();
        let mut starts = vec![0; BUCKETS + 1];
        for bucket in &buckets {
            starts[usize::from(*bucket) + 1] += 1;
        }
        for at in 0..BUCKETS {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        let mut positions = vec![0; buckets.len()];
        for (position, bucket) in (0..).zip(buckets) {
            let next = &mut next[usize::from(bucket)];
            positions[*next] = position;
            *next += 1;
        }
        Self { starts, positions }
    }

    /// Returns the files with names that may end like one of `names`, in any letter case; each once and in order.
    pub fn candidates(&self, names: &[&str]) -> Vec<u32> {
        let mut buckets: Vec<usize> = names
            .iter()
            .map(|name| usize::from(bucket(name.as_bytes())))
            .collect();
        buckets.sort_unstable();
        buckets.dedup();
        let mut positions = Vec::new();
        for bucket in buckets {
            let those = self.starts[bucket]..self.starts[bucket + 1];
            positions.extend_from_slice(&self.positions[those]);
        }
        positions.sort();
        positions
    }
}

/// Returns the bucket by the last two bytes, in any letter case: few other names share them.
fn bucket(path: &[u8]) -> u8 {
    let [before, last] = match path {
        [.., b'/', last] | [last] => [0, *last],
        [.., before, last] => [*before, *last],
        [] => [0; 2],
    };
    // Letters differ in their lower bits.
    before.to_ascii_lowercase().rotate_left(4) ^ last.to_ascii_lowercase()
}
