use bstr::{BStr, ByteSlice as _};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{
    CacheMode, Component, Content, Declarations, FileReader,
    detectors::{self, ALL, NEEDLES},
    needles::Sets,
};
use crate::config::Settings;

/// Reads the declarations of the components for which `is_wanted` returns true. Each file is opened once, even if
/// several components need it: components that share files are read together, and the files are dropped afterwards.
/// A component is read only if its file contains what its detector looks for. A tentative component may turn out to
/// be none, or several.
pub fn read_components(
    components: Vec<Component>,
    content: &Content,
    cache: &CacheMode,
    settings: &Settings,
    is_wanted: impl Fn(&Component) -> bool,
) -> (Vec<Component>, Vec<Declarations>) {
    let can_declare = |of: &Component| !of.declares_in.is_empty();
    let mut jobs = ReadingGroup::grouped(components, |of| can_declare(of) && is_wanted(of));
    let groups = jobs.par_chunk_by_mut(|one, other| one.group == other.group);
    let read = groups.flat_map_iter(|group| {
        let reader = FileReader::new(content);
        let detectors = group.iter().filter_map(|job| job.detector);
        let with_needles = detectors.filter(|at| !ALL[*at].needles.is_empty());
        let wanted = with_needles.map(Sets::at).fold(Sets::default(), Sets::and);
        group
            .iter_mut()
            .flat_map(move |job| job.read(&reader, wanted, cache, settings))
    });
    let mut read: Vec<(usize, Component, Declarations)> = read.collect();
    read.sort_by_key(|(at, ..)| *at);
    read.into_iter().map(|(_, of, own)| (of, own)).unzip()
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
    fn grouped(components: Vec<Component>, is_wanted: impl Fn(&Component) -> bool) -> Vec<Self> {
        let mut groups: Vec<usize> = (0..components.len()).collect();
        let mut detectors = vec![None; components.len()];
        let mut readers: FxHashMap<&BStr, usize> = FxHashMap::default();
        for (at, component) in components.iter().enumerate() {
            if is_wanted(component) {
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
        wanted: Sets,
        cache: &CacheMode,
        settings: &Settings,
    ) -> impl Iterator<Item = (usize, Component, Declarations)> + use<> {
        let read = match (self.component.take(), self.detector) {
            (Some(component), Some(detector)) => {
                cache.read(component, reader, |component, reader| {
                    match must_read(detector, &component, reader, wanted) {
                        true => (ALL[detector].read)(component, reader, settings),
                        false => Vec::new(),
                    }
                })
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
/// one of the detector's needles. One scan looks for all needles that are `wanted`.
fn must_read(
    detector: usize,
    component: &Component,
    reader: &FileReader<'_>,
    wanted: Sets,
) -> bool {
    if ALL[detector].needles.is_empty() {
        return true;
    }
    match reader.read(component.path.as_bstr()) {
        Ok(file) => file.scan(&NEEDLES, wanted).holds(Sets::at(detector)),
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
        let jobs = ReadingGroup::grouped(components.into(), |of| of.name != "e");
        let groups: Vec<(usize, usize)> = jobs.iter().map(|job| (job.group, job.at)).collect();
        let expected = [(0, 0), (0, 6), (1, 1), (1, 2), (1, 4), (3, 3), (5, 5)];
        assert_eq!(groups, expected);
        assert!(
            jobs.iter()
                .all(|job| job.detector.is_some() == (job.at != 3))
        );
    }
}
