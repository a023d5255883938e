//! Puppet: modules, profiles and roles. A role is its manifest and every hieradata file that its
//! name selects; it declares its owners there, in `profile::contacts::role_contacts`.

use std::collections::{BTreeMap, BTreeSet};

use bstr::{BStr, BString, ByteSlice};

use super::{Detector, declared::YamlFile, no_links};
use crate::{
    inventory::{Component, Content, Declarations, Files, Problem, Standing, Voice},
    text::quoted,
    yaml::Entry,
};

pub(super) const DETECTOR: Detector = Detector {
    name: "puppet",
    kinds: &["puppet-module", "puppet-profile", "puppet-role"],
    find: |files, _| find(files).into(),
    read: |component, content, _| {
        let declarations = read(&component, content);
        vec![(component, declarations)]
    },
    link: no_links,
};

const CONTACTS: &str = "profile::contacts::role_contacts";

const MODULES: &str = "modules/";

const HIERADATA: &str = "hieradata/role/";

fn find(files: &Files) -> Vec<Component> {
    let modules = files.under(MODULES.as_bytes());
    let is_manifest = |at| files.get(at).path.ends_with(b".pp");
    if !modules.clone().any(is_manifest) {
        return Vec::new();
    }
    let mut components = Vec::new();
    let mut at = modules.start;
    while at < modules.end {
        let path = files.get(at).path;
        let Some(slash) = path[MODULES.len()..].find_byte(b'/') else {
            at += 1;
            continue;
        };
        let directory = BString::from(&path[..MODULES.len() + slash + 1]);
        let name = crate::text::printable_bytes(&directory[MODULES.len()..directory.len() - 1]);
        while at < modules.end && files.get(at).path.starts_with(&directory) {
            at += 1;
        }
        components.push(component("puppet-module", name, directory));
    }
    for (name, manifest) in classes(files, "modules/profile/manifests/") {
        components.push(component("puppet-profile", name, manifest));
    }
    let mut hieradata = hieradata(files);
    for (name, manifest) in classes(files, "modules/role/manifests/") {
        let declares_in = hieradata.remove(&name).unwrap_or_default();
        let mut role = component("puppet-role", name, manifest);
        role.footprint.extend(declares_in.iter().cloned());
        role.declares_in = declares_in;
        role.how_to_declare = Some("declare `profile::contacts::role_contacts` in its hieradata");
        components.push(role);
    }
    components
}

fn component(kind: &'static str, name: String, home: BString) -> Component {
    Component::new(kind, name, DETECTOR.name, home)
}

/// The classes of the manifests in a directory, named without the module: `a/b.pp` is `a::b`.
fn classes(files: &Files, directory: &str) -> impl Iterator<Item = (String, BString)> {
    files.under(directory.as_bytes()).filter_map(move |at| {
        let path = files.get(at).path;
        let class = path[directory.len()..].strip_suffix(b".pp")?;
        Some((class_name(class.as_bstr()), path.to_owned()))
    })
}

fn class_name(path: &BStr) -> String {
    crate::text::printable_bytes(&path.replace("/", "::"))
}

/// The hieradata files by the role they are for: common first, then the others by level.
fn hieradata(files: &Files) -> BTreeMap<String, Vec<BString>> {
    let is_role = |class: &[u8]| {
        let manifest = [b"modules/role/manifests/", class, b".pp"].concat();
        files.find(manifest.as_bstr()).is_some()
    };
    let mut by_role: BTreeMap<String, Vec<BString>> = BTreeMap::new();
    let mut add = |class: &[u8], path: &BStr| {
        let paths = by_role.entry(class_name(class.as_bstr())).or_default();
        paths.push(path.to_owned());
    };
    // A level is one directory. One that is none for any of its files may hold levels (`env/dev`).
    let mut levels: BTreeSet<&[u8]> = BTreeSet::new();
    let mut others: Vec<(&[u8], &[u8], &BStr)> = Vec::new();
    for at in files.under(HIERADATA.as_bytes()) {
        let path = files.get(at).path;
        let Some(below) = path[HIERADATA.len()..].strip_suffix(b".yaml") else {
            continue;
        };
        let Some((level, class)) = below.split_once_str("/") else {
            continue;
        };
        if is_role(class) {
            levels.insert(level);
            add(class, path);
        } else if let Some((_, class)) = class.split_once_str("/") {
            others.push((level, class, path));
        }
    }
    for (level, class, path) in others {
        if !levels.contains(level) && is_role(class) {
            add(class, path);
        }
    }
    let is_further = |path: &BStr| !path[HIERADATA.len()..].starts_with(b"common/");
    for paths in by_role.values_mut() {
        paths.sort_unstable_by(|a, b| {
            (is_further(a.as_bstr()), a).cmp(&(is_further(b.as_bstr()), b))
        });
    }
    by_role
}

fn read(role: &Component, content: &Content) -> Declarations {
    let mut declarations = Declarations::default();
    // Levels add to each other, so a site can name further owners.
    for path in &role.declares_in {
        let Some(file) = YamlFile::open(content, path.as_bstr(), &mut declarations) else {
            continue;
        };
        let entries: Vec<&Entry> = file
            .documents
            .iter()
            .flat_map(|document| document.all(CONTACTS))
            .collect();
        let merged = || {
            file.documents
                .iter()
                .find_map(|document| document.get(CONTACTS))
        };
        let Some(value) = entries.last().map(|entry| &entry.value).or_else(merged) else {
            continue;
        };
        let Some(voice) = voice(&file, value, &mut declarations.problems) else {
            continue;
        };
        declarations.voices.push(voice);
        for earlier in &entries[..entries.len().saturating_sub(1)] {
            // What is wrong in a value that doesn't count isn't worth telling.
            if let Some(overridden) = self::voice(&file, &earlier.value, &mut Vec::new()) {
                declarations.voices.push(Voice {
                    standing: Standing::Overridden,
                    ..overridden
                });
            }
        }
    }
    declarations
}

fn voice(file: &YamlFile, value: &crate::yaml::Node, problems: &mut Vec<Problem>) -> Option<Voice> {
    let names = match value.items() {
        Some(items) => items
            .iter()
            .filter_map(|item| file.name(CONTACTS, item, problems))
            .collect(),
        None => {
            let message = format!(
                "expected a list in {}, found {}",
                quoted(CONTACTS),
                value.what()
            );
            let mut problem = Problem::in_text(&file.source, value.span, message);
            if let Some(text) = value.as_str() {
                problem.help = Some(format!("write `['{}']`", crate::text::printable(text)));
            }
            problems.push(problem);
            vec![file.name(CONTACTS, value, &mut Vec::new())?]
        }
    };
    Some(Voice {
        key: "role_contacts",
        standing: Standing::Owner,
        place: file.place(value),
        names,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::{FileKind, FilesBuilder};

    #[test]
    fn a_role_is_its_manifest_and_its_hieradata() {
        let mut builder = FilesBuilder::default();
        for path in [
            "modules/role/manifests/a/b.pp",
            "modules/role/manifests/dev.pp",
            "modules/kafka/init.pp",
            "hieradata/role/eqiad/a/b.yaml",
            "hieradata/role/common/a/b.yaml",
            "hieradata/role/env/dev/a/b.yaml",
            "hieradata/role/common/gone.yaml",
        ] {
            builder.push(path.as_bytes(), FileKind::Regular);
        }
        let components = find(&builder.build());
        let ids: Vec<String> = components.iter().map(Component::id).collect();
        let expected = [
            "puppet-module:kafka",
            "puppet-module:role",
            "puppet-role:a::b",
            "puppet-role:dev",
        ];
        assert_eq!(ids, expected);
        assert_eq!(
            components[2].declares_in,
            [
                "hieradata/role/common/a/b.yaml",
                "hieradata/role/env/dev/a/b.yaml",
                "hieradata/role/eqiad/a/b.yaml",
            ]
        );
    }
}
