//! Writing for dialects in which folders have owners: the smallest set of folders and files that need a
//! statement of their own.

use std::{collections::BTreeMap, ops::Range};

use bstr::{BStr, BString, ByteSlice};

use super::{
    Dialect, OwnerSet, Ownership, Refusal,
    last_match::head,
    ownership::OwnersId,
    tree::{join, upwards},
};

/// What has to be written about a folder.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct FolderStatement {
    /// The owners of its content, if they differ from those of the folder above.
    pub owners: Option<OwnerSet>,
    /// Files directly in it with other owners, by name.
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
    let nearest = upwards(folder).find_map(|at| statements.get(at)?.owners.clone());
    nearest.unwrap_or_default()
}

/// A folder.
#[derive(Debug, Default)]
struct Folder {
    /// The positions of all files below it, at any depth.
    files: Range<usize>,
    /// The length of its path including the final `/`; 0 for the root.
    length: usize,
    folders: Vec<Folder>,
    /// The sets of owners that need the fewest statements, sorted.
    best: Vec<OwnersId>,
    /// Whether it contains a file without owners.
    has_unowned: bool,
}

/// Returns all statements. With `unowned_wins`, a folder that contains a file without owners cannot have
/// owners.
pub(super) fn statements(ownership: &Ownership<'_>, unowned_wins: bool) -> FolderStatements {
    let none = ownership.owner_sets.first();
    let draft = FolderDraft {
        ownership,
        // The empty set sorts first.
        unowned: none.is_some_and(|owners| owners.is_empty()).then_some(0),
        unowned_wins,
    };
    let root = draft.folder(0..ownership.files.len(), 0);
    let mut statements = BTreeMap::new();
    draft.add(&root, draft.unowned, &mut statements);
    statements
}

struct FolderDraft<'o> {
    ownership: &'o Ownership<'o>,
    unowned: Option<OwnersId>,
    unowned_wins: bool,
}

impl FolderDraft<'_> {
    /// Returns the folder with these files and all folders in it.
    fn folder(&self, files: Range<usize>, length: usize) -> Folder {
        let mut folder = Folder {
            files: files.clone(),
            length,
            ..Folder::default()
        };
        let all = &self.ownership.files;
        let mut votes: Vec<OwnersId> = Vec::new();
        let mut at = files.start;
        while at < files.end {
            let path = all[at].path;
            let Some(slash) = path[length..].find_byte(b'/') else {
                votes.push(all[at].owners);
                folder.has_unowned |= Some(all[at].owners) == self.unowned;
                at += 1;
                continue;
            };
            let end = length + slash + 1;
            let prefix = &path[..end];
            let is_inside = |at: usize| all[at].path.starts_with(prefix);
            // Most folders are small.
            let mut most = 1;
            while at + most < files.end && is_inside(at + most) {
                most *= 2;
            }
            let most = files.end.min(at + most);
            let inside = all[at..most].partition_point(|file| file.path.starts_with(prefix));
            let below = self.folder(at..at + inside, end);
            votes.extend(&below.best);
            folder.has_unowned |= below.has_unowned;
            folder.folders.push(below);
            at += inside;
        }
        folder.best = match self.unowned {
            Some(unowned) if self.unowned_wins && folder.has_unowned => vec![unowned],
            _ => most_frequent(votes),
        };
        folder
    }

    /// Adds a statement for everything that differs from the owners `above`.
    fn add(&self, folder: &Folder, above: Option<OwnersId>, statements: &mut FolderStatements) {
        let all = &self.ownership.files;
        let owners = match above {
            Some(above) if folder.best.contains(&above) => Some(above),
            // `above` is not among them, or there is no owner above.
            above => folder.best.first().copied().or(above),
        };
        let mut statement = FolderStatement::default();
        if owners != above {
            statement.owners = owners.map(|id| self.ownership.owner_sets[id as usize].clone());
        }
        let mut at = folder.files.start;
        let mut folders = folder.folders.iter().peekable();
        while at < folder.files.end {
            if let Some(below) = folders.next_if(|below| below.files.start == at) {
                self.add(below, owners, statements);
                at = below.files.end;
                continue;
            }
            let file = &all[at];
            if Some(file.owners) != owners {
                let name = file.path[folder.length..].into();
                let owners = self.ownership.owners(file).clone();
                statement.files.insert(name, owners);
            }
            at += 1;
        }
        if statement != FolderStatement::default() {
            let path = &all[folder.files.start].path[..folder.length.saturating_sub(1)];
            statements.insert(path.into(), statement);
        }
    }
}

/// Returns the most frequent values, sorted.
fn most_frequent(mut votes: Vec<OwnersId>) -> Vec<OwnersId> {
    votes.sort_unstable();
    let runs = || votes.chunk_by(|a, b| a == b);
    let most = runs().map(<[_]>::len).max();
    let best = runs().filter(|run| Some(run.len()) == most);
    best.filter_map(|run| run.first().copied()).collect()
}
