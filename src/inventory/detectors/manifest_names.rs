//! Files that may be Kubernetes manifests, by their paths. Only their content decides.

use bstr::{BStr, ByteSlice};

use super::{
    inherited::Inherited,
    kustomize::{is_kustomization, kustomized},
    paths::{YAML, directory, file_name, yaml_stem},
};
use crate::{config::Settings, inventory::Files};

/// Returns whether directories of this name usually contain manifests.
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

/// The length of the longest word in [`is_kind`].
const LONGEST_KIND: usize = 18;

/// Returns whether these parts, joined, are a kind of resource that files are named after. Words that are as likely
/// in the names of other files, such as `service` or `job`, are not included.
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

/// Returns the paths in `files` that may be manifests.
pub(super) fn candidates<'f>(
    files: &'f Files,
    settings: &Settings,
) -> impl Iterator<Item = &'f BStr> {
    let kustomized = kustomized(files);
    let mut directories = Inherited::new(ManifestDirectory::default());
    let paths = files.ending_in(&YAML).map(|file| file.path);
    paths.filter(move |path| {
        let Some(stem) = yaml_stem(path) else {
            return false;
        };
        let directory = directory(path);
        let around = directories.of(directory, |around, path, name| {
            around.inside(path, name, files)
        });
        let is_likely = match around {
            ManifestDirectory { in_chart: true, .. } => false,
            ManifestDirectory { is_usual: true, .. } => true,
            _ if kustomized.contains(directory) => true,
            ManifestDirectory {
                is_hidden: true, ..
            } => false,
            _ => is_named_after_a_kind(file_name(stem)),
        };
        let listed = || settings.manifests.iter();
        (is_likely || listed().any(|pattern| pattern.value.matches(path, false)))
            && !is_something_else(path)
    })
}

/// What the names of a directory and those around it show about manifests in it.
#[derive(Debug, Clone, Copy, Default)]
struct ManifestDirectory {
    /// The directory contains templates of a chart, of which the output is unknown.
    in_chart: bool,
    /// Directories of this name usually contain manifests.
    is_usual: bool,
    /// The name begins with a dot.
    is_hidden: bool,
}

impl ManifestDirectory {
    /// Returns the properties of the directory `name` in this one, which is at `path`.
    fn inside(self, path: &BStr, name: &[u8], files: &Files) -> Self {
        let is_chart = || {
            let chart = [path.as_bytes(), b"Chart.yaml"].concat();
            files.find(chart.as_bstr()).is_some()
        };
        Self {
            in_chart: self.in_chart || (name == b"templates" && is_chart()),
            is_usual: self.is_usual || is_usual(name),
            is_hidden: self.is_hidden || name.starts_with(b"."),
        }
    }
}

/// Returns whether a name contains a kind: `deployment`, `00-namespace`, `web-configmap`, `network-policy`.
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

/// Returns whether a YAML file among manifests is for other programs or detectors.
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
    fn finds_candidates_by_name() {
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
