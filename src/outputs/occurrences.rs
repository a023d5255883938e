//! Findings that cannot be told apart but by their order, for consumers that keep one of a
//! fingerprint.

use rustc_hash::FxHashMap;
use sha2::{Digest as _, Sha256};

use crate::finding::Finding;

/// Counts fingerprints.
#[derive(Debug, Default)]
pub(super) struct Occurrences(FxHashMap<String, usize>);

impl Occurrences {
    /// The fingerprint of a finding, and which one of that fingerprint it is, from 1.
    pub fn count(&mut self, finding: &Finding) -> (String, usize) {
        let print = finding.fingerprint();
        let count = self.0.entry(print.clone()).or_default();
        *count += 1;
        (print, *count)
    }

    /// A fingerprint that no other finding of the report has.
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
