use std::{path::Path, sync::Arc};

use bstr::{BStr, BString, ByteSlice};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{OwnerState, Side, TeamRenames, later_teams::LaterTeams, renames::renames};
use crate::{
    git::FileChange,
    resolution::{Resolution, ResolvedRepository},
    text::join,
};

/// The change of one file.
#[derive(Debug, Clone)]
pub struct FileTransition {
    /// Its repository; for a removed file, the last one.
    pub repository: Arc<str>,
    /// Its path; for a removed file, the last one.
    pub path: BString,
    /// Its former path, if it was renamed.
    pub was: Option<BString>,
    /// The owners before the change.
    pub before: Arc<OwnerState>,
    /// The owners after the change.
    pub after: Arc<OwnerState>,
    /// Whether the change touches the file itself.
    pub is_touched: bool,
}

/// The owners of the files of a repository, by group.
struct OwnerStates<'r> {
    repository: &'r ResolvedRepository,
    /// The prefix of its paths in git; `None` for a repository that git does not change.
    prefix: Option<BString>,
    by_group: Vec<Arc<OwnerState>>,
}

impl<'r> OwnerStates<'r> {
    /// Returns the owners for all repositories of a side, as `state` describes them.
    fn all(
        side: Side<'r>,
        top: &Path,
        state: impl Fn(&ResolvedRepository, &Resolution) -> OwnerState,
    ) -> Vec<Self> {
        let one = |repository: &'r ResolvedRepository| {
            let below = repository.root.strip_prefix(top).ok();
            let below = below.map(|below| BStr::new(below.as_os_str().as_encoded_bytes()));
            let prefix = below.map(|below| join(below, b""));
            let groups = repository.resolved.groups().iter();
            Self {
                prefix: prefix.filter(|_| repository.listing.from_index),
                by_group: groups
                    .map(|group| Arc::new(state(repository, &group.resolution)))
                    .collect(),
                repository,
            }
        };
        side.repositories.iter().map(one).collect()
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

/// The changed paths.
struct Paths<'c> {
    old_by_new: FxHashMap<&'c BStr, &'c BStr>,
    renamed_away: FxHashSet<&'c BStr>,
    touched: FxHashSet<&'c BStr>,
}

impl<'c> Paths<'c> {
    fn new(changes: &'c [FileChange], old: &[OwnerStates<'_>], new: &[OwnerStates<'_>]) -> Self {
        let owners = [old, new].map(|side| {
            move |path: &BStr| {
                let mut found = side
                    .iter()
                    .filter_map(|it| Some(&**it.of(it.find_in_git(path)?)));
                found.next()
            }
        });
        let old_by_new = renames(changes, [&owners[0], &owners[1]]);
        let mut paths = Self {
            renamed_away: old_by_new.values().copied().collect(),
            old_by_new,
            touched: FxHashSet::default(),
        };
        for change in changes {
            let sides = [&change.before, &change.after];
            let entries = sides.into_iter().flatten();
            paths.touched.extend(entries.map(|entry| entry.path()));
        }
        paths
    }
}

/// Returns the files that a change touches or that have other owners after it, with the renames that git reports in the repository at `top`. Without a side
/// before, no file had an owner.
pub fn file_transitions(
    before: Option<Side<'_>>,
    after: Side<'_>,
    top: &Path,
    changes: &[FileChange],
) -> Vec<FileTransition> {
    let renames = TeamRenames::between(before, after);
    let old = before.map(|before| {
        let (teams, later) = (&before.map.teams, LaterTeams::of_sides(before, after));
        OwnerStates::all(before, top, |repository, resolution| {
            let state = OwnerState::before(repository, teams, resolution, later);
            renames.apply(&state)
        })
    });
    let old = old.unwrap_or_default();
    let new = OwnerStates::all(after, top, |repository, resolution| {
        OwnerState::new(repository, &after.map.teams, resolution)
    });
    let paths = Paths::new(changes, &old, &new);
    let absent = Arc::new(OwnerState::Absent);
    let state_of_new = match before {
        Some(_) => Arc::clone(&absent),
        None => Arc::new(OwnerState::Unowned),
    };
    let mut all = Vec::new();
    // By repository of the base: the files that still exist after the change.
    let mut remains: Vec<Vec<bool>> = old
        .iter()
        .map(|states| vec![false; states.repository.listing.files.len()])
        .collect();
    for states in &new {
        let name = &states.repository.name;
        for (at, file) in states.repository.listing.files.iter().enumerate() {
            let in_git = states.in_git(file.path);
            let in_git = in_git.as_ref().map(|path| path.as_bstr());
            let renamed_from = in_git.and_then(|path| paths.old_by_new.get(path));
            let origin = match renamed_from {
                Some(from) => find_renamed(&old, name, from),
                None if in_git.is_some_and(|path| paths.renamed_away.contains(path)) => None,
                None => old.iter().enumerate().find_map(|(of, states)| {
                    let same = Some(states.repository).filter(|it| it.name == *name)?;
                    Some((of, same.listing.files.find(file.path)?))
                }),
            };
            let is_touched = in_git.is_some_and(|path| paths.touched.contains(path));
            let (was, before) = match origin {
                None => (None, &state_of_new),
                Some((of, at)) => {
                    remains[of][at] = true;
                    let origin = &old[of];
                    let path = origin.repository.listing.files.get(at).path;
                    (renamed_from.map(|_| path.to_owned()), origin.of(at))
                }
            };
            let after = states.of(at);
            if is_touched || was.is_some() || !before.is_same(after) {
                all.push(FileTransition {
                    repository: Arc::clone(name),
                    path: file.path.into(),
                    was,
                    before: Arc::clone(before),
                    after: Arc::clone(after),
                    is_touched,
                });
            }
        }
    }
    for (states, remains) in old.iter().zip(remains) {
        for (at, file) in states.repository.listing.files.iter().enumerate() {
            if !remains[at] {
                all.push(FileTransition {
                    repository: Arc::clone(&states.repository.name),
                    path: file.path.into(),
                    was: None,
                    before: Arc::clone(states.of(at)),
                    after: Arc::clone(&absent),
                    is_touched: states
                        .in_git(file.path)
                        .is_some_and(|path| paths.touched.contains(path.as_bstr())),
                });
            }
        }
    }
    all
}

/// Returns the origin of a renamed file, preferably in its own repository.
fn find_renamed(old: &[OwnerStates<'_>], name: &Arc<str>, from: &BStr) -> Option<(usize, usize)> {
    let found = |(of, states): (usize, &OwnerStates<'_>)| Some((of, states.find_in_git(from)?));
    let own = old
        .iter()
        .enumerate()
        .filter(|(_, it)| it.repository.name == *name);
    let mut own = own.filter_map(found);
    own.next()
        .or_else(|| old.iter().enumerate().find_map(found))
}
