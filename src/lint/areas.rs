//! Files without an owner, by directories, then and now. How they roll up changes whenever one of them
//! is owned: what stays is that no directory has more of them than it had.

use rustc_hash::FxHashMap;

use super::BaselineEntry;
use crate::{
    checks,
    finding::Finding,
    resolution::Verdict,
    text::{printable, printable_bytes},
};

/// What a baseline knows, next to what is found.
#[derive(Debug)]
pub(super) struct Areas {
    then: Sorted,
    now: Sorted,
    /// By the highest area, then and now, that a finding lies in: how many files without an owner there
    /// were in it, and are.
    sums: FxHashMap<Key, (u64, u64)>,
}

/// A repository and a path in it, both as the baseline writes them; the path of a directory ends in
/// `/`, that of the root is empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Key {
    repository: String,
    path: String,
}

/// What is to be said of a finding.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum AreaState {
    /// There are no more such files than the baseline knows.
    Known,
    /// There are more than these, which it knows in this directory.
    Grown { files: u64, path: String },
    /// It knows nothing of it.
    New,
}

/// Whether findings of a check go by areas: they roll files up into directories, by which the same files
/// are told differently before and after.
pub(super) fn are_of(check: &str) -> bool {
    checks::reported_by(check) == Some(Verdict::Unowned)
}

impl Areas {
    /// Of the `entries` and `findings` that are about areas.
    pub fn new<'a>(
        entries: impl Iterator<Item = &'a BaselineEntry>,
        findings: impl Iterator<Item = &'a Finding>,
    ) -> Self {
        let then = entries.filter(|entry| are_of(&entry.check));
        let then = then.map(|entry| (Key::of_entry(entry), entry.files.unwrap_or(u64::MAX)));
        let now = findings.filter(|finding| are_of(finding.check));
        let now = now.map(|finding| (Key::of_finding(finding), finding.files.unwrap_or(1)));
        Self {
            then: Sorted::new(then.collect()),
            now: Sorted::new(now.collect()),
            sums: FxHashMap::default(),
        }
    }

    /// What the baseline knows of a finding.
    pub fn standing(&mut self, finding: &Finding) -> AreaState {
        let key = Key::of_finding(finding);
        let highest = key
            .and_above()
            .find(|key| self.then.has(key) || self.now.has(key));
        let highest = highest.unwrap_or(key);
        let path = highest.path.clone();
        let sums = |highest: &Key| (self.then.files_in(highest), self.now.files_in(highest));
        match *self.sums.entry(highest).or_insert_with_key(sums) {
            (0, _) => AreaState::New,
            (then, now) if now <= then => AreaState::Known,
            (files, _) => AreaState::Grown { files, path },
        }
    }

    /// How many files of an entry are no longer without an owner.
    pub fn gone(&self, entry: &BaselineEntry) -> u64 {
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

    /// The directories that it lies in, from the root on, and itself.
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

/// Areas with their numbers of files, by key.
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

    /// The files of all areas that lie in one. After a merge, one may lie in another of them.
    fn files_in(&self, key: &Key) -> u64 {
        let start = self.0.partition_point(|(other, _)| other < key);
        let mut files: u64 = 0;
        let mut outermost: Option<&Key> = None;
        let rest = self.0[start..].iter();
        for (other, number) in rest.take_while(|(other, _)| key.holds(other)) {
            // Two names with odd bytes may read the same.
            if outermost.is_some_and(|outermost| outermost != other && outermost.holds(other)) {
                continue;
            }
            outermost = Some(other);
            files = files.saturating_add(*number);
        }
        files
    }
}
