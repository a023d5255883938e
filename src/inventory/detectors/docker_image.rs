//! Images of docker-pkg: a directory with `control` and the template of a Dockerfile, or a changelog.
//! `Maintainer` names a team or a person.

use bstr::ByteSlice;

use super::{Detector, control};
use crate::inventory::{Component, Files};

pub(super) const DETECTOR: Detector = Detector {
    name: "docker-image",
    kinds: &[KIND],
    find: |files, _| find(files).into(),
    read: |component, reader, _| control::read(component, reader, "Package"),
    link: |components, _| control::tell_apart(components, KIND),
    ..Detector::PLAIN
};

const KIND: &str = "docker-image";

fn find(files: &Files) -> Vec<Component> {
    files
        .named(&["control"])
        .filter_map(|file| {
            let directory = file.path.strip_suffix(b"control")?;
            let is_there = |name: &str| {
                let path = [directory, name.as_bytes()].concat();
                files.find(path.as_bstr()).is_some()
            };
            // In `debian/` it describes a package.
            let is_image = directory.ends_with(b"/")
                && !directory.ends_with(b"debian/")
                && (is_there("Dockerfile.template") || is_there("changelog"));
            is_image.then(|| Component {
                how_to_declare: Some("name a `Maintainer` in its control file"),
                ..control::component(&DETECTOR, file.path, directory)
            })
        })
        .collect()
}
