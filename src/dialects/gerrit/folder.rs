//! What a folder's file comes to with everything that it imports.

use std::sync::Arc;

use bstr::{BStr, BString, ByteSlice};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    DIALECT,
    parse::{Config, Directive, Import, parse},
};
use crate::{
    dialects::{
        FileProblem, Tree,
        glob::Glob,
        index::Index,
        tree::{folder_of, join},
    },
    text::{Place, Source, Span, quoted, resolve},
};

/// How many files may import each other in a row.
const MAX_DEPTH: usize = 100;

/// A folder with an `OWNERS` file.
#[derive(Debug)]
pub(super) struct GerritFolder {
    /// What the file and its imports say.
    pub said: Gathered,
    /// The globs of all `per-file` lines.
    pub index: Index,
}

/// What a file and its imports say.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// Where it says that owners above don't count.
    pub no_parent: Option<Place>,
    /// OwnerSet of the folder.
    pub owners: Vec<(String, Place)>,
    /// What it says of some files.
    pub per_file: Vec<FileOwners>,
    /// By glob: which of [`per_file`](Self::per_file) it belongs to.
    pub of_glob: Vec<u32>,
    globs: Vec<Glob>,
}

/// What is said of some files.
#[derive(Debug)]
pub(super) struct FileOwners {
    /// Their owners; nothing says that owners of the folder and above don't count.
    pub owners: Option<Vec<(String, Place)>>,
    /// The line.
    pub place: Place,
}

/// A file that is there, and what it says.
type Known = (Arc<Source>, Arc<Config>);

/// Reads folders, each file once.
pub(super) struct FolderReader<'t> {
    tree: &'t Tree<'t>,
    files: FxHashMap<BString, Option<Known>>,
    pub problems: Vec<FileProblem>,
    /// The files that are there.
    pub read: Vec<BString>,
}

impl<'t> FolderReader<'t> {
    pub fn new(tree: &'t Tree<'t>) -> Self {
        Self {
            tree,
            files: FxHashMap::default(),
            problems: Vec::new(),
            read: Vec::new(),
        }
    }

    /// What a folder says; nothing if it has no file.
    pub fn folder(&mut self, path: &BStr) -> Option<GerritFolder> {
        let source = self
            .tree
            .of_folder(path, DIALECT.locations[0], &mut self.problems)?;
        let file = join(path, DIALECT.locations[0].as_bytes());
        let (source, config) = self.file(&file, Some(source))?;
        let mut said = Gathered::default();
        let mut way = FxHashSet::default();
        way.insert(file.clone());
        self.gather(&file, &source, &config, true, &mut way, &mut said);
        let index = Index::new(std::mem::take(&mut said.globs));
        Some(GerritFolder { said, index })
    }

    fn file(&mut self, path: &BString, source: Option<Arc<Source>>) -> Option<Known> {
        if let Some(known) = self.files.get(path) {
            return known.clone();
        }
        let source = source.or_else(|| self.tree.read(path.as_bstr(), &mut self.problems));
        let file = source.map(|source| {
            self.read.push(path.clone());
            let config = parse(&source, &mut self.problems);
            (source, Arc::new(config))
        });
        self.files.insert(path.clone(), file.clone());
        file
    }

    /// Adds what a file says; `whole` if it is more than the owners of its folder. What lies on the
    /// way to it is not entered again.
    fn gather(
        &mut self,
        path: &BString,
        source: &Arc<Source>,
        config: &Config,
        whole: bool,
        way: &mut FxHashSet<BString>,
        into: &mut Gathered,
    ) {
        let place = |span: Span| Place::Text(Arc::clone(source), span);
        let owners = config.owners.iter();
        into.owners
            .extend(owners.map(|(owner, span)| (owner.clone(), place(*span))));
        if whole {
            if into.no_parent.is_none() {
                into.no_parent = config.no_parent.map(place);
            }
            for per_file in &config.per_file {
                let owners = match &per_file.directive {
                    Directive::NoParent => None,
                    Directive::OwnerSet(owners) => {
                        let here = |owner: &String| (owner.clone(), place(per_file.span));
                        Some(owners.iter().map(here).collect())
                    }
                    Directive::File(import) => {
                        let mut theirs = Gathered::default();
                        self.import(path, source, import, false, way, &mut theirs);
                        Some(theirs.owners)
                    }
                };
                let at = u32::try_from(into.per_file.len()).unwrap_or(u32::MAX);
                into.of_glob.extend(per_file.globs.iter().map(|_| at));
                into.globs.extend(per_file.globs.iter().cloned());
                into.per_file.push(FileOwners {
                    owners,
                    place: place(per_file.span),
                });
            }
        }
        // What a file imports that was itself imported for the owners of its folder counts for no
        // more than those; the files that its `per-file` lines name are not followed, as the
        // documentation has it.
        for import in &config.imports {
            self.import(path, source, import, whole && import.whole, way, into);
        }
    }

    fn import(
        &mut self,
        from: &BString,
        source: &Arc<Source>,
        import: &Import,
        whole: bool,
        way: &mut FxHashSet<BString>,
        into: &mut Gathered,
    ) {
        let mut tell = |message| {
            self.problems
                .push(FileProblem::new(source, import.span, message))
        };
        let shown = quoted(&import.path);
        if import.path.contains(':') {
            return tell(format!("{shown} is of another project: it is left out"));
        }
        let Some(path) = target(from, &import.path) else {
            return tell(format!("{shown} leads out of the tree: it is ignored"));
        };
        if way.len() > MAX_DEPTH {
            return tell(format!(
                "{shown} is imported through too many files: it is ignored"
            ));
        }
        if !way.insert(path.clone()) {
            return;
        }
        match self.file(&path, None) {
            Some((source, config)) => self.gather(&path, &source, &config, whole, way, into),
            None => {
                let message = format!("there is no {shown}: it is ignored");
                let problem = FileProblem::new(source, import.span, message);
                self.problems.push(problem);
            }
        }
        way.remove(&path);
    }
}

/// The file that `path` means in the file `from`: from the root if it begins with `/`, else from there.
fn target(from: &BString, path: &str) -> Option<BString> {
    let folder = match path.starts_with('/') {
        true => BStr::new(""),
        false => folder_of(from.as_bstr()),
    };
    resolve(folder, BStr::new(path.trim_start_matches('/')))
}
