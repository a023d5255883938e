//! Helmfile: services, which are directories with a helmfile, and their releases. No key of a helmfile names an owner;
//! the charts of the releases are hints.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use bstr::{BStr, BString, ByteSlice};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Detector, Lookup, Uses,
    declared::{YamlFile, open_text},
    helm::{CHART, SUBCHART},
    kubernetes_names,
    paths::{by_directory, directory, directory_name, file_name, is_excluded},
};
use crate::{
    inventory::{
        Component, Declarations, FileReader, Files, FoundName, Hint, NameKind, Problem, SourceFile,
        template::{is_template, strip},
    },
    text::{printable, resolve},
    yaml::{self, Node},
};

pub(super) const DETECTOR: Detector = Detector {
    name: "helmfile",
    kinds: &[SERVICE, RELEASE],
    find: |search| find(search.files).into(),
    read: |component, reader, _| read(component, reader),
    link: |components, _, _| link(components),
    lookup: Lookup {
        in_file: names,
        notation: kubernetes_names::components,
        ..Lookup::NONE
    },
    uses: Some(Uses {
        by: RELEASE,
        what: CHART,
    }),
    ..Detector::PLAIN
};

const SERVICE: &str = "helmfile-service";

const RELEASE: &str = "helmfile-release";

/// Besides the main helmfile, a directory may contain parts of it: `helmfile_rbac.yaml`.
const START: &[u8] = b"helmfile";

const ENDS: [&str; 3] = [".yaml", ".yaml.gotmpl", ".yml"];

/// The files that make a directory a service.
const MAIN: [&str; 3] = ["helmfile.yaml", "helmfile.yaml.gotmpl", "helmfile.yml"];

fn find(files: &Files) -> Vec<Component> {
    let is_helmfile =
        |path: &BStr| file_name(path).starts_with(START) && !is_excluded(directory(path));
    let helmfiles = files.ending_in(&ENDS).filter(|file| is_helmfile(file.path));
    let mut services = by_directory(helmfiles);
    services.retain(|_, helmfiles| {
        helmfiles
            .iter()
            .any(|path| is_main(file_name(path.as_bstr())))
    });
    services
        .iter()
        .map(|(directory, helmfiles)| {
            let short = directory.strip_prefix(b"helmfile.d/").map(BStr::new);
            let name = match short {
                Some(short) if !short.is_empty() && !services.contains_key(short) => short,
                _ => directory,
            };
            let mut declares_in = helmfiles.clone();
            declares_in.sort_by_key(|path| !is_main(file_name(path.as_bstr())));
            let directory: BString = (*directory).to_owned();
            Component {
                declares_in,
                needs_others: true,
                ..Component::new(SERVICE, directory_name(name, ""), DETECTOR.name, directory)
            }
        })
        .collect()
}

fn is_main(name: &BStr) -> bool {
    MAIN.iter().any(|main| main.as_bytes() == name)
}

/// Returns the service, with all problems, and a component for each release.
fn read(mut service: Component, reader: &FileReader<'_>) -> Vec<(Component, Declarations)> {
    let mut declarations = Declarations::default();
    let mut releases: Vec<(Component, Declarations)> = Vec::new();
    let mut names: FxHashMap<String, usize> = FxHashMap::default();
    let mut charts: FxHashSet<String> = FxHashSet::default();
    for path in &service.declares_in {
        let Some(file) = open_text(reader, path.as_bstr(), &mut declarations) else {
            continue;
        };
        let stripped = strip(file.source.text());
        let file = YamlFile::of_template(&file, &stripped, &mut declarations.problems);
        for found in releases_of(&file, &mut declarations.problems) {
            let is_known = |chart: &Arc<Node>| !is_template(original(&file, chart));
            service.uses_unknown |= !found.chart.is_some_and(is_known);
            let hint = found
                .chart
                .and_then(|chart| hint(&file, chart, &service.path));
            if let Some(hint) = &hint
                && charts.insert(hint.name.clone())
            {
                service.hints.push(hint.clone());
            }
            let name = format!("{}/{}", service.name, printable(found.name));
            let name = unique(&mut names, name);
            let release = Component::new(RELEASE, name, DETECTOR.name, service.path.clone());
            let release = Component {
                hints: hint.into_iter().collect(),
                declares_in: vec![path.clone()],
                needs_others: true,
                ..release
            };
            let mut of_release = Declarations::default();
            of_release.namespaces.deployed_into(found.namespace);
            releases.push((release, of_release));
        }
    }
    service.uses_unknown |= !declarations.problems.is_empty();
    std::iter::once((service, declarations))
        .chain(releases)
        .collect()
}

/// Numbers releases with the same name, for several namespaces or from a loop.
fn unique(names: &mut FxHashMap<String, usize>, name: String) -> String {
    let count = names.entry(name.clone()).or_default();
    *count += 1;
    match *count {
        1 => name,
        number => unique(names, format!("{name}#{number}")),
    }
}

/// Returns the releases in a helmfile, of which the names are known.
fn names(file: &SourceFile) -> Vec<FoundName> {
    let parsed = yaml::parse(&strip(file.source.text()));
    let file = YamlFile::new(Arc::clone(&file.source), parsed.documents);
    let releases = releases_of(&file, &mut Vec::new()).into_iter();
    let known = releases.filter(|release| !is_template(release.name));
    let names = known.map(|release| FoundName {
        kind: NameKind::Kubernetes,
        name: release.name.to_owned(),
        namespace: release.namespace.map(str::to_owned),
        // Most services name their releases alike: `production`.
        is_unique: false,
        resource: None,
        place: file.place(release.node),
    });
    names.collect()
}

struct Release<'f> {
    /// The name as written, including templates.
    name: &'f str,
    /// The value of the name.
    node: &'f Arc<Node>,
    chart: Option<&'f Arc<Node>>,
    /// The namespace, if it is known.
    namespace: Option<&'f str>,
}

fn releases_of<'f>(file: &'f YamlFile, problems: &mut Vec<Problem>) -> Vec<Release<'f>> {
    let mut releases = Vec::new();
    let templates = templates(file);
    for document in &file.documents {
        // The namespace of a helmfile overrides those of its releases.
        let overriding = document.get("namespace").filter(|it| !it.is_null());
        for entry in document.all("releases") {
            if entry.value.is_null() {
                continue;
            }
            let Some(items) = entry.value.items() else {
                problems.push(file.not_a_list("releases", &entry.value));
                continue;
            };
            for item in items {
                let Some(name) = item.get("name").filter(|name| name.as_str().is_some()) else {
                    continue;
                };
                let value = |key: &str| {
                    let inherited = || {
                        let names = item.get("inherit")?.items()?.iter();
                        let mut names = names.filter_map(|item| item.get("template")?.as_str());
                        names.find_map(|name| templates.get(name)?.get(key))
                    };
                    item.get(key).or_else(inherited)
                };
                let namespace = overriding.or_else(|| value("namespace"));
                let namespace = namespace.map(|namespace| original(file, namespace));
                releases.push(Release {
                    name: original(file, name),
                    node: name,
                    chart: value("chart"),
                    namespace: namespace.filter(|name| !name.is_empty() && !is_template(name)),
                });
            }
        }
    }
    releases
}

/// Returns the templates that releases may inherit: `inherit: [{template: default}]`.
fn templates(file: &YamlFile) -> FxHashMap<&str, &Arc<Node>> {
    let documents = file.documents.iter();
    documents
        .filter_map(|document| document.get("templates")?.entries())
        .flatten()
        .filter_map(|entry| Some((entry.key.as_str()?, &entry.value)))
        .collect()
}

/// Returns a value as it was before its template actions were replaced.
fn original<'f>(file: &'f YamlFile, node: &'f Node) -> &'f str {
    let written = &file.source.text()[file.span(node).range()];
    match node.as_str() {
        Some(text) if !is_template(written) => text,
        _ => written.trim_matches(['"', '\'']),
    }
}

/// Returns the chart as a hint. Its name is the directory of the chart, which ends in `/`: whether that chart exists is
/// known only when all components are.
fn hint(file: &YamlFile, chart: &Arc<Node>, directory: &BString) -> Option<Hint> {
    let written = original(file, chart);
    if is_template(written) {
        return None;
    }
    let path = written.strip_prefix("file://").unwrap_or(written);
    let is_path = path.len() < written.len() || path.starts_with('.');
    let name = if is_path {
        let mut chart = resolve(directory.as_bstr(), BStr::new(path))?;
        chart.push(b'/');
        // A path that is not UTF-8 cannot be written in YAML.
        String::from_utf8(chart.into()).ok()?
    } else {
        // A chart in a chart repository: the repository may be built from `charts/` here.
        let (_alias, name) = path.split_once('/')?;
        format!("charts/{name}/")
    };
    Some(Hint {
        kind: CHART,
        name,
        relation: "its chart",
        is_user: false,
        place: Some(file.place(chart)),
    })
}

/// Replaces directories in hints by the charts in them, removes hints without a chart, and marks the used charts.
fn link(components: &mut [Component]) {
    if !components.iter().any(|of| of.kind == SERVICE) {
        return;
    }
    let charts: FxHashMap<BString, (&'static str, String)> = components
        .iter()
        .filter(|of| [CHART, SUBCHART].contains(&of.kind))
        .map(|of| (of.path.clone(), (of.kind, of.name.clone())))
        .collect();
    let mut used: BTreeSet<BString> = BTreeSet::new();
    for component in components
        .iter_mut()
        .filter(|of| [SERVICE, RELEASE].contains(&of.kind))
    {
        component.hints.retain_mut(|hint| {
            let Some((kind, name)) = charts.get(hint.name.as_bytes().as_bstr()) else {
                return false;
            };
            used.insert(hint.name.as_str().into());
            (hint.kind, hint.name) = (kind, name.clone());
            true
        });
    }
    add_dependencies(&mut used, components);
    let is_all_known = components.iter().any(|of| of.kind == RELEASE)
        && !components.iter().any(|of| of.uses_unknown);
    for chart in components.iter_mut().filter(|of| of.kind == CHART) {
        let is_used = used.contains(&chart.path);
        chart.in_use = (is_used || is_all_known).then_some(is_used);
    }
}

/// Adds the charts on which used charts, or the subcharts in them, depend.
fn add_dependencies(used: &mut BTreeSet<BString>, components: &[Component]) {
    let charts = components.iter();
    let charts = charts.filter(|of| [CHART, SUBCHART].contains(&of.kind));
    let dependencies: BTreeMap<&BStr, &[BString]> = charts
        .map(|of| (of.path.as_bstr(), &of.dependencies[..]))
        .collect();
    let mut next = Vec::from_iter(used.clone());
    while let Some(chart) = next.pop() {
        let inside = dependencies.range(chart.as_bstr()..);
        let inside = inside.take_while(|(path, _)| path.starts_with(&chart));
        for dependency in inside.flat_map(|(_, dependencies)| *dependencies) {
            if dependencies.contains_key(dependency.as_bstr()) && used.insert(dependency.clone()) {
                next.push(dependency.clone());
            }
        }
    }
}
