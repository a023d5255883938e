//! Dashboards of Grafana: JSON files with panels, alone or under the key `dashboard`, as the API of Grafana returns them.
//! Dashboards in ConfigMaps are no components, but are found by their names. Dashboards in templates are not found. Tags such as `owner:team-shop` can name
//! owners, under keys that the map lists.

use std::sync::Arc;

use bstr::ByteSlice as _;
use serde::{Deserialize, de::IgnoredAny};
use serde_json::Value;

use super::{Detector, Lookup, detector::Label, owner_keys};
use crate::{
    config::Settings,
    inventory::{
        Component, Declaration, Declarations, Effect, FileKind, FileReader, Files, FoundName, Name,
        NameKind, SourceFile,
    },
    text::{Place, Source, Span},
};

pub(super) const DETECTOR: Detector = Detector {
    name: "grafana-dashboard",
    kinds: &["grafana-dashboard"],
    find: |search| search.unlisted(&DETECTOR, find),
    has_unlisted: true,
    needles: &["\"schemaVersion\""],
    read: |component, reader, settings| {
        let found = read(component, reader, settings);
        found.into_iter().collect()
    },
    labels: Some(labels),
    lookup: Lookup {
        in_file: names,
        ..Lookup::NONE
    },
    ..Detector::PLAIN
};

const END: &str = ".json";

fn find(files: &Files) -> Vec<Component> {
    let files = files.ending_in(&[END]);
    let regular = files.filter(|file| file.kind != FileKind::Submodule);
    let components = regular.filter_map(|file| {
        let stem = file.path.strip_suffix(END.as_bytes())?;
        Some(Component {
            is_listed: false,
            ..DETECTOR.in_file(DETECTOR.kinds[0], file.path, stem.as_bstr())
        })
    });
    components.collect()
}

/// A dashboard, or an object that contains one.
#[derive(Deserialize)]
struct Dashboard {
    #[serde(rename = "schemaVersion")]
    schema_version: Option<u64>,
    panels: Option<Vec<IgnoredAny>>,
    /// Rows of panels, in old versions of Grafana.
    rows: Option<Vec<IgnoredAny>>,
    tags: Option<Value>,
    title: Option<Value>,
    uid: Option<Value>,
    dashboard: Option<Box<Self>>,
}

impl Dashboard {
    /// Returns itself or the dashboard in it, whichever has panels.
    fn with_panels(&self) -> Option<&Self> {
        let is_one =
            self.schema_version.is_some() && (self.panels.is_some() || self.rows.is_some());
        match is_one {
            true => Some(self),
            false => self.dashboard.as_ref()?.with_panels(),
        }
    }
}

/// Between the key and the value of a tag.
const SEPARATOR: char = ':';

/// Returns the tags of the dashboard in a file; `None` if there is no dashboard.
fn tags(source: &Source) -> Option<Vec<String>> {
    let dashboard: Dashboard = serde_json::from_str(source.text()).ok()?;
    let tags = dashboard.with_panels()?.tags.as_ref();
    let tags = tags.and_then(Value::as_array).into_iter().flatten();
    Some(tags.filter_map(Value::as_str).map(str::to_owned).collect())
}

fn labels(file: &SourceFile) -> Vec<Label> {
    let tags = tags(&file.source).unwrap_or_default();
    owner_keys::of_tags(tags.iter().map(String::as_str), SEPARATOR)
}

fn read(
    component: Component,
    reader: &FileReader<'_>,
    settings: &Settings,
) -> Option<(Component, Declarations)> {
    // An unreadable file may be anything.
    let file = reader.read(component.path.as_bstr()).ok()?;
    let tags = tags(&file.source)?;
    let names = tags.iter().flat_map(|tag| {
        let keys = settings.owner_keys.of(&[DETECTOR.name]);
        let value = owner_keys::in_tag(tag, SEPARATOR, keys);
        value.map_or_else(Vec::new, |value| {
            Name::list(value, place(&file.source, tag, value))
        })
    });
    let declaration = Declaration::of("tags", Effect::Owner, names.collect());
    let declarations = Declarations {
        declarations: declaration.into_iter().collect(),
        ..Declarations::default()
    };
    Some((component, declarations))
}

/// Returns the title and the UID of the dashboard in a file.
fn names(file: &SourceFile) -> Vec<FoundName> {
    let names = names_in(file.source.text()).into_iter();
    let names = names.map(|name| FoundName {
        kind: NameKind::Dashboard,
        namespace: None,
        is_unique: true,
        resource: None,
        place: place(&file.source, &name, &name),
        name,
    });
    names.collect()
}

/// Returns the title and the UID of the dashboard in a text; none if it is no dashboard.
pub(super) fn names_in(text: &str) -> Vec<String> {
    let is_one = text.contains("schemaVersion");
    let dashboard = is_one.then(|| serde_json::from_str::<Dashboard>(text).ok());
    let dashboard = dashboard.flatten();
    let dashboard = dashboard.as_ref().and_then(Dashboard::with_panels);
    let values = dashboard.into_iter().flat_map(|it| [&it.title, &it.uid]);
    let names = values.flatten().filter_map(Value::as_str);
    let names = names.filter(|name| !name.trim().is_empty());
    names.map(str::to_owned).collect()
}

/// Returns the place of the value at the end of a string, or of the whole file if the string is written with escapes.
fn place(source: &Arc<Source>, string: &str, value: &str) -> Place {
    let text = source.text();
    let written = text.find(&format!("\"{string}\"")).and_then(|start| {
        let at = start + 1 + string.rfind(value)?;
        Some(Span::new(at, at + value.len()))
    });
    Place::Text(
        Arc::clone(source),
        written.unwrap_or(Span::new(0, text.len())),
    )
}
