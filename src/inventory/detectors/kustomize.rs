//! Kustomize: directories with a kustomization, which sets labels and annotations on all its resources.

use bstr::{BStr, BString, ByteSlice as _};
use rustc_hash::FxHashSet;

use super::{
    Detector, Lookup, catalog,
    declared::read_documents,
    kubernetes, kubernetes_names, owner_keys,
    paths::{by_directory, directory, is_named},
};
use crate::{
    config::Settings,
    inventory::{Component, Declarations, FileReader, Files},
    text::resolve,
};

pub(super) const DETECTOR: Detector = Detector {
    name: "kustomize",
    kinds: &[KIND],
    find: |search| find(search.files, search.settings).into(),
    read: |component, reader, settings| vec![read(component, reader, settings)],
    includes: |component, reader| Some(includes(component, reader)),
    labels: Some(owner_keys::in_yaml),
    lookup: Lookup {
        notation: kubernetes_names::components,
        ..Lookup::NONE
    },
    in_labels: true,
    ..Detector::PLAIN
};

const KIND: &str = "kustomization";

/// A kustomization sets labels of Kubernetes resources.
const KEYS_OF: [&str; 2] = [kubernetes::DETECTOR.name, DETECTOR.name];

/// The names of a kustomization file.
const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Returns whether a file is a kustomization.
pub(super) fn is_kustomization(path: &BStr) -> bool {
    NAMES.iter().any(|name| is_named(path, name))
}

/// Returns the directories that contain a kustomization.
pub(super) fn kustomized(files: &Files) -> FxHashSet<&BStr> {
    let kustomizations = files.named(&NAMES);
    kustomizations.map(|file| directory(file.path)).collect()
}

fn find(files: &Files, settings: &Settings) -> Vec<Component> {
    let kustomizations = by_directory(files.named(&NAMES)).into_iter();
    kustomizations
        .map(|(directory, paths)| {
            // Without owner keys, there is no reason to read the files.
            let declares_in = match settings.owner_keys.of(&KEYS_OF).next().is_none()
                && !settings.namespace_owner
            {
                true => Vec::new(),
                false => paths,
            };
            Component {
                needs_others: settings.namespace_owner,
                ..DETECTOR.in_directory(KIND, directory, "", declares_in)
            }
        })
        .collect()
}

fn read(
    kustomization: Component,
    reader: &FileReader<'_>,
    settings: &Settings,
) -> (Component, Declarations) {
    let declarations = read_documents(&kustomization, reader, |file, document, declarations| {
        let labels = document.get("labels").and_then(|labels| labels.items());
        let labels = labels.unwrap_or_default().iter();
        let labels = labels.map(|item| (item.get("pairs"), "labels"));
        let others = ["commonLabels", "commonAnnotations"];
        let others = others.into_iter().map(|key| (document.get(key), key));
        for (values, key) in labels.chain(others) {
            let keys = settings.owner_keys.of(&KEYS_OF);
            owner_keys::read(file, values, key, keys, declarations);
        }
        let namespace = catalog::text(document.get("namespace"));
        declarations.namespaces.deployed_into(namespace);
    });
    (kustomization, declarations)
}

/// Returns what the kustomization includes. What an unreadable file includes is unknown, as is what is behind a URL.
fn includes(kustomization: &Component, reader: &FileReader<'_>) -> Vec<BString> {
    let directory = kustomization.path.as_bstr();
    let mut included = Vec::new();
    for name in NAMES {
        let path: BString = [directory.as_bytes(), name.as_bytes()].concat().into();
        let is_listed = reader.links.files.find(path.as_bstr()).is_some();
        let Some(file) = is_listed
            .then(|| reader.read(path.as_bstr()).ok())
            .flatten()
        else {
            continue;
        };
        for document in &file.yaml().documents {
            for key in ["resources", "bases", "components"] {
                let items = document.get(key).and_then(|items| items.items());
                let items = items.unwrap_or_default().iter();
                let paths = items.filter_map(|item| item.as_str());
                let local = paths.filter(|path| !path.contains("://"));
                included.extend(local.filter_map(|path| resolve(directory, path.into())));
            }
        }
    }
    included
}
