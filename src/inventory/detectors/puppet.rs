//! Puppet: modules, profiles and roles. A role consists of its manifest and all hieradata files that its name selects.
//! It declares its owners there, in `profile::contacts::role_contacts`. The comment at the top of a manifest and the
//! metadata of a module may name owners too. Classes that include a class are hints for its owner.
//!
//! `system::role` describes a role to users who log in; it does not name an owner.

mod hieradata;
mod links;
mod manifest;
mod metadata;
mod names;
mod tokens;

use bstr::{BString, ByteSlice};

use self::{
    hieradata::Hieradata,
    names::{MODULE, MODULES, PROFILE, PROFILES, ROLE, ROLES, class_name},
};
use super::Detector;
use crate::{
    inventory::{Component, Declarations, FileReader, Files, Found},
    text::printable_bytes,
};

pub(super) const DETECTOR: Detector = Detector {
    name: "puppet",
    kinds: &[MODULE, PROFILE, ROLE],
    find: |files, _| find(files),
    read: |component, reader, _| vec![read(component, reader)],
    link: links::link,
    ..Detector::PLAIN
};

fn find(files: &Files) -> Found {
    let mut modules = files.under(MODULES.as_bytes());
    if !modules.any(|at| files.get(at).path.ends_with(b".pp")) {
        return Found::default();
    }
    let mut components = Vec::new();
    let names = files.directly_in(MODULES).map(|(_, name)| name);
    for name in names.filter(|name| name.ends_with(b"/")) {
        components.push(module([MODULES.as_bytes(), name].concat().into(), files));
    }
    for (name, manifest) in classes(files, PROFILES) {
        components.push(component(PROFILE, name, manifest));
    }
    let mut hieradata = Hieradata::find(files);
    let roles_before = components.len();
    for (name, manifest) in classes(files, ROLES) {
        let own = hieradata.by_role.remove(&name).unwrap_or_default();
        let mut role = component(ROLE, name, manifest);
        role.paths.extend(own.iter().cloned());
        role.declares_in.splice(0..0, own);
        role.how_to_declare =
            Some("set `profile::contacts::role_contacts` in the role's hieradata");
        components.push(role);
    }
    let has_roles = components.len() > roles_before;
    Found {
        components,
        orphans: match has_roles {
            true => hieradata.orphans,
            // Without any role, the manifests are elsewhere.
            false => Vec::new(),
        },
    }
}

fn component(kind: &'static str, name: String, path: BString) -> Component {
    Component {
        declares_in: vec![path.clone()],
        needs_others: true,
        ..Component::new(kind, name, DETECTOR.name, path)
    }
}

/// Creates a module, which declares its owners in its `init.pp` and its metadata.
fn module(directory: BString, files: &Files) -> Component {
    let name = printable_bytes(&directory[MODULES.len()..directory.len() - 1]);
    let places = ["manifests/init.pp", metadata::FILE].into_iter();
    let paths = places.map(|place| BString::from([&directory, place.as_bytes()].concat()));
    Component {
        declares_in: paths
            .filter(|path| files.find(path.as_bstr()).is_some())
            .collect(),
        ..component(MODULE, name, directory)
    }
}

/// Returns the classes of the manifests in a directory, named without the module: `a/b.pp` is `a::b`.
fn classes(files: &Files, directory: &str) -> impl Iterator<Item = (String, BString)> {
    files.under(directory.as_bytes()).filter_map(move |at| {
        let path = files.get(at).path;
        let class = path[directory.len()..].strip_suffix(b".pp")?;
        Some((class_name(class.as_bstr()), path.to_owned()))
    })
}

fn read(mut component: Component, reader: &FileReader<'_>) -> (Component, Declarations) {
    let mut declarations = match component.kind {
        ROLE => hieradata::read(&component, reader),
        _ => Declarations::default(),
    };
    let is_manifest = |path: &&BString| path.ends_with(b".pp");
    for path in component.declares_in.iter().filter(is_manifest) {
        let Some(source) = manifest::open(reader, path.as_bstr(), &mut declarations) else {
            continue;
        };
        manifest::header(&source, &mut declarations);
        if component.kind != MODULE {
            component.hints = links::included(&source);
        }
    }
    let is_metadata = |path: &&BString| path.ends_with(metadata::FILE.as_bytes());
    for path in component.declares_in.iter().filter(is_metadata) {
        metadata::read(reader, path.as_bstr(), &mut declarations);
    }
    (component, declarations)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::{FileKind, FilesBuilder};

    #[test]
    fn roles_consist_of_manifest_and_hieradata() {
        let mut builder = FilesBuilder::default();
        for path in [
            "modules/role/manifests/a/b.pp",
            "modules/role/manifests/dev.pp",
            "modules/kafka/init.pp",
            "hieradata/role/eqiad/a/b.yaml",
            "hieradata/role/common/a/b.yaml",
            "hieradata/role/env/dev/a/b.yaml",
            "hieradata/role/common/removed.yaml",
        ] {
            builder.push(path.as_bytes(), FileKind::Regular);
        }
        let Found {
            components,
            orphans,
        } = find(&builder.build());
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
                "modules/role/manifests/a/b.pp",
            ]
        );
        let [orphan] = &orphans[..] else {
            panic!("{orphans:?}");
        };
        assert_eq!(orphan.name, "removed");
        assert_eq!(orphan.expected, "modules/role/manifests/removed.pp");
    }
}
