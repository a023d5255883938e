//! Which files may be Kubernetes manifests, by where they lie and what they are called. No more than
//! a reason to look into them.

use bstr::{BStr, ByteSlice};
use rustc_hash::FxHashSet;

use super::{
    kustomize::{is_kustomization, kustomized},
    paths::{directory, file_name, yaml_stem},
};
use crate::{config::Settings, inventory::Files};

/// Directories in which people keep manifests.
const DIRECTORIES: [&str; 25] = [
    "app-of-apps",
    "applications",
    "apps",
    "argo",
    "argo-cd",
    "argocd",
    "base",
    "bases",
    "cluster",
    "clusters",
    "deploy",
    "deployment",
    "deployments",
    "flux",
    "flux-system",
    "gitops",
    "k8s",
    "kube",
    "kubernetes",
    "kustomize",
    "manifest",
    "manifests",
    "namespaces",
    "openshift",
    "overlays",
];

/// Kinds of resources that files are named after, in one word; no words that files of other
/// programs are as likely called by, such as `service` or `job`.
const KINDS: [&str; 27] = [
    "application",
    "applications",
    "applicationset",
    "appproject",
    "clusterrole",
    "clusterrolebinding",
    "configmap",
    "cronjob",
    "daemonset",
    "deployment",
    "hpa",
    "ingress",
    "limitrange",
    "namespace",
    "networkpolicy",
    "pdb",
    "prometheusrule",
    "pvc",
    "rbac",
    "resourcequota",
    "rolebinding",
    "sa",
    "serviceaccount",
    "servicemonitor",
    "statefulset",
    "storageclass",
    "svc",
];

/// The paths in `files` that may be manifests.
pub(super) fn candidates<'f>(
    files: &'f Files,
    settings: &Settings,
) -> impl Iterator<Item = &'f BStr> {
    let kustomized = kustomized(files);
    let mut in_directory: (&BStr, Directory) = (b"/".into(), Directory::Unlikely);
    files.iter().map(|file| file.path).filter(move |path| {
        let Some(stem) = yaml_stem(path) else {
            return false;
        };
        let of = directory(path);
        if of != in_directory.0 {
            in_directory = (of, Directory::new(of, files, &kustomized));
        }
        let listed = || settings.manifests.iter();
        let is_likely = match in_directory.1 {
            Directory::Templates => false,
            Directory::Likely => true,
            Directory::Unlikely => is_named_after_a_kind(file_name(stem)),
            Directory::Hidden => false,
        };
        (is_likely || listed().any(|pattern| pattern.value.matches(path, false)))
            && !is_something_else(path)
    })
}

/// What a directory is to somebody who looks for manifests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Directory {
    /// The templates of a chart: what they will say is not known yet.
    Templates,
    /// The name of it or of one above is one of those, or a kustomization lies in it.
    Likely,
    Unlikely,
    /// Its name begins with a dot, or that of one above.
    Hidden,
}

impl Directory {
    fn new(path: &BStr, files: &Files, kustomized: &FxHashSet<&BStr>) -> Self {
        let of_chart = path.find_iter("templates/").any(|at| {
            let chart = &path.as_bytes()[..at];
            (chart.is_empty() || chart.ends_with(b"/"))
                && files
                    .find([chart, b"Chart.yaml"].concat().as_bstr())
                    .is_some()
        });
        let is_usual = |name: &[u8]| DIRECTORIES.iter().any(|known| known.as_bytes() == name);
        if of_chart {
            Self::Templates
        } else if path.split_str("/").any(is_usual) || kustomized.contains(path) {
            Self::Likely
        } else if path.split_str("/").any(|name| name.starts_with(b".")) {
            Self::Hidden
        } else {
            Self::Unlikely
        }
    }
}

/// `deployment`, `00-namespace`, `web-configmap`, `network-policy`.
fn is_named_after_a_kind(stem: &BStr) -> bool {
    let is_kind = |word: &[u8]| {
        let known = |kind: &str| kind.as_bytes().eq_ignore_ascii_case(word);
        KINDS.iter().any(|kind| known(kind))
    };
    let words: Vec<&[u8]> = stem
        .split(|byte| matches!(byte, b'-' | b'_' | b'.'))
        .filter(|word| !word.iter().all(u8::is_ascii_digit))
        .collect();
    match words[..] {
        [] => false,
        [word] => is_kind(word),
        [first, .., before, last] if words.len() > 2 => {
            is_kind(first) || is_kind(last) || is_kind(&[before, last].concat())
        }
        [first, .., last] => is_kind(first) || is_kind(last) || is_kind(&[first, last].concat()),
    }
}

/// YAML that lies among manifests, and that other programs or detectors read.
fn is_something_else(path: &BStr) -> bool {
    let name = file_name(path);
    is_kustomization(path)
        || name == "Chart.yaml"
        || name.starts_with(b"values")
        || yaml_stem(name).is_some_and(|stem| stem.ends_with(b"values"))
        || path.split_str("/").any(|part| part == b".github")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::{FileKind, FilesBuilder};

    #[test]
    fn names_are_a_reason_to_look() {
        let mut builder = FilesBuilder::default();
        for path in [
            "00-namespace.yaml",
            "charts/x/.fixtures/ingress.yaml",
            "charts/x/Chart.yaml",
            "charts/x/ci/deployment-values.yaml",
            "charts/x/templates/deployment.yaml",
            "charts/x/templates/tests/deployment.yaml",
            "charts/x/values.yaml",
            "hieradata/role/common/a.yaml",
            "k8s/any.yml",
            "k8s/kustomization.yaml",
            "k8s/readme.md",
            "kustomized/kustomization.yaml",
            "kustomized/whatever.yaml",
            "other/templates/deployment.yaml",
            "x/network-policy.yaml",
            "x/policy-network.yaml",
            "x/values.yaml",
            "x/web-configmap.yaml",
        ] {
            builder.push(path.as_bytes(), FileKind::Regular);
        }
        let files = builder.build();
        let found: Vec<&BStr> = candidates(&files, &Settings::default()).collect();
        let expected = [
            "00-namespace.yaml",
            "k8s/any.yml",
            "kustomized/whatever.yaml",
            "other/templates/deployment.yaml",
            "x/network-policy.yaml",
            "x/web-configmap.yaml",
        ];
        assert_eq!(found, expected);
    }
}
