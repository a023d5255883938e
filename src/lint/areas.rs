//! Comparison of files without an owner with a baseline, by directory.
//!
//! Findings group such files by directory, and the groups change when one file gets an owner. So the
//! comparison checks that no directory has more files without an owner than before.

use bstr::BString;
use rustc_hash::FxHashMap;

use super::{BaselineEntry, FileHashes};
use crate::{
    checks,
    finding::Finding,
    resolution::Verdict,
    text::{printable, printable_bytes},
};

/// The areas without an owner in a baseline and in the current findings.
#[derive(Debug)]
pub(super) struct Areas {
    then: Sorted,
    now: Sorted,
    /// The files of the entries in the baseline that do not contain all files of their directory.
    hashes: FxHashMap<Key, FileHashes>,
    /// The number of files without an owner, then and now, in the highest area that contains a
    /// finding.
    sums: FxHashMap<Key, (u64, u64)>,
}

/// A repository and a path in it, as written in the baseline. The path of a directory ends in `/`, and
/// the path of the root is empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Key {
    repository: String,
    path: String,
}

/// How a finding compares with the baseline.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum AreaState {
    /// The baseline has at least as many files in this directory.
    Baselined,
    /// There are more files than the baseline has in this directory, or other ones, of which the new ones are known.
    Grown {
        files: u64,
        path: String,
        new: Vec<BString>,
    },
    /// The baseline has no such files here.
    New,
}

/// Returns whether a check reports areas: its findings group files by directory, so the same files can
/// be in different findings before and after a change.
pub(super) fn reports_areas(check: &str) -> bool {
    checks::reported_by(check) == Some(Verdict::Unowned)
}

impl Areas {
    /// Creates the comparison from those `entries` and `findings` that are about areas.
    pub fn new<'a>(
        entries: impl Iterator<Item = &'a BaselineEntry>,
        findings: impl Iterator<Item = &'a Finding>,
    ) -> Self {
        let then = entries.filter(|entry| reports_areas(&entry.check));
        let mut hashes = FxHashMap::default();
        let then = then.map(|entry| {
            let key = Key::of_entry(entry);
            if let Some(of_files) = &entry.file_hashes {
                hashes.insert(key.clone(), of_files.clone());
            }
            (key, entry.files.unwrap_or(u64::MAX))
        });
        let then = Sorted::new(then.collect());
        let now = findings.filter(|finding| reports_areas(finding.check));
        let now = now.map(|finding| (Key::of_finding(finding), finding.files.unwrap_or(1)));
        Self {
            then,
            hashes,
            now: Sorted::new(now.collect()),
            sums: FxHashMap::default(),
        }
    }

    /// Returns how a finding compares with the baseline.
    pub fn state(&mut self, finding: &Finding) -> AreaState {
        let key = Key::of_finding(finding);
        let highest = key
            .and_above()
            .find(|key| self.then.has(key) || self.now.has(key));
        let highest = highest.unwrap_or(key);
        let path = highest.path.clone();
        let sums = |highest: &Key| (self.then.files_in(highest), self.now.files_in(highest));
        let (files, now) = *self.sums.entry(highest).or_insert_with_key(sums);
        if files == 0 {
            return AreaState::New;
        }
        // Other files in the area are new, but not these.
        if self.names_all_of(finding) {
            return AreaState::Baselined;
        }
        let new = self.new_files(finding);
        match now <= files && new.is_empty() {
            true => AreaState::Baselined,
            false => AreaState::Grown { files, path, new },
        }
    }

    /// Returns whether the baseline contains each file of a finding by its path or hash.
    fn names_all_of(&self, finding: &Finding) -> bool {
        let files = files_of(finding);
        let is_named = |file: &&BString| {
            let key = Key {
                path: printable_bytes(file),
                ..Key::of_finding(finding)
            };
            let mut hashes = key
                .and_above()
                .filter_map(|around| self.hashes.get(&around));
            // The printable form of a name with unprintable bytes may be another name, with a backslash.
            let is_exact = key.path.as_bytes() == file.as_slice() && !file.contains(&b'\\');
            is_exact && self.then.has(&key) || hashes.any(|hashes| hashes.contains(file))
        };
        !files.is_empty() && files.iter().all(is_named)
    }

    /// Returns the files of a finding that the baseline does not contain, as far as it shows its files.
    fn new_files(&self, finding: &Finding) -> Vec<BString> {
        let files = files_of(finding);
        let is_new = |file: &&BString| {
            let key = Key {
                path: printable_bytes(file),
                ..Key::of_finding(finding)
            };
            // Without the roll-up, a baseline has an entry for each file.
            let mut is_listed = finding.is_rolled_up;
            for around in key.and_above() {
                match self.hashes.get(&around) {
                    Some(hashes) if hashes.contains(file) => return false,
                    Some(_) => is_listed = true,
                    None if self.then.has(&around) => return false,
                    None => {}
                }
            }
            is_listed
        };
        match self.hashes.is_empty() && !finding.is_rolled_up {
            true => Vec::new(),
            false => files.into_iter().filter(is_new).cloned().collect(),
        }
    }

    /// Returns how many files of an entry are no longer reported as having no owner.
    pub fn resolved_files(&self, entry: &BaselineEntry) -> u64 {
        let key = Key::of_entry(entry);
        let now = self.now.files_in(&key);
        let files = entry.files.unwrap_or(now.max(1));
        let mut above = key.and_above().filter(|above| *above != key);
        match above.any(|above| self.now.has(&above)) {
            true => 0,
            false => files.saturating_sub(now),
        }
    }
}

/// Returns the files that a finding is about; empty if it does not name all of them.
fn files_of(finding: &Finding) -> Vec<&BString> {
    match finding.contents.is_empty() {
        true => finding
            .path
            .iter()
            .filter(|path| !path.ends_with(b"/") && *path != ".")
            .collect(),
        false => finding.contents.iter().collect(),
    }
}

impl Key {
    fn of_entry(entry: &BaselineEntry) -> Self {
        let path = entry.path.as_deref().unwrap_or_default();
        Self {
            repository: entry.repository.clone().unwrap_or_default(),
            path: if path == "." { "" } else { path }.to_owned(),
        }
    }

    fn of_finding(finding: &Finding) -> Self {
        let path = finding.path.as_ref().filter(|path| *path != ".");
        Self {
            repository: printable(finding.repository.as_deref().unwrap_or_default()),
            path: path.map(|path| printable_bytes(path)).unwrap_or_default(),
        }
    }

    /// Returns the directories that contain it, starting at the root, and itself.
    fn and_above(&self) -> impl Iterator<Item = Self> {
        let slashes = self.path.match_indices('/').map(|(at, _)| at + 1);
        let ends = std::iter::once(0).chain(slashes);
        let itself =
            (!self.path.is_empty() && !self.path.ends_with('/')).then_some(self.path.len());
        ends.chain(itself).map(|end| Self {
            repository: self.repository.clone(),
            path: self.path[..end].to_owned(),
        })
    }

    fn holds(&self, other: &Self) -> bool {
        let is_within =
            self.path.is_empty() || self.path.ends_with('/') && other.path.starts_with(&self.path);
        self.repository == other.repository && (is_within || self.path == other.path)
    }
}

/// Areas with their numbers of files, sorted by key.
#[derive(Debug)]
struct Sorted(Vec<(Key, u64)>);

impl Sorted {
    fn new(mut areas: Vec<(Key, u64)>) -> Self {
        areas.sort_unstable();
        Self(areas)
    }

    fn has(&self, key: &Key) -> bool {
        self.0.binary_search_by(|(other, _)| other.cmp(key)).is_ok()
    }

    /// Returns the number of files in all areas inside one. After a merge, they may contain each other.
    fn files_in(&self, key: &Key) -> u64 {
        let start = self.0.partition_point(|(other, _)| other < key);
        let mut files: u64 = 0;
        let mut outermost: Option<&Key> = None;
        let rest = self.0[start..].iter();
        for (other, number) in rest.take_while(|(other, _)| key.holds(other)) {
            // Two names with unprintable bytes may have the same printable form.
            if outermost.is_some_and(|outermost| outermost != other && outermost.holds(other)) {
                continue;
            }
            outermost = Some(other);
            files = files.saturating_add(*number);
        }
        files
    }
}
