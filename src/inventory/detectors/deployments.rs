//! The directories that applications of Argo CD and Flux deploy.
//!
//! An application names its repository by URL, or by a source that has one. Whether this repository is meant is
//! unknown, because a clone does not show its address. It is assumed if at least half of the applications with the same
//! URL or source deploy a path that exists here. Values that are known only at run time, such as the names of clusters, are not
//! replaced, and paths with such values are ignored, as are paths that Kustomize patches or parameters set.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use bstr::{BStr, BString, ByteSlice as _};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{catalog::text, declared::YamlFile, paths::directory};
use crate::{
    inventory::{
        Component, Declarations, Deployment, Files, Hint, Problem, ProblemKind,
        globs::{Globs, not_valid},
    },
    text::{count, join, quoted, resolve},
    yaml::Node,
};

/// The maximum number of applications that an ApplicationSet is expanded to. No hand-written set has more.
const MAX_APPLICATIONS: usize = 1_000;

/// The maximum number of manifests in a directory without a component of its own that are linked to the application. A
/// longer list says little about the application.
const MAX_MANIFESTS: usize = 20;

/// Values by their keys, which are written as in templates, without the dot at the start.
type Scalars = BTreeMap<String, String>;

/// The values with which an ApplicationSet creates one application, or does not create it.
#[derive(Debug, Clone, Default)]
struct Values {
    scalars: Scalars,
    is_excluded: bool,
}

impl From<Scalars> for Values {
    fn from(scalars: Scalars) -> Self {
        Self {
            scalars,
            is_excluded: false,
        }
    }
}

/// Returns what an Application or ApplicationSet of Argo CD deploys.
pub(super) fn of_argocd(
    file: &YamlFile,
    resource: &Node,
    problems: &mut Vec<Problem>,
) -> Vec<Deployment> {
    let Some(spec) = resource.get("spec") else {
        return Vec::new();
    };
    let generators = spec.get("generators").and_then(|all| all.items());
    let (spec, values) = match (generators, spec.get("template")) {
        (Some(generators), Some(template)) => {
            let mut values = of_any(generators);
            if values.len() > MAX_APPLICATIONS {
                values.truncate(MAX_APPLICATIONS);
                let most = count(MAX_APPLICATIONS, "application");
                let place = spec.get("generators").map_or(resource, |all| all);
                problems.push(Problem {
                    kind: ProblemKind::Limit,
                    ..Problem::in_text(
                        &file.source,
                        file.span(place),
                        format!("its generators create more than {most}"),
                    )
                });
            }
            (template.get("spec"), values)
        }
        _ => (Some(spec), vec![Values::default()]),
    };
    let Some(spec) = spec else {
        return Vec::new();
    };
    let several = spec.get("sources").and_then(|sources| sources.items());
    let sources = spec.get("source").into_iter();
    let sources = sources.chain(several.unwrap_or_default());
    sources
        .flat_map(|source| {
            let url = source.get("repoURL").and_then(|url| url.as_str());
            let path = source.get("path");
            let path = path.and_then(|node| Some((node, node.as_str()?)));
            let found = path.into_iter().flat_map(|(node, path)| {
                values.iter().filter_map(move |values| {
                    let path = filled_in(path, &values.scalars);
                    Some(Deployment {
                        is_excluded: values.is_excluded,
                        ..deployment(file, url, &path, node)?
                    })
                })
            });
            found.collect::<Vec<_>>()
        })
        .collect()
}

/// Returns what a Kustomization of Flux deploys.
pub(super) fn of_kustomization(file: &YamlFile, resource: &Node) -> Option<Deployment> {
    let spec = resource.get("spec")?;
    let path = spec.get("path")?;
    let source = source(spec.get("sourceRef")?)?;
    deployment(file, Some(&source), path.as_str()?, path)
}

/// Returns the chart that a HelmRelease of Flux deploys, if it is in a git repository.
pub(super) fn of_helm_release(file: &YamlFile, resource: &Node) -> Option<Deployment> {
    let chart = resource.get("spec")?.get("chart")?.get("spec")?;
    let path = chart.get("chart")?;
    let source = source(chart.get("sourceRef")?)?;
    deployment(file, Some(&source), path.as_str()?, path)
}

/// Returns the name of a git repository in a cluster.
fn source(reference: &Node) -> Option<String> {
    let is_git = text(reference.get("kind")) == Some("GitRepository");
    let name = text(reference.get("name")).filter(|_| is_git)?;
    Some(format!("GitRepository {name}"))
}

fn deployment(
    file: &YamlFile,
    repository: Option<&str>,
    path: &str,
    node: &Arc<Node>,
) -> Option<Deployment> {
    let is_known = !path.contains("{{") && !path.contains("${");
    let path = path.trim_start_matches('/');
    let path = resolve(BStr::new(""), path.into()).filter(|_| is_known)?;
    // The whole repository says nothing about what is deployed.
    (!path.is_empty()).then(|| Deployment {
        repository: repository.map(normalized),
        path: join(path.as_bstr(), b""),
        is_excluded: false,
        place: file.place(node),
    })
}

/// Returns a URL without what does not distinguish repositories.
fn normalized(url: &str) -> String {
    let url = url.trim().trim_end_matches('/');
    url.strip_suffix(".git").unwrap_or(url).to_lowercase()
}

/// Returns the values of some generators of an ApplicationSet, each of which creates applications. Of too many, one
/// more than the maximum is returned.
fn of_any(generators: &[Arc<Node>]) -> Vec<Values> {
    let all = generators.iter().flat_map(|generator| of_one(generator));
    all.take(MAX_APPLICATIONS + 1).collect()
}

fn of_one(generator: &Node) -> Vec<Values> {
    let items = |node: &Node, key: &str| -> Vec<Arc<Node>> {
        let items = node.get(key).and_then(|items| items.items());
        items.unwrap_or_default().to_vec()
    };
    if let Some(list) = generator.get("list") {
        let elements = items(list, "elements");
        return elements
            .iter()
            .map(|element| scalars(element).into())
            .collect();
    }
    if let Some(git) = generator.get("git") {
        let directories = items(git, "directories");
        let values = with_values(git);
        // What is read from files is unknown.
        if directories.is_empty() {
            return vec![values.into()];
        }
        let of_each = directories.iter().filter_map(|directory| {
            let exclude = directory.get("exclude").and_then(|it| it.as_str());
            Some(Values {
                scalars: of_directory(text(directory.get("path"))?, &values),
                is_excluded: exclude == Some("true"),
            })
        });
        return of_each.collect();
    }
    if let Some(matrix) = generator.get("matrix") {
        let mut product = vec![Values::default()];
        for generator in items(matrix, "generators") {
            let further = of_one(&generator);
            let pairs = product.iter().flat_map(|values| {
                let further = further.iter();
                further.map(move |more| merged(values, more))
            });
            product = pairs.take(MAX_APPLICATIONS + 1).collect();
        }
        return product;
    }
    if let Some(merge) = generator.get("merge") {
        let generators = items(merge, "generators");
        let Some((first, others)) = generators.split_first() else {
            return Vec::new();
        };
        let base = of_one(first);
        let overriding = of_any(others);
        let changed = base.iter().flat_map(|values| {
            let overriding = overriding.iter();
            overriding.map(move |more| merged(values, more))
        });
        return base
            .iter()
            .cloned()
            .chain(changed)
            .take(MAX_APPLICATIONS + 1)
            .collect();
    }
    // Clusters and the like: only the fixed values are known.
    let mut others = generator.entries().unwrap_or_default().iter();
    let other = others.find(|entry| entry.key.as_str() != Some("selector"));
    let values = other.map(|entry| with_values(&entry.value));
    vec![values.unwrap_or_default().into()]
}

fn merged(values: &Values, more: &Values) -> Values {
    let mut scalars = values.scalars.clone();
    scalars.extend(more.scalars.clone());
    Values {
        scalars,
        is_excluded: values.is_excluded || more.is_excluded,
    }
}

/// Returns the fixed values of a generator.
fn with_values(generator: &Node) -> Scalars {
    let values = generator.get("values").map(|values| scalars(values));
    let values = values.unwrap_or_default().into_iter();
    values
        .map(|(key, value)| (format!("values.{key}"), value))
        .collect()
}

/// Returns the scalars in a mapping, of nested mappings with all keys joined by dots.
fn scalars(node: &Node) -> Scalars {
    let mut found = Scalars::new();
    for entry in node.entries().unwrap_or_default() {
        let Some(key) = entry.key.as_str() else {
            continue;
        };
        match entry.value.as_str() {
            Some(value) => {
                found.insert(key.to_owned(), value.to_owned());
            }
            None => {
                let inner = scalars(&entry.value).into_iter();
                found.extend(inner.map(|(below, value)| (format!("{key}.{below}"), value)));
            }
        }
    }
    found
}

/// Returns the values of the directories that match a glob.
fn of_directory(path: &str, values: &Scalars) -> Scalars {
    let mut values = values.clone();
    let path = path.trim_matches('/').to_owned();
    let segments = path.split('/').enumerate();
    for (at, segment) in segments {
        values.insert(format!("path[{at}]"), segment.to_owned());
        values.insert(format!("index .path.segments {at}"), segment.to_owned());
        values.insert("path.basename".to_owned(), segment.to_owned());
    }
    values.insert("path.path".to_owned(), path.clone());
    values.insert("path".to_owned(), path);
    values
}

/// Replaces the expressions in a template that have a known value.
fn filled_in(template: &str, values: &Scalars) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((expression, behind)) = after.split_once("}}") else {
            break;
        };
        out += before;
        let key = expression.trim();
        match values.get(key.strip_prefix('.').unwrap_or(key)) {
            Some(value) => out += value,
            None => out += &format!("{{{{{expression}}}}}"),
        }
        rest = behind;
    }
    out + rest
}

/// Adds what applications of some kinds deploy from this repository to their hints: the components in the deployed
/// directories, or else the manifests directly in them.
pub(super) fn link(
    components: &mut [Component],
    declarations: &mut [Declarations],
    kinds: &[&str],
    manifest: &str,
    files: &Files,
) {
    if components.iter().all(|of| of.deploys.is_empty()) {
        return;
    }
    keep_local(components, declarations, files);
    let mut at_path: FxHashMap<&BStr, Vec<usize>> = FxHashMap::default();
    for (at, component) in components.iter().enumerate() {
        let path = component.path.as_bstr();
        if component.kind == manifest {
            at_path.entry(directory(path)).or_default().push(at);
        } else if path.ends_with(b"/") && !kinds.contains(&component.kind) {
            at_path.entry(path).or_default().push(at);
        }
    }
    let mut hints: Vec<(usize, Vec<Hint>)> = Vec::new();
    for (user, component) in components.iter().enumerate() {
        let mut known: FxHashSet<usize> = FxHashSet::default();
        let mut of_user = Vec::new();
        let mut too_large = Vec::new();
        for deployment in &component.deploys {
            let inside = at_path.get(deployment.path.as_bstr()).into_iter().flatten();
            let has_directory = |at: &usize| components[*at].kind != manifest;
            let is_whole = inside.clone().any(&has_directory);
            let inside = inside.filter(|at| **at != user && is_whole == has_directory(at));
            if inside.clone().count() > MAX_MANIFESTS {
                too_large.push(deployment);
                continue;
            }
            for at in inside.filter(|at| known.insert(**at)) {
                of_user.push(Hint {
                    kind: components[*at].kind,
                    name: components[*at].name.clone(),
                    relation: "is deployed by it",
                    is_user: false,
                    place: Some(deployment.place.clone()),
                });
            }
        }
        hints.push((user, of_user));
        if let [first, others @ ..] = &too_large[..] {
            let problem = is_too_much(first, others.len());
            declarations[user].problems.push(problem);
        }
    }
    for (user, of_user) in hints {
        components[user].hints.extend(of_user);
    }
}

/// Returns the problem that a directory, and some others, contain too many manifests to link them.
fn is_too_much(first: &Deployment, others: usize) -> Problem {
    let also = match others {
        0 => "contains".to_owned(),
        others => format!("and {} contain", count(others, "other directory")),
    };
    let path = quoted(&first.path);
    Problem {
        kind: ProblemKind::Limit,
        place: first.place.clone(),
        message: format!("{path} {also} more than {MAX_MANIFESTS} manifests"),
        help: None,
    }
}

/// Replaces globs by the directories that match, and removes what is deployed from other repositories.
fn keep_local(components: &mut [Component], declarations: &mut [Declarations], files: &Files) {
    let is_file = |path: &BString| {
        let path = path.strip_suffix(b"/").unwrap_or(path);
        files.find(path.as_bstr()).is_some()
    };
    let exists = |path: &BString| files.any_under(path) || is_file(path);
    let is_glob = |path: &BString| Globs::is_glob(path.as_bstr()) && !exists(path);
    // By repository: the number of applications with an existing path, and of those without. An ApplicationSet often
    // has values for which only overlays create applications.
    let mut applications: FxHashMap<Option<String>, [usize; 2]> = FxHashMap::default();
    for component in components.iter() {
        let literal = component.deploys.iter().filter(|it| !is_glob(&it.path));
        let mut of_component: BTreeMap<&Option<String>, bool> = BTreeMap::new();
        for deployment in literal {
            let is_here = of_component.entry(&deployment.repository).or_default();
            *is_here |= exists(&deployment.path);
        }
        for (repository, is_here) in of_component {
            let known = applications.entry(repository.clone()).or_default();
            known[usize::from(!is_here)] += 1;
        }
    }
    let is_elsewhere = |repository: &Option<String>| {
        let known = applications.get(repository);
        known.is_some_and(|[here, missing]| here < missing)
    };
    let deploys = components.iter().flat_map(|of| &of.deploys);
    let globs = deploys.map(|it| &it.path).filter(|path| is_glob(path));
    let globs = directories(globs.cloned().collect(), files);
    for (component, declarations) in components.iter_mut().zip(declarations) {
        if component.deploys.is_empty() {
            continue;
        }
        let mut invalid: BTreeSet<BString> = BTreeSet::new();
        let deploys = std::mem::take(&mut component.deploys).into_iter();
        let local = deploys.filter(|it| !is_elsewhere(&it.repository));
        let all = local.flat_map(|deployment| match globs.get(&deployment.path) {
            None => vec![deployment],
            Some(None) => {
                if invalid.insert(deployment.path.clone()) {
                    let problem = not_valid(deployment.path.as_bstr(), deployment.place);
                    declarations.problems.push(problem);
                }
                Vec::new()
            }
            Some(Some(found)) => {
                let found = found.iter().map(|path| Deployment {
                    path: path.clone(),
                    ..deployment.clone()
                });
                found.collect()
            }
        });
        let (excluded, included): (Vec<_>, Vec<_>) = all.partition(|it| it.is_excluded);
        let excluded: FxHashSet<BString> = excluded.into_iter().map(|it| it.path).collect();
        let mut known: FxHashSet<BString> = FxHashSet::default();
        let mut is_new =
            |it: &Deployment| !excluded.contains(&it.path) && known.insert(it.path.clone());
        component.deploys = included.into_iter().filter(|it| is_new(it)).collect();
    }
}

/// Returns the directories that match each of some globs, which end in `/`; `None` for a glob that is not valid.
fn directories(globs: BTreeSet<BString>, files: &Files) -> BTreeMap<BString, Option<Vec<BString>>> {
    let set = Globs::new(&globs);
    let mut found: Vec<Vec<BString>> = vec![Vec::new(); globs.len()];
    let mut last: &[u8] = b"";
    for file in files.iter().take_while(|_| !set.is_empty()) {
        let directory = directory(file.path);
        let new = directory.find_iter("/").map(|end| &directory[..=end]);
        for path in new.filter(|path| !last.starts_with(path)) {
            for at in set.matches(path[..path.len() - 1].as_bstr()) {
                found[at].push(path.into());
            }
        }
        last = directory;
    }
    let valid = found.into_iter().enumerate();
    let valid = valid.map(|(at, found)| set.is_valid(at).then_some(found));
    globs.into_iter().zip(valid).collect()
}
