//! Debian source packages: directories that contain `debian/control`. `Maintainer` is one team or person,
//! `Uploaders` are co-maintainers.

use bstr::BStr;

use super::{Detector, control};
use crate::inventory::{Component, Files};

pub(super) const DETECTOR: Detector = Detector {
    name: "debian-package",
    kinds: &["debian-package"],
    find: |search| find(search.files).into(),
    read: |component, reader, _| control::read(component, reader, "Source"),
    link: |components, _, _| control::disambiguate(components, DETECTOR.kinds),
    ..Detector::PLAIN
};

fn find(files: &Files) -> Vec<Component> {
    let how_to_declare = "set `Maintainer` in `debian/control`";
    let is_package = |directory: &BStr| directory.is_empty() || directory.ends_with(b"/");
    control::find(
        &DETECTOR,
        files,
        "debian/control",
        how_to_declare,
        is_package,
    )
}
