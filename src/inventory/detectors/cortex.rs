//! Cortex: `cortex.yaml` and the files in `.cortex/catalog/` are OpenAPI files that name their owners under `info`, in
//! `x-cortex-owners`.

use std::sync::LazyLock;

use bstr::Finder;

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

pub(super) const DETECTOR: Detector = Detector {
    name: "cortex",
    kinds: &["cortex"],
    find: |search| CATALOG.find(&DETECTOR, search.files).into(),
    // The configuration file of another program has the same name.
    needles: &["x-cortex-"],
    read: |component, reader, _| CATALOG.read(component, reader),
    link: |components, _, _| disambiguate(components, DETECTOR.kinds),
    ..Detector::PLAIN
};

static IN_CATALOG: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("/.cortex/catalog/"));

const CATALOG: Catalog = Catalog {
    how_to_declare: "add `x-cortex-owners`",
    names: |path| {
        let is_in_catalog =
            || path.starts_with(b".cortex/catalog/") || IN_CATALOG.find(path).is_some();
        match paths::is_named(paths::yaml_stem(path)?, "cortex") {
            true => Some(Named::InPlace),
            false => is_in_catalog().then_some(Named::Maybe),
        }
    },
    targets: |_| Vec::new(),
    owners: None,
    describe,
};

const OWNERS: &str = "x-cortex-owners";

fn describe(file: &YamlFile, document: &Node, problems: &mut Vec<Problem>) -> Vec<Described> {
    let Some(info) = document.get("info").filter(|info| {
        let entries = info.entries().unwrap_or_default();
        let keys = entries.iter().filter_map(|entry| entry.key.as_str());
        keys.into_iter().any(|key| key.starts_with("x-cortex-"))
    }) else {
        return Vec::new();
    };
    // Teams are owners, not owned.
    if text(info.get("x-cortex-type")) == Some("team") {
        return Vec::new();
    }
    vec![Described {
        name: text(info.get("x-cortex-tag")).map(str::to_owned),
        covers_directory: true,
        declarations: owners(file, info, problems),
        ..Described::default()
    }]
}

fn owners(file: &YamlFile, info: &Node, problems: &mut Vec<Problem>) -> Vec<Declaration> {
    let Some(value) = info.get(OWNERS).filter(|value| !value.is_null()) else {
        return Vec::new();
    };
    let Some(items) = value.items() else {
        problems.push(file.not_a_list(OWNERS, value));
        return Vec::new();
    };
    let declaration = |effect, names| Declaration::new(OWNERS, effect, file.place(value), names);
    let (mut owners, mut channels): (Vec<Name>, Vec<Name>) = (Vec::new(), Vec::new());
    for item in items {
        let kind = text(item.get("type")).unwrap_or("group");
        let named = ["name", "email", "channel"].map(|key| item.get(key));
        let named = named.into_iter().flatten().next().unwrap_or(item);
        let Some(mut name) = file.name(OWNERS, named, problems) else {
            continue;
        };
        // Groups of a forge are written `organization/team`.
        let whole = name.spellings.first();
        let short = whole.and_then(|whole| Some(whole.rsplit_once('/')?.1.to_owned()));
        name.spellings
            .extend(short.filter(|short| !short.is_empty()));
        name.may_be_person = kind.eq_ignore_ascii_case("email");
        // A chat channel is only a hint.
        match kind.eq_ignore_ascii_case("slack") {
            true => channels.push(name),
            false => owners.push(name),
        }
    }
    let mut declarations = Vec::new();
    if !owners.is_empty() || channels.is_empty() {
        declarations.push(declaration(Effect::Owner, owners));
    }
    if !channels.is_empty() {
        declarations.push(declaration(Effect::Hint, channels));
    }
    declarations
}
