use bstr::{BStr, ByteSlice as _};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{
    Component, Content, Declarations, FileReader, Recall,
    detectors::{self, ALL, NEEDLES},
    needles::Sets,
};
use crate::config::Settings;

/// Reads what components declare, those of which `is_wanted` is true. Each of their files is opened
/// once, whatever number of them want it: those that have files in common are read together, after
/// which the files are let go of. What a file holds decides which of them get it. A tentative component
/// may prove to be none, or several.
pub fn read_components(
    components: Vec<Component>,
    content: &Content,
    recall: &Recall,
    settings: &Settings,
    is_wanted: impl Fn(&Component) -> bool,
) -> (Vec<Component>, Vec<Declarations>) {
    let can_declare = |of: &Component| !of.declares_in.is_empty();
    let mut jobs = ReadingGroup::grouped(components, |of| can_declare(of) && is_wanted(of));
    let groups = jobs.par_chunk_by_mut(|one, other| one.group == other.group);
    let read = groups.flat_map_iter(|group| {
        let reader = FileReader::new(content);
        let detectors = group.iter().filter_map(|job| job.detector);
        let choosy = detectors.filter(|at| !ALL[*at].needles.is_empty());
        let wanted = choosy.map(Sets::at).fold(Sets::default(), Sets::and);
        group
            .iter_mut()
            .flat_map(move |job| job.read(&reader, wanted, recall, settings))
    });
    let mut read: Vec<(usize, Component, Declarations)> = read.collect();
    read.sort_by_key(|(at, ..)| *at);
    read.into_iter().map(|(_, of, said)| (of, said)).unzip()
}

/// A component, and what is to be done with it.
struct ReadingGroup {
    /// Its position among all.
    at: usize,
    /// The position of the first component of those that have files in common, directly or through others.
    group: usize,
    /// Nothing once it was read.
    component: Option<Component>,
    /// The position of the detector that is to read it.
    detector: Option<usize>,
}

impl ReadingGroup {
    /// All components, those of a group together.
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

    /// What it comes to, with its position.
    fn read(
        &mut self,
        reader: &FileReader<'_>,
        wanted: Sets,
        recall: &Recall,
        settings: &Settings,
    ) -> impl Iterator<Item = (usize, Component, Declarations)> + use<> {
        let read = match (self.component.take(), self.detector) {
            (Some(component), Some(detector)) => {
                recall.read(component, reader, |component, reader| {
                    match is_concerned(detector, &component, reader, wanted) {
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
        read.into_iter().map(move |(of, said)| (at, of, said))
    }
}

/// Whether the detector at a position gets a file that may be a component: whether that holds one of its
/// needles. The scan looks for all that are `wanted` at once.
fn is_concerned(
    detector: usize,
    component: &Component,
    reader: &FileReader<'_>,
    wanted: Sets,
) -> bool {
    if ALL[detector].needles.is_empty() {
        return true;
    }
    match reader.read(component.home.as_bstr()) {
        Ok(file) => file.having(&NEEDLES, wanted).holds(Sets::at(detector)),
        // What can't be read is for the detector to judge.
        Err(_) => true,
    }
}

/// Makes one group of those of two positions.
fn join(groups: &mut [usize], one: usize, other: usize) {
    let (one, other) = (first_of(groups, one), first_of(groups, other));
    groups[one.max(other)] = one.min(other);
}

/// The first of the group of a position.
fn first_of(groups: &mut [usize], mut at: usize) -> usize {
    while groups[at] != at {
        // The way is shorter for the next one.
        groups[at] = groups[groups[at]];
        at = groups[at];
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_files_in_common_goes_together() {
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
