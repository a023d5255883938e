//! Backstage: the entities in `catalog-info.yaml`, and in all files that a location names. An entity names its owner in
//! `spec.owner`, as a reference to a group or a user.
//!
//! A location can also name files by URL, or by a path on the server of Backstage. Whether such files are in this
//! repository is unknown, so they are not followed.

use bstr::{BStr, ByteSlice};

use super::{
    Detector,
    catalog::{Catalog, Described, Named, disambiguate, text},
    declared::YamlFile,
    paths,
};
use crate::{
    inventory::{Declaration, Effect, Name, Problem},
    yaml::Node,
};

/// The detector.
pub const DETECTOR: Detector = Detector {
    name: "backstage",
    kinds: &["backstage-entity"],
    find: |search| CATALOG.find(&DETECTOR, search.files).into(),
    needles: &["backstage.io/"],
    follows_references: true,
    read: |component, reader, _| CATALOG.read(component, reader),
    link: |components, _| disambiguate(components, DETECTOR.kinds),
    ..Detector::PLAIN
};

const CATALOG: Catalog = Catalog {
    how_to_declare: "set `spec.owner`",
    names,
    targets,
    describe,
};

/// Returns whether a path may be a catalog file. `catalog-info.yaml` is in the directory that it describes. Catalogs
/// of many entities may have any name; files with `catalog` in their name are read even if no location names them.
fn names(path: &BStr) -> Option<Named> {
    match paths::file_name(paths::yaml_stem(path)?).as_bytes() {
        b"catalog-info" => Some(Named::InPlace),
        name => paths::contains_in_any_case(name, b"catalog").then_some(Named::Maybe),
    }
}

fn targets(document: &Node) -> Vec<&str> {
    let is_location = text(document.get("kind")).is_some_and(|kind| {
        let api = text(document.get("apiVersion")).unwrap_or_default();
        kind.eq_ignore_ascii_case("Location") && api.starts_with("backstage.io/")
    });
    let Some(spec) = document.get("spec").filter(|_| is_location) else {
        return Vec::new();
    };
    let several = spec.get("targets").and_then(|targets| targets.items());
    let targets = several.unwrap_or_default().iter();
    let targets = targets.chain(spec.get("target"));
    let targets = targets.filter_map(|target| text(Some(target)));
    // A path on the server begins with a slash, and `resolve` rejects it.
    targets.filter(|target| !target.contains("://")).collect()
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
        let name = file.name("spec.owner", owner, problems).map(reference);
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

/// Adds the name alone as a spelling of the reference `[kind:][namespace/]name`.
fn reference(mut name: Name) -> Name {
    let whole = name.spellings.first().cloned().unwrap_or_default();
    let (kind, rest) = whole.split_once(':').unwrap_or(("group", &whole));
    let (_, short) = rest.rsplit_once('/').unwrap_or(("", rest));
    name.may_be_person = kind.trim().eq_ignore_ascii_case("user");
    if !short.trim().is_empty() && short != whole {
        name.spellings.push(short.trim().to_owned());
    }
    name
}
