//! Images of docker-pkg: directories with `control` and either the template of a Dockerfile or a changelog.
//! `Maintainer` names a team or a person. The labels of the Dockerfile can name owners too, under keys that the map lists.

use std::sync::Arc;

use bstr::{BStr, BString, ByteSlice};

use super::{Detector, control, declared::open_text, docker_labels::labels, paths::is_named};
use crate::{
    config::Settings,
    inventory::{Component, Declaration, Declarations, Effect, FileReader, Files, Name},
    text::Place,
};

pub(super) const DETECTOR: Detector = Detector {
    name: "docker-image",
    kinds: &["docker-image"],
    find: |search| find(search.files, search.settings).into(),
    read,
    reads_owner_keys: true,
    link: |components, _| control::disambiguate(components, DETECTOR.kinds),
    ..Detector::PLAIN
};

/// The names of a Dockerfile, possibly a template.
const DOCKERFILES: [&str; 3] = ["Dockerfile", "Dockerfile.j2", "Dockerfile.template"];

fn find(files: &Files, settings: &Settings) -> Vec<Component> {
    let mut images = images(files);
    if settings.owner_keys.of(&[DETECTOR.name]).next().is_some() {
        for image in &mut images {
            let paths =
                DOCKERFILES.map(|name| BString::from([&*image.path, name.as_bytes()].concat()));
            let existing = paths
                .into_iter()
                .filter(|path| files.find(path.as_bstr()).is_some());
            image.declares_in.extend(existing);
        }
    }
    images
}

fn read(
    component: Component,
    reader: &FileReader<'_>,
    settings: &Settings,
) -> Vec<(Component, Declarations)> {
    let is_dockerfile = |path: &BStr| DOCKERFILES.iter().any(|name| is_named(path, name));
    let dockerfiles: Vec<BString> = component
        .declares_in
        .iter()
        .filter(|path| is_dockerfile(path.as_bstr()))
        .cloned()
        .collect();
    let mut read = control::read(component, reader, "Package");
    for (_, declarations) in &mut read {
        for path in &dockerfiles {
            add_labels(path.as_bstr(), reader, settings, declarations);
        }
    }
    read
}

/// Adds the owners in the labels of a Dockerfile. The last of several labels with the same key counts.
fn add_labels(
    path: &BStr,
    reader: &FileReader<'_>,
    settings: &Settings,
    declarations: &mut Declarations,
) {
    let Some(file) = open_text(reader, path, declarations) else {
        return;
    };
    let labels = labels(&file.source);
    for key in settings.owner_keys.of(&[DETECTOR.name]) {
        let label = labels.iter().rev().find(|label| label.key == key);
        let Some(label) = label.filter(|label| !label.value.trim().is_empty()) else {
            continue;
        };
        let place = Place::Text(Arc::clone(&file.source), label.span);
        let names = Name::list(&label.value, place.clone());
        let declaration = Declaration::new("LABEL", Effect::Owner, place, names);
        declarations.declarations.push(declaration);
    }
}

fn images(files: &Files) -> Vec<Component> {
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
