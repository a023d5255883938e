//! Kubernetes namespaces, whose owners also own what is deployed into them.

use std::collections::BTreeMap;

use super::{Declaration, Declarations, Effect, State};

/// The namespaces that a component defines, and into which it is deployed.
#[derive(Debug, Clone, Default)]
pub struct Namespaces {
    /// The names of the namespaces into which it is deployed, each once.
    uses: Vec<String>,
    /// The namespaces that it defines, with the declarations of their owners.
    defines: Vec<(String, Vec<Declaration>)>,
}

impl Namespaces {
    /// Adds a namespace into which the component is deployed.
    pub fn deployed_into(&mut self, name: Option<&str>) {
        if let Some(name) = name.filter(|name| !self.uses.iter().any(|known| known == name)) {
            self.uses.push(name.to_owned());
        }
    }

    /// Adds a namespace that the component defines, with the declarations of its owners.
    pub fn define(&mut self, name: &str, owners: &[Declaration]) {
        self.defines.push((name.to_owned(), owners.to_vec()));
    }
}

/// Adds the owners of namespaces to the declarations of what is deployed into them. Components with declarations of
/// their own keep them.
///
/// A namespace may be defined several times, for several clusters. If the definitions name different owners, nothing
/// inherits them: the repository does not show which cluster a component is deployed to.
pub fn inherit_from_namespaces(all: &mut [Declarations]) {
    let mut owners: BTreeMap<String, Option<Vec<Declaration>>> = BTreeMap::new();
    for (name, declared) in all.iter().flat_map(|it| &it.namespaces.defines) {
        if declared.is_empty() {
            continue;
        }
        owners
            .entry(name.clone())
            .and_modify(|known| {
                let is_same = known
                    .as_ref()
                    .is_some_and(|known| spellings(known) == spellings(declared));
                if !is_same {
                    *known = None;
                }
            })
            .or_insert_with(|| Some(declared.clone()));
    }
    for declarations in all {
        if declarations.state() != State::Missing {
            continue;
        }
        let inherited = declarations.namespaces.uses.iter();
        let inherited = inherited.filter_map(|name| owners.get(name)?.as_ref());
        let inherited = inherited.flatten().map(|declaration| Declaration {
            key: "namespace",
            effect: Effect::Owner,
            ..declaration.clone()
        });
        let inherited: Vec<Declaration> = inherited.collect();
        declarations.declarations.extend(inherited);
    }
}

fn spellings(declarations: &[Declaration]) -> Vec<&[String]> {
    let names = declarations.iter().flat_map(|it| &it.names);
    names.map(|name| &*name.spellings).collect()
}
