use std::sync::Arc;

use super::{MemberPath, Spanned};
use crate::pattern::Pattern;

/// What the map tells detectors.
#[derive(Debug, Default)]
pub struct Settings {
    /// Labels and annotations of Kubernetes resources that name an owner; none unless the map says so,
    /// since no key for that is common.
    pub owner_keys: Vec<String>,
    /// Where Kubernetes manifests lie, besides where they are looked for anyway.
    pub manifests: Vec<Spanned<Arc<Pattern>>>,
    /// Trees that were copied from elsewhere: what they declare is upstream's.
    pub vendored: Vec<Spanned<Arc<Pattern>>>,
    /// Kinds of components of the map's own.
    pub kinds: Vec<CustomKind>,
}

impl Settings {
    /// Whether detectors read the same out of the same files by these and by `other` settings.
    pub fn read_alike(&self, other: &Self) -> bool {
        // These two are asked before and after anything is read.
        let Self {
            owner_keys,
            manifests: _,
            vendored: _,
            kinds,
        } = self;
        let keys = |kind: &CustomKind| {
            let declared_by = kind.declared_by.as_ref();
            (kind.kind.value, declared_by.map(|it| it.key.clone()))
        };
        let keys = |kinds: &[CustomKind]| kinds.iter().map(keys).collect::<Vec<_>>();
        *owner_keys == other.owner_keys && keys(kinds) == keys(&other.kinds)
    }

    /// Whether the same components are found as with none.
    pub fn leave_finding_alone(&self) -> bool {
        self.owner_keys.is_empty() && self.manifests.is_empty() && self.kinds.is_empty()
    }
}

/// A kind of components that the map teaches: scattered paths with one name captured.
#[derive(Debug)]
pub struct CustomKind {
    /// What it is called; lives as long as the program, as the names of all kinds do.
    pub kind: Spanned<&'static str>,
    /// What each of its components consists of; at least one.
    pub members: Vec<Member>,
    /// Where they declare their owner.
    pub declared_by: Option<DeclaredBy>,
}

/// One of the places that a component of a custom kind consists of.
#[derive(Debug)]
pub struct Member {
    /// What the map calls it.
    pub name: Spanned<String>,
    /// Where it lies.
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
