//! Puppet: modules, profiles and roles. A role consists of its manifest, all hieradata files that its name selects, and
//! the hieradata of the machines to which only this role is assigned. It declares its owners in
//! `profile::contacts::role_contacts`. The comment at the top of a manifest and the metadata of a module may name owners
//! too. Classes that include a class are hints for its owner.
//!
//! `system::role` describes a role to users who log in; it does not name an owner.

mod environment;
mod hieradata;
mod links;
mod manifest;
mod metadata;
mod names;
mod puppetfile;
mod short_host_names;
mod site;
mod tokens;

use bstr::{BStr, BString, ByteSlice};
use rustc_hash::{FxHashMap, FxHashSet};

use self::{
    environment::Environment,
    hieradata::Hieradata,
    names::{MODULE, MODULES, PROFILE, PROFILES, ROLE, ROLES, class_name},
    site::Site,
};
use super::{Detector, Lookup, paths::directory_name};
use crate::{
    inventory::{Component, Declarations, FileReader, Files, Found, FoundHost, Search},
    text::{directory_around, printable_bytes},
};

pub(super) const DETECTOR: Detector = Detector {
    name: "puppet",
    kinds: &[MODULE, PROFILE, ROLE],
    find,
    read: |component, reader, _| vec![read(component, reader)],
    link: |components, _, _| links::link(components),
    lookup: Lookup {
        hosts: Hosts::read,
        ..Lookup::NONE
    },
    ..Detector::PLAIN
};

fn find(search: &Search<'_>) -> Found {
    let mut found = Found::default();
    let environments = Environment::find(search, &mut found.problems);
    // What a module contains below are examples and tests.
    if environments[0].modules.is_empty() && is_module(search.files) {
        found
            .components
            .push(module(BString::default(), search.files));
        return found;
    }
    for environment in &environments {
        add(environment, search, &mut found);
    }
    // Environments can share modules.
    let mut paths: FxHashSet<(&str, BString)> = FxHashSet::default();
    let components = &mut found.components;
    components.retain(|of| paths.insert((of.kind, of.path.clone())));
    // Puppet loads the first of several classes or modules with the same name.
    let mut known: FxHashSet<(&str, String)> = FxHashSet::default();
    for component in &mut found.components {
        if !known.insert((component.kind, component.name.clone())) {
            let path = component.path.as_slice();
            let path = path.strip_suffix(b".pp").or(path.strip_suffix(b"/"));
            component.name = printable_bytes(path.unwrap_or(&component.path));
        }
    }
    found
}

/// The roles of machines in the main manifest of each environment.
#[derive(Debug, Default)]
pub struct Hosts(Vec<Site>);

impl Hosts {
    fn read(search: &Search<'_>) -> Self {
        // The checks report problems with reading these files.
        let mut problems = Vec::new();
        let environments = Environment::find(search, &mut problems);
        let sites = environments.iter();
        Self(
            sites
                .map(|environment| Site::read(environment, search, &mut problems))
                .collect(),
        )
    }

    /// Returns the names of machines in node definitions.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(Site::names)
    }

    /// Returns the machines with a name, and their roles.
    pub fn named(&self, name: &str) -> Vec<FoundHost> {
        self.0.iter().flat_map(|site| site.hosts(name)).collect()
    }
}

/// Returns whether the repository is a single module.
fn is_module(files: &Files) -> bool {
    let is_file = |path: &str| files.find(path.into()).is_some();
    is_file(metadata::FILE) && is_file("manifests/init.pp")
}

/// Adds the components of an environment.
fn add(environment: &Environment, search: &Search<'_>, found: &mut Found) {
    let files = search.files;
    let installed = puppetfile::installed(environment, search, &mut found.problems);
    let start = found.components.len();
    for modules in &environment.modules {
        for (_, name) in files.directly_in(modules) {
            let path: BString = [modules, name.as_bytes()].concat().into();
            // A directory of modules can be inside another.
            let mut others = environment.modules.iter();
            if name.ends_with(b"/") && !others.any(|other| other.starts_with(&path)) {
                found.components.push(module(path, files));
            }
        }
    }
    let mut elsewhere: Vec<&BString> = installed.iter().collect();
    elsewhere.retain(|path| {
        let has = |part: &str| files.any_under(&[path.as_bytes(), part.as_bytes()].concat());
        let mut known = environment.modules.iter();
        let is_known = known.any(|it| *it == directory_around(path.as_bstr()));
        !is_known && (has("manifests/") || has(metadata::FILE))
    });
    elsewhere.sort_unstable();
    let elsewhere = elsewhere.into_iter().cloned();
    found
        .components
        .extend(elsewhere.map(|path| module(path, files)));
    for (name, manifest, _) in classes(files, environment, PROFILES) {
        found.components.push(component(PROFILE, name, manifest));
    }
    add_roles(environment, search, found);
    for component in &mut found.components[start..] {
        let mut installed = installed.iter();
        component.is_vendored = installed.any(|module| component.path.starts_with(module));
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
    let around = directory_around(directory.as_bstr());
    let name = directory_name(directory[around.len()..].as_bstr(), "");
    let places = ["manifests/init.pp", metadata::FILE].into_iter();
    let paths = places.map(|place| BString::from([&directory, place.as_bytes()].concat()));
    Component {
        declares_in: paths
            .filter(|path| files.find(path.as_bstr()).is_some())
            .collect(),
        ..component(MODULE, name, directory)
    }
}

/// Adds the roles of an environment, with their hieradata.
fn add_roles(environment: &Environment, search: &Search<'_>, found: &mut Found) {
    let files = search.files;
    let mut hieradata = Hieradata::find(files, environment);
    let has_hieradata = !hieradata.by_role.is_empty();
    let roles: Vec<(String, BString, &BString)> = classes(files, environment, ROLES).collect();
    if roles.is_empty() {
        // Without any role, the manifests are elsewhere.
        return;
    }
    let site = Site::read(environment, search, &mut found.problems);
    let hosts = hieradata::hosts(files, environment);
    let names: Vec<&BStr> = hosts.iter().map(|(host, _)| host.as_bstr()).collect();
    let mut by_role: FxHashMap<&str, Vec<BString>> = FxHashMap::default();
    for (role, (_, path)) in site.roles_of(&names).into_iter().zip(&hosts) {
        if let Some(role) = role {
            by_role.entry(role).or_default().push(path.clone());
        }
    }
    for (name, manifest, modules) in roles {
        let own = hieradata.by_role.remove(&name).unwrap_or_default();
        let is_assigned = site.roles.contains(&name);
        let hosts = by_role.remove(&*name).unwrap_or_default();
        let mut role = component(ROLE, name, manifest);
        role.paths.extend(own.iter().cloned().chain(hosts));
        role.missing_file = hieradata.common_file(&role.name);
        role.missing_file.take_if(|path| own.contains(path));
        role.declares_in.splice(0..0, own);
        role.in_use = (is_assigned || site.is_complete).then_some(is_assigned);
        // Elsewhere, only some repositories have hieradata of roles.
        if has_hieradata || modules == MODULES {
            role.how_to_declare =
                Some("set `profile::contacts::role_contacts` in the role's hieradata");
        }
        found.components.push(role);
    }
    found.orphans.extend(hieradata.orphans);
}

/// Returns the classes of the manifests in a directory of each directory of modules, which is the last value. They are
/// named without the module: `a/b.pp` is `a::b`.
fn classes<'e>(
    files: &Files,
    environment: &'e Environment,
    manifests: &'static str,
) -> impl Iterator<Item = (String, BString, &'e BString)> {
    environment.modules.iter().flat_map(move |modules| {
        let directory = [modules, manifests.as_bytes()].concat();
        let classes = files.under(&directory).filter_map(move |at| {
            let path = files.get(at).path;
            let class = path[directory.len()..].strip_suffix(b".pp")?;
            Some((class_name(class.as_bstr()), path.to_owned(), modules))
        });
        classes.collect::<Vec<_>>()
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
    for path in component.declares_in.clone().iter().filter(is_metadata) {
        let name = metadata::read(reader, path.as_bstr(), &mut declarations);
        // Elsewhere, Puppet knows a module by the name of its directory.
        if let Some(name) = name.filter(|_| component.path.is_empty()) {
            component.name = name;
        }
    }
    (component, declarations)
}
