//! The groups and users that Backstage catalogs define. Owners are references to them.

use std::{collections::BTreeMap, sync::Arc};

use super::{Component, Declarations, Name};
use crate::text::Place;

/// A reference to a group or a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerReference {
    /// The entity in lower case, as Backstage compares references: `group:default/shop`.
    pub entity: String,
    /// What else names the same owner, in groups of spellings. The spellings in the first group are the closest ones.
    /// They count only if the map does not know the name as written.
    pub spellings: Vec<Vec<String>>,
}

impl OwnerReference {
    /// Parses `[kind:][namespace/]name`. Returns `None` if the kind is neither a group nor a user.
    pub fn parse(text: &str, default_kind: &str, namespace: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        let (kind, rest) = text.split_once(':').unwrap_or((default_kind, &text));
        let default_namespace = namespace.to_lowercase();
        let (namespace, name) = rest.split_once('/').unwrap_or((&default_namespace, rest));
        let (kind, namespace, name) = (kind.trim(), namespace.trim(), name.trim());
        if !["group", "user"].contains(&kind) || namespace.is_empty() || name.is_empty() {
            return None;
        }
        let entity = format!("{kind}:{namespace}/{name}");
        let mut spellings = vec![entity.clone(), format!("{namespace}/{name}")];
        if namespace == "default" {
            spellings.push(format!("{kind}:{name}"));
        }
        Some(Self {
            entity,
            spellings: vec![spellings],
        })
    }

    /// Returns whether it refers to a user.
    pub fn is_user(&self) -> bool {
        is_user(&self.entity)
    }
}

/// Splits a reference in lower case, such as `group:default/shop`, into the kind and the name with its namespace.
pub fn kind_and_name(entity: &str) -> (&str, &str) {
    entity.split_once(':').unwrap_or(("group", entity))
}

/// Returns whether a reference in lower case leads to a user.
fn is_user(entity: &str) -> bool {
    kind_and_name(entity).0 == "user"
}

/// A group or a user.
#[derive(Debug, Clone)]
pub struct OwnerEntity {
    /// Itself, in lower case: `group:default/shop`.
    pub entity: String,
    /// The name, as written.
    pub name: String,
    /// The title and the display name.
    pub titles: Vec<String>,
    /// The email address.
    pub email: Option<String>,
    /// The groups and users to which it refers.
    pub relations: Vec<Relation>,
    /// The place of the name.
    pub place: Place,
}

/// A reference from a group or a user to another one.
#[derive(Debug, Clone)]
pub struct Relation {
    /// How the other one relates to it.
    pub kind: RelationKind,
    /// The other one, in lower case.
    pub entity: String,
    /// The place of the reference.
    pub place: Place,
}

/// How an entity relates to the one that refers to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelationKind {
    /// The group of which it is a part.
    Parent,
    /// A group that is a part of it.
    Child,
    /// A user in the group.
    Member,
    /// A group of the user.
    MemberOf,
}

impl OwnerEntity {
    /// Returns whether it is a user.
    pub fn is_user(&self) -> bool {
        is_user(&self.entity)
    }

    /// Returns the entities that have this relation to it.
    fn related(&self, kind: RelationKind) -> impl Iterator<Item = &str> {
        let relations = self.relations.iter();
        let relations = relations.filter(move |relation| relation.kind == kind);
        relations.map(|relation| relation.entity.as_str())
    }

    /// Returns its names apart from references to it.
    fn spellings(&self) -> Vec<String> {
        let names = std::iter::once(&self.name).chain(&self.titles);
        names.chain(&self.email).cloned().collect()
    }
}

/// What a file states about groups and users.
#[derive(Debug, Clone, Default)]
pub struct CatalogPart {
    /// The groups and users that it defines.
    pub entities: Vec<OwnerEntity>,
    /// Whether more groups and users may come from elsewhere: another repository, a file that could not be read, or an
    /// identity provider.
    pub is_partial: bool,
}

impl CatalogPart {
    /// Returns whether it states nothing.
    pub fn is_empty(&self) -> bool {
        self.entities.is_empty() && !self.is_partial
    }
}

/// All groups and users that the catalog files in a repository define.
#[derive(Debug, Default)]
pub struct OwnerCatalog {
    /// The first definition of each entity.
    entities: BTreeMap<String, OwnerEntity>,
    /// Whether more groups and users may come from elsewhere.
    pub is_partial: bool,
}

impl OwnerCatalog {
    /// Takes the groups and users from what was read, and removes the components that only carry them. Names that refer
    /// to a group or user get its other names.
    pub(super) fn take(read: &mut Vec<(Component, Declarations)>) -> Self {
        let mut catalog = Self::default();
        read.retain_mut(|(component, declarations)| {
            let part = std::mem::take(&mut declarations.catalog);
            let is_carrier = component.paths.is_empty() && !part.is_empty();
            catalog.is_partial |= part.is_partial;
            for entity in part.entities {
                let key = entity.entity.clone();
                catalog.entities.entry(key).or_insert(entity);
            }
            !is_carrier
        });
        if !catalog.entities.is_empty() {
            let all = read.iter_mut().map(|(_, of)| &mut of.declarations);
            let names = all.flatten().flat_map(|declaration| &mut declaration.names);
            for name in names {
                catalog.describe(name);
            }
        }
        catalog
    }

    /// Returns the group or user to which a reference in lower case leads.
    pub fn get(&self, entity: &str) -> Option<&OwnerEntity> {
        self.entities.get(entity)
    }

    /// Returns all groups and users, sorted by reference.
    pub fn iter(&self) -> impl Iterator<Item = &OwnerEntity> {
        self.entities.values()
    }

    /// Returns whether a group or user, as a reference in lower case, certainly does not exist: `catalogs` define others of
    /// its kind, and refer to nothing outside their repositories.
    pub fn lack(catalogs: &[&Self], entity: &str) -> bool {
        let is_user = is_user(entity);
        let has_kind = || {
            let mut entities = catalogs.iter().flat_map(|catalog| catalog.iter());
            entities.any(|of| of.is_user() == is_user)
        };
        !catalogs.iter().any(|catalog| catalog.is_partial)
            && catalogs.iter().all(|catalog| catalog.get(entity).is_none())
            && has_kind()
    }

    /// Returns the group of which a group is a part.
    pub fn parent(&self, group: &OwnerEntity) -> Option<&OwnerEntity> {
        let parent = group.related(RelationKind::Parent).next();
        let parent = parent.and_then(|parent| self.get(parent));
        parent.or_else(|| {
            let is_child = |of: &&OwnerEntity| {
                let mut children = of.related(RelationKind::Child);
                children.any(|child| child == group.entity)
            };
            self.iter().find(is_child)
        })
    }

    /// Returns the groups of a user that are defined.
    pub fn groups_of(&self, user: &OwnerEntity) -> Vec<&OwnerEntity> {
        let is_named = |group: &OwnerEntity| {
            let mut groups = user.related(RelationKind::MemberOf);
            let mut members = group.related(RelationKind::Member);
            groups.any(|of| of == group.entity) || members.any(|member| member == user.entity)
        };
        self.iter().filter(|group| is_named(group)).collect()
    }

    /// Adds the other names of the group or user to which a name refers. For a user in a single group, these are also
    /// the names of the group. If a user is in several groups, the catalog does not show for which one they own
    /// something.
    fn describe(&self, name: &mut Name) {
        let Some(reference) = &mut name.reference else {
            return;
        };
        let Some(entity) = self.get(&reference.entity) else {
            return;
        };
        let reference = Arc::make_mut(reference);
        reference.spellings.push(entity.spellings());
        if entity.is_user()
            && let [group] = self.groups_of(entity)[..]
        {
            let exact = OwnerReference::parse(&group.entity, "group", "default");
            let exact = exact.into_iter().flat_map(|it| it.spellings).flatten();
            reference.spellings.push(vec![group.name.clone()]);
            reference
                .spellings
                .push(exact.chain(group.spellings()).collect());
        }
    }
}
