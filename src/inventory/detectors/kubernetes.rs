//! Kubernetes: manifests, and the applications of Argo CD and Flux among them. A resource names its owner in labels or
//! annotations, under keys that the map lists. Without such keys, a manifest is read only to find its kind, and has no
//! declarations.

use std::sync::Arc;

use bstr::ByteSlice as _;

use super::{
    Detector, Lookup, catalog, config_map, declared::YamlFile, deployments, kubernetes_names,
    manifest_names, owner_keys, paths::yaml_stem,
};
use crate::{
    config::Settings,
    inventory::{Component, Declarations, FileReader, Files, FoundName, NameKind, SourceFile},
    text::printable,
    yaml::Node,
};

pub(super) const DETECTOR: Detector = Detector {
    name: "kubernetes",
    kinds: &[ARGOCD, FLUX_RELEASE, FLUX_KUSTOMIZATION, MANIFEST],
    find: |search| find(search.files, search.settings).into(),
    needles: &["apiVersion:"],
    read,
    link: |components, declarations, reader| {
        catalog::disambiguate(components, &APPLICATIONS);
        let files = reader.links.files;
        deployments::link(components, declarations, &APPLICATIONS, MANIFEST, files);
    },
    labels: Some(owner_keys::in_yaml),
    lookup: Lookup {
        in_file: names,
        notation: kubernetes_names::components,
        own_last_part: &[ARGOCD],
        ..Lookup::NONE
    },
    in_labels: true,
    ..Detector::PLAIN
};

const ARGOCD: &str = "argocd-application";

const FLUX_RELEASE: &str = "flux-helm-release";

const FLUX_KUSTOMIZATION: &str = "flux-kustomization";

/// The kinds that deploy others.
const APPLICATIONS: [&str; 3] = [ARGOCD, FLUX_RELEASE, FLUX_KUSTOMIZATION];

const MANIFEST: &str = "kubernetes-manifest";

fn find(files: &Files, settings: &Settings) -> Vec<Component> {
    manifest_names::candidates(files, settings)
        .filter_map(|path| {
            Some(Component {
                needs_others: settings.namespace_owner,
                ..DETECTOR.in_file(MANIFEST, path, yaml_stem(path)?)
            })
        })
        .collect()
}

fn read(
    tentative: Component,
    reader: &FileReader<'_>,
    settings: &Settings,
) -> Vec<(Component, Declarations)> {
    // An unreadable file may be anything.
    let Ok(file) = reader.read(tentative.path.as_bstr()) else {
        return Vec::new();
    };
    let text = file.source.text();
    let kinds = DocumentKinds::of(text);
    let mut owner_keys = settings.owner_keys.of(&[DETECTOR.name]);
    let may_declare = owner_keys.any(|key| text.contains(key))
        || (settings.namespace_owner && text.contains("namespace"));
    let opened = match kinds.argocd || kinds.flux || (kinds.others && may_declare) {
        true => catalog::open(&file),
        false => None,
    };
    let mut manifest = Declarations::default();
    let mut found = Vec::new();
    let mut of_flux = Vec::new();
    if let Some((file, problems)) = opened {
        if may_declare {
            manifest.problems = problems;
        }
        for document in &file.documents {
            for resource in resources(document, 4) {
                of_flux.extend(flux(&file, resource, &tentative));
                match argocd_name(resource) {
                    Some(name) => {
                        let mut declarations = Declarations::default();
                        owners(&file, resource, settings, &mut declarations);
                        let destination = resource.get("spec").and_then(|it| it.get("destination"));
                        let namespace = destination.and_then(|it| it.get("namespace"));
                        declarations
                            .namespaces
                            .deployed_into(catalog::text(namespace));
                        let problems = &mut declarations.problems;
                        let deploys = deployments::of_argocd(&file, resource, problems);
                        let application = Component {
                            kind: ARGOCD,
                            name: printable(name),
                            needs_others: true,
                            deploys,
                            ..tentative.clone()
                        };
                        found.push((application, declarations));
                    }
                    None => {
                        let before = manifest.declarations.len();
                        owners(&file, resource, settings, &mut manifest);
                        let metadata = resource.get("metadata");
                        let text = |key| catalog::text(metadata.and_then(|it| it.get(key)));
                        manifest.namespaces.deployed_into(text("namespace"));
                        let is_namespace = catalog::text(resource.get("kind")) == Some("Namespace");
                        if let Some(name) = text("name").filter(|_| is_namespace) {
                            let own = &manifest.declarations[before..];
                            manifest.namespaces.define(name, own);
                        }
                    }
                }
            }
        }
    }
    let is_manifest = kinds.others || (kinds.argocd && found.is_empty());
    match found.first_mut() {
        Some((_, first)) if !is_manifest => first
            .problems
            .splice(0..0, manifest.problems)
            .for_each(drop),
        _ if is_manifest => found.push((tentative, manifest)),
        _ => {}
    }
    found.extend(of_flux);
    found
}

/// Returns the component of a resource of Flux. The resource also belongs to the manifest, which declares its owner.
fn flux(
    file: &YamlFile,
    resource: &Node,
    tentative: &Component,
) -> Option<(Component, Declarations)> {
    let text = |key| catalog::text(resource.get(key)).unwrap_or_default();
    let kind = flux_kind(text("apiVersion"), text("kind"))?;
    let name = catalog::text(resource.get("metadata")?.get("name"))?;
    let deploys = match kind {
        FLUX_RELEASE => deployments::of_helm_release(file, resource),
        _ => deployments::of_kustomization(file, resource),
    };
    let component = Component {
        kind,
        name: printable(name),
        is_listed: false,
        needs_others: true,
        deploys: deploys.into_iter().collect(),
        ..tentative.clone()
    };
    Some((component, Declarations::default()))
}

fn flux_kind(api: &str, kind: &str) -> Option<&'static str> {
    match (api.split_once('/')?.0, kind) {
        ("helm.toolkit.fluxcd.io", "HelmRelease") => Some(FLUX_RELEASE),
        ("kustomize.toolkit.fluxcd.io", "Kustomization") => Some(FLUX_KUSTOMIZATION),
        _ => None,
    }
}

/// The kinds of documents in a file, by their top-level lines, so that most files need not be parsed.
#[derive(Debug, Default, PartialEq, Eq)]
struct DocumentKinds {
    argocd: bool,
    flux: bool,
    others: bool,
}

impl DocumentKinds {
    fn of(text: &str) -> Self {
        let mut kinds = Self::default();
        let (mut api, mut kind, mut is_named) = ("", "", false);
        let text = text.trim_start_matches('\u{feff}');
        for line in text.lines().chain(["---"]) {
            if let Some(value) = line.strip_prefix("apiVersion:") {
                api = plain(value);
            } else if let Some(value) = line.strip_prefix("kind:") {
                kind = plain(value);
            } else if line.starts_with("metadata:") {
                is_named = true;
            } else if line.starts_with("---") {
                // Without metadata, it is a list, or the configuration of a Kubernetes program.
                let is_resource = is_of_kubernetes(api) && (is_named || kind.ends_with("List"));
                kinds.argocd |= is_resource && is_argocd(api, kind);
                kinds.flux |= is_resource && flux_kind(api, kind).is_some();
                kinds.others |= is_resource && !kind.is_empty() && !is_argocd(api, kind);
                (api, kind, is_named) = ("", "", false);
            }
        }
        kinds
    }
}

/// Returns a value on one line without quotes and comment.
fn plain(value: &str) -> &str {
    let value = value.split(" #").next().unwrap_or_default();
    value.trim().trim_matches(['"', '\''])
}

fn is_argocd(api: &str, kind: &str) -> bool {
    api.starts_with("argoproj.io/")
        && ["Application", "ApplicationSet", "AppProject"].contains(&kind)
}

/// Returns whether an `apiVersion` belongs to Kubernetes. Other programs use `apiVersion` and `kind` too.
fn is_of_kubernetes(api: &str) -> bool {
    let group = api.split('/').next().unwrap_or_default();
    let is_other_program = ["backstage.io", "kustomize.config.k8s.io"]
        .iter()
        .any(|other| group.ends_with(other));
    // Entities of Datadog have `v3`.
    !api.is_empty() && api != "v3" && !is_other_program
}

/// Returns the resources of a document: itself, or the items of a list.
fn resources(document: &Node, depth: usize) -> Vec<&Node> {
    let text = |key| catalog::text(document.get(key)).unwrap_or_default();
    let (api, kind) = (text("apiVersion"), text("kind"));
    if kind.is_empty() || !is_of_kubernetes(api) {
        return Vec::new();
    }
    let items = document.get("items").and_then(|items| items.items());
    match items.filter(|_| kind.ends_with("List") && depth > 0) {
        Some(items) => items
            .iter()
            .flat_map(|item| resources(item, depth - 1))
            .collect(),
        None => vec![document],
    }
}

fn argocd_name(resource: &Node) -> Option<&str> {
    let text = |key| catalog::text(resource.get(key)).unwrap_or_default();
    let name = resource.get("metadata")?.get("name");
    catalog::text(name).filter(|_| is_argocd(text("apiVersion"), text("kind")))
}

/// Kinds of resources that people know by their names alone: workloads, and what they are reached by.
const KNOWN_BY_NAME: [&str; 10] = [
    "CronJob",
    "DaemonSet",
    "Deployment",
    "HelmRelease",
    "Ingress",
    "Job",
    "Namespace",
    "Rollout",
    "Service",
    "StatefulSet",
];

/// Returns the resources in a file. Those of Argo CD are components.
fn names(file: &SourceFile) -> Vec<FoundName> {
    let Some((file, _)) = catalog::open(file) else {
        return Vec::new();
    };
    let documents = file.documents.iter();
    let resources = documents.flat_map(|document| resources(document, 4));
    let resources: Vec<&Node> = resources.collect();
    let is_config_map =
        |resource: &&&Node| catalog::text(resource.get("kind")) == Some("ConfigMap");
    let config_maps = resources.iter().filter(is_config_map);
    let inside = config_maps.flat_map(|resource| config_map::names(&file, resource));
    let names = resources.iter().filter_map(|resource| {
        let kind = catalog::text(resource.get("kind"))?;
        let metadata = resource.get("metadata")?;
        let name = metadata.get("name")?;
        let text = catalog::text(Some(name))?;
        Some(FoundName {
            kind: match argocd_name(resource) {
                Some(_) => NameKind::Component,
                None => NameKind::Kubernetes,
            },
            name: text.to_owned(),
            namespace: catalog::text(metadata.get("namespace")).map(str::to_owned),
            is_unique: KNOWN_BY_NAME.contains(&kind),
            resource: Some(kind.to_owned()),
            place: file.place(name),
        })
    });
    let hosts = resources.iter().flat_map(|resource| {
        let kind = catalog::text(resource.get("kind"));
        let hosts = hosts(resource).into_iter();
        hosts.filter_map(move |host| Some((host.as_str()?.to_owned(), kind?.to_owned(), host)))
    });
    let hosts = hosts.map(|(name, kind, host)| FoundName {
        kind: NameKind::Host,
        name,
        namespace: None,
        is_unique: true,
        resource: Some(kind),
        place: file.place(&host),
    });
    names.chain(inside).chain(hosts).collect()
}

/// Returns the hosts whose requests a resource accepts.
fn hosts(resource: &Node) -> Vec<Arc<Node>> {
    let Some(spec) = resource.get("spec") else {
        return Vec::new();
    };
    let list = |key: &str| {
        spec.get(key)
            .and_then(|list| list.items())
            .unwrap_or_default()
    };
    match catalog::text(resource.get("kind")) {
        Some("Ingress") => {
            let rules = list("rules").iter();
            rules.filter_map(|rule| rule.get("host").cloned()).collect()
        }
        Some("Route") => spec.get("host").cloned().into_iter().collect(),
        Some("HTTPRoute" | "GRPCRoute" | "TLSRoute") => list("hostnames").to_vec(),
        Some("VirtualService") => list("hosts").to_vec(),
        _ => Vec::new(),
    }
}

/// Adds the declarations in the labels and annotations of a resource and of its pod templates.
fn owners(file: &YamlFile, resource: &Node, settings: &Settings, declarations: &mut Declarations) {
    let template = |node: &Node| {
        let spec = node.get("spec")?;
        spec.get("template").cloned()
    };
    let job = resource
        .get("spec")
        .and_then(|spec| spec.get("jobTemplate"));
    let templates = [template(resource), job.and_then(|job| template(job))];
    let metadata = resource.get("metadata").cloned();
    let of_templates = templates
        .into_iter()
        .flatten()
        .filter_map(|template| template.get("metadata").cloned());
    // Flux adds them to all resources that it applies.
    let common = resource.get("spec").and_then(|it| it.get("commonMetadata"));
    let all = metadata.into_iter().chain(of_templates);
    for metadata in all.chain(common.cloned()) {
        for key in ["labels", "annotations"] {
            let keys = settings.owner_keys.of(&[DETECTOR.name]);
            owner_keys::read(file, metadata.get(key), key, keys, declarations);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognizes_documents_by_their_top_level_lines() {
        let kinds = |argocd, others| DocumentKinds {
            argocd,
            flux: false,
            others,
        };
        for (text, expected) in [
            (
                "apiVersion: v1\nkind: Service\nmetadata:\n",
                kinds(false, true),
            ),
            (
                "\u{feff}kind: A # x\r\napiVersion: 'v1'\r\nmetadata: {}\r\n",
                kinds(false, true),
            ),
            (
                "a: 1\n---\napiVersion: v1\nkind: A\nmetadata:\n",
                kinds(false, true),
            ),
            (
                "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata:\n",
                kinds(true, false),
            ),
            (
                "apiVersion: v1\nkind: List\nitems: []\n",
                kinds(false, true),
            ),
            (
                "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: []\n",
                kinds(false, false),
            ),
            (
                "apiVersion: v1\nmetadata:\n---\nkind: Service\n",
                kinds(false, false),
            ),
            (
                "x:\n  apiVersion: v1\n  kind: Service\n  metadata:\n",
                kinds(false, false),
            ),
            ("apiVersion: v2\nname: chart\n", kinds(false, false)),
            (
                "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata:\n",
                kinds(false, false),
            ),
            (
                "apiVersion: v3\nkind: service\nmetadata:\n",
                kinds(false, false),
            ),
        ] {
            assert_eq!(DocumentKinds::of(text), expected, "{text}");
        }
    }
}
