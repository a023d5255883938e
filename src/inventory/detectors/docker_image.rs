//! Images: those of docker-pkg, and all others that have a Dockerfile. The labels of the Dockerfile can name owners, under
//! keys that the map lists.
//!
//! docker-pkg builds the images in directories with the template of a Dockerfile and a changelog. `Maintainer` in the
//! `control` file, which is optional, names a team or a person.
//!
//! Which files an image from a Dockerfile contains is set where the image is built, so only the Dockerfile belongs to it.

use std::sync::Arc;

use bstr::{BStr, BString, ByteSlice};
use rustc_hash::FxHashSet;

use super::{
    Detector, Lookup, control,
    declared::open_text,
    docker_labels::labels,
    paths::{directory, directory_name, file_name, is_excluded, is_named},
};
use crate::{
    config::Settings,
    inventory::{Component, Declaration, Declarations, Effect, FileReader, Files, Name, Search},
    text::{Place, printable, printable_bytes},
};

pub(super) const DETECTOR: Detector = Detector {
    name: "docker-image",
    kinds: &["docker-image"],
    find: |search| find(search).into(),
    has_unlisted: true,
    read,
    labels: Some(|file| {
        let labels = labels(&file.source).into_iter();
        labels.map(|label| (label.key, label.value)).collect()
    }),
    lookup: Lookup {
        notation,
        ..Lookup::NONE
    },
    link: |components, _, _| control::disambiguate(components, DETECTOR.kinds),
    ..Detector::PLAIN
};

/// Returns the names of the images that a reference can mean: directories are part of the name of an image, or of its
/// registry.
fn notation(text: &str) -> Vec<&str> {
    let path = image_path(text);
    let last = path.and_then(|path| path.rsplit('/').next());
    let mut names: Vec<&str> = path.into_iter().chain(last).collect();
    names.dedup();
    names
}

/// Returns an image reference without the registry, the tag and the digest: `a/b` for `registry.example.org/a/b:1.0`.
/// Returns `None` for other texts.
pub fn image_path(text: &str) -> Option<&str> {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/:@".contains(&byte);
    if !text.bytes().all(is_part) || text.contains("://") {
        return None;
    }
    let text = text.split_once('@').map_or(text, |(path, _)| path);
    let path = match text.rsplit_once(':') {
        Some((path, tag)) if !tag.contains('/') => path,
        _ => text,
    };
    let (first, rest) = path.split_once('/').unwrap_or(("", path));
    let is_registry = first.contains(['.', ':']) || first == "localhost";
    let path = if is_registry { rest } else { path };
    let mut parts = path.split('/');
    parts.all(|part| !part.is_empty()).then_some(path)
}

/// The names of a Dockerfile of docker-pkg, possibly a template.
const DOCKERFILES: [&str; 3] = ["Dockerfile", "Dockerfile.j2", TEMPLATE];

const TEMPLATE: &str = "Dockerfile.template";

const CONTROL: &str = "control";

const CHANGELOG: &str = "changelog";

fn find(search: &Search<'_>) -> Vec<Component> {
    let Search {
        files, settings, ..
    } = search;
    let mut images = packaged_images(files);
    // The names of all images must be unique.
    if search.finds_unlisted(&DETECTOR) || !images.is_empty() {
        let others = other_images(files, &images);
        images.extend(others);
    }
    if settings.owner_keys.are_any_of(DETECTOR.name) {
        for image in &mut images {
            let paths = match image.path.ends_with(b"/") {
                true => DOCKERFILES
                    .map(|name| BString::from([&*image.path, name.as_bytes()].concat()))
                    .into(),
                false => vec![image.path.clone()],
            };
            let existing = paths
                .into_iter()
                .filter(|path| files.find(path.as_bstr()).is_some());
            image.declares_in.extend(existing);
        }
    }
    images
}

/// Returns the images of docker-pkg.
fn packaged_images(files: &Files) -> Vec<Component> {
    let has_file = |directory: &BStr, name: &str| {
        let path = [directory, name.as_bytes()].concat();
        files.find(path.as_bstr()).is_some()
    };
    let how_to_declare = "set `Maintainer` in the image's `control` file";
    let with_control = |directory: &BStr| {
        // The file in `debian/` describes a package.
        directory.ends_with(b"/")
            && !directory.ends_with(b"debian/")
            && (has_file(directory, TEMPLATE) || has_file(directory, CHANGELOG))
    };
    let mut found = control::find(&DETECTOR, files, CONTROL, how_to_declare, with_control);
    let templates = files.named(&[TEMPLATE]).map(|file| directory(file.path));
    let without_control = templates.filter(|directory| {
        has_file(directory, CHANGELOG) && !(with_control(directory) && has_file(directory, CONTROL))
    });
    found.extend(without_control.map(|directory| {
        let changelog = [directory, CHANGELOG.as_bytes()].concat().into();
        Component {
            needs_others: true,
            ..DETECTOR.in_directory(DETECTOR.kinds[0], directory, "", vec![changelog])
        }
    }));
    found
}

/// Returns the images of other Dockerfiles than those of the `packaged` images.
fn other_images(files: &Files, packaged: &[Component]) -> Vec<Component> {
    let directories = packaged.iter().map(|image| image.path.as_bstr());
    let directories: FxHashSet<&BStr> = directories.collect();
    let dockerfiles = files.iter().filter_map(|file| {
        let name = image_name(file.path)?;
        if directories.contains(directory(file.path)) {
            return None;
        }
        Some(Component {
            is_listed: false,
            needs_others: !packaged.is_empty(),
            ..Component::new(DETECTOR.kinds[0], name, DETECTOR.name, file.path.to_owned())
        })
    });
    dockerfiles.collect()
}

/// Returns the name of the image of a Dockerfile: its directory, and the part of the file name that distinguishes it
/// from other Dockerfiles. Returns `None` if the file is not a Dockerfile.
fn image_name(path: &BStr) -> Option<String> {
    let name = file_name(path);
    let variant = ["Dockerfile", "Containerfile"].iter().find_map(|usual| {
        let rest = name.strip_prefix(usual.as_bytes());
        match rest {
            Some(b"") => Some(&b""[..]),
            Some(rest) => rest.strip_prefix(b"."),
            None => {
                let (before, extension) = name.rsplit_once_str(".")?;
                extension
                    .eq_ignore_ascii_case(usual.as_bytes())
                    .then_some(before)
            }
        }
    })?;
    let is_other = ["template", "dockerignore", "md"].iter().any(|extension| {
        let before = variant.strip_suffix(extension.as_bytes());
        before.is_some_and(|before| matches!(before.last(), None | Some(b'.')))
    });
    let around = directory(path);
    if is_other || is_excluded(around) || name.starts_with(b".") {
        return None;
    }
    Some(match variant {
        b"" => directory_name(around, ""),
        variant => printable_bytes(&[around.as_bytes(), variant].concat()),
    })
}

fn read(
    component: Component,
    reader: &FileReader<'_>,
    settings: &Settings,
) -> Vec<(Component, Declarations)> {
    let is_described = |name: &str| {
        let first = component.declares_in.first();
        first.is_some_and(|path| is_named(path, name))
    };
    let (has_control, has_changelog) = (is_described(CONTROL), is_described(CHANGELOG));
    let dockerfiles = component.declares_in.iter();
    let dockerfiles: Vec<BString> = dockerfiles
        .skip(usize::from(has_control || has_changelog))
        .cloned()
        .collect();
    let mut read = match has_control {
        true => control::read(component, reader, "Package"),
        false if has_changelog => vec![read_changelog(component, reader)],
        false => vec![(component, Declarations::default())],
    };
    for (_, declarations) in &mut read {
        for path in &dockerfiles {
            add_labels(path.as_bstr(), reader, settings, declarations);
        }
    }
    read
}

/// Names an image as in its changelog.
fn read_changelog(component: Component, reader: &FileReader<'_>) -> (Component, Declarations) {
    let mut declarations = Declarations::default();
    let path = component.declares_in[0].as_bstr();
    let file = open_text(reader, path, &mut declarations);
    // `name (version) distribution; urgency=low`
    let latest = file.as_ref().and_then(|file| {
        let mut lines = file.source.text().lines();
        let (name, _) = lines
            .find(|line| !line.trim().is_empty())?
            .split_once(" (")?;
        Some(name.trim()).filter(|name| !name.is_empty() && !name.contains(char::is_whitespace))
    });
    let name = latest.map_or_else(|| component.name.clone(), printable);
    (Component { name, ..component }, declarations)
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
