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
mod detector;
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
mod terraform;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

pub use detector::{Detector, Uses};

use super::{Component, needles::Needles};

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
