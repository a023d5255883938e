//! Which files may be Kubernetes manifests, by where they lie and what they are called. No more than
//! a reason to look into them.

use bstr::{BStr, ByteSlice};

use super::{
    inherited::Inherited,
    kustomize::{is_kustomization, kustomized},
    paths::{YAML, directory, file_name, yaml_stem},
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
            ManifestDirectory { of_chart: true, .. } => false,
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

/// What a directory, by its name or that of one above, is to somebody who looks for manifests.
#[derive(Debug, Clone, Copy, Default)]
struct ManifestDirectory {
    /// The templates of a chart: what they will say is not known yet.
    of_chart: bool,
    /// The name is one of those.
    is_usual: bool,
    /// The name begins with a dot.
    is_hidden: bool,
}

impl ManifestDirectory {
    /// What a directory in this one at `path` is that is called `name`.
    fn inside(self, path: &BStr, name: &[u8], files: &Files) -> Self {
        let is_chart = || {
            let chart = [path.as_bytes(), b"Chart.yaml"].concat();
            files.find(chart.as_bstr()).is_some()
        };
        Self {
            of_chart: self.of_chart || (name == b"templates" && is_chart()),
            is_usual: self.is_usual || is_usual(name),
            is_hidden: self.is_hidden || name.starts_with(b"."),
        }
    }
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
