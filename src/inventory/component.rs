use std::{ops::Range, sync::Arc};

use bstr::{BStr, BString, ByteSlice};
use serde::Serialize;

use super::{Alert, CatalogPart, Files, Name, Namespaces};
use crate::text::{Place, Source};

/// A unit that is deployed or that alerts are about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// The kind, such as `helm-chart`.
    pub kind: &'static str,
    /// The name, unique within its kind in the repository.
    pub name: String,
    /// The detector that found it.
    pub detector: &'static str,
    /// Its paths: files, and directories with everything in them, which end in `/` (the root is empty).
    pub paths: Vec<BString>,
    /// Its main path: the file or directory by which it was detected.
    pub path: BString,
    /// The files in which it can declare its owner; empty if its kind cannot.
    pub declares_in: Vec<BString>,
    /// How to declare an owner, as an imperative; `None` if its kind cannot.
    pub how_to_declare: Option<&'static str>,
    /// The general file in which it can declare its owner, if only more specific files, or none, exist.
    pub missing_file: Option<BString>,
    /// Whether its files must be read to know whether it is a component.
    pub is_tentative: bool,
    /// Whether lists and counts of components include it even if its kind is not requested. Components of kinds that
    /// never declare an owner are not included, because there can be thousands of them.
    pub is_listed: bool,
    /// Whether other components must be read for all of its data, such as its hints.
    pub needs_others: bool,
    /// Whether the owners that it declares may be names of another system, such as notification routes, so that the map
    /// need not know them.
    pub may_declare_others: bool,
    /// Whether a file of the repository shows that it was copied from elsewhere.
    pub is_vendored: bool,
    /// Other components from which its owner can be inferred; known after its files were read.
    pub hints: Vec<Hint>,
    /// What it deploys from this repository; known after its files were read.
    pub deploys: Vec<Deployment>,
    /// The directories of charts in this repository on which it depends, which end in `/`, if there are such charts; known
    /// after its files were read.
    pub dependencies: Vec<BString>,
    /// Whether it is in use; `None` if the repository does not show it.
    pub in_use: Option<bool>,
    /// Whether it uses something unknown: a name that is set at run time, or names in a file that could not be read.
    pub uses_unknown: bool,
    /// Members that its kind requires and that it does not have.
    pub missing: Vec<MissingMember>,
    /// The contacts for incidents, by severity; known after its files were read.
    pub severity_contacts: Vec<SeverityContacts>,
}

/// Another component from which an owner can be inferred: the chart of a release, a profile that uses a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// The kind of the other component.
    pub kind: &'static str,
    /// The name of the other component.
    pub name: String,
    /// How the other component relates to this one: "its chart", "includes it".
    pub relation: &'static str,
    /// Whether the other component uses this one, not the reverse.
    pub is_user: bool,
    /// The place that shows the relation.
    pub place: Option<Place>,
}

/// A directory that a component deploys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployment {
    /// The repository of the directory, as an address that is the same for all directories in it; `None` if the
    /// component does not name it.
    pub repository: Option<String>,
    /// The directory, which ends in `/`.
    pub path: BString,
    /// Whether the component deploys everything else with such paths, but not this directory.
    pub is_excluded: bool,
    /// The place that names it.
    pub place: Place,
}

/// A required member that a component does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingMember {
    /// The name of the member in the map or kind.
    pub member: String,
    /// Its expected path, as a pattern.
    pub path: String,
}

/// The contacts for incidents of one severity, in the files of a component.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SeverityContacts {
    /// The severity, as written: `sev1` is the most severe one.
    pub severity: String,
    /// How soon a response can be expected, as written.
    pub response_time: Option<String>,
    /// The contacts in the order of the file; at least one.
    pub contacts: Vec<SeverityContact>,
}

/// One way to report an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SeverityContact {
    /// The kind, such as `pagerduty`.
    pub kind: String,
    /// The address.
    pub address: String,
}

/// A member of a component that does not exist.
#[derive(Debug, Clone)]
pub struct Orphan {
    /// The kind of the component.
    pub kind: &'static str,
    /// The name of the component.
    pub name: String,
    /// The path of the member: a file, or a directory that ends in `/`.
    pub path: BString,
    /// The expected path of the component, as a pattern.
    pub expected: String,
}

impl Component {
    /// Creates a component of which only the path is known.
    pub fn new(kind: &'static str, name: String, detector: &'static str, path: BString) -> Self {
        Self {
            kind,
            name,
            detector,
            paths: vec![path.clone()],
            path,
            declares_in: Vec::new(),
            how_to_declare: None,
            is_tentative: false,
            is_listed: true,
            needs_others: false,
            may_declare_others: false,
            is_vendored: false,
            hints: Vec::new(),
            deploys: Vec::new(),
            in_use: None,
            uses_unknown: false,
            missing_file: None,
            dependencies: Vec::new(),
            missing: Vec::new(),
            severity_contacts: Vec::new(),
        }
    }

    /// Returns the id in selectors and outputs: `kind:name`.
    pub fn id(&self) -> String {
        format!("{}:{}", self.kind, self.name)
    }

    /// Returns whether `path`, which need not exist, belongs to it. `directory` means that the path is a directory, so
    /// that a path of the component for all of its content includes it.
    pub fn holds(&self, path: &BStr, directory: bool) -> bool {
        self.paths.iter().any(|part| {
            let (part, inside) = match part.strip_suffix(b"/") {
                Some(part) => (part, true),
                None => (part.as_slice(), false),
            };
            match path.strip_prefix(part) {
                Some(_) if part.is_empty() => true,
                Some(b"") => directory || !inside,
                Some(below) => below[0] == b'/',
                None => false,
            }
        })
    }

    /// Returns the positions of its files, each once.
    pub fn files(&self, files: &Files) -> impl Iterator<Item = usize> + use<> {
        let mut ranges: Vec<Range<usize>> = self
            .paths
            .iter()
            .map(|part| files.at_path(part.as_bstr()))
            .collect();
        if ranges.len() > 1 {
            ranges.sort_unstable_by_key(|range| range.start);
            let mut end = 0;
            for range in &mut ranges {
                range.start = range.start.max(end);
                end = end.max(range.end);
            }
        }
        ranges.into_iter().flatten()
    }
}

/// The declarations of owners in a component's own files.
#[derive(Debug, Clone, Default)]
pub struct Declarations {
    /// All declarations, by decreasing authority.
    pub declarations: Vec<Declaration>,
    /// The problems with reading the files.
    pub problems: Vec<Problem>,
    /// The place at which the component opts out of having an owner.
    pub opted_out: Option<Place>,
    /// The place that shows that the owner is known only at run time.
    pub derived: Option<Place>,
    /// The namespaces that it defines, and into which it is deployed.
    pub namespaces: Namespaces,
    /// The groups and users that its files define.
    pub catalog: CatalogPart,
    /// Whether the component was copied from elsewhere, so that its declarations are those of its upstream.
    pub is_vendored: bool,
    /// The alerts of its rules.
    pub alerts: Vec<Alert>,
}

/// One declaration of a component's owners; all names in it own the component together.
#[derive(Debug, Clone)]
pub struct Declaration {
    /// The key, as written in the file.
    pub key: &'static str,
    /// Its effect.
    pub effect: Effect,
    /// The place of the whole value.
    pub place: Place,
    /// The names, the primary one first. An empty list makes the component explicitly unowned.
    pub names: Vec<Name>,
}

impl Declaration {
    /// Creates a declaration of these names at `place`.
    pub fn new(
        key: &'static str,
        effect: Effect,
        place: Place,
        names: impl IntoIterator<Item = Name>,
    ) -> Self {
        Self {
            key,
            effect,
            place,
            names: names.into_iter().collect(),
        }
    }

    /// Creates a declaration of these names at the place of the first one; `None` if there are no names.
    pub fn of(key: &'static str, effect: Effect, names: Vec<Name>) -> Option<Self> {
        let place = names.first()?.place.clone();
        Some(Self::new(key, effect, place, names))
    }

    /// Returns the place of the name if there is only one, without the brackets of the list.
    pub fn exact_place(&self) -> &Place {
        match &self.names[..] {
            [name] => &name.place,
            _ => &self.place,
        }
    }
}

/// The effect of a declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It declares the owners.
    Owner,
    /// It names people or teams; the teams among them own the component if no other declaration does.
    Hint,
    /// It names teams, which own the component if no other declaration does.
    TeamHint,
    /// A later declaration of the same key overrides it.
    Overridden,
}

impl Effect {
    /// Returns whether the declaration counts only if no other one declares the owners.
    pub fn is_hint(self) -> bool {
        matches!(self, Self::Hint | Self::TeamHint)
    }
}

/// A problem with reading a file.
#[derive(Debug, Clone)]
pub struct Problem {
    /// The kind of problem.
    pub kind: ProblemKind,
    /// The place.
    pub place: Place,
    /// The message.
    pub message: String,
    /// How to fix it.
    pub help: Option<String>,
}

/// What is wrong with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemKind {
    /// The file could not be read.
    Path,
    /// The file is a symbolic link that does not lead to a file of the repository.
    Link,
    /// The file was read, but its content is invalid.
    Declaration,
    /// The file was read, but a part that seems to declare an owner has no effect.
    Ignored,
    /// The file was read, but a part that shows what is in the repository has no effect.
    Partial,
    /// The file was read, but only up to a limit.
    Limit,
}

/// What a component's own files show about its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// An owner is named.
    Declared,
    /// Owners are named, but none of them is a team in the map.
    Unknown,
    /// The name is filled in from a template.
    Templated,
    /// The owner is known only at run time.
    Derived,
    /// The component opts out of having an owner.
    OptedOut,
    /// An empty list: explicitly unowned.
    ExplicitlyUnowned,
    /// Its files could not be read or parsed.
    Unreadable,
    /// It was copied from elsewhere, and its names are those of its upstream.
    Vendored,
    /// There is no declaration.
    Missing,
}

impl State {
    /// All states.
    pub const ALL: [Self; 9] = [
        Self::Declared,
        Self::Unknown,
        Self::Templated,
        Self::Derived,
        Self::OptedOut,
        Self::ExplicitlyUnowned,
        Self::Unreadable,
        Self::Vendored,
        Self::Missing,
    ];

    /// Returns the name on the command line and in all outputs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Unknown => "unknown",
            Self::Templated => "templated",
            Self::Derived => "derived",
            Self::OptedOut => "opted-out",
            Self::ExplicitlyUnowned => "none",
            Self::Unreadable => "unreadable",
            Self::Vendored => "vendored",
            Self::Missing => "missing",
        }
    }
}

impl Declarations {
    /// Returns whether any declaration names owners, and not only hints.
    pub fn declares_owner(&self) -> bool {
        let mut declarations = self.declarations.iter();
        declarations.any(|declaration| declaration.effect == Effect::Owner)
    }

    /// Returns the declarations of owners, or else those that are only hints, with their positions.
    pub fn counting(&self) -> impl Iterator<Item = (&Declaration, usize)> {
        let declares_owner = self.declares_owner();
        let declarations = self.declarations.iter().zip(0..);
        declarations.filter(move |(declaration, _)| match declares_owner {
            true => declaration.effect == Effect::Owner,
            false => declaration.effect.is_hint(),
        })
    }

    /// Returns the state that results from the declarations. It does not depend on the teams in the map, so it is never
    /// `Unknown`.
    pub fn state(&self) -> State {
        if self.is_vendored {
            return State::Vendored;
        }
        let owners = || {
            self.declarations
                .iter()
                .filter(|v| v.effect == Effect::Owner)
        };
        let mut problems = self.problems.iter();
        let is_readable = !problems.any(|problem| problem.kind.hides_owners());
        let mut names = owners().flat_map(|declaration| &declaration.names);
        if names.clone().any(|name| !name.is_template) {
            State::Declared
        } else if names.next().is_some() {
            State::Templated
        } else if self.derived.is_some() {
            State::Derived
        } else if self.opted_out.is_some() {
            State::OptedOut
        } else if owners().next().is_some() && is_readable {
            State::ExplicitlyUnowned
        } else if is_readable {
            State::Missing
        } else {
            State::Unreadable
        }
    }
}

impl ProblemKind {
    /// Returns whether the file may declare owners that could not be read.
    pub fn hides_owners(self) -> bool {
        match self {
            Self::Path | Self::Link | Self::Declaration => true,
            Self::Ignored | Self::Partial | Self::Limit => false,
        }
    }
}

impl Problem {
    /// Creates a problem with the content of `source`.
    pub fn in_text(source: &Arc<Source>, span: crate::text::Span, message: String) -> Self {
        Self {
            kind: ProblemKind::Declaration,
            place: Place::Text(Arc::clone(source), span),
            message,
            help: None,
        }
    }
}
