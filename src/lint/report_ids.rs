//! What identifies findings in reports of which a consumer compares two: the one of a change and the one of its base.

use rustc_hash::FxHashMap;
use sha2::{Digest as _, Sha256};

use crate::finding::Finding;

/// Assigns ids to the findings of a report. No two get the same, because consumers keep only one finding per id.
#[derive(Debug, Default)]
pub(crate) struct ReportIds(FxHashMap<String, usize>);

impl ReportIds {
    /// Returns the id of a finding: the one that [`identify`] set, or else its fingerprint; a different one if it is
    /// not the first finding with this fingerprint.
    pub fn of(&mut self, finding: &Finding) -> String {
        if let Some(id) = &finding.report_id {
            return id.clone();
        }
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

/// Sets the ids of the findings of a change. What existed at the base has the id that it has in the report of the
/// base, and what the change introduces has an id that no finding of the base has.
///
/// `before` are the findings at the base in the order of its report.
pub(super) fn identify(findings: &mut [Finding], before: &[Finding]) {
    let mut ids = ReportIds::default();
    let of_base: Vec<String> = before.iter().map(|finding| ids.of(finding)).collect();
    let mut unpaired: FxHashMap<String, Vec<&String>> = FxHashMap::default();
    for (finding, id) in before.iter().zip(&of_base).rev() {
        unpaired.entry(finding.fingerprint()).or_default().push(id);
    }
    for finding in findings {
        let at_base = match finding.is_pre_existing {
            true => unpaired.get_mut(&finding.fingerprint()).and_then(Vec::pop),
            false => None,
        };
        let id = at_base.cloned().unwrap_or_else(|| ids.of(finding));
        finding.report_id = Some(id);
    }
}
