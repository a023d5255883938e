use std::{ops::Range, sync::Arc};

use bstr::{BStr, BString, ByteSlice};

use super::Files;
use crate::text::{Place, Source};

/// A unit that people deploy or page about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// What sort it is, such as `helm-chart`.
    pub kind: &'static str,
    /// Unique among its kind in the repository.
    pub name: String,
    /// The detector that found it.
    pub detector: &'static str,
    /// Everything it consists of: files, and directories with all that is in them, which end in `/`
    /// (the root is empty).
    pub footprint: Vec<BString>,
    /// The file or directory that makes it one: where to look first.
    pub home: BString,
    /// The files in which it can say who owns it; nothing if its kind has no such place.
    pub declares_in: Vec<BString>,
    /// What to do so that it declares an owner; nothing if its kind has no place for that.
    pub how_to_declare: Option<&'static str>,
    /// Whether its files must be opened to know if it is one at all.
    pub is_tentative: bool,
    /// Whether others must be read to know all of it, such as who hints at its owner.
    pub needs_others: bool,
    /// Other components whose owner makes a guess at its own; known once its files were read.
    pub hints: Vec<Hint>,
    /// Whether it is in use, where something in the repository can tell.
    pub in_use: Option<bool>,
    /// Whether it uses something that can't be told: a name that is filled in at run time, or what a
    /// file names that can't be read.
    pub uses_unknown: bool,
    /// Parts that components of its kind must have, and it has not.
    pub missing: Vec<MissingMember>,
}

/// Another component whose owner is a guess at this one's: a release's chart, a module's profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// The kind of the other.
    pub kind: &'static str,
    /// The name of the other.
    pub name: String,
    /// What the other is to this one: "its chart", "includes it".
    pub relation: &'static str,
    /// Where that is said.
    pub place: Option<Place>,
}

/// A part that a component ought to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingMember {
    /// What the map, or the kind, calls it.
    pub member: String,
    /// Where it would lie, as a pattern.
    pub path: String,
}

/// A part of a component of which the rest is not there.
#[derive(Debug, Clone)]
pub struct Orphan {
    /// The kind of component that it would belong to.
    pub kind: &'static str,
    /// The name of that component.
    pub name: String,
    /// The part: a file, or a directory that ends in `/`.
    pub path: BString,
    /// Where what it belongs to would lie, as a pattern.
    pub wanted: String,
}

impl Component {
    /// A component of which nothing is known but where it lies.
    pub fn new(kind: &'static str, name: String, detector: &'static str, home: BString) -> Self {
        Self {
            kind,
            name,
            detector,
            footprint: vec![home.clone()],
            home,
            declares_in: Vec::new(),
            how_to_declare: None,
            is_tentative: false,
            needs_others: false,
            hints: Vec::new(),
            in_use: None,
            uses_unknown: false,
            missing: Vec::new(),
        }
    }

    /// As selectors and outputs write it: `kind:name`.
    pub fn id(&self) -> String {
        format!("{}:{}", self.kind, self.name)
    }

    /// Whether `path` belongs to it, which need not exist. `directory` says that the path is one, so
    /// that what owns all its content owns it.
    pub fn holds(&self, path: &BStr, directory: bool) -> bool {
        self.footprint.iter().any(|part| {
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

    /// The positions of its files, each once.
    pub fn files(&self, files: &Files) -> impl Iterator<Item = usize> + use<> {
        let mut ranges: Vec<Range<usize>> = self
            .footprint
            .iter()
            .map(|part| files.of_part(part.as_bstr()))
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

/// What a component's own files say of its owner.
#[derive(Debug, Clone, Default)]
pub struct Declarations {
    /// Everything that was said, the first in authority first.
    pub declarations: Vec<Declaration>,
    /// What kept files from being understood.
    pub problems: Vec<Problem>,
    /// Where the component opts out of having an owner.
    pub opted_out: Option<Place>,
    /// Where it says that the owner comes to be known at run time only.
    pub derived: Option<Place>,
    /// Whether the component was copied from elsewhere, so that what it says is upstream's.
    pub is_vendored: bool,
}

/// One statement of who owns a component; several names in it own jointly.
#[derive(Debug, Clone)]
pub struct Declaration {
    /// What is given: the key, as its file writes it.
    pub key: &'static str,
    /// What it counts for.
    pub standing: Standing,
    /// The whole value.
    pub place: Place,
    /// The names, the primary one first. None is a statement too: nobody, on purpose.
    pub names: Vec<Name>,
}

impl Declaration {
    /// These names, which stand at `place`.
    pub fn new(
        key: &'static str,
        standing: Standing,
        place: Place,
        names: impl IntoIterator<Item = Name>,
    ) -> Self {
        Self {
            key,
            standing,
            place,
            names: names.into_iter().collect(),
        }
    }

    /// These names, where the first of them stands; nothing if there are none.
    pub fn of(key: &'static str, standing: Standing, names: Vec<Name>) -> Option<Self> {
        let place = names.first()?.place.clone();
        Some(Self::new(key, standing, place, names))
    }

    /// The name, if there is one only, without the brackets around it.
    pub fn exact_place(&self) -> &Place {
        match &self.names[..] {
            [name] => &name.place,
            _ => &self.place,
        }
    }
}

/// What a statement counts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It says who the owners are.
    Owner,
    /// It names people or teams; the teams among them own where nothing else is said.
    Hint,
    /// It is said again further down, which is what counts.
    Overridden,
}

/// A name as a file writes it.
#[derive(Debug, Clone)]
pub struct Name {
    /// The name; where several ways to say it are given (name, URL), one after the other.
    pub spellings: Vec<String>,
    /// Filled in when the file is used, not by a person.
    pub is_template: bool,
    /// Whether people as well as teams are named in such a place.
    pub may_be_person: bool,
    /// Where it stands.
    pub place: Place,
}

/// What kept a file from being understood.
#[derive(Debug, Clone)]
pub struct Problem {
    /// Of what kind it is.
    pub kind: ProblemKind,
    /// Where.
    pub place: Place,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// Whether a file could not be read, or not be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemKind {
    /// No bytes to be had.
    Path,
    /// Bytes, but no meaning.
    Declaration,
}

/// What is known of a component's owner from its own files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Somebody is named.
    Declared,
    /// What is named is filled in later.
    Templated,
    /// Who is paged comes to be known at run time.
    Derived,
    /// The component says that it needs none.
    OptedOut,
    /// An empty list: nobody, on purpose.
    DeliberatelyNone,
    /// Its files could not be understood.
    Unreadable,
    /// It was copied from elsewhere, and names upstream's people.
    Vendored,
    /// Nothing is said.
    Missing,
}

impl Name {
    /// A name of a team, written by a person.
    pub fn new(spellings: Vec<String>, place: Place) -> Self {
        Self {
            spellings,
            is_template: false,
            may_be_person: false,
            place,
        }
    }

    /// Whether it stands where people are named, or is written as people are, with an address.
    pub fn is_person(&self) -> bool {
        self.may_be_person || self.spellings.iter().any(|text| text.contains('@'))
    }
}

impl State {
    /// All states.
    pub const ALL: [Self; 8] = [
        Self::Declared,
        Self::Templated,
        Self::Derived,
        Self::OptedOut,
        Self::DeliberatelyNone,
        Self::Unreadable,
        Self::Vendored,
        Self::Missing,
    ];

    /// The word for it on the command line and in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Templated => "templated",
            Self::Derived => "derived",
            Self::OptedOut => "opted-out",
            Self::DeliberatelyNone => "none",
            Self::Unreadable => "unreadable",
            Self::Vendored => "vendored",
            Self::Missing => "missing",
        }
    }
}

impl Declarations {
    /// The state that follows from what is said.
    pub fn state(&self) -> State {
        if self.is_vendored {
            return State::Vendored;
        }
        let owners = || {
            self.declarations
                .iter()
                .filter(|v| v.standing == Standing::Owner)
        };
        let mut names = owners().flat_map(|declaration| &declaration.names);
        if names.clone().any(|name| !name.is_template) {
            State::Declared
        } else if names.next().is_some() {
            State::Templated
        } else if self.derived.is_some() {
            State::Derived
        } else if self.opted_out.is_some() {
            State::OptedOut
        } else if owners().next().is_some() && self.problems.is_empty() {
            State::DeliberatelyNone
        } else if self.problems.is_empty() {
            State::Missing
        } else {
            State::Unreadable
        }
    }
}

impl Problem {
    /// Words in `source` that make no sense.
    pub fn in_text(source: &Arc<Source>, span: crate::text::Span, message: String) -> Self {
        Self {
            kind: ProblemKind::Declaration,
            place: Place::Text(Arc::clone(source), span),
            message,
            help: None,
        }
    }
}
