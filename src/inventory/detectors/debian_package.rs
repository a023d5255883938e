//! Debian source packages: what a directory `debian` with a control file lies in. `Maintainer` is one
//! team or person, `Uploaders` are those who help.

use bstr::{BString, ByteSlice};

use super::{Detector, control, paths::directory_name};
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
            is_package.then(|| {
                let home: BString = directory.into();
                let component = Component::new(KIND, String::new(), DETECTOR.name, home);
                Component {
                    name: directory_name(component.home.as_bstr(), ""),
                    declares_in: vec![file.path.to_owned()],
                    how_to_declare: Some("name a `Maintainer` in debian/control"),
                    needs_others: true,
                    ..component
                }
            })
        })
        .collect()
}
