//! Playbooks of Ansible: YAML files with a list of plays. They have no key for an owner; the roles that they use are
//! hints. Only the content of a file shows that it is a playbook, so a file that is not valid YAML may be anything.
//!
//! Where Ansible looks for a role depends on its configuration, on environment variables and on the command line. Here, a
//! role is one in `roles/` next to the playbook or in a directory around it, or else the only role with this name. Roles
//! with names that are known only at run time, and roles of collections, are ignored.

use std::{collections::BTreeMap, sync::Arc};

use bstr::{BStr, BString, ByteSlice as _};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Detector,
    ansible::ROLE,
    catalog::{self, rename_duplicates},
    declared::YamlFile,
    paths::{YAML, directory, yaml_stem},
};
use crate::{
    inventory::{Component, Declarations, FileKind, FileReader, Files, Hint},
    text::{directory_around, printable_bytes},
    yaml::Node,
};

pub(super) const DETECTOR: Detector = Detector {
    name: "ansible-playbook",
    kinds: &["ansible-playbook"],
    find: |search| search.unlisted(&DETECTOR, find),
    has_unlisted: true,
    needles: &["hosts", "import_playbook"],
    read: |component, reader, _| read(component, reader).into_iter().collect(),
    link: |components, _, _| {
        rename_duplicates(components, DETECTOR.kinds, |component| {
            printable_bytes(&component.path)
        });
        link(components);
    },
    ..Detector::PLAIN
};

/// A key of a play besides `hosts`. Lists in other formats have `hosts`, too.
const PLAY: [&str; 13] = [
    "become",
    "become_user",
    "gather_facts",
    "handlers",
    "post_tasks",
    "pre_tasks",
    "remote_user",
    "roles",
    "serial",
    "strategy",
    "tasks",
    "vars_files",
    "vars_prompt",
];

/// The lists of tasks in a play.
const TASKS: [&str; 4] = ["handlers", "post_tasks", "pre_tasks", "tasks"];

/// The lists of tasks in a block of tasks.
const BLOCK: [&str; 3] = ["always", "block", "rescue"];

/// How deep blocks may be nested.
const DEPTH: usize = 16;

fn find(files: &Files) -> Vec<Component> {
    let files = files.ending_in(&YAML);
    let regular = files.filter(|file| file.kind != FileKind::Submodule);
    let components = regular.filter_map(|file| {
        Some(Component {
            is_listed: false,
            ..DETECTOR.in_file(DETECTOR.kinds[0], file.path, yaml_stem(file.path)?)
        })
    });
    components.collect()
}

fn read(component: Component, reader: &FileReader<'_>) -> Option<(Component, Declarations)> {
    let file = reader.read(component.path.as_bstr()).ok()?;
    let (file, _) = catalog::open(&file)?;
    let [document] = &file.documents[..] else {
        return None;
    };
    let plays = document.items().filter(|plays| !plays.is_empty())?;
    if !plays.iter().all(|play| is_play(play)) {
        return None;
    }
    let mut roles = Roles::default();
    for play in plays {
        let listed = play.get("roles").and_then(|roles| roles.items());
        for role in listed.unwrap_or_default() {
            let named = role.get("role").or_else(|| role.get("name"));
            roles.add(&file, named.unwrap_or(role));
        }
        for tasks in TASKS {
            roles.add_of_tasks(&file, play.get(tasks), DEPTH);
        }
    }
    let playbook = Component {
        needs_others: true,
        hints: roles.hints,
        ..component
    };
    Some((playbook, Declarations::default()))
}

fn is_play(node: &Node) -> bool {
    let of_play = || PLAY.iter().any(|key| node.get(key).is_some());
    let is_own = node.get("hosts").is_some() && of_play();
    is_own || builtin(node, "import_playbook").is_some()
}

/// Returns the value of a key that names something of Ansible itself.
fn builtin<'n>(node: &'n Node, name: &str) -> Option<&'n Arc<Node>> {
    let whole = format!("ansible.builtin.{name}");
    node.get(name).or_else(|| node.get(&whole))
}

/// The roles that a playbook uses, each once.
#[derive(Default)]
struct Roles {
    hints: Vec<Hint>,
    known: FxHashSet<String>,
}

impl Roles {
    /// Adds the role that a value names. Which component the role is becomes known when all components are.
    fn add(&mut self, file: &YamlFile, named: &Arc<Node>) {
        let Some(name) = catalog::text(Some(named)) else {
            return;
        };
        if self.known.insert(name.to_owned()) {
            self.hints.push(Hint {
                kind: ROLE,
                name: name.to_owned(),
                relation: "its role",
                is_user: false,
                place: Some(file.place(named)),
            });
        }
    }

    fn add_of_tasks(&mut self, file: &YamlFile, tasks: Option<&Arc<Node>>, depth: usize) {
        let items = tasks.and_then(|tasks| tasks.items());
        let (Some(tasks), Some(depth)) = (items, depth.checked_sub(1)) else {
            return;
        };
        for task in tasks {
            for key in ["include_role", "import_role"] {
                if let Some(name) = builtin(task, key).and_then(|role| role.get("name")) {
                    self.add(file, name);
                }
            }
            for key in BLOCK {
                self.add_of_tasks(file, task.get(key), depth);
            }
        }
    }
}

/// Replaces the names of roles in hints by those of components, and removes hints without one.
fn link(components: &mut [Component]) {
    let is_playbook = |of: &Component| of.kind == DETECTOR.kinds[0];
    if !components.iter().any(is_playbook) {
        return;
    }
    let roles = components.iter().filter(|of| of.kind == ROLE);
    let roles: BTreeMap<BString, String> =
        roles.map(|of| (of.path.clone(), of.name.clone())).collect();
    // By the ends of their paths: the names of roles, or `None` if several roles have the same end.
    let mut ends: FxHashMap<&BStr, Option<&String>> = FxHashMap::default();
    for (path, name) in &roles {
        let starts = path
            .find_iter("/")
            .map(|at| at + 1)
            .filter(|at| *at < path.len());
        for start in std::iter::once(0).chain(starts) {
            let one = ends.entry(path[start..].as_bstr());
            one.and_modify(|known| *known = None).or_insert(Some(name));
        }
    }
    for playbook in components.iter_mut().filter(|of| is_playbook(of)) {
        let path = playbook.path.as_bstr();
        playbook.hints.retain_mut(|hint| {
            let role = [hint.name.as_bytes(), b"/"].concat();
            let mut around = std::iter::successors(Some(directory(path)), |at| {
                (!at.is_empty()).then(|| directory_around(at))
            });
            let near = around.find_map(|at| {
                let role = [at.as_bytes(), b"roles/", &role].concat();
                roles.get(role.as_bstr())
            });
            let only = || ends.get(role.as_bstr()).copied().flatten();
            match near.or_else(only) {
                Some(name) => hint.name.clone_from(name),
                None => return false,
            }
            true
        });
    }
}
