//! One file a detector: it finds the components of some kinds by the names of files, and reads what
//! those say of their owners.

mod declared;
mod helm;
mod puppet;

use super::{Component, Content, Declarations, Files};

/// Finds components and reads their declarations.
#[derive(Debug)]
pub struct Detector {
    /// What the map calls it under `declarations`.
    pub name: &'static str,
    /// The kinds of components it finds.
    pub kinds: &'static [&'static str],
    /// Finds them by the names of files, without opening any.
    pub find: fn(&Files) -> Vec<Component>,
    /// Reads what one of them says of its owner.
    pub read: fn(&Component, &Content) -> Declarations,
}

/// All detectors.
pub const ALL: &[&Detector] = &[
    // Sorted by name.
    &helm::DETECTOR,
    &puppet::DETECTOR,
];

/// The detector of a name.
pub fn by_name(name: &str) -> Option<&'static Detector> {
    ALL.iter().copied().find(|detector| detector.name == name)
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
