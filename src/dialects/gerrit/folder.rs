//! A folder's `OWNERS` file together with all files that it may import.

use std::sync::Arc;

use bstr::{BStr, BString, ByteSlice};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    DIALECT,
    file_name::{blocked, is_importable},
    parse::{Config, Directive, Import, parse},
};
use crate::{
    dialects::{
        FileProblem, FileProblemKind, Tree,
        index::Index,
        tree::{folder_of, join},
    },
    text::{Place, Source, Span, quoted, resolve_in_root},
};

/// A folder with an `OWNERS` file.
#[derive(Debug)]
pub(super) struct GerritFolder {
    /// Its own file, then each file that it may import.
    members: Vec<Member>,
    /// By glob: the position among the `per-file` lines of all members.
    pub of_glob: Vec<u32>,
    /// The globs of all `per-file` lines.
    pub index: Index,
}

/// A file that counts for a folder.
#[derive(Debug)]
struct Member {
    file: Known,
    /// The target of each import that exists, by its position among the members.
    imports: Vec<(usize, bool)>,
    /// By `per-file` line: the file that it imports.
    per_file_imports: Vec<Option<usize>>,
    /// The position of its first `per-file` line among those of all members.
    first_line: usize,
}

/// The statements that apply to a file.
#[derive(Debug, Default)]
pub(super) struct Statements<'f> {
    /// The places of `set noparent` for the folder.
    pub no_parent: Vec<Place>,
    /// The owners of the folder.
    pub owners: Vec<(&'f str, Place)>,
    /// The owners of the file from `per-file` lines.
    pub per_file: Vec<(&'f str, Place)>,
    /// The places of `set noparent` in `per-file` lines.
    pub per_file_no_parent: Vec<Place>,
}

/// A file that exists, and its content.
type Known = (Arc<Source>, Arc<Config>);

/// Reads folders, each file once.
pub(super) struct FolderReader<'t> {
    tree: &'t Tree<'t>,
    /// The name of this project, if `.gitreview` has it.
    project: Option<String>,
    files: FxHashMap<BString, Option<Known>>,
    pub problems: Vec<FileProblem>,
    /// The files that exist.
    pub read: Vec<BString>,
}

impl<'t> FolderReader<'t> {
    pub fn new(tree: &'t Tree<'t>) -> Self {
        Self {
            tree,
            project: project(tree),
            files: FxHashMap::default(),
            problems: Vec::new(),
            read: Vec::new(),
        }
    }

    /// Reads the file of a folder and all that it may import; `None` if the folder has no file.
    pub fn folder(&mut self, folder: &BStr) -> Option<GerritFolder> {
        let path = join(folder, DIALECT.locations[0].as_bytes());
        if let Some(kind) = self.tree.not_a_file(path.as_bstr()) {
            self.problems.push(FileProblem {
                place: self.tree.place(path.as_bstr()),
                message: format!(
                    "it is a {kind}, so Gerrit rejects it and blocks every change {}",
                    blocked(path.as_bstr())
                ),
                kind: FileProblemKind::Rejected,
            });
            return None;
        }
        let source = self
            .tree
            .of_folder(folder, DIALECT.locations[0], &mut self.problems)?;
        let own = self.file(&path, Some(source))?;
        // If the own file is imported too, it is a second member.
        let mut files = vec![(path, own)];
        let mut by_path: FxHashMap<BString, usize> = FxHashMap::default();
        let mut members = Vec::new();
        let (mut globs, mut of_glob) = (Vec::new(), Vec::new());
        let mut lines = 0;
        while let Some((path, file)) = files.get(members.len()).cloned() {
            let (source, config) = &file;
            let mut target = |import| {
                let (path, file) = self.target(&path, source, import)?;
                let position = *by_path.entry(path.clone()).or_insert_with(|| {
                    files.push((path, file));
                    files.len() - 1
                });
                Some(position)
            };
            let imports = config.imports.iter();
            let imports = imports.filter_map(|import| Some((target(import)?, import.whole)));
            let imports = imports.collect();
            let per_file_imports = config.per_file.iter().map(|line| match &line.directive {
                Directive::File(import) => target(import),
                _ => None,
            });
            let per_file_imports = per_file_imports.collect();
            let first_line = lines;
            for line in &config.per_file {
                let id = u32::try_from(lines).unwrap_or(u32::MAX);
                of_glob.extend(line.globs.iter().map(|_| id));
                globs.extend(line.globs.iter().cloned());
                lines += 1;
            }
            members.push(Member {
                file,
                imports,
                per_file_imports,
                first_line,
            });
        }
        Some(GerritFolder {
            members,
            of_glob,
            index: Index::new(globs),
        })
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

    /// The imported file; `None` if Gerrit ignores the import, which is a problem, or if only the server
    /// knows it.
    fn target(
        &mut self,
        from: &BString,
        source: &Arc<Source>,
        import: &Import,
    ) -> Option<(BString, Known)> {
        let shown = quoted(&import.path);
        let path = resolved(from, &import.path);
        let reason = match &import.prefixes[..] {
            [project] if self.project.as_ref() == Some(project) => None,
            [] => None,
            _ => Some(format!(
                "{shown} is in another project or branch, which ownlint does not check"
            )),
        };
        let reason = reason.or_else(|| {
            (!is_importable(path.as_bstr())).then(|| {
                format!("{shown} is not imported: Gerrit imports only files with a name like `OWNERS`, `OWNERS_x` or `x_OWNERS`")
            })
        });
        let reason = match reason {
            Some(reason) => reason,
            None => match self.file(&path, None) {
                Some(file) => return Some((path, file)),
                None => format!("{shown} does not exist: the import is ignored"),
            },
        };
        self.problems
            .push(FileProblem::new(source, import.span, reason));
        None
    }
}

impl GerritFolder {
    /// The statements of the folder's file and of its imports that apply to a file which these `per-file`
    /// lines match.
    pub fn statements(&self, matching: &[u32]) -> Statements<'_> {
        let mut statements = Statements::default();
        let own = &self.members[0];
        own.add(true, false, matching, &mut statements);
        // Gerrit resolves the imports of the folder and those of the file one after the other.
        self.import(own.imports(), matching, &mut statements);
        self.import(own.per_file_imports(matching), matching, &mut statements);
        statements
    }

    /// Adds what `imports` bring, each file's own imports once.
    fn import<'f>(
        &'f self,
        imports: impl Iterator<Item = Queued>,
        matching: &[u32],
        statements: &mut Statements<'f>,
    ) {
        let mut queue: Vec<Queued> = imports.collect();
        let mut seen = FxHashSet::default();
        let mut next = 0;
        while let Some(import) = queue.get(next).copied() {
            next += 1;
            let member = &self.members[import.member];
            member.add(import.whole, import.is_per_file, matching, statements);
            if seen.insert(import.member) {
                queue.extend(member.imports().map(|inner| Queued {
                    whole: import.whole && inner.whole,
                    is_per_file: import.is_per_file,
                    ..inner
                }));
                queue.extend(member.per_file_imports(matching));
            }
        }
    }
}

/// An import that is still to be resolved.
#[derive(Debug, Clone, Copy)]
struct Queued {
    member: usize,
    /// Whether everything in it counts, or only the owners of its folder.
    whole: bool,
    /// Whether its owners are those of the file, not of the folder.
    is_per_file: bool,
}

impl Member {
    fn imports(&self) -> impl Iterator<Item = Queued> {
        self.imports.iter().map(|(member, whole)| Queued {
            member: *member,
            whole: *whole,
            is_per_file: false,
        })
    }

    /// The positions of its lines that match; `matching` is sorted.
    fn matching_lines<'m>(&self, matching: &'m [u32]) -> impl Iterator<Item = usize> + use<'m> {
        let start = self.first_line;
        let end = start + self.per_file_imports.len();
        let from = matching.partition_point(|id| (*id as usize) < start);
        let own = matching[from..].iter().map(|id| *id as usize);
        own.take_while(move |id| *id < end)
            .map(move |id| id - start)
    }

    /// Those of its `per-file` lines that match.
    fn per_file_imports(&self, matching: &[u32]) -> impl Iterator<Item = Queued> {
        self.matching_lines(matching).filter_map(|line| {
            Some(Queued {
                member: self.per_file_imports[line]?,
                whole: false,
                is_per_file: true,
            })
        })
    }

    fn add<'f>(
        &'f self,
        whole: bool,
        is_per_file: bool,
        matching: &[u32],
        to: &mut Statements<'f>,
    ) {
        let (source, config) = &self.file;
        let place = |span: Span| Place::Text(Arc::clone(source), span);
        let owners = match is_per_file {
            true => &mut to.per_file,
            false => &mut to.owners,
        };
        let own = config.owners.iter();
        owners.extend(own.map(|(owner, span)| (owner.as_str(), place(*span))));
        if !whole {
            return;
        }
        to.no_parent.extend(config.no_parent.map(place));
        for line in self.matching_lines(matching) {
            let line = &config.per_file[line];
            match &line.directive {
                Directive::NoParent => to.per_file_no_parent.push(place(line.span)),
                Directive::Owners(owners) => {
                    let owners = owners.iter();
                    to.per_file
                        .extend(owners.map(|owner| (owner.as_str(), place(line.span))));
                }
                Directive::File(_) => {}
            }
        }
    }
}

/// The path of an import in the file `from`: from the root if it begins with `/`, else from the folder of
/// `from`. `..` does not lead above the root.
fn resolved(from: &BString, path: &str) -> BString {
    let folder = match path.starts_with('/') {
        true => BStr::new(""),
        false => folder_of(from.as_bstr()),
    };
    resolve_in_root(folder, BStr::new(path))
}

/// The name of this project according to `.gitreview`.
fn project(tree: &Tree<'_>) -> Option<String> {
    let source = tree.read(BStr::new(".gitreview"), &mut Vec::new())?;
    let mut lines = source.text().lines();
    let name = lines.find_map(|line| {
        let (key, value) = line.split_once('=')?;
        (key.trim() == "project").then(|| value.trim())
    })?;
    Some(name.strip_suffix(".git").unwrap_or(name).to_owned())
}
