use std::collections::BTreeMap;

use bstr::{BStr, BString, ByteSlice as _};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    CacheMode, Component, Declarations, FileReader, Links, OwnerCatalog, Problem,
    detectors::{self, ALL},
    needles::Sets,
    references::{MAX_CHAIN, References, too_deep},
};
use crate::config::Settings;

/// What the files of a repository show about its components.
#[derive(Debug)]
pub struct ReadComponents {
    /// The components.
    pub components: Vec<Component>,
    /// Their declarations, in the same order.
    pub declarations: Vec<Declarations>,
    /// The groups and users that catalog files define.
    pub owner_catalog: OwnerCatalog,
    /// The problems with references to other files.
    pub problems: Vec<Problem>,
}

/// Reads the declarations of the components for which `is_wanted` returns true. Each file is opened once, even if
/// several components need it: components that share files are read together, and the files are dropped afterwards.
/// A component is read only if its file contains what its detector looks for. A tentative component may turn out to
/// be none, or several. It may also refer to other files that may be components, and these are read, too.
///
/// A component reads a file once, even if several of its paths lead there. Components that consist of one file are
/// the same if their paths lead to the same file.
pub fn read_components(
    components: Vec<Component>,
    links: &Links<'_>,
    cache: &CacheMode,
    settings: &Settings,
    is_wanted: impl Fn(&Component) -> bool,
) -> ReadComponents {
    let mut problems = Vec::new();
    let mut known = References::new(&components, links);
    let mut read = read_listed(components, links, cache, settings, &is_wanted);
    for chain in 1.. {
        let is_reference = |(of, _): &mut (Component, Declarations)| of.is_tentative;
        let references = read.extract_if(.., is_reference).collect();
        let further = known.resolve(references, links, &mut problems);
        if further.is_empty() {
            break;
        }
        read.extend(match chain > MAX_CHAIN {
            true => further.into_iter().map(|of| too_deep(of, links)).collect(),
            false => read_listed(further, links, cache, settings, &is_wanted),
        });
    }
    let owner_catalog = OwnerCatalog::take(&mut read);
    let (components, declarations) = read.into_iter().unzip();
    ReadComponents {
        components,
        declarations,
        owner_catalog,
        problems,
    }
}

/// Reads components as [`read_components`]. In the result, those that are still tentative are references to files.
fn read_listed(
    mut components: Vec<Component>,
    links: &Links<'_>,
    cache: &CacheMode,
    settings: &Settings,
    is_wanted: impl Fn(&Component) -> bool,
) -> Vec<(Component, Declarations)> {
    if !links.is_empty() {
        for component in &mut components {
            read_once(component, links);
        }
    }
    let same = SameFile::new(&components, links, &is_wanted);
    let is_wanted = |at: usize, of: &Component| {
        !of.declares_in.is_empty() && (is_wanted(of) || same.is_wanted(at))
    };
    let mut jobs = ReadingGroup::grouped(components, is_wanted);
    let groups = jobs.par_chunk_by_mut(|one, other| one.group == other.group);
    let read = groups.flat_map_iter(|group| {
        let reader = FileReader::new(links);
        group
            .iter_mut()
            .flat_map(move |job| job.read(&reader, cache, settings))
    });
    let mut read: Vec<(usize, Component, Declarations)> = read.collect();
    read.sort_by_key(|(at, ..)| *at);
    same.merge(&mut read);
    read.into_iter().map(|(_, of, own)| (of, own)).collect()
}

/// Removes the paths of a component that lead to a file that it reads anyway.
fn read_once(component: &mut Component, links: &Links<'_>) {
    if component.declares_in.len() > 1 {
        let mut known: FxHashSet<BString> = FxHashSet::default();
        component
            .declares_in
            .retain(|path| known.insert(links.end_of(path.as_bstr()).to_owned()));
    }
}

/// The components in files that are links, by position, each with the position of the component in the same file.
#[derive(Default)]
struct SameFile {
    first: BTreeMap<usize, usize>,
    /// The positions of the first components that are wanted under any of their paths.
    wanted: FxHashSet<usize>,
}

impl SameFile {
    fn new(
        components: &[Component],
        links: &Links<'_>,
        is_wanted: impl Fn(&Component) -> bool,
    ) -> Self {
        let mut same = Self::default();
        if links.is_empty() {
            return same;
        }
        let tentative = components.iter().enumerate();
        let tentative = tentative.filter(|(_, of)| of.is_tentative);
        let files = tentative.filter_map(|(at, of)| {
            let path = of.declares_in.first()?.as_bstr();
            Some((at, of.detector, path, links.end_of(path)))
        });
        // The file itself names the component, or else the first link to it.
        let (own, linked): (Vec<_>, Vec<_>) = files.partition(|(.., path, end)| path == end);
        let mut known: FxHashMap<(&str, &BStr), usize> = FxHashMap::default();
        for (at, detector, _, end) in own.into_iter().chain(linked) {
            let first = *known.entry((detector, end)).or_insert(at);
            if first != at {
                same.first.insert(at, first);
            }
        }
        for (at, first) in &same.first {
            if [at, first].iter().any(|at| is_wanted(&components[**at])) {
                same.wanted.insert(*first);
            }
        }
        same
    }

    /// Returns whether a component must be read because it is wanted under another path.
    fn is_wanted(&self, at: usize) -> bool {
        !self.wanted.is_empty() && self.wanted.contains(self.first.get(&at).unwrap_or(&at))
    }

    /// Adds the paths of components in links to the components in the same files, and removes the former.
    fn merge(&self, read: &mut Vec<(usize, Component, Declarations)>) {
        if self.first.is_empty() {
            return;
        }
        for (at, first) in &self.first {
            let of = |at: usize| {
                let start = read.partition_point(|(of, ..)| *of < at);
                start..start + read[start..].partition_point(|(of, ..)| *of == at)
            };
            for (from, to) in of(*at).zip(of(*first)) {
                let paths = std::mem::take(&mut read[from].1.paths);
                read[to].1.paths.extend(paths);
            }
        }
        read.retain(|(at, ..)| !self.first.contains_key(at));
        let firsts: FxHashSet<&usize> = self.first.values().collect();
        for (_, component, _) in read.iter_mut().filter(|(at, ..)| firsts.contains(at)) {
            let mut known: FxHashSet<BString> = FxHashSet::default();
            component.paths.retain(|path| known.insert(path.clone()));
        }
    }
}

/// A component, and the detector that reads it.
struct ReadingGroup {
    /// Its position in the list of all components.
    at: usize,
    /// The position of the first component that shares files with it, directly or through others.
    group: usize,
    /// `None` once it was read.
    component: Option<Component>,
    /// The position of the detector that reads it.
    detector: Option<usize>,
}

impl ReadingGroup {
    /// Returns all components, sorted by group.
    fn grouped(
        components: Vec<Component>,
        is_wanted: impl Fn(usize, &Component) -> bool,
    ) -> Vec<Self> {
        let mut groups: Vec<usize> = (0..components.len()).collect();
        let mut detectors = vec![None; components.len()];
        let mut readers: FxHashMap<&BStr, usize> = FxHashMap::default();
        for (at, component) in components.iter().enumerate() {
            if is_wanted(at, component) {
                detectors[at] = detectors::position(component.detector);
                for path in &component.declares_in {
                    let first = *readers.entry(path.as_bstr()).or_insert(at);
                    join(&mut groups, first, at);
                }
            }
        }
        drop(readers);
        let jobs = components.into_iter().zip(detectors).enumerate();
        let jobs = jobs.map(|(at, (component, detector))| Self {
            at,
            group: first_of(&mut groups, at),
            component: Some(component),
            detector,
        });
        let mut jobs: Vec<Self> = jobs.collect();
        jobs.sort_by_key(|job| job.group);
        jobs
    }

    /// Reads the component, and returns the resulting components with its position.
    fn read(
        &mut self,
        reader: &FileReader<'_>,
        cache: &CacheMode,
        settings: &Settings,
    ) -> impl Iterator<Item = (usize, Component, Declarations)> + use<> {
        let read = match (self.component.take(), self.detector) {
            (Some(component), Some(detector)) => {
                let path = component.path.clone();
                let mut read = cache.read(component, reader, |component, reader| {
                    match must_read(detector, &component, reader) {
                        true => (ALL[detector].read)(component, reader, settings),
                        false => Vec::new(),
                    }
                });
                // What is in the file is certain now, but not what is in other files.
                for (found, _) in &mut read {
                    found.is_tentative &= found.path != path;
                }
                read
            }
            (Some(component), None) if !component.is_tentative => {
                vec![(component, Declarations::default())]
            }
            _ => Vec::new(),
        };
        let at = self.at;
        read.into_iter().map(move |(of, own)| (at, of, own))
    }
}

/// Returns whether the detector at a position must read a file that may be a component: whether the file contains
/// one of the detector's needles.
fn must_read(detector: usize, component: &Component, reader: &FileReader<'_>) -> bool {
    if ALL[detector].needles.is_empty() {
        return true;
    }
    match reader.read(component.path.as_bstr()) {
        Ok(file) => file.found().holds(Sets::at(detector)),
        // The detector decides what an unreadable file means.
        Err(_) => true,
    }
}

/// Merges the groups of two positions.
fn join(groups: &mut [usize], one: usize, other: usize) {
    let (one, other) = (first_of(groups, one), first_of(groups, other));
    groups[one.max(other)] = one.min(other);
}

/// Returns the first position of the group of a position.
fn first_of(groups: &mut [usize], mut at: usize) -> usize {
    while groups[at] != at {
        // Shorten the path for the next lookup.
        groups[at] = groups[groups[at]];
        at = groups[at];
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_components_that_share_files() {
        let files = ["a", "b c", "d", "e", "c d", "", "f a"];
        let components = files.map(|files| Component {
            declares_in: files.split_whitespace().map(Into::into).collect(),
            ..Component::new("kind", files.to_owned(), ALL[0].name, files.into())
        });
        let jobs = ReadingGroup::grouped(components.into(), |_, of| of.name != "e");
        let groups: Vec<(usize, usize)> = jobs.iter().map(|job| (job.group, job.at)).collect();
        let expected = [(0, 0), (0, 6), (1, 1), (1, 2), (1, 4), (3, 3), (5, 5)];
        assert_eq!(groups, expected);
        assert!(
            jobs.iter()
                .all(|job| job.detector.is_some() == (job.at != 3))
        );
    }
}
