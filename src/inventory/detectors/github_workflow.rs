//! Workflows of GitHub Actions. They have no key for an owner. GitHub runs only the workflows in the directory at the
//! root of a repository. Whether this repository is a part of another one, with workflows in a subdirectory, is
//! unknown.

use bstr::{BStr, ByteSlice};

use super::{
    Detector,
    catalog::rename_duplicates,
    paths::{YAML, yaml_stem},
};
use crate::{
    inventory::{Component, Files},
    text::printable_bytes,
};

pub(super) const DETECTOR: Detector = Detector {
    name: "github-workflow",
    kinds: &["github-workflow"],
    find: |search| search.unlisted(&DETECTOR, find),
    has_unlisted: true,
    ..Detector::PLAIN
};

const DIRECTORY: &[u8] = b".github/workflows/";

fn find(files: &Files) -> Vec<Component> {
    let workflows = files.ending_in(&YAML).filter_map(|file| {
        let name = file.path.strip_prefix(DIRECTORY)?.as_bstr();
        let is_directly_inside = !name.contains(&b'/');
        is_directly_inside.then_some((file.path, name))
    });
    let component = |(path, name): (&BStr, &BStr)| {
        let stem = printable_bytes(yaml_stem(name)?);
        Some(Component {
            is_listed: false,
            ..Component::new(DETECTOR.kinds[0], stem, DETECTOR.name, path.to_owned())
        })
    };
    let mut components: Vec<Component> = workflows.filter_map(component).collect();
    rename_duplicates(&mut components, DETECTOR.kinds, |component| {
        let name = component.path.strip_prefix(DIRECTORY);
        printable_bytes(name.unwrap_or(&component.path))
    });
    components
}
