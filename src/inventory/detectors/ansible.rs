//! Ansible: roles and collections. Both name authors, who are usually people and not owners; teams among them are
//! hints.
//!
//! The path of a role inside a directory of roles is its name, which can have several parts. Directories of roles are
//! named `roles`, or are in `roles_path` of an `ansible.cfg`. Directories that only an environment variable or another
//! configuration file names are unknown.

use std::collections::{BTreeMap, BTreeSet};

use bstr::{BStr, BString, ByteSlice};

use super::{
    Detector, catalog,
    declared::{YamlFile, read_documents},
    ini,
    paths::{YAML, directory, is_named, yaml_stem},
};
use crate::{
    inventory::{Component, Declarations, Effect, FileReader, Files, Found, Problem, Search},
    text::{printable, resolve},
    yaml::Node,
};

pub(super) const DETECTOR: Detector = Detector {
    name: "ansible",
    kinds: &[COLLECTION, ROLE],
    find,
    read: |component, reader, _| read(component, reader),
    ..Detector::PLAIN
};

const COLLECTION: &str = "ansible-collection";

pub(super) const ROLE: &str = "ansible-role";

/// The directories of a role in which Ansible loads `main.yml`.
const PARTS: [&str; 5] = ["tasks", "handlers", "defaults", "vars", "meta"];

/// The other directories of a role, which can contain anything.
const OTHER_PARTS: [&str; 6] = [
    "files",
    "templates",
    "library",
    "module_utils",
    "tests",
    "molecule",
];

fn find(search: &Search<'_>) -> Found {
    let mut found = Found::default();
    let files = search.files;
    let configured = roles_path(search, &mut found.problems);
    let mut metas: BTreeMap<&BStr, BString> = BTreeMap::new();
    let mut others: BTreeSet<&BStr> = BTreeSet::new();
    for path in files.ending_in(&YAML).map(|file| file.path) {
        if is_named(path, "galaxy.yml") {
            let declares_in = vec![path.to_owned()];
            found.components.push(Component {
                is_tentative: true,
                ..DETECTOR.in_directory(COLLECTION, directory(path), "", declares_in)
            });
            continue;
        }
        let part = yaml_stem(path).and_then(|stem| stem.strip_suffix(b"/main"));
        let Some(part) = part.map(ByteSlice::as_bstr) else {
            continue;
        };
        let role = directory(part);
        if is_named(part, "meta") {
            metas.entry(role).or_insert_with(|| path.to_owned());
        } else if PARTS.iter().any(|name| is_named(part, name)) {
            others.insert(role);
        }
    }
    // Elsewhere, only `meta/` and `tasks/` together make a role.
    let is_below_roles = |role: &BStr| is_role(role, &configured);
    let roles: BTreeSet<&BStr> = metas
        .keys()
        .filter(|role| is_below_roles(role) || has_tasks(role, files))
        .chain(others.iter().filter(|role| is_below_roles(role)))
        .copied()
        .collect();
    found.components.extend(roles.into_iter().map(|role| {
        let declares_in = metas.get(role).cloned().into_iter().collect();
        DETECTOR.in_directory(ROLE, role, "roles/", declares_in)
    }));
    found
}

/// Returns the directories of roles in the configuration files, which end in `/` unless they are the root. Those outside
/// of the repository are not included.
fn roles_path(search: &Search<'_>, problems: &mut Vec<Problem>) -> BTreeSet<BString> {
    let mut paths = BTreeSet::new();
    for configuration in search.files.named(&["ansible.cfg"]) {
        let Some(file) = search.read(configuration.path, problems) else {
            continue;
        };
        let value = ini::value(file.source.text(), "", "defaults", "roles_path");
        // A comment can follow a value.
        let value = value.and_then(|value| value.split(" ;").next());
        for entry in value.into_iter().flat_map(|value| value.split(':')) {
            let entry = entry.trim().trim_matches(['\'', '"']);
            let is_relative = !entry.is_empty() && !entry.starts_with(['/', '~', '$', '{']);
            let inside = resolve(directory(configuration.path), entry.into());
            if let Some(mut path) = inside.filter(|_| is_relative) {
                if !path.is_empty() {
                    path.push(b'/');
                }
                paths.insert(path);
            }
        }
    }
    paths
}

/// Returns whether a directory is in a directory of roles, and not a part of another role.
fn is_role(path: &BStr, configured: &BTreeSet<BString>) -> bool {
    let named = path.rfind_iter("roles/").find(|at| {
        let is_whole = *at == 0 || path[at - 1] == b'/';
        is_whole && at + b"roles/".len() < path.len()
    });
    let named = named.map(|at| at + b"roles/".len());
    let is_around = |root: &&BString| path.starts_with(root) && root.len() < path.len();
    let configured = configured.iter().filter(is_around).map(|root| root.len());
    let Some(start) = named.into_iter().chain(configured).max() else {
        return false;
    };
    let mut names = path[start..].split_str("/").skip(1);
    let is_part = |name: &[u8]| {
        let mut parts = PARTS.iter().chain(&OTHER_PARTS);
        name.starts_with(b".") || parts.any(|part| name == part.as_bytes())
    };
    !names.any(is_part)
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
