//! Backstage: the entities in `catalog-info.yaml`, and in all files that a location names. An entity names its owner in
//! `spec.owner`, as a reference to a group or a user.
//!
//! A location can also name files by URL, or by a path on the server of Backstage. Whether such files are in this
//! repository is unknown, so they are not followed. They may define further groups and users.

use std::sync::Arc;

use bstr::{BStr, ByteSlice};

use super::{
    Detector,
    catalog::{Catalog, Described, Named, Target, disambiguate, text},
    declared::YamlFile,
    paths,
};
use crate::{
    inventory::{
        CatalogPart, Declaration, Effect, Name, OwnerEntity, OwnerReference, Problem, Relation,
        RelationKind,
    },
    yaml::Node,
};

/// The detector.
pub const DETECTOR: Detector = Detector {
    name: "backstage",
    kinds: &["backstage-entity"],
    find: |search| CATALOG.find(&DETECTOR, search.files).into(),
    needles: &["backstage.io/", "catalog:"],
    follows_references: true,
    read: |component, reader, _| CATALOG.read(component, reader),
    link: |components, _, _| disambiguate(components, DETECTOR.kinds),
    ..Detector::PLAIN
};

const CATALOG: Catalog = Catalog {
    how_to_declare: "set `spec.owner`",
    names,
    targets,
    owners: Some(owners),
    describe,
};

/// Returns whether a path may be a catalog file. `catalog-info.yaml` is in the directory that it describes. Catalogs
/// of many entities may have any name; files with `catalog` in their name are read even if no location names them. The
/// configuration of Backstage, `app-config.yaml` and similar files, also contains locations.
fn names(path: &BStr) -> Option<Named> {
    match paths::file_name(paths::yaml_stem(path)?).as_bytes() {
        b"catalog-info" => Some(Named::InPlace),
        name => {
            let may_be =
                name.starts_with(b"app-config") || paths::contains_in_any_case(name, b"catalog");
            may_be.then_some(Named::Maybe)
        }
    }
}

/// Returns the paths in a location or in the configuration of Backstage, each with its value, and whether it may also
/// refer to something outside the repository.
fn location(document: &Node) -> (Vec<Target<'_>>, bool) {
    let is_location = text(document.get("kind")).is_some_and(|kind| {
        let api = text(document.get("apiVersion")).unwrap_or_default();
        kind.eq_ignore_ascii_case("Location") && api.starts_with("backstage.io/")
    });
    let catalog = document.get("catalog");
    let configured = catalog.and_then(|it| it.get("locations")?.items());
    let own = document.get("spec").filter(|_| is_location);
    let locations = own.into_iter().chain(configured.unwrap_or_default());
    // Providers read from identity providers and code hosts.
    let mut is_elsewhere = catalog
        .and_then(|it| it.get("providers"))
        .is_some_and(|providers| !providers.is_null());
    let mut paths = Vec::new();
    for location in locations {
        let several = location.get("targets").and_then(|targets| targets.items());
        let targets = several.unwrap_or_default().iter();
        let targets: Vec<_> = targets.chain(location.get("target")).collect();
        // A path on the server begins with a slash, and `resolve` rejects it.
        let is_path = |path: &str| !path.contains("://") && !path.starts_with('/');
        let local = targets.iter().map(|target| (text(Some(target)), *target));
        let local = local.filter_map(|(path, target)| Some((path?, target)));
        let local: Vec<_> = local.filter(|(path, _)| is_path(path)).collect();
        // Other types read from elsewhere, too.
        let is_file = text(location.get("type")).is_none_or(|of| ["file", "url"].contains(&of));
        is_elsewhere |= !is_file || local.len() < targets.len();
        // The backend runs in `packages/backend`, and its configuration is in the root of the project.
        paths.extend(local.into_iter().map(|(path, target)| match own {
            Some(_) => (path, target),
            None => (path.strip_prefix("../../").unwrap_or(path), target),
        }));
    }
    (paths, is_elsewhere)
}

fn targets(document: &Node) -> Vec<Target<'_>> {
    location(document).0
}

/// Adds the group or user in a document.
fn owners(file: &YamlFile, document: &Node, part: &mut CatalogPart) {
    part.is_partial |= location(document).1;
    let api = text(document.get("apiVersion")).unwrap_or_default();
    let kind = text(document.get("kind")).unwrap_or_default();
    let kind = kind.to_lowercase();
    if !api.starts_with("backstage.io/") || !["group", "user"].contains(&&*kind) {
        return;
    }
    let metadata = document.get("metadata");
    let in_metadata = |key| metadata.and_then(|metadata| metadata.get(key));
    let spec = document.get("spec");
    let profile = spec.and_then(|spec| spec.get("profile"));
    let in_profile = |key| text(profile.and_then(|profile| profile.get(key)));
    let namespace = text(in_metadata("namespace")).unwrap_or("default");
    let named = in_metadata("name").and_then(|node| Some((node, text(Some(node))?)));
    let entity = named.and_then(|(node, name)| {
        let itself = OwnerReference::parse(&format!("{kind}:{namespace}/{name}"), "", "")?;
        Some((node, name, itself.entity))
    });
    let Some((node, name, entity)) = entity else {
        // The name is filled in from a template.
        part.is_partial = true;
        return;
    };
    let mut relations = Vec::new();
    for (key, of, relation) in [
        ("parent", "group", RelationKind::Parent),
        ("children", "group", RelationKind::Child),
        ("members", "user", RelationKind::Member),
        ("memberOf", "group", RelationKind::MemberOf),
    ] {
        let value = spec.and_then(|spec| spec.get(key));
        let one = value.filter(|value| value.as_str().is_some());
        let several = value.and_then(|value| value.items()).unwrap_or_default();
        relations.extend(several.iter().chain(one).filter_map(|node| {
            let reference = OwnerReference::parse(text(Some(node))?, of, namespace)?;
            Some(Relation {
                kind: relation,
                entity: reference.entity,
                place: file.place(node),
            })
        }));
    }
    let titles = [text(in_metadata("title")), in_profile("displayName")];
    part.entities.push(OwnerEntity {
        entity,
        name: name.to_owned(),
        titles: titles.into_iter().flatten().map(str::to_owned).collect(),
        email: in_profile("email").map(str::to_owned),
        relations,
        place: file.place(node),
    });
}

fn describe(file: &YamlFile, document: &Node, problems: &mut Vec<Problem>) -> Vec<Described> {
    let api = text(document.get("apiVersion")).unwrap_or_default();
    let metadata = document.get("metadata");
    let (Some(kind), Some(metadata)) = (text(document.get("kind")), metadata) else {
        return Vec::new();
    };
    // Groups and users are owners, not owned; a location only refers to more entities.
    let owns = ["Group", "User", "Location"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(kind));
    let Some(name) =
        text(metadata.get("name")).filter(|_| !owns && api.starts_with("backstage.io/"))
    else {
        return Vec::new();
    };
    let namespace = text(metadata.get("namespace")).unwrap_or("default");
    let owner = document.get("spec").and_then(|spec| spec.get("owner"));
    let owner = owner.filter(|owner| !owner.is_null());
    let declaration = owner.map(|owner| {
        let name = file.name("spec.owner", owner, problems);
        let name = name.map(|name| reference(name, namespace));
        Declaration::new("owner", Effect::Owner, file.place(owner), name)
    });
    vec![Described {
        // Backstage writes `kind:namespace/name`, but in a selector, a colon ends the kind.
        name: Some(format!("{}/{namespace}/{name}", kind.to_lowercase())),
        covers_directory: kind.eq_ignore_ascii_case("Component"),
        declarations: declaration.into_iter().collect(),
        ..Described::default()
    }]
}

/// Adds the name alone as a spelling of the reference `[kind:][namespace/]name` from an entity in `namespace`.
fn reference(mut name: Name, namespace: &str) -> Name {
    let whole = name.spellings.first().cloned().unwrap_or_default();
    let (kind, rest) = whole.split_once(':').unwrap_or(("group", &whole));
    let (_, short) = rest.rsplit_once('/').unwrap_or(("", rest));
    name.may_be_person = kind.trim().eq_ignore_ascii_case("user");
    if !short.trim().is_empty() && short != whole {
        name.spellings.push(short.trim().to_owned());
    }
    let reference = OwnerReference::parse(&whole, "group", namespace);
    name.reference = reference.filter(|_| !name.is_template).map(Arc::new);
    name
}
