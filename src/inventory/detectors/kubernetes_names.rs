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

/// The letters and digits in the random parts of names.
const RANDOM: &str = "bcdfghjklmnpqrstvwxz2456789";

/// The number of characters in the random end of the name of a pod.
const POD: usize = 5;

/// The numbers of characters in the hash of a replica set.
const REPLICA_SET: std::ops::RangeInclusive<usize> = 5..=10;

/// Returns the names of what a pod can belong to, which are its name without the random end or number: a deployment or
/// a scheduled job (`NAME-7d9f8b6c5d-x2x4z`, `NAME-28473920-x2x4z`), a daemon set or job (`NAME-x2x4z`) or a stateful
/// set (`NAME-0`).
pub fn workloads(text: &str) -> Vec<&str> {
    let name = ["pod/", "pods/", "po/"]
        .iter()
        .find_map(|kind| text.strip_prefix(kind));
    let text = name.unwrap_or(text);
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_random = |part: &str| part.chars().all(|char| RANDOM.contains(char));
    let is_hash = |part: &str| {
        REPLICA_SET.contains(&part.len())
            && (is_number(part)
                || is_random(part) && part.contains(|char: char| char.is_ascii_digit()))
    };
    let mut found: Vec<&str> = name.into_iter().collect();
    let Some((before, last)) = text
        .rsplit_once('-')
        .filter(|(before, _)| !before.is_empty())
    else {
        return found;
    };
    let is_lower = |part: &str| {
        let mut chars = part.chars();
        chars.all(|char| char.is_ascii_lowercase() || char.is_ascii_digit())
    };
    // Old versions also used other letters.
    let of_replica_set = before.rsplit_once('-').filter(|(name, hash)| {
        !name.is_empty() && is_hash(hash) && last.len() == POD && is_lower(last)
    });
    found.extend(of_replica_set.map(|(name, _)| name));
    found.extend((last.len() == POD && is_random(last) || is_number(last)).then_some(before));
    found
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
    fn strips_the_random_ends_of_pods() {
        for (text, expected) in [
            ("kask-7d9f8b6c5d-x2x4z", &["kask", "kask-7d9f8b6c5d"][..]),
            (
                "kask-production-6f4b9d-x2x4z",
                &["kask-production", "kask-production-6f4b9d"],
            ),
            ("kask-7d9f8b6c5d-abcde", &["kask"]),
            ("nginx-1564180365-khku8", &["nginx"]),
            ("backup-28473920-x2x4z", &["backup", "backup-28473920"]),
            (
                "shop/kask-7d9f8b6c5d-x2x4z",
                &["shop/kask", "shop/kask-7d9f8b6c5d"],
            ),
            ("fluentd-x2x4z", &["fluentd"]),
            ("kafka-0", &["kafka"]),
            ("kafka-12", &["kafka"]),
            ("pod/kafka-0", &["kafka-0", "kafka"]),
            ("kask", &[]),
            ("kask-prod", &[]),
            ("kask-nginx", &[]),
            ("kask-x2x4za", &[]),
            ("-0", &[]),
            ("-7d9f8b6c5d-abcde", &[]),
            ("", &[]),
        ] {
            assert_eq!(workloads(text), expected, "{text}");
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
