//! Files to which other files refer, and which are read because of that.

use std::sync::Arc;

use bstr::{BStr, BString, ByteSlice as _};
use rustc_hash::FxHashSet;

use super::{
    Component, Declarations, FileKind, Links, Problem, ProblemKind, detectors, globs::Globs,
};
use crate::text::{Place, printable_bytes, quoted};

/// How many files can refer to each other in a chain. Without a limit, a chain of many files would take much longer to
/// follow than the size of the repository suggests.
pub(super) const MAX_CHAIN: usize = 40;

/// The files that each detector reads or has read.
pub(super) struct References(FxHashSet<(&'static str, BString)>);

impl References {
    /// Starts with the files that may be components by their names.
    pub fn new(components: &[Component], links: &Links<'_>) -> Self {
        let follows = |of: &&Component| of.is_tentative && detectors::of(of).follows_references;
        let tentative = components.iter().filter(follows);
        let files = tentative.flat_map(|of| {
            let paths = of.declares_in.iter();
            paths.map(|path| (of.detector, links.end_of(path.as_bstr()).to_owned()))
        });
        Self(files.collect())
    }

    /// Returns the components in the files to which `references` lead and that are not known yet, sorted by path. The
    /// path of a reference is that of a file, or a glob for the paths of files. A reference to a glob comes
    /// with a problem, which is added to `problems` if the glob is not valid.
    pub fn resolve(
        &mut self,
        references: Vec<(Component, Declarations)>,
        links: &Links<'_>,
        problems: &mut Vec<Problem>,
    ) -> Vec<Component> {
        let files = links.files;
        let is_file = |path: &BStr| {
            let kind = files.kind_of(path);
            kind.is_some_and(|kind| kind != FileKind::Submodule)
        };
        let mut found: Vec<Component> = Vec::new();
        let mut globs = Vec::new();
        for (reference, declarations) in references {
            let path = reference.path.as_bstr();
            if is_file(path) {
                found.push(reference);
            } else if Globs::is_glob(path) {
                globs.push((reference, declarations.problems));
            }
        }
        let set = Globs::new(globs.iter().map(|(of, _)| &of.path));
        if !set.is_empty() {
            for file in files.iter().filter(|file| file.kind != FileKind::Submodule) {
                found.extend(set.matches(file.path).next().map(|at| Component {
                    name: printable_bytes(file.path),
                    path: file.path.to_owned(),
                    declares_in: vec![file.path.to_owned()],
                    ..globs[at].0.clone()
                }));
            }
        }
        let invalid = globs.into_iter().enumerate();
        let invalid = invalid.filter(|(at, _)| !set.is_valid(*at));
        problems.extend(invalid.flat_map(|(_, (_, problems))| problems));
        found.retain(|of| {
            let end = links.end_of(of.path.as_bstr()).to_owned();
            self.0.insert((of.detector, end))
        });
        found.sort_by(|a, b| a.path.cmp(&b.path));
        found
    }
}

/// Returns a component that is not read because the chain of references to its file is too long.
pub(super) fn too_deep(component: Component, links: &Links<'_>) -> (Component, Declarations) {
    let repository = Arc::clone(&links.content.repository);
    let problem = Problem {
        kind: ProblemKind::Declaration,
        place: Place::Path(repository, component.path.clone()),
        message: format!(
            "{} was not read: more than {MAX_CHAIN} files refer to each other in a chain",
            quoted(&component.path)
        ),
        help: None,
    };
    let component = Component {
        is_tentative: false,
        paths: vec![component.path.clone()],
        ..component
    };
    let declarations = Declarations {
        problems: vec![problem],
        ..Declarations::default()
    };
    (component, declarations)
}
