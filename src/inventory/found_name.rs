use crate::text::Place;

/// What a name can refer to. The first kinds are answered first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameKind {
    /// A file or directory.
    Path,
    /// A component.
    Component,
    /// An alert.
    Alert,
    /// A machine.
    Host,
    /// Something that runs in Kubernetes: a resource or release.
    Kubernetes,
    /// A container image that a file uses.
    Image,
    /// A dashboard of Grafana.
    Dashboard,
    /// An address of the web that a file contains.
    Url,
}

impl NameKind {
    /// Returns the name of the kind in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Component => "component",
            Self::Alert => "alert",
            Self::Host => "host",
            Self::Kubernetes => "kubernetes-name",
            Self::Image => "image",
            Self::Dashboard => "dashboard",
            Self::Url => "url",
        }
    }

    /// Returns the kind in words, with its article.
    pub fn words(self) -> &'static str {
        match self {
            Self::Path => "a path",
            Self::Component => "a component",
            Self::Alert => "an alert",
            Self::Host => "a host",
            Self::Kubernetes => "a name in Kubernetes",
            Self::Image => "an image",
            Self::Dashboard => "a dashboard",
            Self::Url => "a URL",
        }
    }
}

/// Something that a file names, besides the component in it.
#[derive(Debug, Clone)]
pub struct FoundName {
    /// What it is.
    pub kind: NameKind,
    /// Its name.
    pub name: String,
    /// Its namespace, if it has one.
    pub namespace: Option<String>,
    /// Whether the name is usual without the namespace.
    pub is_unique: bool,
    /// The kind of the resource, if it is one of Kubernetes.
    pub resource: Option<String>,
    /// The place of the name.
    pub place: Place,
}

/// A machine, and the component that is assigned to it.
#[derive(Debug, Clone)]
pub struct FoundHost {
    /// The kind and name of the component; `None` if it is unknown.
    pub component: Option<(&'static str, String)>,
    /// The place that assigns the component to the machine.
    pub place: Place,
    /// Whether it is the node definition for all machines without another one.
    pub is_default: bool,
}
