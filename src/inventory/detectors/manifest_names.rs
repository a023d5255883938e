//! Which files may be Kubernetes manifests, by where they lie and what they are called. No more than
//! a reason to look into them.

use bstr::{BStr, ByteSlice};
use rustc_hash::FxHashSet;

use super::{
    kustomize::{is_kustomization, kustomized},
    paths::{directory, file_name, yaml_stem},
};
use crate::{config::Settings, inventory::Files};

/// Whether people keep manifests in directories of this name.
fn is_usual(name: &[u8]) -> bool {
    matches!(
        name,
        b"app-of-apps"
            | b"applications"
            | b"apps"
            | b"argo"
            | b"argo-cd"
            | b"argocd"
            | b"base"
            | b"bases"
            | b"cluster"
            | b"clusters"
            | b"deploy"
            | b"deployment"
            | b"deployments"
            | b"flux"
            | b"flux-system"
            | b"gitops"
            | b"k8s"
            | b"kube"
            | b"kubernetes"
            | b"kustomize"
            | b"manifest"
            | b"manifests"
            | b"namespaces"
            | b"openshift"
            | b"overlays"
    )
}

/// The longest of the words of [`is_kind`].
const LONGEST_KIND: usize = 18;

/// Whether these, written together, are the name of a kind of resources that files are named after. No
/// word that files of other programs are as likely called by, such as `service` or `job`, is.
fn is_kind(parts: [&[u8]; 2]) -> bool {
    let mut word = [0; LONGEST_KIND];
    let [before, last] = parts;
    let length = before.len() + last.len();
    if length > LONGEST_KIND {
        return false;
    }
    word[..before.len()].copy_from_slice(before);
    word[before.len()..length].copy_from_slice(last);
    word.make_ascii_lowercase();
    matches!(
        &word[..length],
        b"application"
            | b"applications"
            | b"applicationset"
            | b"appproject"
            | b"clusterrole"
            | b"clusterrolebinding"
            | b"configmap"
            | b"cronjob"
            | b"daemonset"
            | b"deployment"
            | b"hpa"
            | b"ingress"
            | b"limitrange"
            | b"namespace"
            | b"networkpolicy"
            | b"pdb"
            | b"prometheusrule"
            | b"pvc"
            | b"rbac"
            | b"resourcequota"
            | b"rolebinding"
            | b"sa"
            | b"serviceaccount"
            | b"servicemonitor"
            | b"statefulset"
            | b"storageclass"
            | b"svc"
    )
}

/// The paths in `files` that may be manifests.
pub(super) fn candidates<'f>(
    files: &'f Files,
    settings: &Settings,
) -> impl Iterator<Item = &'f BStr> {
    let kustomized = kustomized(files);
    let mut in_directory: (&BStr, Directory) = (b"/".into(), Directory::Unlikely);
    files.yaml().map(|file| file.path).filter(move |path| {
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
        let mut start = 0;
        let (mut of_chart, mut is_likely, mut is_hidden) = (false, false, false);
        for name in path.split(|byte| *byte == b'/') {
            of_chart |= name == b"templates" && is_chart(&path[..start], files);
            is_likely |= is_usual(name);
            is_hidden |= name.starts_with(b".");
            start += name.len() + 1;
        }
        if of_chart {
            Self::Templates
        } else if is_likely || kustomized.contains(path) {
            Self::Likely
        } else if is_hidden {
            Self::Hidden
        } else {
            Self::Unlikely
        }
    }
}

fn is_chart(directory: &[u8], files: &Files) -> bool {
    let chart = [directory, b"Chart.yaml"].concat();
    files.find(chart.as_bstr()).is_some()
}

/// `deployment`, `00-namespace`, `web-configmap`, `network-policy`.
fn is_named_after_a_kind(stem: &BStr) -> bool {
    let mut words = stem
        .split(|byte| matches!(byte, b'-' | b'_' | b'.'))
        .filter(|word| !word.iter().all(u8::is_ascii_digit));
    let Some(first) = words.next() else {
        return false;
    };
    let (before, last) = words.fold((&b""[..], first), |(_, before), word| (before, word));
    is_kind([b"", first]) || is_kind([b"", last]) || is_kind([before, last])
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
