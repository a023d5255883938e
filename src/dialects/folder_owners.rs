//! Writing for dialects in which folders have owners: which folders have to say who owns what is in
//! them, and which files differ from their folder, so that as little as possible has to be said.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use bstr::{BString, ByteSlice};

use super::Ownership;
use crate::config::TeamId;

/// A set of owners; empty is nobody.
pub(super) type Owners = Arc<[TeamId]>;

/// What has to be said of a folder.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Statement {
    /// Who owns what is in it, if that is not who owns what the folder above it is said to be owned by.
    pub owners: Option<Owners>,
    /// Its own files that are owned by others: by name.
    pub files: BTreeMap<BString, Owners>,
}

/// A folder while it is being decided about.
#[derive(Debug, Default)]
struct Folder {
    folders: BTreeMap<BString, Folder>,
    files: BTreeMap<BString, Owners>,
    /// The owners with which the least has to be said of it.
    best: BTreeSet<Owners>,
}

/// By folder, the root being empty: what has to be said. `nobody_rules` says that a folder which
/// holds a file of nobody's can't have an owner.
pub(super) fn statements(
    ownership: &Ownership<'_>,
    nobody_rules: bool,
) -> BTreeMap<BString, Statement> {
    let mut root = Folder::default();
    for file in ownership.files() {
        let mut folder = &mut root;
        let mut parts = file.path.split_str("/").peekable();
        while let Some(name) = parts.next() {
            if parts.peek().is_some() {
                folder = folder.folders.entry(name.into()).or_default();
            } else {
                folder.files.insert(name.into(), Arc::clone(&file.owners));
            }
        }
    }
    root.weigh(nobody_rules);
    let mut statements = BTreeMap::new();
    root.say(&BString::default(), &Owners::default(), &mut statements);
    statements
}

impl Folder {
    /// Finds out which owners are best, from the leaves up: those that most of what is in it has or
    /// could as well have. Returns whether a file of nobody's is in it.
    fn weigh(&mut self, nobody_rules: bool) -> bool {
        let mut votes: BTreeMap<&Owners, usize> = BTreeMap::new();
        let mut has_nobody = self.files.values().any(|owners| owners.is_empty());
        for folder in self.folders.values_mut() {
            has_nobody |= folder.weigh(nobody_rules);
        }
        let of_folders = self.folders.values().flat_map(|folder| &folder.best);
        for owners in self.files.values().chain(of_folders) {
            *votes.entry(owners).or_default() += 1;
        }
        let most = votes.values().max().copied();
        self.best = match nobody_rules && has_nobody {
            true => BTreeSet::from([Owners::default()]),
            false => votes
                .into_iter()
                .filter(|(_, count)| Some(*count) == most)
                .map(|(owners, _)| owners.clone())
                .collect(),
        };
        has_nobody
    }

    fn say(&self, path: &BString, above: &Owners, statements: &mut BTreeMap<BString, Statement>) {
        let owners = match self.best.contains(above) {
            true => above,
            false => self.best.first().unwrap_or(above),
        };
        let differing = self.files.iter().filter(|(_, of_file)| *of_file != owners);
        let statement = Statement {
            owners: (owners != above).then(|| owners.clone()),
            files: differing
                .map(|(name, of_file)| (name.clone(), of_file.clone()))
                .collect(),
        };
        if statement != Statement::default() {
            statements.insert(path.clone(), statement);
        }
        for (name, folder) in &self.folders {
            folder.say(&super::tree::join(path.as_bstr(), name), owners, statements);
        }
    }
}
