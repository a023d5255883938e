//! Helm: charts and the subcharts inside them. A chart declares its owner in `Chart.yaml`: in `team`, which is not a
//! standard key, or with a team among the `maintainers`.

use bstr::{BStr, BString, ByteSlice};

use super::{
    Detector, Lookup,
    declared::{YamlFile, read_documents},
    kubernetes_names, owner_keys,
    paths::{directory, directory_name, is_excluded},
};
use crate::{
    config::Settings,
    inventory::{Component, Declaration, Declarations, Effect, FileReader, Files, Name},
    text::resolve,
    yaml::Node,
};

pub(super) const DETECTOR: Detector = Detector {
    name: "helm",
    kinds: &[CHART, SUBCHART],
    find: |search| find(search.files).into(),
    read: |component, reader, settings| vec![read(component, reader, settings)],
    labels: Some(owner_keys::in_yaml),
    lookup: Lookup {
        notation: kubernetes_names::components,
        own_last_part: &[SUBCHART],
        ..Lookup::NONE
    },
    ..Detector::PLAIN
};

pub(super) const CHART: &str = "helm-chart";

pub(super) const SUBCHART: &str = "helm-subchart";

const FILE: &str = "Chart.yaml";

/// The directory of charts, and of the subcharts in a chart.
const CHARTS: &str = "charts/";

fn find(files: &Files) -> Vec<Component> {
    let mut directories: Vec<&BStr> = files
        .named(&[FILE])
        .map(|file| directory(file.path))
        .filter(|directory| !is_excluded(directory))
        .collect();
    // A parent comes before what is inside it.
    directories.sort_unstable();
    // The charts around the current one, outermost first.
    let mut around: Vec<(&BStr, String)> = Vec::new();
    let mut components = Vec::new();
    for directory in directories {
        while let Some((innermost, _)) = around.last()
            && !directory.starts_with(innermost)
        {
            around.pop();
        }
        let parent = around
            .iter()
            .rev()
            .find(|(parent, _)| directory[parent.len()..].starts_with(CHARTS.as_bytes()));
        let (kind, name) = match parent {
            Some((parent, parent_name)) => {
                let below = directory_name(directory[parent.len()..].as_bstr(), CHARTS);
                (SUBCHART, format!("{parent_name}/{below}"))
            }
            None => (CHART, directory_name(directory, CHARTS)),
        };
        around.push((directory, name.clone()));
        components.push(Component {
            declares_in: vec![[directory, FILE.as_bytes()].concat().into()],
            how_to_declare: (kind == CHART).then_some("set `team` in the chart's `Chart.yaml`"),
            ..Component::new(kind, name, DETECTOR.name, directory.to_owned())
        });
    }
    components
}

fn read(
    mut chart: Component,
    reader: &FileReader<'_>,
    settings: &Settings,
) -> (Component, Declarations) {
    let mut required = Vec::new();
    let declarations = read_documents(&chart, reader, |file, document, declarations| {
        if document.entries().is_none() && !document.is_null() {
            file.unexpected("a mapping", "a chart", document, declarations);
        }
        team(file, document, declarations);
        let (annotations, keys) = (
            document.get("annotations"),
            settings.owner_keys.of(&[DETECTOR.name]),
        );
        owner_keys::read(file, annotations, "annotations", keys, declarations);
        maintainers(file, document, declarations);
        opt_out(file, document, declarations);
        declarations.is_vendored |= chart.kind == SUBCHART && is_library(document);
        required.extend(dependencies(document, chart.path.as_bstr()));
    });
    chart.dependencies = required;
    (chart, declarations)
}

/// Returns the directories in which the dependencies of the chart in a `directory` can be. A dependency without a path
/// comes from a chart repository, which is mostly built from all charts in the same directory.
fn dependencies(document: &Node, directory: &BStr) -> Vec<BString> {
    let items = document.get("dependencies").and_then(|list| list.items());
    let items = items.unwrap_or_default().iter();
    let directories = items.filter_map(|item| {
        let repository = item.get("repository").and_then(|it| it.as_str());
        let path = match repository.and_then(|it| it.strip_prefix("file://")) {
            Some(path) => path.to_owned(),
            None => format!("../{}", item.get("name")?.as_str()?),
        };
        let mut chart = resolve(directory, path.as_str().into())?;
        chart.push(b'/');
        Some(chart)
    });
    directories.collect()
}

fn team(file: &YamlFile, document: &Node, declarations: &mut Declarations) {
    let mut entries: Vec<_> = document.all("team").collect();
    if entries.is_empty() {
        // The value may come from a merge key.
        entries.extend(document.entry("team"));
    }
    for (at, entry) in entries.iter().enumerate() {
        let effect = match at + 1 == entries.len() {
            true => Effect::Owner,
            false => Effect::Overridden,
        };
        let problems = &mut declarations.problems;
        let declaration = file.declaration("team", effect, Some(&entry.value), problems);
        declarations.declarations.extend(declaration);
    }
}

/// Reads the maintainers. Most are people; only the map shows which of them are teams.
fn maintainers(file: &YamlFile, document: &Node, declarations: &mut Declarations) {
    let Some(value) = document.get("maintainers") else {
        return;
    };
    if value.items().is_none() && !value.is_null() {
        file.unexpected("a list", "`maintainers`", value, declarations);
    }
    let mut names: Vec<Name> = Vec::new();
    for item in value.items().unwrap_or_default() {
        if item.entries().is_none() {
            let what = "an entry in `maintainers`";
            file.unexpected("a mapping", what, item, declarations);
        }
        let texts = ["name", "url", "email"].map(|key| Some(item.get(key)?.as_str()?.to_owned()));
        let spellings: Vec<String> = texts.into_iter().flatten().collect();
        if !spellings.is_empty() {
            names.push(Name {
                may_be_person: true,
                ..Name::new(spellings, file.place(item.get("name").unwrap_or(item)))
            });
        }
    }
    if !names.is_empty() {
        let declaration = Declaration::new("maintainers", Effect::Hint, file.place(value), names);
        declarations.declarations.push(declaration);
    }
}

/// Reads the annotation `skip-checks`, which lists the checks that do not apply; it is not a standard annotation.
fn opt_out(file: &YamlFile, document: &Node, declarations: &mut Declarations) {
    let Some(annotations) = document.get("annotations") else {
        return;
    };
    if annotations.entries().is_none() && !annotations.is_null() {
        file.unexpected("a mapping", "`annotations`", annotations, declarations);
    }
    let Some(node) = annotations
        .get("skip-checks")
        .filter(|node| !node.is_null())
    else {
        return;
    };
    match node.as_str() {
        None => file.unexpected("a string", "`skip-checks`", node, declarations),
        Some(text) if text.split(',').any(|check| check.trim() == "team") => {
            declarations.opted_out = Some(file.place(node));
        }
        Some(_) => {}
    }
}

/// Returns whether a subchart is a copied library: it names maintainers, but no team.
fn is_library(document: &Node) -> bool {
    let of_type = document.get("type").and_then(|of_type| of_type.as_str());
    let maintainers = document.get("maintainers").and_then(|list| list.items());
    of_type == Some("library")
        && document.get("team").is_none()
        && maintainers.is_some_and(|list| !list.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::{FileKind, FilesBuilder};

    #[test]
    fn nests_subcharts_and_skips_scaffolds() {
        let mut builder = FilesBuilder::default();
        for path in [
            "charts/hub/Chart.yaml",
            "charts/hub/charts/gms/Chart.yaml",
            "charts/hub-x/Chart.yaml",
            "_scaffold/service/Chart.yaml",
            "deploy/MyChart.yaml",
            "deploy/web/Chart.yaml",
        ] {
            builder.push(path.as_bytes(), FileKind::Regular);
        }
        let mut ids: Vec<String> = find(&builder.build()).iter().map(Component::id).collect();
        ids.sort();
        let expected = [
            "helm-chart:deploy/web",
            "helm-chart:hub",
            "helm-chart:hub-x",
            "helm-subchart:hub/gms",
        ];
        assert_eq!(ids, expected);
    }
}
