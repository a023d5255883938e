//! Dashboards of Grafana: JSON files with panels, alone or under the key `dashboard`, as the API of Grafana returns them.
//! Dashboards inside other files, such as ConfigMaps or templates, are not found.

use bstr::ByteSlice as _;
use serde::{Deserialize, de::IgnoredAny};

use super::Detector;
use crate::inventory::{Component, Declarations, FileKind, FileReader, Files};

pub(super) const DETECTOR: Detector = Detector {
    name: "grafana-dashboard",
    kinds: &["grafana-dashboard"],
    find: |search| find(search.files).into(),
    needles: &["\"schemaVersion\""],
    read: |component, reader, _| read(component, reader).into_iter().collect(),
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
    dashboard: Option<Box<Self>>,
}

impl Dashboard {
    fn has_panels(&self) -> bool {
        let is_one =
            self.schema_version.is_some() && (self.panels.is_some() || self.rows.is_some());
        is_one || self.dashboard.as_ref().is_some_and(|of| of.has_panels())
    }
}

fn read(component: Component, reader: &FileReader<'_>) -> Option<(Component, Declarations)> {
    // An unreadable file may be anything.
    let file = reader.read(component.path.as_bstr()).ok()?;
    let dashboard: Dashboard = serde_json::from_str(file.source.text()).ok()?;
    dashboard
        .has_panels()
        .then(|| (component, Declarations::default()))
}
