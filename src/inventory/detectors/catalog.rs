//! What detectors share whose files describe components in so many words: one file may describe
//! none, one or several, and only its content tells.

use std::sync::Arc;

use bstr::{BStr, ByteSlice};
use rustc_hash::FxHashMap;

use super::{
    Detector,
    declared::{YamlFile, not_utf8, unreadable},
    paths,
};
use crate::{
    inventory::{
        Component, Declaration, Declarations, FileReader, Files, Problem, SourceFile, is_generated,
    },
    text::{printable, printable_bytes},
    yaml::Node,
};

/// One component that a file describes.
#[derive(Debug, Default)]
pub(super) struct Described {
    /// What the file calls it; nothing to go by the path of the file.
    pub name: Option<String>,
    /// Whether the directory of the file is its, if it is the only such one.
    pub is_of_directory: bool,
    /// What is said of its owner.
    pub declarations: Vec<Declaration>,
}

/// A kind of files that describe components.
pub(super) struct Catalog {
    /// How a component of it declares an owner.
    pub how_to_declare: &'static str,
    /// Whether a path is that of such a file, or may be; nothing if it is something else.
    pub names: fn(&BStr) -> Option<Named>,
    /// The components of one document.
    pub describe: fn(&YamlFile, &Node, &mut Vec<Problem>) -> Vec<Described>,
}

/// What the path of a file says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// Only its content can tell.
    Maybe,
    /// It lies in the directory that it is about.
    InPlace,
}

impl Catalog {
    /// The files that may be such ones, each as one component until it is opened.
    pub fn find(&self, detector: &Detector, files: &Files) -> Vec<Component> {
        let paths = files.ending_in(&paths::YAML).map(|file| file.path);
        paths
            .filter_map(|path| {
                (self.names)(path)?;
                Some(Component {
                    // Whatever it proves to be, it lies in here.
                    footprint: vec![paths::directory(path).to_owned()],
                    how_to_declare: Some(self.how_to_declare),
                    ..detector.in_file(detector.kinds[0], path, paths::yaml_stem(path)?)
                })
            })
            .collect()
    }

    /// The components that the file of `tentative` describes.
    pub fn read(
        &self,
        tentative: Component,
        reader: &FileReader<'_>,
    ) -> Vec<(Component, Declarations)> {
        let path = tentative.home.clone();
        let is_in_place = (self.names)(path.as_bstr()) == Some(Named::InPlace);
        let of_file = |tentative: Component| Component {
            footprint: vec![path.clone()],
            ..tentative
        };
        let opened = reader.read(path.as_bstr()).map(|file| open(&file));
        let (file, problems) = match opened {
            Ok(Some(opened)) => opened,
            Err(error) if is_in_place => {
                let problems = vec![unreadable(reader, path.as_bstr(), &error)];
                let declarations = Declarations {
                    problems,
                    ..Declarations::default()
                };
                return vec![(of_file(tentative), declarations)];
            }
            _ => return Vec::new(),
        };
        let mut found: Vec<(Described, Declarations)> = Vec::new();
        for document in &file.documents {
            let mut problems = Vec::new();
            for mut described in (self.describe)(&file, document, &mut problems) {
                let declarations = Declarations {
                    declarations: std::mem::take(&mut described.declarations),
                    problems: std::mem::take(&mut problems),
                    ..Declarations::default()
                };
                found.push((described, declarations));
            }
        }
        if found.is_empty() && !problems.is_empty() {
            found.push(Default::default());
        }
        if let Some((_, first)) = found.first_mut() {
            first.problems.splice(0..0, problems);
        }
        let of_directory = found.iter().filter(|(of, _)| of.is_of_directory).count();
        let has_directory = is_in_place && of_directory == 1;
        found
            .into_iter()
            .map(|(described, declarations)| {
                let of = if has_directory && described.is_of_directory {
                    tentative.clone()
                } else {
                    of_file(tentative.clone())
                };
                let name = described.name.map(|name| printable(&name));
                let name = name.unwrap_or_else(|| of.name.clone());
                (Component { name, ..of }, declarations)
            })
            .collect()
    }
}

/// A file as YAML, with what is wrong in it; nothing if it is a template from which YAML is yet to be
/// made, or was written from the map: that only repeats what the map says.
pub(super) fn open(file: &SourceFile) -> Option<(YamlFile, Vec<Problem>)> {
    let source = &file.source;
    if is_generated(source.text()) {
        return None;
    }
    let parsed = file.yaml();
    let is_template = ["{{", "{%", "<%"]
        .iter()
        .any(|mark| source.text().contains(mark));
    if is_template && !parsed.errors.is_empty() && parsed.documents.is_empty() {
        return None;
    }
    let mut problems = Vec::from_iter(not_utf8(file));
    if !is_template {
        problems.extend(parsed.errors.iter().map(|error| {
            let message = format!("not valid YAML: {}", error.message);
            Problem::in_text(source, error.span, message)
        }));
    }
    let documents = parsed.documents.clone();
    Some((YamlFile::new(Arc::clone(source), documents), problems))
}

/// The text of a value that is a plain one, not filled in later.
pub(super) fn text(node: Option<&Arc<Node>>) -> Option<&str> {
    let text = node?.as_str()?.trim();
    (!text.is_empty() && !text.contains("{{") && !text.contains("${")).then_some(text)
}

/// Gives components that files call by the same name the paths of those files as well.
pub(super) fn tell_apart(components: &mut [Component], kinds: &[&str]) {
    rename_same(components, kinds, |component| {
        let directory = printable_bytes(paths::directory(component.home.as_bstr()));
        format!("{directory}{}", component.name)
    });
}

/// Gives components of some kinds another name where several of their kind have the same.
pub(super) fn rename_same(
    components: &mut [Component],
    kinds: &[&str],
    name: impl Fn(&Component) -> String,
) {
    let is_meant = |component: &Component| kinds.contains(&component.kind);
    let mut by_name: FxHashMap<(&'static str, String), usize> = FxHashMap::default();
    for component in components.iter().filter(|of| is_meant(of)) {
        let key = (component.kind, component.name.clone());
        *by_name.entry(key).or_default() += 1;
    }
    for component in components.iter_mut().filter(|of| is_meant(of)) {
        let key = (component.kind, component.name.clone());
        if by_name.get(&key).is_some_and(|same| *same > 1) {
            component.name = name(component);
        }
    }
}
