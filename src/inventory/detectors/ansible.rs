//! Ansible: roles and collections. Both name authors, who are usually people and not owners; teams among them are
//! hints.

use std::collections::{BTreeMap, BTreeSet};

use bstr::{BStr, BString, ByteSlice};

use super::{
    Detector, catalog,
    declared::{YamlFile, read_documents},
    paths::{YAML, directory, is_directly_in, is_named, yaml_stem},
};
use crate::{
    inventory::{Component, Declarations, Effect, FileReader, Files},
    text::printable,
    yaml::Node,
};

pub(super) const DETECTOR: Detector = Detector {
    name: "ansible",
    kinds: &[COLLECTION, ROLE],
    find: |search| find(search.files).into(),
    read: |component, reader, _| read(component, reader),
    ..Detector::PLAIN
};

const COLLECTION: &str = "ansible-collection";

const ROLE: &str = "ansible-role";

fn find(files: &Files) -> Vec<Component> {
    let mut metas: BTreeMap<&BStr, BString> = BTreeMap::new();
    let mut with_tasks: BTreeSet<&BStr> = BTreeSet::new();
    let mut components = Vec::new();
    for path in files.ending_in(&YAML).map(|file| file.path) {
        if is_named(path, "galaxy.yml") {
            let declares_in = vec![path.to_owned()];
            components.push(Component {
                is_tentative: true,
                ..DETECTOR.in_directory(COLLECTION, directory(path), "", declares_in)
            });
            continue;
        }
        let Some(stem) = yaml_stem(path) else {
            continue;
        };
        let of = |part: &str| {
            let role = stem.strip_suffix(part.as_bytes())?.as_bstr();
            (role.is_empty() || role.ends_with(b"/")).then_some(role)
        };
        if let Some(role) = of("meta/main") {
            metas.entry(role).or_insert_with(|| path.to_owned());
        } else if let Some(role) = of("tasks/main") {
            with_tasks.insert(role);
        }
    }
    // `tasks/` or `meta/` alone make a role only directly inside `roles/`.
    let is_below_roles = |role: &BStr| is_directly_in(role, "roles");
    let roles: BTreeSet<&BStr> = metas
        .keys()
        .filter(|role| is_below_roles(role) || has_tasks(role, files))
        .chain(with_tasks.iter().filter(|role| is_below_roles(role)))
        .copied()
        .collect();
    components.extend(roles.into_iter().map(|role| {
        let declares_in = metas.get(role).cloned().into_iter().collect();
        DETECTOR.in_directory(ROLE, role, "roles/", declares_in)
    }));
    components
}

fn has_tasks(role: &BStr, files: &Files) -> bool {
    let tasks: BString = [role.as_bytes(), b"tasks/"].concat().into();
    files.any_under(&tasks)
}

fn read(component: Component, reader: &FileReader<'_>) -> Vec<(Component, Declarations)> {
    let mut name = None;
    let declarations = read_documents(&component, reader, |file, document, declarations| {
        if component.kind == ROLE {
            let info = document.get("galaxy_info");
            authors(file, info.map(|info| &**info), "author", declarations);
        } else if let Some(collection) = collection(document) {
            name = Some(collection);
            authors(file, Some(document), "authors", declarations);
        }
    });
    if component.kind == COLLECTION && name.is_none() && declarations.problems.is_empty() {
        return Vec::new();
    }
    let name = name.unwrap_or_else(|| component.name.clone());
    vec![(Component { name, ..component }, declarations)]
}

fn collection(document: &Node) -> Option<String> {
    let text = |key| catalog::text(document.get(key));
    Some(printable(&format!(
        "{}.{}",
        text("namespace")?,
        text("name")?
    )))
}

fn authors(file: &YamlFile, of: Option<&Node>, key: &'static str, declarations: &mut Declarations) {
    let value = of.and_then(|of| of.get(key));
    let problems = &mut declarations.problems;
    let Some(mut declaration) = file.declaration(key, Effect::Hint, value, problems) else {
        return;
    };
    for name in &mut declaration.names {
        name.may_be_person = true;
    }
    declarations.declarations.push(declaration);
}
