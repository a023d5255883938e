//! The detectors, one file each. A detector finds components of some kinds by the names of files, and reads the
//! owners that the files declare.

mod ansible;
mod ansible_playbook;
pub mod backstage;
mod catalog;
mod chef;
mod config_map;
mod control;
mod cortex;
mod custom;
mod datadog;
mod deb822;
mod debian_package;
pub(super) mod declared;
mod deployments;
mod detector;
pub mod docker_image;
mod docker_labels;
mod github_service;
mod github_workflow;
mod grafana_dashboard;
mod helm;
mod helmfile;
mod inherited;
mod ini;
mod kubernetes;
pub mod kubernetes_names;
mod kustomize;
mod level;
mod manifest_names;
mod opslevel;
mod owner_keys;
pub mod owners_folder;
mod paths;
mod prometheus;
mod puppet;
mod systemd_unit;
mod terraform;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

pub use detector::{Detector, Lookup, Uses};
pub use prometheus::UNIT_TESTS;
pub use puppet::Hosts;

use super::{Component, Kinds, needles::Needles, notification_files::NOTIFICATION_NEEDLES};
use crate::config::Settings;

/// All detectors.
pub const ALL: &[&Detector] = &[
    // Sorted by name.
    &ansible::DETECTOR,
    &ansible_playbook::DETECTOR,
    &backstage::DETECTOR,
    &chef::DETECTOR,
    &cortex::DETECTOR,
    &custom::DETECTOR,
    &datadog::DETECTOR,
    &debian_package::DETECTOR,
    &docker_image::DETECTOR,
    &github_service::DETECTOR,
    &github_workflow::DETECTOR,
    &grafana_dashboard::DETECTOR,
    &helm::DETECTOR,
    &helmfile::DETECTOR,
    &kubernetes::DETECTOR,
    &kustomize::DETECTOR,
    &opslevel::DETECTOR,
    &owners_folder::DETECTOR,
    &prometheus::DETECTOR,
    &puppet::DETECTOR,
    &systemd_unit::DETECTOR,
    &terraform::DETECTOR,
];

/// The needles of all detectors, in their order, and then those of notification routes.
pub(super) static NEEDLES: LazyLock<Needles> = LazyLock::new(|| {
    let of_detectors = ALL.iter().map(|detector| detector.needles);
    Needles::new(of_detectors.chain([NOTIFICATION_NEEDLES]))
});

/// The position of the needles of notification routes in [`NEEDLES`].
pub(super) const NOTIFICATION: usize = ALL.len();

/// Returns the detector that found a component.
pub fn of(component: &Component) -> &'static Detector {
    position(component.detector).map_or(&Detector::PLAIN, |at| ALL[at])
}

/// Returns the position in [`ALL`] of the detector with this name.
pub(super) fn position(name: &str) -> Option<usize> {
    ALL.iter().position(|detector| detector.name == name)
}

/// Returns the names of all detectors.
pub fn names() -> Vec<&'static str> {
    ALL.iter().map(|detector| detector.name).collect()
}

/// Returns the names of the detectors that read owner keys.
pub fn reading_owner_keys() -> Vec<&'static str> {
    let reading = ALL.iter().filter(|detector| detector.labels.is_some());
    reading.map(|detector| detector.name).collect()
}

/// Returns the names of the detectors that must find the components that lists do not include: all of them, if all
/// `kinds` are needed, or else those whose components the map selects or can assign owners to by its owner keys.
pub(super) fn needed_unlisted(kinds: Kinds, settings: &Settings) -> Vec<&'static str> {
    let is_needed = |detector: &&&Detector| {
        let mut own = detector.kinds.iter();
        kinds == Kinds::All
            || own.any(|kind| settings.selected_kinds.contains(kind))
            || detector.labels.is_some() && settings.owner_keys.are_any_of(detector.name)
    };
    let unlisted = ALL.iter().filter(|detector| detector.has_unlisted);
    unlisted
        .filter(is_needed)
        .map(|detector| detector.name)
        .collect()
}

/// Returns all kinds of components.
pub fn kinds() -> Vec<&'static str> {
    ALL.iter()
        .flat_map(|detector| detector.kinds)
        .copied()
        .collect()
}
