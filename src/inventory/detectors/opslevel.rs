//! OpsLevel: `opslevel.yml` (never `.yaml`) names the owner of a component, formerly called a
//! service, or of the repository.

use super::{
    Detector,
    catalog::{Catalog, Described, Named, disambiguate, text},
    declared::YamlFile,
    paths,
};
use crate::{
    inventory::{Effect, Problem},
    yaml::Node,
};

pub(super) const DETECTOR: Detector = Detector {
    name: "opslevel",
    kinds: &["opslevel"],
    find: |search| CATALOG.find(&DETECTOR, search.files).into(),
    read: |component, content, _| CATALOG.read(component, content),
    link: |components, _, _| disambiguate(components, DETECTOR.kinds),
    ..Detector::PLAIN
};

const CATALOG: Catalog = Catalog {
    how_to_declare: "set `owner`",
    names: |path| paths::is_named(path, "opslevel.yml").then_some(Named::InPlace),
    targets: |_| Vec::new(),
    owners: None,
    describe,
};

fn describe(file: &YamlFile, document: &Node, problems: &mut Vec<Problem>) -> Vec<Described> {
    let mut all = Vec::new();
    for key in ["component", "service", "repository"] {
        if let Some(node) = document.get(key).filter(|node| node.entries().is_some()) {
            let owner = file.declaration("owner", Effect::Owner, node.get("owner"), problems);
            all.push(Described {
                name: text(node.get("name")).map(str::to_owned),
                covers_directory: true,
                declarations: owner.into_iter().collect(),
                ..Described::default()
            });
        }
    }
    all
}
