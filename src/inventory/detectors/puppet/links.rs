//! Which classes include which.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    manifest,
    names::{MODULE, PROFILE, ROLE},
    tokens::tokens,
};
use crate::{
    inventory::{Component, Hint},
    text::{Place, Source},
};

/// The relation of hints between reading and linking: the class includes the other component.
const INCLUDES: &str = "includes";

/// The relation of hints after linking: the other component includes the class.
const INCLUDED_BY: &str = "includes it";

/// Returns what a manifest includes, each once, whether or not it exists.
pub(super) fn included(source: &Arc<Source>) -> Vec<Hint> {
    let mut known: FxHashSet<(&str, &str)> = FxHashSet::default();
    manifest::names(&tokens(source.text()))
        .named
        .into_iter()
        .filter_map(|named| {
            let (kind, name) = component_of(named.name);
            known.insert((kind, name)).then(|| Hint {
                kind,
                name: name.to_owned(),
                relation: INCLUDES,
                is_user: false,
                place: Some(Place::Text(Arc::clone(source), named.span)),
            })
        })
        .collect()
}

/// Returns the component that a class belongs to.
fn component_of(class: &str) -> (&'static str, &str) {
    match class.split_once("::") {
        Some(("role", name)) => (ROLE, name),
        Some(("profile", name)) => (PROFILE, name),
        Some((module, _)) => (MODULE, module),
        None => (MODULE, class),
    }
}

/// Turns the includes of classes into hints of the included components. Included roles are in use.
pub(super) fn link(components: &mut [Component]) {
    let mut hints: FxHashMap<(&str, String), Vec<Hint>> = FxHashMap::default();
    let is_ours = |of: &&mut Component| [MODULE, PROFILE, ROLE].contains(&of.kind);
    for component in components.iter_mut().filter(is_ours) {
        for included in std::mem::take(&mut component.hints) {
            if (included.kind, &included.name) == (component.kind, &component.name) {
                continue;
            }
            let of = hints.entry((included.kind, included.name)).or_default();
            of.push(Hint {
                kind: component.kind,
                name: component.name.clone(),
                relation: INCLUDED_BY,
                is_user: true,
                place: included.place,
            });
        }
    }
    for component in components.iter_mut().filter(is_ours) {
        if let Some(hints) = hints.remove(&(component.kind, component.name.clone())) {
            component.hints = hints;
        }
    }
    let roles = components.iter_mut().filter(|of| of.kind == ROLE);
    for role in roles.filter(|role| !role.hints.is_empty()) {
        role.in_use = Some(true);
    }
}
