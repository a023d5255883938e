use bstr::{BStr, BString};

use super::{Hosts, paths::directory_name};
use crate::{
    config::Settings,
    inventory::{Component, Declarations, FileReader, Found, FoundName, Search, SourceFile},
    text::printable_bytes,
};

/// Finds components and reads their declarations.
#[derive(Debug)]
pub struct Detector {
    /// The name, as used under `declarations` in the map.
    pub name: &'static str,
    /// The kinds of components that it finds.
    pub kinds: &'static [&'static str],
    /// Finds components by the names of files. Opens only files that show where components are. Finds components that
    /// lists do not include only if [the search](Search::finds_unlisted) needs them, or if checks can report them anyway.
    pub find: fn(&Search<'_>) -> Found,
    /// Whether it finds components that lists do not include.
    pub has_unlisted: bool,
    /// Strings of which the file of a component must contain one; otherwise it is not a component. One scan searches
    /// for those of all detectors. Empty if names are enough, or if no such strings exist.
    pub needles: &'static [&'static str],
    /// The ends of the names of files that it opens wherever they are, because only their content shows what they are.
    pub opens: &'static [&'static str],
    /// Reads the files in which a component declares its owner. A tentative component may turn out to be none, or
    /// several.
    pub read: fn(Component, &FileReader<'_>, &Settings) -> Vec<(Component, Declarations)>,
    /// Completes the components of the repository once all are known: which are in use, and which are hints for others.
    /// Most detectors have nothing to complete. The declarations are those of the components, in the same order.
    pub link: fn(&mut [Component], &mut [Declarations], &FileReader<'_>),
    /// Returns the files and directories that a component includes in what it deploys; `None` if its kind never does.
    /// Called only for all components together, to group them.
    pub includes: fn(&Component, &FileReader<'_>) -> Option<Vec<BString>>,
    /// Finds components by other names.
    pub lookup: Lookup,
    /// The components of other detectors that its components use. Usually, one team owns both.
    pub uses: Option<Uses>,
    /// Whether its files can refer to others that it reads, too. It then returns a tentative component for each
    /// reference, with the path or glob of the files as the path.
    pub follows_references: bool,
    /// Whether its files are usually in one folder per team.
    pub is_filed_by_team: bool,
    /// Returns the keys and values in a file of a component that owner keys of the map can select, to propose owner keys;
    /// `None` if it does not read owner keys.
    pub labels: Option<fn(&SourceFile) -> Vec<Label>>,
    /// Whether owners are declared in label values, in which Kubernetes allows only some characters.
    pub in_labels: bool,
}

/// The key and the value of a label, annotation, tag or variable.
pub type Label = (String, String);

/// Finds components by other names than their own. Only commands that look up a name need it.
#[derive(Debug)]
pub struct Lookup {
    /// Returns what the file of a component names, besides the component. Called only for files that contain the words of
    /// the searched name.
    pub in_file: fn(&SourceFile) -> Vec<FoundName>,
    /// Returns the names of components that another notation can refer to.
    pub notation: fn(&str) -> Vec<&str>,
    /// The kinds of components whose own name is the last part of their name. Several can have the same one.
    pub own_last_part: &'static [&'static str],
    /// Reads which components are assigned to machines.
    pub hosts: fn(&Search<'_>) -> Hosts,
}

impl Lookup {
    /// Components that have no other names.
    pub(super) const NONE: Self = Self {
        in_file: |_| Vec::new(),
        notation: |_| Vec::new(),
        own_last_part: &[],
        hosts: |_| Hosts::default(),
    };
}

/// Which components use which others.
#[derive(Debug, Clone, Copy)]
pub struct Uses {
    /// The kind of the users, which have hints for what they use.
    pub by: &'static str,
    /// The kind of the used components.
    pub what: &'static str,
}

impl Detector {
    /// The defaults of all detectors.
    pub(super) const PLAIN: Self = Self {
        name: "",
        kinds: &[],
        find: |_| Found::default(),
        has_unlisted: false,
        needles: &[],
        opens: &[],
        read: |component, _, _| vec![(component, Declarations::default())],
        link: |_, _, _| {},
        includes: |_, _| None,
        lookup: Lookup::NONE,
        uses: None,
        follows_references: false,
        is_filed_by_team: false,
        labels: None,
        in_labels: false,
    };

    /// Creates the component in `directory`, named without the `usual` directory, with the files that declare it.
    pub(super) fn in_directory(
        &self,
        kind: &'static str,
        directory: &BStr,
        usual: &str,
        declares_in: Vec<BString>,
    ) -> Component {
        let name = directory_name(directory, usual);
        Component {
            declares_in,
            ..Component::new(kind, name, self.name, directory.to_owned())
        }
    }

    /// Creates the tentative component in the file `path`, named `stem`: the path without its extension.
    pub(super) fn in_file(&self, kind: &'static str, path: &BStr, stem: &BStr) -> Component {
        Component {
            declares_in: vec![path.to_owned()],
            is_tentative: true,
            ..Component::new(kind, printable_bytes(stem), self.name, path.to_owned())
        }
    }
}
