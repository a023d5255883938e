//! Images of docker-pkg: directories with `control` and either the template of a Dockerfile or a changelog.
//! `Maintainer` names a team or a person.

use bstr::ByteSlice;

use super::{Detector, control};
use crate::inventory::{Component, Files};

pub(super) const DETECTOR: Detector = Detector {
    name: "docker-image",
    kinds: &["docker-image"],
    find: |search| find(search.files).into(),
    read: |component, reader, _| control::read(component, reader, "Package"),
    link: |components, _| control::disambiguate(components, DETECTOR.kinds),
    ..Detector::PLAIN
};

fn find(files: &Files) -> Vec<Component> {
    let how_to_declare = "set `Maintainer` in the image's `control` file";
    control::find(&DETECTOR, files, "control", how_to_declare, |directory| {
        let has_file = |name: &str| {
            let path = [directory, name.as_bytes()].concat();
            files.find(path.as_bstr()).is_some()
        };
        // The file in `debian/` describes a package.
        directory.ends_with(b"/")
            && !directory.ends_with(b"debian/")
            && (has_file("Dockerfile.template") || has_file("changelog"))
    })
}
