//! Writing for dialects in which folders have owners: which folders have to say who owns what is in
//! them, and which files differ from their folder, so that as little as possible has to be said.

use std::{collections::BTreeMap, ops::Range};

use bstr::{BStr, BString, ByteSlice};

use super::{
    Dialect, OwnerSet, Ownership, Refusal,
    last_match::head,
    ownership::OwnersId,
    tree::{join, upwards},
};

/// What has to be said of a folder.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct FolderStatement {
    /// Who owns what is in it, if that is not who owns what the folder above it is said to be owned by.
    pub owners: Option<OwnerSet>,
    /// Its own files that are owned by others: by name.
    pub files: BTreeMap<BString, OwnerSet>,
}

impl FolderStatement {
    /// The files, by their owners, as `spelled`.
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

/// By folder, the root being empty: what has to be said.
pub(super) type FolderStatements = BTreeMap<BString, FolderStatement>;

/// The files of a dialect, one for each folder of which something has to be said; `body` says what
/// stands behind the head.
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

/// Who owns what is in a folder, as said there or above.
pub(super) fn owners_of(folder: &BStr, statements: &FolderStatements) -> OwnerSet {
    let said = upwards(folder).find_map(|at| statements.get(at)?.owners.clone());
    said.unwrap_or_default()
}

/// A folder.
#[derive(Debug, Default)]
struct Folder {
    /// The files in it, however deep, by their positions.
    files: Range<usize>,
    /// How long its path is with its `/`; 0 for the root.
    length: usize,
    folders: Vec<Folder>,
    /// The owners with which the least has to be said of it, sorted.
    best: Vec<OwnersId>,
    /// Whether a file of nobody's is in it.
    has_nobody: bool,
}

/// What has to be said. `nobody_rules` says that a folder which holds a file of nobody's can't have an
/// owner.
pub(super) fn statements(ownership: &Ownership<'_>, nobody_rules: bool) -> FolderStatements {
    let nobody = ownership.owner_sets.first();
    let draft = FolderDraft {
        ownership,
        // Sorted, they begin with nobody.
        nobody: nobody.is_some_and(|owners| owners.is_empty()).then_some(0),
        nobody_rules,
    };
    let root = draft.folder(0..ownership.files.len(), 0);
    let mut statements = BTreeMap::new();
    draft.say(&root, draft.nobody, &mut statements);
    statements
}

struct FolderDraft<'o> {
    ownership: &'o Ownership<'o>,
    nobody: Option<OwnersId>,
    nobody_rules: bool,
}

impl FolderDraft<'_> {
    /// The folder of these files, with all that is in it.
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
                folder.has_nobody |= Some(all[at].owners) == self.nobody;
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
            folder.has_nobody |= below.has_nobody;
            folder.folders.push(below);
            at += inside;
        }
        folder.best = match self.nobody {
            Some(nobody) if self.nobody_rules && folder.has_nobody => vec![nobody],
            _ => most(votes),
        };
        folder
    }

    /// Says what differs from what is said above.
    fn say(&self, folder: &Folder, above: Option<OwnersId>, statements: &mut FolderStatements) {
        let all = &self.ownership.files;
        let owners = match above {
            Some(above) if folder.best.contains(&above) => Some(above),
            // As nobody is not among them, nobody is what is said above.
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
                self.say(below, owners, statements);
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

/// Those that most voted for, sorted.
fn most(mut votes: Vec<OwnersId>) -> Vec<OwnersId> {
    votes.sort_unstable();
    let runs = || votes.chunk_by(|a, b| a == b);
    let most = runs().map(<[_]>::len).max();
    let best = runs().filter(|run| Some(run.len()) == most);
    best.filter_map(|run| run.first().copied()).collect()
}
