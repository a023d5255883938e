use std::{collections::BTreeSet, sync::Arc};

use super::{MemberPath, OwnerKeys, Spanned};
use crate::pattern::Pattern;

/// The settings of detectors in the map.
#[derive(Debug, Default)]
pub struct Settings {
    /// The keys that name owners.
    pub owner_keys: OwnerKeys,
    /// Whether everything that is deployed into a Kubernetes namespace inherits the owner of the namespace.
    pub namespace_owner: bool,
    /// Paths of Kubernetes manifests, in addition to the default ones.
    pub manifests: Vec<Spanned<Arc<Pattern>>>,
    /// Paths of files with alerting rules, in addition to those with the usual extensions.
    pub rule_files: Vec<Spanned<Arc<Pattern>>>,
    /// Directories of vendored code, which declares the owners of its upstream.
    pub vendored: Vec<Spanned<Arc<Pattern>>>,
    /// The custom kinds of components.
    pub kinds: Vec<CustomKind>,
    /// The kinds of components that other entries of the map select.
    pub selected_kinds: BTreeSet<&'static str>,
}

impl Settings {
    /// Returns whether detectors read the same from the same files with these and with `other` settings.
    pub fn reads_same_as(&self, other: &Self) -> bool {
        // These do not affect how a file is read.
        let Self {
            owner_keys,
            namespace_owner,
            manifests: _,
            rule_files: _,
            vendored: _,
            kinds,
            selected_kinds: _,
        } = self;
        let keys = |kind: &CustomKind| {
            let declared_by = kind.declared_by.as_ref();
            let key = declared_by.map(|it| it.key.clone());
            (kind.repository.clone(), kind.kind.value, key)
        };
        let keys = |kinds: &[CustomKind]| kinds.iter().map(keys).collect::<Vec<_>>();
        *owner_keys == other.owner_keys
            && *namespace_owner == other.namespace_owner
            && keys(kinds) == keys(&other.kinds)
    }

    /// Returns the custom kinds in the repository with this name.
    pub fn kinds_of(&self, repository: &str) -> impl Iterator<Item = &CustomKind> {
        let is_in = move |kind: &&CustomKind| {
            let only = kind.repository.as_ref();
            only.is_none_or(|only| **only == *repository)
        };
        self.kinds.iter().filter(is_in)
    }

    /// Returns whether the same components are found as with the default settings, if the same kinds are needed.
    pub fn finds_same_as_default(&self) -> bool {
        self.owner_keys.is_empty()
            && !self.namespace_owner
            && self.manifests.is_empty()
            && self.rule_files.is_empty()
            && self.kinds.is_empty()
    }
}

/// A custom kind of components: paths that contain the name of the component.
#[derive(Debug)]
pub struct CustomKind {
    /// The only repository that has components of this kind, if the map restricts it.
    pub repository: Option<Arc<str>>,
    /// The name, `'static` as the names of all kinds.
    pub kind: Spanned<&'static str>,
    /// The members of each of its components; at least one.
    pub members: Vec<Member>,
    /// Where its components declare their owner.
    pub declared_by: Option<DeclaredBy>,
}

/// One of the paths of a component of a custom kind.
#[derive(Debug)]
pub struct Member {
    /// The name in the map.
    pub name: Spanned<String>,
    /// The path.
    pub path: Spanned<MemberPath>,
    /// Whether each component must have it.
    pub is_required: bool,
}

/// The value of a YAML file that names the owner of a component.
#[derive(Debug)]
pub struct DeclaredBy {
    /// The file.
    pub file: MemberPath,
    /// The keys that lead to the value, outermost first.
    pub key: Vec<String>,
}
