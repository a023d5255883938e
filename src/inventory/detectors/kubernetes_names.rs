//! The notations in which people and programs write the names of Kubernetes resources.

/// The name of a service in a cluster: `kask.kask.svc.cluster.local`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServiceName<'t> {
    /// The name.
    pub name: &'t str,
    /// The namespace, which may be missing.
    pub namespace: Option<&'t str>,
}

impl<'t> ServiceName<'t> {
    /// Splits a name that ends with `.svc` or with `.svc` and the domain of a cluster. Returns `None` for other names.
    pub fn new(text: &'t str) -> Option<Self> {
        let (before, _) = match text.split_once(".svc.") {
            Some(parts) => parts,
            None => (text.strip_suffix(".svc")?, ""),
        };
        let mut labels = before.rsplit('.');
        let last = labels.next().filter(|label| !label.is_empty())?;
        let Some(name) = labels.next() else {
            return Some(Self {
                name: last,
                namespace: None,
            });
        };
        // The first label can be a pod of the service.
        let is_one = labels.all(|label| !label.is_empty());
        (is_one && !name.is_empty()).then_some(Self {
            name,
            namespace: Some(last),
        })
    }
}

/// The short names of kinds that `kubectl` knows, each with the kind.
const SHORT_KINDS: [(&str, &str); 16] = [
    ("cj", "cronjob"),
    ("cm", "configmap"),
    ("crd", "customresourcedefinition"),
    ("deploy", "deployment"),
    ("ds", "daemonset"),
    ("hpa", "horizontalpodautoscaler"),
    ("ing", "ingress"),
    ("netpol", "networkpolicy"),
    ("ns", "namespace"),
    ("pdb", "poddisruptionbudget"),
    ("po", "pod"),
    ("pvc", "persistentvolumeclaim"),
    ("rs", "replicaset"),
    ("sa", "serviceaccount"),
    ("sts", "statefulset"),
    ("svc", "service"),
];

/// Returns whether a text is a kind of resource as `kubectl` reads and prints it: `Service`, `services`, `svc`,
/// `deployment.apps`.
pub fn is_kind(text: &str, kind: &str) -> bool {
    let text = text.to_lowercase();
    let (text, kind) = (
        text.split('.').next().unwrap_or_default(),
        kind.to_lowercase(),
    );
    let short = SHORT_KINDS.iter().find(|(short, _)| *short == text);
    let plural = match kind.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None if kind.ends_with('s') => format!("{kind}es"),
        None => format!("{kind}s"),
    };
    text == kind || text == plural || short.is_some_and(|(_, full)| *full == kind)
}

/// Returns the name of the component that a service name refers to.
pub(super) fn components(text: &str) -> Vec<&str> {
    let service = ServiceName::new(text);
    service.map(|service| service.name).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognizes_kinds() {
        for (text, kind, expected) in [
            ("svc", "Service", true),
            ("services", "Service", true),
            ("Deployment.apps", "Deployment", true),
            ("ingresses", "Ingress", true),
            ("networkpolicies.networking.k8s.io", "NetworkPolicy", true),
            ("svc", "Deployment", false),
            ("serv", "Service", false),
            ("", "Service", false),
        ] {
            assert_eq!(is_kind(text, kind), expected, "{text} {kind}");
        }
    }

    #[test]
    fn splits_service_names() {
        for (text, expected) in [
            ("kask.svc", Some(("kask", None))),
            ("kask.svc.cluster.local", Some(("kask", None))),
            ("kask.shop.svc", Some(("kask", Some("shop")))),
            ("kask.shop.svc.example.org", Some(("kask", Some("shop")))),
            ("kask-0.kask.shop.svc", Some(("kask", Some("shop")))),
            ("kask", None),
            ("kask.svcs", None),
            (".svc", None),
            (".kask.svc.cluster.local", None),
        ] {
            let found = ServiceName::new(text).map(|it| (it.name, it.namespace));
            assert_eq!(found, expected, "{text}");
        }
    }
}
