//! One file a detector: it finds the components of some kinds by the names of files, and reads what
//! those say of their owners.

mod ansible;
pub mod backstage;
mod catalog;
mod chef;
mod control;
mod cortex;
mod custom;
mod datadog;
mod deb822;
mod debian_package;
mod declared;
mod docker_image;
mod go_template;
mod helm;
mod helmfile;
mod inherited;
mod kubernetes;
mod kustomize;
mod level;
mod manifest_names;
mod opslevel;
mod owner_keys;
mod paths;
mod prometheus;
mod puppet;
mod relative;
mod terraform;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use super::{Component, Content, Declarations, FileReader, Files, Found, needles::Needles};
use crate::config::Settings;

/// Finds components and reads their declarations.
#[derive(Debug)]
pub struct Detector {
    /// What the map calls it under `declarations`.
    pub name: &'static str,
    /// The kinds of components it finds.
    pub kinds: &'static [&'static str],
    /// Finds them by the names of files, without opening any.
    pub find: fn(&Files, &Settings) -> Found,
    /// What the file of a tentative component has to hold some of, or else it is none; empty if that can't
    /// be told without more ado. One scan looks for the needles of all detectors.
    pub needles: &'static [&'static str],
    /// Reads the files in which one of them declares its owner. A tentative component may prove to be
    /// none, or several.
    pub read: fn(Component, &FileReader<'_>, &Settings) -> Vec<(Component, Declarations)>,
    /// Completes the components of the repository once all are known: what is in use, what hints at
    /// what. Nothing to do for most.
    pub link: fn(&mut [Component], &Content),
    /// What its components use that others find: mostly, one team owns both.
    pub uses: Option<Uses>,
    /// Whether its files lie in folders that teams have for theirs.
    pub is_filed_by_team: bool,
    /// Whether owners are declared as values of labels, of which Kubernetes limits the characters.
    pub in_labels: bool,
}

/// Components that use others.
#[derive(Debug, Clone, Copy)]
pub struct Uses {
    /// The kind of those that do, which hint at what they use.
    pub by: &'static str,
    /// The kind of those that they are parts of. What several of these use is there for all.
    pub part_of: &'static str,
    /// The kind of what is used.
    pub what: &'static str,
}

impl Detector {
    /// What most detectors have in common.
    const PLAIN: Self = Self {
        name: "",
        kinds: &[],
        find: |_, _| Found::default(),
        needles: &[],
        read: |component, _, _| vec![(component, Declarations::default())],
        link: |_, _| {},
        uses: None,
        is_filed_by_team: false,
        in_labels: false,
    };
}

/// All detectors.
pub const ALL: &[&Detector] = &[
    // Sorted by name.
    &ansible::DETECTOR,
    &backstage::DETECTOR,
    &chef::DETECTOR,
    &cortex::DETECTOR,
    &custom::DETECTOR,
    &datadog::DETECTOR,
    &debian_package::DETECTOR,
    &docker_image::DETECTOR,
    &helm::DETECTOR,
    &helmfile::DETECTOR,
    &kubernetes::DETECTOR,
    &kustomize::DETECTOR,
    &opslevel::DETECTOR,
    &prometheus::DETECTOR,
    &puppet::DETECTOR,
    &terraform::DETECTOR,
];

/// The needles of all detectors, in their order.
pub(super) static NEEDLES: LazyLock<Needles> =
    LazyLock::new(|| Needles::new(ALL.iter().map(|detector| detector.needles)));

/// The detector that found a component.
pub fn of(component: &Component) -> &'static Detector {
    position(component.detector).map_or(&Detector::PLAIN, |at| ALL[at])
}

/// The position of the detector of a name among [`ALL`].
pub(super) fn position(name: &str) -> Option<usize> {
    ALL.iter().position(|detector| detector.name == name)
}

/// The names of all detectors.
pub fn names() -> Vec<&'static str> {
    ALL.iter().map(|detector| detector.name).collect()
}

/// All kinds of components.
pub fn kinds() -> Vec<&'static str> {
    ALL.iter()
        .flat_map(|detector| detector.kinds)
        .copied()
        .collect()
}
