//! The hieradata of roles: which files belong to which role, and the owners that they declare.

use std::collections::{BTreeMap, BTreeSet};

use bstr::{BString, ByteSlice};

use super::{
    environment::Environment,
    names::{MODULES, ROLE, ROLES, class_name},
};
use crate::{
    inventory::{
        Component, Declaration, Declarations, Effect, FileReader, Files, Name, Orphan, Problem,
        detectors::declared::YamlFile,
    },
    text::{printable_bytes, quoted},
    yaml::{Entry, Node},
};

const CONTACTS: &str = "profile::contacts::role_contacts";

const HIERADATA: &str = "hieradata/role/";

/// The level of the hieradata that applies everywhere.
const COMMON: &[u8] = b"common/";

/// The usual directories for the hieradata of machines.
const HOSTS: [&str; 4] = [
    "hieradata/hosts/",
    "hieradata/nodes/",
    "data/hosts/",
    "data/nodes/",
];

/// Returns the hieradata files of machines in an environment, each with the name of the machine.
pub(super) fn hosts(files: &Files, environment: &Environment) -> Vec<(BString, BString)> {
    let directories = HOSTS.iter().map(|hosts| environment.path(hosts));
    let hosts = directories.flat_map(|directory| {
        let names = files.directly_in(directory.clone());
        names.filter_map(move |(_, name)| {
            let host = name.strip_suffix(b".yaml")?;
            Some((host.into(), [&directory, name.as_bytes()].concat().into()))
        })
    });
    hosts.collect()
}

/// The hieradata files of roles.
#[derive(Default)]
pub(super) struct Hieradata {
    /// The files by role: common ones first, then the others by level.
    pub by_role: BTreeMap<String, Vec<BString>>,
    /// The files of roles that do not exist.
    pub orphans: Vec<Orphan>,
    /// The directory of the files that apply everywhere, if there is one.
    common: Option<BString>,
}

impl Hieradata {
    /// Finds all hieradata files of roles in an environment.
    pub fn find(files: &Files, environment: &Environment) -> Self {
        let is_role = |class: &[u8]| {
            environment.modules.iter().any(|modules| {
                let manifest = [modules, ROLES.as_bytes(), class, b".pp"].concat();
                files.find(manifest.as_bstr()).is_some()
            })
        };
        let root = environment.path(HIERADATA);
        let mut all = Self::default();
        let mut levels: BTreeSet<&[u8]> = BTreeSet::new();
        let mut others: Vec<&[u8]> = Vec::new();
        let mut add = |below: &[u8], class: &[u8]| {
            let path = [&root, below, b".yaml"].concat();
            let paths = all.by_role.entry(class_name(class.as_bstr())).or_default();
            paths.push(path.into());
        };
        for at in files.under(&root) {
            let path = files.get(at).path;
            let Some(below) = path[root.len()..].strip_suffix(b".yaml") else {
                continue;
            };
            match below.split_once_str("/") {
                Some((level, class)) if is_role(class) => {
                    levels.insert(level);
                    add(below, class);
                }
                _ => others.push(below),
            }
        }
        // A level is usually one directory. A directory that is not a level for any of its files may contain levels
        // (`env/dev`).
        let single: BTreeSet<&[u8]> = levels.clone();
        let mut unknown: Vec<&[u8]> = Vec::new();
        for below in others {
            let mut slashes = below.find_iter("/");
            let (first, second) = (slashes.next(), slashes.next());
            match first.zip(second) {
                Some((first, second))
                    if !single.contains(&below[..first]) && is_role(&below[second + 1..]) =>
                {
                    levels.insert(&below[..second]);
                    add(below, &below[second + 1..]);
                }
                _ => unknown.push(below),
            }
        }
        let common = BString::from([&root[..], COMMON].concat());
        let is_not_common = |path: &BString| !path.starts_with(&common);
        for paths in all.by_role.values_mut() {
            paths.sort_unstable_by(|a, b| (is_not_common(a), a).cmp(&(is_not_common(b), b)));
        }
        let orphans = unknown.into_iter();
        let modules = environment.modules.first();
        let modules = modules.map_or(MODULES.into(), |modules| printable_bytes(modules));
        let orphan = |below| orphan(&root, below, &modules, &levels);
        all.orphans = orphans.filter_map(orphan).collect();
        all.common = Some(common).filter(|common| files.any_under(common));
        all
    }

    /// Returns the file of a role that applies everywhere, whether or not it exists.
    pub fn common_file(&self, role: &str) -> Option<BString> {
        let common = self.common.as_ref()?;
        let name = role.replace("::", "/") + ".yaml";
        Some([&common[..], name.as_bytes()].concat().into())
    }
}

/// Returns the orphan for a file of a role that does not exist. The files of existing roles show the length of its
/// level.
fn orphan(root: &BString, below: &[u8], modules: &str, levels: &BTreeSet<&[u8]>) -> Option<Orphan> {
    let slashes: Vec<usize> = below.find_iter("/").take(2).collect();
    let by_level = slashes
        .iter()
        .find(|slash| levels.contains(&below[..**slash]));
    let slash = by_level.or(slashes.first())?;
    let class = below[slash + 1..].as_bstr();
    Some(Orphan {
        kind: ROLE,
        name: class_name(class),
        path: [root, below, b".yaml"].concat().into(),
        expected: format!("{modules}{ROLES}{}.pp", printable_bytes(class)),
    })
}

/// Returns the owners that the hieradata of a role declares.
pub(super) fn read(role: &Component, reader: &FileReader<'_>) -> Declarations {
    let mut declarations = Declarations::default();
    // The values of all levels are merged, so a site can add owners.
    for path in role
        .declares_in
        .iter()
        .filter(|path| path.ends_with(b".yaml"))
    {
        let Some(file) = YamlFile::open(reader, path.as_bstr(), &mut declarations) else {
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
        let problems = &mut declarations.problems;
        let Some(last) = declaration(&file, Effect::Owner, value, problems) else {
            continue;
        };
        declarations.declarations.push(last);
        for earlier in &entries[..entries.len().saturating_sub(1)] {
            // Problems in an overridden value do not matter.
            let earlier = declaration(&file, Effect::Overridden, &earlier.value, &mut Vec::new());
            declarations.declarations.extend(earlier);
        }
    }
    declarations
}

fn declaration(
    file: &YamlFile,
    effect: Effect,
    value: &Node,
    problems: &mut Vec<Problem>,
) -> Option<Declaration> {
    let names: Vec<Name> = match value.items() {
        Some(items) => items
            .iter()
            .flat_map(|item| file.names(CONTACTS, item, problems))
            .collect(),
        None => {
            let mut problem = file.not_a_list(CONTACTS, value);
            if let Some(text) = value.as_str() {
                problem.help = Some(format!("write {}", quoted(format!("['{text}']"))));
            }
            problems.push(problem);
            let names = file.names(CONTACTS, value, &mut Vec::new());
            if names.is_empty() {
                return None;
            }
            names
        }
    };
    let place = file.place(value);
    Some(Declaration::new("role_contacts", effect, place, names))
}
