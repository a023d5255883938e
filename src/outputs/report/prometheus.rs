//! Prometheus' text exposition, as the textfile collector of node_exporter reads it: no timestamps,
//! every family once, every series once.

use std::collections::BTreeMap;

use crate::{
    coverage::Overview,
    outputs::Tool,
    resolution::Verdict,
    text::{joined, printable, printable_bytes},
};

/// What is measured: its series by their labels.
struct MetricFamily {
    name: &'static str,
    help: &'static str,
    series: BTreeMap<Vec<(&'static str, String)>, u64>,
}

impl MetricFamily {
    /// Adds to a series: two paths may look alike when written, and a series that stands twice would
    /// make the collector refuse the whole file.
    fn add<const N: usize>(&mut self, labels: [(&'static str, &str); N], value: u64) {
        let labels = labels.map(|(name, value)| (name, escape(value)));
        *self.series.entry(labels.to_vec()).or_default() += value;
    }

    fn write(&self, out: &mut String) {
        let Self { name, help, series } = self;
        if series.is_empty() {
            return;
        }
        *out += &format!("# HELP {name} {help}\n# TYPE {name} gauge\n");
        for (labels, value) in series {
            let labels = labels.iter();
            let labels = joined(
                labels.map(|(name, value)| format!("{name}=\"{value}\"")),
                ",",
            );
            *out += &format!("{name}{{{labels}}} {value}\n");
        }
    }
}

/// Text exposition, for the textfile collector of node_exporter.
pub(crate) fn write(overview: &Overview<'_>) -> String {
    let mut families = [
        ("ownlint_build_info", "The version that wrote these figures."),
        ("ownlint_files", "Files of a repository by verdict."),
        (
            "ownlint_directory_files",
            "Files of a directory of the top two levels by verdict, with those in directories below.",
        ),
        ("ownlint_components", "Components of a repository by kind and verdict."),
        (
            "ownlint_components_declared",
            "Components that declare an owner which is a team of the map.",
        ),
        ("ownlint_team_files", "Files that a team owns; one of two teams counts for both."),
        ("ownlint_team_components", "Components that a team owns as a whole."),
    ]
    .map(|(name, help)| MetricFamily {
        name,
        help,
        series: BTreeMap::new(),
    });
    let [
        info,
        files,
        directories,
        components,
        declared,
        team_files,
        team_components,
    ] = &mut families;
    info.add([("version", Tool::THIS.version)], 1);
    for it in &overview.repositories {
        let repository = ("repository", &*it.whole.name);
        let coverage = &it.whole.coverage;
        for verdict in Verdict::ALL {
            let name = ("verdict", verdict.name());
            files.add([repository, name], coverage.files.of(verdict));
            for directory in &it.directories {
                let path = printable_bytes(&directory.path);
                let value = directory.files.of(verdict);
                directories.add([repository, ("directory", &path), name], value);
            }
            for (kind, counts) in &coverage.kinds {
                let value = counts.verdicts.of(verdict);
                components.add([repository, ("kind", kind), name], value);
            }
        }
        for (kind, counts) in &coverage.kinds {
            declared.add([repository, ("kind", kind)], counts.declared);
        }
        for share in &it.teams {
            let team = ("team", overview.teams.name(share.team));
            team_files.add([repository, team], share.files);
            for (kind, value) in &share.components {
                team_components.add([repository, team, ("kind", kind)], *value);
            }
        }
    }
    let mut out = String::new();
    for family in &families {
        family.write(&mut out);
    }
    out
}

/// The value of a label, to stand between quotes.
fn escape(text: &str) -> String {
    printable(text).replace('\\', "\\\\").replace('"', "\\\"")
}
