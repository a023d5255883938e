//! Numbers findings with the same fingerprint, for consumers that keep only one finding per fingerprint.

use rustc_hash::FxHashMap;
use sha2::{Digest as _, Sha256};

use crate::finding::Finding;

/// The number of findings per fingerprint.
#[derive(Debug, Default)]
pub(super) struct Occurrences(FxHashMap<String, usize>);

impl Occurrences {
    /// Returns the fingerprint of a finding; a different one if it is not the first finding with this fingerprint.
    pub fn unique(&mut self, finding: &Finding) -> String {
        let print = finding.fingerprint();
        let count = self.0.entry(print.clone()).or_default();
        *count += 1;
        match *count {
            1 => print,
            count => {
                let digest = Sha256::digest(format!("{print}\0{count}"));
                let bytes = digest[..16].iter();
                bytes.map(|byte| format!("{byte:02x}")).collect()
            }
        }
    }
}
