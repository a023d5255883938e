use bstr::{BStr, BString};

use super::paths::directory_name;
use crate::{
    config::Settings,
    inventory::{Component, Content, Declarations, FileReader, Files, Found},
    text::printable_bytes,
};

/// Finds components and reads their declarations.
#[derive(Debug)]
pub struct Detector {
    /// What the map calls it under `declarations`.
    pub name: &'static str,
    /// The kinds of components it finds.
    pub kinds: &'static [&'static str],
    /// Finds them by the names of files, without opening any.
    pub find: fn(&Files, &Settings) -> Found,
    /// Strings of which the file of a component has to hold one, or else it is no component. One scan looks
    /// for those of all detectors. Empty where names are enough, or strings don't decide.
    pub needles: &'static [&'static str],
    /// Reads the files in which one of them declares its owner. A tentative component may prove to be
    /// none, or several.
    pub read: fn(Component, &FileReader<'_>, &Settings) -> Vec<(Component, Declarations)>,
    /// Completes the components of the repository once all are known: what is in use, what hints at
    /// what. Nothing to do for most.
    pub link: fn(&mut [Component], &Content),
    /// What its components use that others find: mostly, one team owns both.
    pub uses: Option<Uses>,
    /// Whether its files lie in folders that teams have for theirs.
    pub is_filed_by_team: bool,
    /// Whether owners are declared as values of labels, of which Kubernetes limits the characters.
    pub in_labels: bool,
}

/// Components that use others.
#[derive(Debug, Clone, Copy)]
pub struct Uses {
    /// The kind of those that do, which hint at what they use.
    pub by: &'static str,
    /// The kind of those that they are parts of. What several of these use is there for all.
    pub part_of: &'static str,
    /// The kind of what is used.
    pub what: &'static str,
}

impl Detector {
    /// What most detectors have in common.
    pub(super) const PLAIN: Self = Self {
        name: "",
        kinds: &[],
        find: |_, _| Found::default(),
        needles: &[],
        read: |component, _, _| vec![(component, Declarations::default())],
        link: |_, _| {},
        uses: None,
        is_filed_by_team: false,
        in_labels: false,
    };

    /// What lies in `directory`, which goes without `usual` in its name, by the files that declare it.
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

    /// What the file `path` may prove to hold, by its name without an extension.
    pub(super) fn in_file(&self, kind: &'static str, path: &BStr, stem: &BStr) -> Component {
        Component {
            declares_in: vec![path.to_owned()],
            is_tentative: true,
            ..Component::new(kind, printable_bytes(stem), self.name, path.to_owned())
        }
    }
}
