//! Files by how their names end, so that whoever looks for some names need not look at all.

use bstr::BStr;

/// Few enough to cost nothing, enough that the endings people use rarely share one.
const BUCKETS: usize = 256;

/// The positions of files, those of names that end alike together and in order.
#[derive(Debug, Clone)]
pub(super) struct Extensions {
    /// By bucket: where its positions begin. The last is where all end.
    starts: Vec<usize>,
    positions: Vec<u32>,
}

impl Extensions {
    /// Of the `paths` of all files, in order.
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

    /// The files whose names may end like one of `names`, in any letter case; each once and in order.
    pub fn like(&self, names: &[&str]) -> Vec<u32> {
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

/// The last two bytes decide, in any letter case: few names that nobody looks for share those.
fn bucket(path: &[u8]) -> u8 {
    let [before, last] = match path {
        [.., b'/', last] | [last] => [0, *last],
        [.., before, last] => [*before, *last],
        [] => [0; 2],
    };
    // Letters differ in their lower bits.
    before.to_ascii_lowercase().rotate_left(4) ^ last.to_ascii_lowercase()
}
