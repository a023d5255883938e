//! Catalog files, which describe components explicitly. A file may describe none, one or several, and only its
//! content shows which.

use std::sync::Arc;

use bstr::{BStr, BString, ByteSlice};
use rustc_hash::FxHashMap;

use super::{
    Detector,
    declared::{YamlFile, not_utf8, unreadable},
    paths,
};
use crate::{
    inventory::{
        CatalogPart, Component, Declaration, Declarations, FileReader, Files, Problem,
        SeverityContacts, SourceFile,
        globs::{Globs, not_valid},
        is_generated,
    },
    text::{printable, printable_bytes, resolve},
    yaml::Node,
};

/// One component that a file describes.
#[derive(Debug, Default)]
pub(super) struct Described {
    /// The name in the file; `None` to use the path of the file.
    pub name: Option<String>,
    /// Whether the directory of the file belongs to it, if no other component in the file has this property.
    pub covers_directory: bool,
    /// The declarations of its owner.
    pub declarations: Vec<Declaration>,
    /// The contacts for incidents.
    pub contacts: Vec<SeverityContacts>,
}

/// The path or glob of a file to which a document refers, and the value that contains it.
pub(super) type Target<'n> = (&'n str, &'n Arc<Node>);

/// A kind of files that describe components.
pub(super) struct Catalog {
    /// How its components declare an owner, as an imperative.
    pub how_to_declare: &'static str,
    /// Returns whether a path is or may be such a file; `None` if it is not.
    pub names: fn(&BStr) -> Option<Named>,
    /// Returns the files to which a document refers: paths or globs, relative to the directory of its file.
    pub targets: fn(&Node) -> Vec<Target<'_>>,
    /// Adds the groups and users that a document defines; `None` if such files define none.
    pub owners: Option<fn(&YamlFile, &Node, &mut CatalogPart)>,
    /// Returns the components of one document.
    pub describe: fn(&YamlFile, &Node, &mut Vec<Problem>) -> Vec<Described>,
}

/// What the path of a file shows about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// It may be a catalog file; its content decides.
    Maybe,
    /// It is a catalog file, in the directory that it describes.
    InPlace,
}

impl Catalog {
    /// Returns the files that may be catalog files, each as one tentative component.
    pub fn find(&self, detector: &Detector, files: &Files) -> Vec<Component> {
        let paths = files.ending_in(&paths::YAML).map(|file| file.path);
        paths
            .filter_map(|path| {
                (self.names)(path)?;
                Some(Component {
                    // All components that the file may describe are in this directory, but files to which it
                    // refers can be anywhere.
                    paths: vec![match detector.follows_references {
                        true => BString::default(),
                        false => paths::directory(path).to_owned(),
                    }],
                    how_to_declare: Some(self.how_to_declare),
                    ..detector.in_file(detector.kinds[0], path, paths::yaml_stem(path)?)
                })
            })
            .collect()
    }

    /// Returns the components that the file of `tentative` describes.
    pub fn read(
        &self,
        tentative: Component,
        reader: &FileReader<'_>,
    ) -> Vec<(Component, Declarations)> {
        let path = tentative.path.clone();
        let is_in_place = (self.names)(path.as_bstr()) == Some(Named::InPlace);
        let directory = paths::directory(path.as_bstr());
        let at = |part: BString| Component {
            paths: vec![part],
            ..tentative.clone()
        };
        let of_file = || at(path.clone());
        // A component without paths only carries the groups and users.
        let carrier = |catalog: CatalogPart| {
            if catalog.is_empty() {
                return None;
            }
            let declarations = Declarations {
                catalog,
                ..Declarations::default()
            };
            let component = Component {
                paths: Vec::new(),
                ..tentative.clone()
            };
            Some((component, declarations))
        };
        let unread = || {
            let part = self.owners.map(|_| CatalogPart {
                is_partial: true,
                ..CatalogPart::default()
            });
            part.and_then(carrier)
        };
        let source = reader.read(path.as_bstr());
        if let Ok(source) = &source
            && is_generated(source.source.text())
        {
            let documents = source.yaml().documents.clone();
            let file = YamlFile::new(Arc::clone(&source.source), documents);
            return Vec::from_iter(self.owners_in(&file).and_then(carrier));
        }
        let (file, problems) = match source.map(|source| parsed(&source)) {
            Ok(Some(opened)) => opened,
            Err(error) if is_in_place => {
                let problems = vec![unreadable(
                    &reader.links.content.repository,
                    path.as_bstr(),
                    &error,
                )];
                let declarations = Declarations {
                    problems,
                    ..Declarations::default()
                };
                let of_file = (of_file(), declarations);
                return [Some(of_file), unread()].into_iter().flatten().collect();
            }
            Err(_) => return Vec::from_iter(unread()),
            Ok(None) => return Vec::new(),
        };
        let mut owners = self.owners_in(&file);
        if let Some(owners) = &mut owners {
            owners.is_partial |= !problems.is_empty();
        }
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
        let covering = found.iter().filter(|(of, _)| of.covers_directory).count();
        let has_directory = is_in_place && covering == 1;
        let documents = file.documents.iter();
        let targets = documents.flat_map(|document| (self.targets)(document));
        let targets: Vec<(Option<BString>, &Arc<Node>)> = targets
            .map(|(target, node)| (resolve(directory, target.into()), node))
            .collect();
        // A file that is not tracked may still exist where the catalog is used.
        let is_tracked = |target: &BString| {
            Globs::is_glob(target.as_bstr()) || reader.links.files.find(target.as_bstr()).is_some()
        };
        if let Some(owners) = &mut owners {
            let mut targets = targets.iter();
            owners.is_partial |= !targets.all(|(it, _)| it.as_ref().is_some_and(is_tracked));
        }
        let targets = targets.into_iter();
        let targets = targets.filter_map(|(target, node)| Some((target?, node)));
        let targets = targets.filter(|(target, _)| *target != path);
        let references = targets.map(|(target, node)| {
            let mut declarations = Declarations::default();
            if Globs::is_glob(target.as_bstr()) {
                let problem = not_valid(target.as_bstr(), file.place(node));
                declarations.problems.push(problem);
            }
            let reference = Component {
                name: printable_bytes(&target),
                declares_in: vec![target.clone()],
                path: target,
                ..tentative.clone()
            };
            (reference, declarations)
        });
        let described = found.into_iter().map(|(described, declarations)| {
            let of = match has_directory && described.covers_directory {
                true => at(directory.to_owned()),
                false => of_file(),
            };
            let name = described.name.map(|name| printable(&name));
            let name = name.unwrap_or_else(|| of.name.clone());
            let component = Component {
                name,
                severity_contacts: described.contacts,
                ..of
            };
            (component, declarations)
        });
        let owners = owners.and_then(carrier);
        described.chain(owners).chain(references).collect()
    }

    /// Returns the groups and users in a file; `None` if such files define none.
    fn owners_in(&self, file: &YamlFile) -> Option<CatalogPart> {
        let owners = self.owners?;
        let mut part = CatalogPart::default();
        for document in &file.documents {
            owners(file, document, &mut part);
        }
        Some(part)
    }
}

/// Returns a file parsed as YAML, with its problems; `None` if it is a template that is not YAML yet, or if ownlint
/// wrote it from the map, which it only repeats.
pub(super) fn open(file: &SourceFile) -> Option<(YamlFile, Vec<Problem>)> {
    match is_generated(file.source.text()) {
        true => None,
        false => parsed(file),
    }
}

/// Like [`open`], for a file that ownlint did not write.
fn parsed(file: &SourceFile) -> Option<(YamlFile, Vec<Problem>)> {
    let source = &file.source;
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

/// Returns the string in a value, if it is not empty and not filled in from a template.
pub(super) fn text(node: Option<&Arc<Node>>) -> Option<&str> {
    let text = node?.as_str()?.trim();
    (!text.is_empty() && !text.contains("{{") && !text.contains("${")).then_some(text)
}

/// Adds the directories of their files to the names of components with the same name.
pub(super) fn disambiguate(components: &mut [Component], kinds: &[&str]) {
    rename_duplicates(components, kinds, |component| {
        let directory = printable_bytes(paths::directory(component.path.as_bstr()));
        format!("{directory}{}", component.name)
    });
}

/// Renames the components of some kinds if several of a kind have the same name.
pub(super) fn rename_duplicates(
    components: &mut [Component],
    kinds: &[&str],
    name: impl Fn(&Component) -> String,
) {
    let is_included = |component: &Component| kinds.contains(&component.kind);
    let mut by_name: FxHashMap<(&'static str, String), usize> = FxHashMap::default();
    for component in components.iter().filter(|of| is_included(of)) {
        let key = (component.kind, component.name.clone());
        *by_name.entry(key).or_default() += 1;
    }
    for component in components.iter_mut().filter(|of| is_included(of)) {
        let key = (component.kind, component.name.clone());
        if by_name.get(&key).is_some_and(|same| *same > 1) {
            component.name = name(component);
        }
    }
}
