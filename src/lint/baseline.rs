//! Baselines: files with the fingerprints of accepted findings. Each entry also describes the finding
//! for people who read diffs.

use std::collections::BTreeMap;

use bstr::BString;
use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::{
    BaselineEntry, FileHashes,
    areas::{self, AreaState, Areas},
};
use crate::{
    checks,
    finding::Finding,
    text::{and_more, count, joined, printable, printable_bytes, quoted},
};

/// The version of the file format.
const VERSION: u64 = 1;

/// How many new files are named.
const EXAMPLES: usize = 5;

/// The entries of a baseline, by fingerprint.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Baseline(BTreeMap<String, BaselineEntry>);

/// Why a baseline could not be read.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// A later version of ownlint wrote it.
    #[error("the format version {0} of the baseline file is not supported")]
    Newer(u64),
    /// It is not a valid baseline.
    #[error("the baseline file is damaged: {0}")]
    Damaged(String),
}

/// The result of comparing a report with a baseline.
#[derive(Debug)]
pub struct Comparison {
    /// How many findings are in the baseline.
    pub baselined: u64,
    /// The baseline entries that no longer occur.
    pub resolved: Vec<BaselineEntry>,
}

impl Baseline {
    /// Reads a baseline.
    ///
    /// # Errors
    /// If the text is not a baseline, or has a later version.
    pub fn parse(text: &[u8]) -> Result<Self, BaselineError> {
        #[derive(Deserialize)]
        struct Head {
            version: u64,
        }
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct BaselineDocument {
            #[serde(rename = "version")]
            _version: u64,
            findings: Vec<BaselineEntry>,
        }
        let damaged = |error: serde_json::Error| {
            // The error may quote the file.
            BaselineError::Damaged(printable(&error.to_string()))
        };
        let Head { version } = serde_json::from_slice(text).map_err(damaged)?;
        if version > VERSION {
            return Err(BaselineError::Newer(version));
        }
        if version < VERSION {
            let message = format!("format version {version} is not supported");
            return Err(BaselineError::Damaged(message));
        }
        let document: BaselineDocument = serde_json::from_slice(text).map_err(damaged)?;
        let mut baseline = Self::default();
        for entry in document.findings {
            let is_of_nothing = entry.count == 0 || entry.files == Some(0);
            if is_of_nothing || entry.fingerprint.is_empty() {
                let check = printable(&entry.check);
                let message = format!("an entry for {check} is empty");
                return Err(BaselineError::Damaged(message));
            }
            baseline.add(entry);
        }
        Ok(baseline)
    }

    /// Creates a baseline from the current findings, and from the entries of `before` that are `kept`.
    pub fn of(findings: &[Finding], before: &Self, kept: impl Fn(&BaselineEntry) -> bool) -> Self {
        let mut baseline = Self::default();
        let prints = prints(findings);
        for (finding, print) in findings.iter().zip(prints) {
            let known = baseline.0.entry(print);
            known
                .and_modify(|entry| entry.count += 1)
                .or_insert_with_key(|print| BaselineEntry {
                    check: finding.check.to_owned(),
                    repository: finding.repository.as_deref().map(printable),
                    path: finding.path.as_ref().map(|path| printable_bytes(path)),
                    component: finding.component.as_deref().map(printable),
                    fingerprint: print.clone(),
                    count: 1,
                    files: finding
                        .files
                        .filter(|_| areas::reports_areas(finding.check)),
                    file_hashes: finding
                        .is_rolled_up
                        .then(|| FileHashes::of(&finding.contents)),
                });
        }
        let kept = before.0.values().filter(|entry| kept(entry));
        kept.for_each(|entry| baseline.add(entry.clone()));
        baseline
    }

    /// Adds an entry. A duplicate, which a merge can produce, does not count twice.
    fn add(&mut self, entry: BaselineEntry) {
        let known = self.0.entry(entry.fingerprint.clone());
        known
            .and_modify(|known| {
                known.count = known.count.max(entry.count);
                if known.files < entry.files {
                    known.files = entry.files;
                    known.file_hashes.clone_from(&entry.file_hashes);
                }
            })
            .or_insert(entry);
    }

    /// Returns the text of the file, with one entry on each line. Its order does not depend on the map.
    pub fn text(&self) -> String {
        let mut entries: Vec<&BaselineEntry> = self.0.values().collect();
        entries.sort();
        let lines = entries.iter().map(|entry| {
            let line = serde_json::to_string(entry).unwrap_or_default();
            format!("\n    {line}")
        });
        let lines = joined(lines, ",");
        let end = if lines.is_empty() { "" } else { "\n  " };
        format!("{{\n  \"version\": {VERSION},\n  \"findings\": [{lines}{end}]\n}}\n")
    }

    /// Returns how many findings it contains.
    pub fn total(&self) -> u64 {
        self.0.values().map(|entry| u64::from(entry.count)).sum()
    }

    /// Returns how many of its findings are not in `other`.
    pub fn more_than(&self, other: &Self) -> u64 {
        let more = self.0.iter().map(|(print, entry)| {
            let known = other.0.get(print).map_or(0, |known| known.count);
            u64::from(entry.count.saturating_sub(known))
        });
        more.sum()
    }

    /// Returns whether it contains directories without an owner.
    pub fn has_areas(&self) -> bool {
        self.0
            .values()
            .any(|entry| areas::reports_areas(&entry.check))
    }

    /// Returns whether a resolved entry is only a part of the entry in the baseline.
    pub fn has_rest_of(&self, stale: &BaselineEntry) -> bool {
        let known = self.0.get(&stale.fingerprint);
        known.is_some_and(|known| known.files > stale.files)
    }

    /// Marks the findings that are in the baseline: as many with one fingerprint as the entry counts,
    /// and directories without an owner that have no more files among `unowned` than in the baseline.
    /// Entries that no longer occur are resolved, if they are `judged`, so could have been found.
    pub(super) fn mark(
        &self,
        findings: &mut [Finding],
        unowned: Option<&[Finding]>,
        judged: impl Fn(&BaselineEntry) -> bool,
    ) -> Comparison {
        let mut areas = Areas::new(self.0.values(), unowned.unwrap_or(findings).iter());
        let mut left: FxHashMap<&str, u32> = self
            .0
            .iter()
            .map(|(print, entry)| (print.as_str(), entry.count))
            .collect();
        let mut baselined = 0;
        let prints = prints(findings);
        for (finding, print) in findings.iter_mut().zip(prints) {
            if areas::reports_areas(finding.check) {
                match areas.state(finding) {
                    AreaState::Baselined => {
                        finding.is_baselined = true;
                        baselined += 1;
                    }
                    AreaState::Grown { files, path, new } => {
                        let files = count(files, "file");
                        let within = quoted(if path.is_empty() { "." } else { &path });
                        let not = not_in(&new, finding);
                        // They may be in the baseline.
                        let examples = checks::named(&finding.contents);
                        if let Some(start) = finding.message.strip_suffix(&examples) {
                            finding.message = start.to_owned();
                        }
                        finding.message += &format!(
                            "; the baseline covers only {files} in \
                            {within}{not}"
                        );
                    }
                    AreaState::New => {}
                }
            } else if let Some(left) = left.get_mut(print.as_str()).filter(|left| **left > 0) {
                *left -= 1;
                finding.is_baselined = true;
                baselined += 1;
            }
        }
        let resolved = self.0.iter().filter_map(|(print, entry)| {
            let (left, files) = match areas::reports_areas(&entry.check) {
                true => {
                    let resolved_files = areas.resolved_files(entry);
                    (u32::from(resolved_files > 0), Some(resolved_files))
                }
                false => (*left.get(print.as_str())?, None),
            };
            let entry = BaselineEntry {
                count: left,
                files,
                file_hashes: None,
                ..entry.clone()
            };
            (left > 0 && judged(&entry)).then_some(entry)
        });
        let mut resolved: Vec<BaselineEntry> = resolved.collect();
        resolved.sort();
        Comparison {
            baselined,
            resolved,
        }
    }
}

/// Names the new files of a finding for the end of a sentence, or says that the baseline does not show them.
fn not_in(new: &[BString], finding: &Finding) -> String {
    let shown = new.iter().take(EXAMPLES).map(quoted);
    match new.len() {
        0 if finding.is_rolled_up => ", but does not contain their names".to_owned(),
        0 => String::new(),
        all => format!(", not {}", and_more(shown, all)),
    }
}

fn prints(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(Finding::fingerprint).collect()
}
