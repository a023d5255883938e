//! Custom kinds of the map: scattered paths in which one segment contains the name. A name with any of its required
//! members is a component; members of a name without any required member are orphans.

use std::collections::{BTreeMap, BTreeSet};

use bstr::{BString, ByteSlice};

use super::{Detector, declared::read_documents};
use crate::{
    config::{CustomKind, Settings},
    inventory::{Component, Declarations, Effect, FileReader, Files, Found, MissingMember, Orphan},
    pattern::PatternTree,
    text::printable_bytes,
};

pub(super) const DETECTOR: Detector = Detector {
    name: "custom",
    kinds: &[],
    find: |search| find(search.files, search.settings, search.repository()),
    read: |component, reader, settings| vec![read(component, reader, settings)],
    ..Detector::PLAIN
};

/// By name: the paths of each member of the kind.
type Members = BTreeMap<BString, Vec<BTreeSet<BString>>>;

fn find(files: &Files, settings: &Settings, repository: &str) -> Found {
    let mut found = Found::default();
    let kinds: Vec<&CustomKind> = settings.kinds_of(repository).collect();
    if kinds.is_empty() {
        return found;
    }
    let members = || {
        let kinds = kinds.iter().enumerate();
        kinds.flat_map(|(at, kind)| (0..).zip(&kind.members).map(move |(of, m)| (at, of, m)))
    };
    let all: Vec<_> = members().collect();
    let tree = PatternTree::new(all.iter().map(|(.., member)| member.path.value.pattern()));
    let mut walker = tree.walk();
    let mut names: Vec<Members> = kinds.iter().map(|_| Members::new()).collect();
    for file in files.iter() {
        walker.matches(file.path, file.is_directory(), |hits| {
            for hit in hits {
                let (kind, member, of) = all[*hit as usize];
                for (name, path) in of.path.value.members(file.path) {
                    let members = kinds[kind].members.len();
                    let of_name = names[kind]
                        .entry(name.to_owned())
                        .or_insert_with(|| vec![BTreeSet::new(); members]);
                    of_name[member].insert(path.to_owned());
                }
            }
        });
    }
    for (kind, names) in kinds.into_iter().zip(names) {
        for (name, members) in names {
            add(kind, &printable_bytes(&name), members, files, &mut found);
        }
    }
    found
}

fn add(
    kind: &CustomKind,
    name: &str,
    members: Vec<BTreeSet<BString>>,
    files: &Files,
    found: &mut Found,
) {
    let (required, optional): (Vec<_>, Vec<_>) = kind
        .members
        .iter()
        .zip(members)
        .partition(|(member, _)| member.is_required);
    let has = |of: &[(_, BTreeSet<BString>)]| of.iter().any(|(_, paths)| !paths.is_empty());
    if !required.is_empty() && !has(&required) {
        let expected = required[0].0.path.value.of(name);
        let paths = optional.into_iter().flat_map(|(_, paths)| paths);
        found.orphans.extend(paths.map(|path| Orphan {
            kind: kind.kind.value,
            name: name.to_owned(),
            path,
            expected: expected.clone(),
        }));
        return;
    }
    let missing = required.iter().filter(|(_, paths)| paths.is_empty());
    let missing = missing
        .map(|(member, _)| MissingMember {
            member: member.name.value.clone(),
            path: member.path.value.of(name),
        })
        .collect();
    let paths: Vec<BString> = required
        .into_iter()
        .chain(optional)
        .flat_map(|(_, paths)| paths)
        .collect();
    let Some(path) = paths.first().cloned() else {
        return;
    };
    let declares_in = kind.declared_by.iter().flat_map(|declared| {
        let parts = paths.iter();
        let paths = parts.flat_map(|part| files.at_path(part.as_bstr()));
        let paths = paths.map(|at| files.get(at).path.to_owned());
        paths.filter(move |path| {
            let mut members = declared.file.members(path.as_bstr());
            members.any(|(of, member)| printable_bytes(of) == name && member == path.as_bstr())
        })
    });
    let declares_in: Vec<BString> = declares_in.collect();
    found.components.push(Component {
        how_to_declare: (!declares_in.is_empty())
            .then_some("set the owner in the file named by `declared_by` in the map"),
        declares_in,
        paths,
        missing,
        ..Component::new(kind.kind.value, name.to_owned(), DETECTOR.name, path)
    });
}

fn read(
    component: Component,
    reader: &FileReader<'_>,
    settings: &Settings,
) -> (Component, Declarations) {
    let mut kinds = settings.kinds_of(&reader.links.content.repository);
    let kind = kinds.find(|kind| kind.kind.value == component.kind);
    let Some(declared_by) = kind.and_then(|kind| kind.declared_by.as_ref()) else {
        return (component, Declarations::default());
    };
    let declarations = read_documents(&component, reader, |file, document, declarations| {
        let mut keys = declared_by.key.iter();
        let problems = &mut declarations.problems;
        let mut node = document;
        let declaration = loop {
            let Some(key) = keys.next() else {
                break file.declaration(KEY, Effect::Owner, Some(node), problems);
            };
            if let (Some(tags), []) = (node.items(), keys.as_slice()) {
                break file.tag(KEY, key, tags, problems);
            }
            match node.get(key) {
                Some(value) => node = value,
                None => break None,
            }
        };
        declarations.declarations.extend(declaration);
    });
    (component, declarations)
}

/// The key of the map that names where owners are declared.
const KEY: &str = "declared_by";
