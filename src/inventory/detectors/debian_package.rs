//! Debian source packages: what a directory `debian` with a control file lies in. `Maintainer` is one
//! team or person, `Uploaders` are those who help.

use super::{Detector, control};
use crate::inventory::{Component, Files};

pub(super) const DETECTOR: Detector = Detector {
    name: "debian-package",
    kinds: &[KIND],
    find: |files, _| find(files).into(),
    read: |component, reader, _| control::read(component, reader, "Source"),
    link: |components, _| control::tell_apart(components, KIND),
    ..Detector::PLAIN
};

const KIND: &str = "debian-package";

fn find(files: &Files) -> Vec<Component> {
    files
        .named(&["control"])
        .filter_map(|file| {
            let directory = file.path.strip_suffix(b"debian/control")?;
            let is_package = directory.is_empty() || directory.ends_with(b"/");
            is_package.then(|| Component {
                how_to_declare: Some("name a `Maintainer` in debian/control"),
                ..control::component(&DETECTOR, file.path, directory)
            })
        })
        .collect()
}
