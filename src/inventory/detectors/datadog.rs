//! Datadog's software catalog: `service.datadog.yaml` (schema v2 to v2.2) names the `team`,
//! `entity.datadog.yaml` (schema v3) the `metadata.owner` and `additionalOwners`.

use std::sync::Arc;

use bstr::ByteSlice;

use super::{
    Detector,
    catalog::{Catalog, Described, Named, disambiguate, text},
    declared::YamlFile,
    paths,
};
use crate::{
    inventory::{Declaration, Effect, Problem},
    yaml::Node,
};

pub(super) const DETECTOR: Detector = Detector {
    name: "datadog",
    kinds: &["datadog-service"],
    find: |search| CATALOG.find(&DETECTOR, search.files).into(),
    read: |component, reader, _| CATALOG.read(component, reader),
    link: |components, _, _| disambiguate(components, DETECTOR.kinds),
    ..Detector::PLAIN
};

const CATALOG: Catalog = Catalog {
    how_to_declare: "set `team`, or `metadata.owner` in a v3 entity",
    names: |path| match paths::file_name(paths::yaml_stem(path)?).as_bytes() {
        b"service.datadog" | b"entity.datadog" => Some(Named::InPlace),
        _ => None,
    },
    targets: |_| Vec::new(),
    owners: None,
    describe,
};

fn describe(file: &YamlFile, document: &Node, problems: &mut Vec<Problem>) -> Vec<Described> {
    let described = |name: Option<String>, declarations: Vec<Declaration>| Described {
        name,
        covers_directory: true,
        declarations,
        ..Described::default()
    };
    if let Some(service) = document.get("dd-service") {
        // For a while, `dd-team` was meant to replace it.
        let team = document.get("team").filter(|team| !team.is_null());
        let team = team.or_else(|| document.get("dd-team"));
        let team = file.declaration("team", Effect::Owner, team, problems);
        let name = text(Some(service)).map(str::to_owned);
        return vec![described(name, team.into_iter().collect())];
    }
    let (Some(_), Some(metadata)) = (document.get("apiVersion"), document.get("metadata")) else {
        return Vec::new();
    };
    let owner = metadata.get("owner");
    let mut declarations =
        Vec::from_iter(file.declaration("owner", Effect::Owner, owner, problems));
    let additional = metadata.get("additionalOwners");
    let additional = additional.and_then(|list| Some((list, list.items()?)));
    if let Some((list, items)) = additional.filter(|(_, items)| !items.is_empty()) {
        let name = |item: &Arc<Node>| file.name("additionalOwners", item.get("name")?, problems);
        let names = items.iter().filter_map(name);
        let (effect, place) = (Effect::Owner, file.place(list));
        declarations.push(Declaration::new("additionalOwners", effect, place, names));
    }
    let name = text(metadata.get("name"));
    let name = name.map(|name| match text(document.get("kind")) {
        None | Some("service") => name.to_owned(),
        Some(kind) => format!("{kind}/{name}"),
    });
    vec![described(name, declarations)]
}
