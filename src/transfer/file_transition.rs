use std::{path::Path, sync::Arc};

use bstr::{BStr, BString, ByteSlice};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Moment, OwnerState, Renames};
use crate::{git::FileChange, resolution::ResolvedRepository, text::join};

/// What becomes of one file.
#[derive(Debug, Clone)]
pub struct FileTransition {
    /// The repository it is in, or was.
    pub repository: Arc<str>,
    /// Its path, or the last one it had.
    pub path: BString,
    /// The path it had, if it was renamed.
    pub was: Option<BString>,
    /// Who had it.
    pub before: Arc<OwnerState>,
    /// Who has it.
    pub after: Arc<OwnerState>,
    /// Whether the change is to the file itself.
    pub is_touched: bool,
}

/// Who has the files of a repository, by group.
struct OwnerStates<'r> {
    repository: &'r ResolvedRepository,
    /// What stands before its paths in those of git; nothing for a repository that does not change.
    prefix: Option<BString>,
    by_group: Vec<Arc<OwnerState>>,
}

impl<'r> OwnerStates<'r> {
    /// In the ids that teams have after their `renames`.
    fn all(moment: &Moment<'r>, renames: &Renames, top: &Path) -> Vec<Self> {
        let one = |repository: &'r ResolvedRepository| {
            let below = repository.root.strip_prefix(top).ok();
            let below = below.map(|below| BStr::new(below.as_os_str().as_encoded_bytes()));
            let prefix = below.map(|below| join(below, b""));
            let groups = repository.resolved.groups().iter();
            Self {
                prefix: prefix.filter(|_| repository.listing.from_index),
                by_group: groups
                    .map(|group| {
                        let teams = &moment.map.teams;
                        let holding = OwnerState::new(repository, teams, &group.resolution);
                        Arc::new(renames.follow(&holding))
                    })
                    .collect(),
                repository,
            }
        };
        moment.repositories.iter().map(one).collect()
    }

    fn of(&self, file: usize) -> &Arc<OwnerState> {
        &self.by_group[self.repository.resolved.group_id_of(file) as usize]
    }

    fn in_git(&self, path: &BStr) -> Option<BString> {
        let mut full = self.prefix.clone()?;
        full.extend_from_slice(path);
        Some(full)
    }

    fn find_in_git(&self, path: &BStr) -> Option<usize> {
        let below = path.strip_prefix(self.prefix.as_ref()?.as_slice())?;
        self.repository.listing.files.find(below.as_bstr())
    }
}

/// What git says of paths.
#[derive(Default)]
struct Paths<'c> {
    old_by_new: FxHashMap<&'c BStr, &'c BStr>,
    renamed_away: FxHashSet<&'c BStr>,
    touched: FxHashSet<&'c BStr>,
}

impl<'c> Paths<'c> {
    fn new(changes: &'c [FileChange]) -> Self {
        let mut paths = Self::default();
        for change in changes {
            let sides = [&change.before, &change.after];
            let entries = sides.into_iter().flatten();
            paths.touched.extend(entries.map(|entry| entry.path()));
            if let Some((old, new)) = change.renamed() {
                paths.old_by_new.insert(new.as_bstr(), old.as_bstr());
                paths.renamed_away.insert(old.as_bstr());
            }
        }
        paths
    }
}

/// What becomes of every file, by renames as git tells them of the repository at `top`. Without a
/// moment before, nobody had anything.
pub fn fates(
    before: Option<Moment<'_>>,
    after: Moment<'_>,
    top: &Path,
    changes: &[FileChange],
) -> Vec<FileTransition> {
    let paths = Paths::new(changes);
    let renames = Renames::between(before, after);
    let old = before.map(|before| OwnerStates::all(&before, &renames, top));
    let old = old.unwrap_or_default();
    let new = OwnerStates::all(&after, &Renames::default(), top);
    let absent = Arc::new(OwnerState::Absent);
    let state_of_new = match before {
        Some(_) => Arc::clone(&absent),
        None => Arc::new(OwnerState::Unowned),
    };
    let mut all = Vec::new();
    // By repository of the base: the files that are known to have gone on.
    let mut gone_on: Vec<Vec<bool>> = old
        .iter()
        .map(|holdings| vec![false; holdings.repository.listing.files.len()])
        .collect();
    for holdings in &new {
        let name = &holdings.repository.name;
        for (at, file) in holdings.repository.listing.files.iter().enumerate() {
            let in_git = holdings.in_git(file.path);
            let in_git = in_git.as_ref().map(|path| path.as_bstr());
            let renamed_from = in_git.and_then(|path| paths.old_by_new.get(path));
            let origin = match renamed_from {
                Some(from) => find_renamed(&old, name, from),
                None if in_git.is_some_and(|path| paths.renamed_away.contains(path)) => None,
                None => old.iter().enumerate().find_map(|(of, holdings)| {
                    let same = Some(holdings.repository).filter(|it| it.name == *name)?;
                    Some((of, same.listing.files.find(file.path)?))
                }),
            };
            let (was, before) = match origin {
                None => (None, &state_of_new),
                Some((of, at)) => {
                    gone_on[of][at] = true;
                    let origin = &old[of];
                    let path = origin.repository.listing.files.get(at).path;
                    (renamed_from.map(|_| path.to_owned()), origin.of(at))
                }
            };
            all.push(FileTransition {
                repository: Arc::clone(name),
                path: file.path.into(),
                was,
                before: Arc::clone(before),
                after: Arc::clone(holdings.of(at)),
                is_touched: in_git.is_some_and(|path| paths.touched.contains(path)),
            });
        }
    }
    for (holdings, gone_on) in old.iter().zip(gone_on) {
        for (at, file) in holdings.repository.listing.files.iter().enumerate() {
            if !gone_on[at] {
                all.push(FileTransition {
                    repository: Arc::clone(&holdings.repository.name),
                    path: file.path.into(),
                    was: None,
                    before: Arc::clone(holdings.of(at)),
                    after: Arc::clone(&absent),
                    is_touched: holdings
                        .in_git(file.path)
                        .is_some_and(|path| paths.touched.contains(path.as_bstr())),
                });
            }
        }
    }
    all
}

/// Where a renamed file came from: its own repository before any other.
fn find_renamed(old: &[OwnerStates<'_>], name: &Arc<str>, from: &BStr) -> Option<(usize, usize)> {
    let found = |(of, holdings): (usize, &OwnerStates<'_>)| Some((of, holdings.find_in_git(from)?));
    let own = old
        .iter()
        .enumerate()
        .filter(|(_, it)| it.repository.name == *name);
    let mut own = own.filter_map(found);
    own.next()
        .or_else(|| old.iter().enumerate().find_map(found))
}
