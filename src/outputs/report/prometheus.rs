//! Prometheus text format, for node_exporter's textfile collector: no timestamps, and every
//! family and series only once.

use std::collections::BTreeMap;

use super::receivers::NamedReceivers;
use crate::{
    alerting::TeamPages,
    coverage::Overview,
    outputs::Tool,
    resolution::Verdict,
    text::{joined, printable, printable_bytes},
};

/// A metric, with its values by labels.
struct MetricFamily {
    name: &'static str,
    help: &'static str,
    series: BTreeMap<Vec<(&'static str, String)>, u64>,
}

impl MetricFamily {
    /// Sets the value of a series to 1.
    fn set<const N: usize>(&mut self, labels: [(&'static str, &str); N]) {
        let labels = labels.map(|(name, value)| (name, escape(value)));
        self.series.insert(labels.to_vec(), 1);
    }

    /// Adds to the value of a series. Two paths can have the same escaped label, and the collector would
    /// reject a file with a duplicate series.
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

/// Returns the report in the Prometheus text format.
pub(crate) fn write(overview: &Overview<'_>, pages: &TeamPages) -> String {
    let mut families = [
        (
            "ownlint_build_info",
            "The version of ownlint that wrote these metrics.",
        ),
        (
            "ownlint_files",
            "Number of files in a repository, by verdict.",
        ),
        (
            "ownlint_directory_files",
            "Number of files in a directory and its subdirectories, by verdict, for the top two \
                directory levels.",
        ),
        (
            "ownlint_components",
            "Number of components in a repository, by kind and verdict.",
        ),
        (
            "ownlint_components_declared",
            "Number of components whose declared owner is a team in the map.",
        ),
        (
            "ownlint_team_files",
            "Number of files that a team owns; a file with two owners counts \
            for both.",
        ),
        (
            "ownlint_people_files",
            "Number of files that only people own who are in no team in the map.",
        ),
        (
            "ownlint_catch_all_files",
            "Number of files that are owned only by a rule or line for all files.",
        ),
        (
            "ownlint_team_components",
            "Number of components that a team owns completely.",
        ),
        (
            "ownlint_group_components",
            "Number of components that are deployed together, by verdict and by the resource that \
                deploys them.",
        ),
        (
            "ownlint_team_receiver",
            "A receiver that a team's alerts reach, by severity; the value is always 1.",
        ),
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
        people_files,
        catch_all_files,
        team_components,
        group_components,
        team_receiver,
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
        let groups = it.groups.iter().flat_map(|grouped| &grouped.groups);
        for group in groups {
            for verdict in Verdict::ALL {
                let labels = [
                    repository,
                    ("group", &*group.deployer),
                    ("verdict", verdict.name()),
                ];
                group_components.add(labels, group.components.of(verdict));
            }
        }
        for share in &it.teams {
            let team = ("team", overview.teams.name(share.team));
            team_files.add([repository, team], share.files);
            for (kind, value) in &share.components {
                team_components.add([repository, team, ("kind", kind)], *value);
            }
        }
        if it.files_of_people > 0 {
            people_files.add([repository], it.files_of_people);
        }
        if it.files_of_catch_all > 0 {
            catch_all_files.add([repository], it.files_of_catch_all);
        }
        for of in NamedReceivers::all(pages, overview.teams, &it.whole.name) {
            let reached = [("certain", &of.certain), ("possible", &of.possible)].into_iter();
            let reached =
                reached.flat_map(|(reach, names)| names.iter().map(move |it| (reach, it)));
            for (reach, receiver) in reached {
                team_receiver.set([
                    repository,
                    ("team", of.team),
                    ("severity", of.severity),
                    ("receiver", receiver),
                    ("reach", reach),
                    ("configuration", &of.configuration),
                ]);
            }
        }
    }
    let mut out = String::new();
    for family in &families {
        family.write(&mut out);
    }
    out
}

/// Escapes the value of a label.
fn escape(text: &str) -> String {
    printable(text).replace('\\', "\\\\").replace('"', "\\\"")
}
