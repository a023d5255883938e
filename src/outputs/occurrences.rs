//! Numbers findings with the same fingerprint, for consumers that keep only one finding per fingerprint.

use rustc_hash::FxHashMap;
use sha2::{Digest as _, Sha256};

use crate::finding::Finding;

/// The number of findings per fingerprint.
#[derive(Debug, Default)]
pub(super) struct Occurrences(FxHashMap<String, usize>);

impl Occurrences {
    /// Returns the fingerprint of a finding, and its number among those with the same fingerprint, from 1.
    pub fn count(&mut self, finding: &Finding) -> (String, usize) {
        let print = finding.fingerprint();
        let count = self.0.entry(print.clone()).or_default();
        *count += 1;
        (print, *count)
    }

    /// Returns a fingerprint that is unique in the report.
    pub fn unique(&mut self, finding: &Finding) -> String {
        match self.count(finding) {
            (print, 1) => print,
            (print, count) => {
                let digest = Sha256::digest(format!("{print}\0{count}"));
                let bytes = digest[..16].iter();
                bytes.map(|byte| format!("{byte:02x}")).collect()
            }
        }
    }
}
