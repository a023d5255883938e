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
    /// Its own file, by its position among the files.
    own: usize,
    /// The `per-file` lines of its file and of all files that it may import.
    pub lines: Arc<PerFileLines>,
}

/// The `per-file` lines of some files, which folders with the same files share.
#[derive(Debug)]
pub(super) struct PerFileLines {
    /// By file: the position of its first line.
    first: FxHashMap<usize, usize>,
    /// By glob: the position of its line.
    pub of_glob: Vec<u32>,
    /// The globs of all lines.
    pub index: Index,
}

/// A file that folders use.
#[derive(Debug)]
pub(super) struct Member {
    file: Known,
    /// The file of each import that exists, by its position.
    imports: Vec<(usize, bool)>,
    /// By `per-file` line: the file that it imports.
    per_file_imports: Vec<Option<usize>>,
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
    /// Why Gerrit rejects a file that it needs.
    pub rejection: Option<&'f FileProblem>,
}

/// A file that exists, and its content.
type Known = (Arc<Source>, Arc<Config>);

/// Reads folders, each file once.
pub(super) struct FolderReader<'t> {
    tree: &'t Tree<'t>,
    /// The name of this project, if `.gitreview` has it.
    project: Option<String>,
    files: FxHashMap<BString, Option<Known>>,
    /// The files that folders use, each with its imports resolved once.
    pub members: Vec<Member>,
    by_path: FxHashMap<BString, usize>,
    /// By file of a folder: all files that it may import, and itself, sorted.
    reachable: FxHashMap<usize, Arc<Vec<usize>>>,
    lines: FxHashMap<Arc<Vec<usize>>, Arc<PerFileLines>>,
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
            members: Vec::new(),
            by_path: FxHashMap::default(),
            reachable: FxHashMap::default(),
            lines: FxHashMap::default(),
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
        let own = self.member(path, own);
        let reachable = self.reachable(own);
        let lines = self.lines.entry(Arc::clone(&reachable));
        let lines = lines.or_insert_with(|| PerFileLines::new(&reachable, &self.members).into());
        Some(GerritFolder {
            own,
            lines: Arc::clone(lines),
        })
    }

    /// Returns the position of a file; resolves its imports and those of the imported files.
    fn member(&mut self, path: BString, file: Known) -> usize {
        if let Some(known) = self.by_path.get(&path) {
            return *known;
        }
        let position = self.members.len();
        self.by_path.insert(path.clone(), position);
        let mut files = vec![(path, file)];
        while let Some((path, file)) = files.get(self.members.len() - position).cloned() {
            let (source, config) = &file;
            let mut target = |import| {
                let (path, file) = self.target(&path, source, import)?;
                let next = position + files.len();
                Some(*self.by_path.entry(path.clone()).or_insert_with(|| {
                    files.push((path, file));
                    next
                }))
            };
            let imports = config.imports.iter();
            let imports = imports.filter_map(|import| Some((target(import)?, import.whole)));
            let imports = imports.collect();
            let per_file_imports = config.per_file.iter().map(|line| match &line.directive {
                Directive::File(import) => target(import),
                _ => None,
            });
            let per_file_imports = per_file_imports.collect();
            self.members.push(Member {
                file,
                imports,
                per_file_imports,
            });
        }
        position
    }

    /// Returns the file of a folder and all files that it may import, sorted.
    fn reachable(&mut self, own: usize) -> Arc<Vec<usize>> {
        if let Some(known) = self.reachable.get(&own) {
            return Arc::clone(known);
        }
        let mut found = FxHashSet::from_iter([own]);
        let mut left = vec![own];
        while let Some(at) = left.pop() {
            if let Some(known) = self.reachable.get(&at) {
                found.extend(known.iter().copied());
                continue;
            }
            let member = &self.members[at];
            let imports = member.imports.iter().map(|(import, _)| *import);
            let imports = imports.chain(member.per_file_imports.iter().flatten().copied());
            left.extend(imports.filter(|import| found.insert(*import)));
        }
        let mut found: Vec<usize> = found.into_iter().collect();
        found.sort_unstable();
        let found = Arc::new(found);
        self.reachable.insert(own, Arc::clone(&found));
        found
    }

    fn file(&mut self, path: &BString, source: Option<Arc<Source>>) -> Option<Known> {
        if let Some(known) = self.files.get(path) {
            return known.clone();
        }
        let source = source.or_else(|| self.tree.read(path.as_bstr(), &mut self.problems));
        let file = source.map(|source| {
            self.read.push(path.clone());
            let problems = &mut self.problems;
            let config = self.tree.parsed(&DIALECT, &source, problems, |problems| {
                parse(&source, problems)
            });
            (source, config)
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

impl PerFileLines {
    fn new(of: &[usize], members: &[Member]) -> Self {
        let (mut globs, mut of_glob) = (Vec::new(), Vec::new());
        let mut first = FxHashMap::default();
        let mut lines = 0;
        for at in of {
            first.insert(*at, lines);
            for line in &members[*at].file.1.per_file {
                let id = u32::try_from(lines).unwrap_or(u32::MAX);
                of_glob.extend(line.globs.iter().map(|_| id));
                globs.extend(line.globs.iter().cloned());
                lines += 1;
            }
        }
        Self {
            first,
            of_glob,
            index: Index::new(globs),
        }
    }
}

impl GerritFolder {
    /// Returns the file of the folder.
    pub fn source<'f>(&self, members: &'f [Member]) -> &'f Arc<Source> {
        &members[self.own].file.0
    }

    /// The statements of the folder's file and of its imports that apply to a file which these `per-file`
    /// lines match.
    pub fn statements<'f>(&self, members: &'f [Member], matching: &[u32]) -> Statements<'f> {
        let mut reading = Reading {
            members,
            lines: &self.lines,
            matching,
            statements: Statements::default(),
        };
        let own = Queued {
            member: self.own,
            whole: true,
            is_per_file: false,
        };
        reading.add(own);
        // Gerrit resolves the imports of the folder and those of the file one after the other.
        reading.import(members[self.own].imports(own).collect());
        reading.import(reading.per_file_imports(own).collect());
        reading.statements
    }
}

/// The statements of a folder for a file, as far as they are known.
struct Reading<'f, 'l> {
    members: &'f [Member],
    lines: &'l PerFileLines,
    matching: &'l [u32],
    statements: Statements<'f>,
}

impl<'f> Reading<'f, '_> {
    /// Adds what imports bring, each file's own imports once.
    fn import(&mut self, mut queue: Vec<Queued>) {
        let mut known: FxHashSet<Queued> = queue.iter().copied().collect();
        let mut seen = FxHashSet::default();
        let mut next = 0;
        while let Some(import) = queue.get(next).copied() {
            next += 1;
            self.add(import);
            if seen.insert(import.member) {
                let inner = self.members[import.member].imports(import);
                let inner = inner.chain(self.per_file_imports(import));
                // The same import again would bring the same owners.
                queue.extend(inner.filter(|inner| known.insert(*inner)));
            }
        }
    }

    /// The positions of the lines of a file that match; `matching` is sorted.
    fn matching_lines(&self, member: usize) -> impl Iterator<Item = usize> + use<'_> {
        let start = self.lines.first[&member];
        let end = start + self.members[member].per_file_imports.len();
        let from = self.matching.partition_point(|id| (*id as usize) < start);
        let own = self.matching[from..].iter().map(|id| *id as usize);
        own.take_while(move |id| *id < end)
            .map(move |id| id - start)
    }

    /// The imports of the `per-file` lines of a file that match.
    fn per_file_imports(&self, of: Queued) -> impl Iterator<Item = Queued> {
        let imports = &self.members[of.member].per_file_imports;
        self.matching_lines(of.member).filter_map(|line| {
            Some(Queued {
                member: imports[line]?,
                whole: false,
                is_per_file: true,
            })
        })
    }

    fn add(&mut self, import: Queued) {
        let (source, config) = &self.members[import.member].file;
        let place = |span: Span| Place::Text(Arc::clone(source), span);
        let rejection = &mut self.statements.rejection;
        *rejection = rejection.or(config.rejection.as_ref());
        let own = config.owners.iter();
        let own = own.map(|(owner, span)| (owner.as_str(), place(*span)));
        match import.is_per_file {
            true => self.statements.per_file.extend(own),
            false => self.statements.owners.extend(own),
        }
        if !import.whole {
            return;
        }
        let lines: Vec<usize> = self.matching_lines(import.member).collect();
        let to = &mut self.statements;
        to.no_parent.extend(config.no_parent.map(place));
        for line in lines {
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

/// An import that is still to be resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Queued {
    member: usize,
    /// Whether everything in it counts, or only the owners of its folder.
    whole: bool,
    /// Whether its owners are those of the file, not of the folder.
    is_per_file: bool,
}

impl Member {
    /// Its imports for the folder, if it is imported itself as `of` says.
    fn imports(&self, of: Queued) -> impl Iterator<Item = Queued> {
        self.imports.iter().map(move |(member, whole)| Queued {
            member: *member,
            whole: of.whole && *whole,
            is_per_file: of.is_per_file,
        })
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
