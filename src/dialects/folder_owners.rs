//! Writing for dialects in which folders have owners: the smallest set of folders and files that need a
//! statement of their own.
//!
//! The owners of a folder are the owners that the map would assign to new files in it: those directly in it and those in
//! new folders in it can have different owners. So ownership never extends to folders that the map leaves unowned,
//! whatever the existing files are.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::Arc,
};

use bstr::{BStr, BString, ByteSlice};
use rustc_hash::FxHashMap;

use super::{
    Dialect, OwnerSet, Ownership, Refusal,
    last_match::head,
    team_names::TeamNames,
    tree::{folder_of, join, upwards},
};
use crate::{
    pattern::{Language, PatternId, Walker},
    resolution::{Resolver, Verdict, owner_set},
};

/// What has to be written about a folder.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct FolderStatement {
    /// The owners of its content, if they differ from those of the folder above.
    pub owners: Option<OwnerSet>,
    /// The owners of the files directly in it, if they differ from those of its other content.
    pub direct: Option<OwnerSet>,
    /// What is unowned further below, as paths from here; a path with a final `/` is everything in a folder. Empty if
    /// folders below can state that themselves.
    pub unowned: BTreeSet<BString>,
    /// Files with other owners, by name. Of folders that cannot have a statement, these are the paths from here; a
    /// path with a final `/` is everything in such a folder.
    pub files: BTreeMap<BString, OwnerSet>,
}

impl FolderStatement {
    /// Groups the files by owners; `spelled` formats a name.
    pub fn by_owners(
        &self,
        spelled: impl Fn(&BString) -> String,
    ) -> BTreeMap<&OwnerSet, Vec<String>> {
        let mut by_owners: BTreeMap<&OwnerSet, Vec<String>> = BTreeMap::new();
        for (name, owners) in &self.files {
            by_owners.entry(owners).or_default().push(spelled(name));
        }
        by_owners
    }
}

/// The statements by folder; the root is the empty path.
pub(super) type FolderStatements = BTreeMap<BString, FolderStatement>;

/// What a dialect can say about folders.
pub(super) struct FolderRules {
    /// Whether something in an owned folder can be unowned without a mention in the statement of that folder.
    pub can_be_unowned: bool,
    /// Whether the files directly in a folder can have other owners than its other content.
    pub has_direct: bool,
    /// Returns whether the forge ignores an ownership file in a folder and everything below it.
    pub is_skipped: fn(&BStr) -> bool,
}

impl FolderRules {
    /// Any folder can have a statement, and can be unowned.
    pub const FREE: Self = Self {
        can_be_unowned: true,
        has_direct: false,
        is_skipped: |_| false,
    };
}

/// Returns the files of a dialect, one for each folder with a statement; `body` writes what follows the
/// header.
pub(super) fn files(
    ownership: &Ownership<'_>,
    dialect: &Dialect,
    statements: &FolderStatements,
    body: impl Fn(&BStr, &FolderStatement) -> Result<String, Refusal>,
) -> Result<Vec<(BString, String)>, Vec<Refusal>> {
    let file = |(folder, statement): (&BString, _)| {
        let folder = folder.as_bstr();
        let body = body(folder, statement).map_err(|refusal| vec![refusal])?;
        let text = format!("{}\n{body}", head(ownership, "# "));
        Ok((join(folder, dialect.locations[0].as_bytes()), text))
    };
    statements.iter().map(file).collect()
}

/// Returns the owners of a folder's content by the nearest statement in it or above.
pub(super) fn owners_of(folder: &BStr, statements: &FolderStatements) -> OwnerSet {
    let nearest = upwards(folder).find_map(|at| {
        let statement = statements.get(at)?;
        let owners = statement.owners.as_ref()?;
        let path = join(folder, b"");
        let inside = &path[if at.is_empty() { 0 } else { at.len() + 1 }..];
        let mut unowned = statement.unowned.iter();
        let is_unowned = unowned.any(|path| path.ends_with(b"/") && inside.starts_with(path));
        Some(match is_unowned {
            true => OwnerSet::default(),
            false => Arc::clone(owners),
        })
    });
    nearest.unwrap_or_default()
}

/// Returns paths of new files that may get other owners than in the map: in each folder, next to each file with a
/// statement of its own, and for each pattern of the map. Also returns whether all other new files get the right
/// owners, which is certain only without wildcards.
pub(super) fn samples(
    ownership: &Ownership<'_>,
    statements: &FolderStatements,
) -> (Vec<BString>, bool) {
    let mut samples = in_each_folder(ownership);
    for (folder, statement) in statements {
        for name in statement.files.keys() {
            let name = name.trim_end_with(|char| char == '/');
            samples.push(join(join(folder.as_bstr(), b"new").as_bstr(), name));
            samples.push(join(folder.as_bstr(), &[name, b"new"].concat()));
        }
    }
    let patterns = ownership.repository.claims.patterns();
    let mut is_complete = true;
    for pattern in patterns {
        is_complete &= pattern.is_literal();
        match ownership.new_path(&[&Language::of([&**pattern])], &[]) {
            Ok(path) => samples.extend(path),
            Err(_) => is_complete = false,
        }
    }
    (samples, is_complete)
}

/// Returns all folders (path without a final `/`), some of them repeatedly.
fn folders<'o>(ownership: &Ownership<'o>) -> impl Iterator<Item = &'o BStr> {
    let mut last = None;
    let own = ownership.paths().map(folder_of);
    let own = own.filter(move |own| last.replace(*own) != Some(*own));
    own.flat_map(upwards)
}

/// Returns the paths of two new files in each folder: directly in it, and in a new folder there.
pub(super) fn in_each_folder(ownership: &Ownership<'_>) -> Vec<BString> {
    let new = |folder| [&b"new"[..], b"new/new"].map(|name| join(folder, name));
    folders(ownership).flat_map(new).collect()
}

/// A folder.
#[derive(Debug, Default)]
struct Folder {
    /// The positions of all paths below it, at any depth.
    paths: Range<usize>,
    /// The length of its path including the final `/`; 0 for the root.
    length: usize,
    folders: Vec<Folder>,
    /// The owners of new files directly in it; `None` if claims on them conflict.
    direct: Option<OwnerSet>,
    /// The owners of new files in new folders in it; `None` if claims on them conflict.
    below: Option<OwnerSet>,
    /// The paths in it that are unowned; a path with a final `/` is everything in a folder. `None` if they cannot be
    /// listed.
    unowned: Option<Vec<BString>>,
    /// The only owners of everything in it, if there are no others.
    uniform: Option<OwnerSet>,
}

/// Returns all statements.
pub(super) fn statements(
    ownership: &Ownership<'_>,
    names: &TeamNames,
    rules: &FolderRules,
) -> FolderStatements {
    let files = ownership.files.iter();
    let files = files.map(|file| (file.path, Some(ownership.owners(file))));
    let own = ownership.own_files.iter().map(|path| (*path, None));
    let mut paths: Vec<(&BStr, Option<&OwnerSet>)> = files.chain(own).collect();
    paths.sort_by_key(|(path, _)| *path);
    let mut draft = FolderDraft {
        paths,
        rules,
        new_files: NewFileOwners::new(ownership, names),
    };
    let root = draft.folder(0..draft.paths.len(), 0);
    let mut statements = BTreeMap::new();
    draft.add(&root, &OwnerSet::default(), &mut statements);
    statements
}

/// Finds the owners of new files.
struct NewFileOwners<'o> {
    names: &'o TeamNames,
    /// The claims of trusted ownership files, by path.
    filed: FxHashMap<BString, Vec<PatternId>>,
    walker: Walker<'o>,
    resolver: Resolver<'o>,
    known: FxHashMap<Box<[PatternId]>, Option<OwnerSet>>,
}

impl<'o> NewFileOwners<'o> {
    fn new(ownership: &Ownership<'o>, names: &'o TeamNames) -> Self {
        let repository = ownership.repository;
        let filed = match repository.claims.has_filed() {
            true => Self::filed(ownership),
            false => FxHashMap::default(),
        };
        Self {
            names,
            filed,
            walker: repository.tree().walk(),
            resolver: Resolver::new(&repository.claims, ownership.teams()),
            known: FxHashMap::default(),
        }
    }

    /// Returns the claims of trusted ownership files on the new files in all folders.
    fn filed(ownership: &Ownership<'o>) -> FxHashMap<BString, Vec<PatternId>> {
        let folders: BTreeSet<&BStr> = folders(ownership).collect();
        let new = folders
            .into_iter()
            .flat_map(|it| Self::new_files(&join(it, b"")));
        let mut paths: Vec<BString> = new.collect();
        paths.sort_unstable();
        let sorted: Vec<&BStr> = paths.iter().map(|path| path.as_bstr()).collect();
        let repository = ownership.repository;
        let patterns = repository.filed_patterns(ownership.teams(), &sorted);
        paths.into_iter().zip(patterns).collect()
    }

    /// Returns a new file directly in a folder (path with a final `/`, or empty), and one in a new folder in it.
    fn new_files(folder: &[u8]) -> [BString; 2] {
        // No literal name, and hardly any other name that a pattern requires.
        const NAME: &[u8] = b"\x01new file\x01";
        let direct = [folder, NAME].concat();
        let below = [&direct[..], b"/", NAME].concat();
        [direct.into(), below.into()]
    }

    /// Returns the owners of a new file directly in a folder (path with a final `/`, or empty), and those of a new file in a
    /// new folder in it, whatever their names are; `None` if claims conflict. Owners that have no name in the dialect cannot
    /// be written.
    fn of(&mut self, folder: &[u8]) -> [Option<OwnerSet>; 2] {
        Self::new_files(folder).map(|path| self.of_path(&path))
    }

    fn of_path(&mut self, path: &BString) -> Option<OwnerSet> {
        let (known, resolver) = (&mut self.known, &mut self.resolver);
        let names = self.names;
        let filed = self.filed.get(path).map_or(&[][..], |filed| filed);
        self.walker.matches(path.as_bstr(), false, |of_map| {
            let patterns = &*[of_map, filed].concat();
            if let Some(known) = known.get(patterns) {
                return known.clone();
            }
            let decided = resolver.resolve(patterns).ok();
            let decided = decided.filter(|it| it.verdict != Verdict::Conflicting);
            let owners = decided.map(|resolution| -> OwnerSet {
                match names.has_all(&resolution.owners) {
                    true => owner_set(&resolution.owners).into(),
                    false => OwnerSet::default(),
                }
            });
            known.insert(patterns.into(), owners.clone());
            owners
        })
    }
}

impl Folder {
    /// Adds unowned paths, unless they are in a folder that is listed already. There is a limit.
    fn add_unowned(&mut self, paths: impl Iterator<Item = BString>) {
        let is_unowned = self.is_unowned();
        if let Some(unowned) = self.unowned.as_mut().filter(|_| !is_unowned) {
            unowned.extend(paths);
        }
        self.unowned.take_if(|unowned| unowned.len() > MAX_UNOWNED);
    }

    /// Returns whether new files in it are unowned.
    fn is_unowned(&self) -> bool {
        let is_empty = |owners: &Option<OwnerSet>| owners.as_ref().is_some_and(|it| it.is_empty());
        is_empty(&self.direct) && is_empty(&self.below)
    }
}

/// How many unowned paths a statement can list.
const MAX_UNOWNED: usize = 100;

struct FolderDraft<'o> {
    /// All paths, sorted, with the owners of those that are not ownership files themselves.
    paths: Vec<(&'o BStr, Option<&'o OwnerSet>)>,
    rules: &'o FolderRules,
    new_files: NewFileOwners<'o>,
}

impl FolderDraft<'_> {
    /// Returns the folder with these paths and all folders in it.
    fn folder(&mut self, paths: Range<usize>, length: usize) -> Folder {
        let own = self
            .paths
            .get(paths.start)
            .map_or(&b""[..], |(path, _)| &path[..length]);
        let [direct, below] = self.new_files.of(own);
        let is_empty = |owners: &OwnerSet| owners.is_empty();
        let are_new_unowned = [&direct, &below].map(|it| it.as_ref().is_some_and(is_empty));
        let mut folder = Folder {
            paths: paths.clone(),
            length,
            folders: Vec::new(),
            unowned: match are_new_unowned {
                [false, false] => Some(Vec::new()),
                [true, true] => Some(vec![own.into()]),
                // Only some new files in it are unowned.
                _ => None,
            },
            uniform: direct.clone().filter(|_| direct == below),
            direct,
            below,
        };
        let mut at = paths.start;
        while at < paths.end {
            let (path, owners) = self.paths[at];
            let Some(slash) = path[length..].find_byte(b'/') else {
                if owners.is_some_and(is_empty) {
                    folder.add_unowned(std::iter::once(path.to_owned()));
                }
                folder
                    .uniform
                    .take_if(|uniform| owners.is_some_and(|owners| owners != uniform));
                at += 1;
                continue;
            };
            let end = length + slash + 1;
            let prefix = &path[..end];
            let is_inside = |at: usize| self.paths[at].0.starts_with(prefix);
            // Most folders are small.
            let mut most = 1;
            while at + most < paths.end && is_inside(at + most) {
                most *= 2;
            }
            let most = paths.end.min(at + most);
            let inside = &self.paths[at..most];
            let inside = inside.partition_point(|(path, _)| path.starts_with(prefix));
            let below = self.folder(at..at + inside, end);
            match &below.unowned {
                Some(paths) => folder.add_unowned(paths.iter().cloned()),
                None if !folder.is_unowned() => folder.unowned = None,
                None => {}
            }
            folder
                .uniform
                .take_if(|uniform| below.uniform.as_ref() != Some(uniform));
            folder.folders.push(below);
            at += inside;
        }
        folder
    }

    /// Adds a statement for everything that differs from the owners `above`.
    fn add(&self, folder: &Folder, above: &OwnerSet, statements: &mut FolderStatements) {
        let none = OwnerSet::default();
        let mut statement = FolderStatement::default();
        // The owners of files directly in it, and of everything else.
        let [direct, mut all] =
            [&folder.direct, &folder.below].map(|owners| owners.as_ref().unwrap_or(above));
        let is_listed = self.rules.can_be_unowned || folder.unowned.is_some();
        if !is_listed {
            all = &none;
        }
        let direct = match self.rules.has_direct {
            true => direct,
            // Ownership must not extend to what the map leaves unowned.
            false if direct.is_empty() || all.is_empty() => &none,
            false => direct,
        };
        if !self.rules.has_direct {
            all = direct;
        }
        if all != above {
            statement.owners = Some(Arc::clone(all));
        }
        if direct != all {
            statement.direct = Some(Arc::clone(direct));
        }
        if !self.rules.can_be_unowned && !all.is_empty() {
            let unowned = folder.unowned.iter().flatten();
            let below = unowned.map(|path| BString::from(&path[folder.length..]));
            statement.unowned = below.collect();
        }
        let mut at = folder.paths.start;
        let mut folders = folder.folders.iter().peekable();
        while at < folder.paths.end {
            if let Some(below) = folders.next_if(|below| below.paths.start == at) {
                // A folder that the statement lists as unowned gets nothing from here.
                let from_here = match below.is_unowned() && !self.rules.can_be_unowned {
                    true => &none,
                    false => all,
                };
                match (self.rules.is_skipped)(self.path(below)) {
                    true => self.add_skipped(below, folder.length, from_here, &mut statement),
                    false => self.add(below, from_here, statements),
                }
                at = below.paths.end;
                continue;
            }
            let (path, owners) = self.paths[at];
            if let Some(owners) = owners.filter(|owners| *owners != direct) {
                let name = path[folder.length..].into();
                statement.files.insert(name, owners.clone());
            }
            at += 1;
        }
        // A folder above lists what is unowned here.
        let is_unowned_only = statement.owners.is_none()
            && statement.direct.is_none()
            && statement.files.values().all(|owners| owners.is_empty());
        let is_needed = match self.rules.can_be_unowned {
            true => statement != FolderStatement::default(),
            false => !is_unowned_only,
        };
        if is_needed {
            statements.insert(self.path(folder).to_owned(), statement);
        }
    }

    /// Adds the content of a folder that cannot have a statement to that of a folder above, whose path has this length.
    fn add_skipped(
        &self,
        folder: &Folder,
        length: usize,
        around: &OwnerSet,
        statement: &mut FolderStatement,
    ) {
        match &folder.uniform {
            Some(owners) if owners == around => {}
            Some(owners) => {
                let name = self.paths[folder.paths.start].0[length..folder.length].into();
                statement.files.insert(name, Arc::clone(owners));
            }
            None => {
                for (path, owners) in &self.paths[folder.paths.clone()] {
                    if let Some(owners) = owners.filter(|owners| *owners != around) {
                        statement
                            .files
                            .insert(path[length..].into(), Arc::clone(owners));
                    }
                }
            }
        }
    }

    /// Returns the path of a folder without a final `/`.
    fn path(&self, folder: &Folder) -> &BStr {
        let first = self.paths.get(folder.paths.start);
        let path = first.map_or(&b""[..], |(path, _)| &path[..folder.length]);
        path.strip_suffix(b"/").unwrap_or(path).as_bstr()
    }
}
