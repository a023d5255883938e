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

/// Returns the name of the component that a service name refers to.
pub(super) fn components(text: &str) -> Vec<&str> {
    let service = ServiceName::new(text);
    service.map(|service| service.name).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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
