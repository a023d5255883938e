use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use bstr::BStr;

use super::{Dialect, Refusal};
use crate::{
    config::{Map, TeamId, Teams},
    resolution::{Directory, RepositoryError, Resolution, ResolvedRepository, Verdict, owner_set},
    text::{Place, quoted},
};

/// What is to be written: what the map says of a repository, and how.
#[derive(Debug)]
pub struct Ownership<'r> {
    /// The map.
    pub map: &'r Map,
    /// The repository, with all its files resolved.
    pub repository: &'r ResolvedRepository,
    /// Whether what a dialect can't say otherwise is to be said file by file.
    pub per_file: bool,
    /// The command that writes this again.
    pub command: String,
    files: Vec<OwnedFile<'r>>,
}

/// A file that is to have its owners.
#[derive(Debug, Clone)]
pub struct OwnedFile<'r> {
    /// Its path.
    pub path: &'r BStr,
    /// Its owners as a set; none if it is exempt or unowned, or if claims conflict.
    pub owners: Arc<[TeamId]>,
    /// A line of the map that decided.
    pub place: Option<Place>,
}

/// Files in the form of a dialect.
#[derive(Debug, Default)]
pub struct Written {
    /// Path and content.
    pub files: Vec<(bstr::BString, String)>,
    /// By file of the ownership: whom the dialect has to name; empty for a dialect that does not
    /// speak of paths.
    pub expected: Vec<Arc<BTreeSet<String>>>,
    /// What its reader has to know: what is in it only in part, or not at all.
    pub notes: Vec<String>,
}

impl<'r> Ownership<'r> {
    /// What the map says of a repository, for a dialect.
    ///
    /// What is written may not depend on whether it was written before. So the file of a dialect that
    /// has one counts whether it is there or not, and those that any folder may have never count.
    ///
    /// # Errors
    /// Where claims on the dialect's own file can't be compared.
    pub fn new(
        map: &'r Map,
        repository: &'r ResolvedRepository,
        dialect: &Dialect,
        per_file: bool,
        command: String,
    ) -> Result<Self, RepositoryError> {
        let file = |path, resolution: &Resolution| {
            let claim = resolution.standing.first();
            OwnedFile {
                path,
                owners: owner_set(&resolution.owners).into(),
                place: claim.map(|claim| repository.claims.get(*claim).place.clone()),
            }
        };
        // Most files share what is said of them with others.
        let groups = repository.resolved.groups().iter();
        let of_group: Vec<OwnedFile<'_>> = groups
            .map(|group| file(BStr::new(""), &group.resolution))
            .collect();
        let listing = &repository.listing.files;
        let mut files = Vec::with_capacity(listing.len() + 1);
        for (listed, at) in listing.iter().zip(0..) {
            if dialect.is_per_folder && dialect.has_written(&repository.root, listed.path) {
                continue;
            }
            files.push(OwnedFile {
                path: listed.path,
                ..of_group[repository.resolved.group_id_of(at) as usize].clone()
            });
        }
        if let Some(own) = dialect.locations.first().map(BStr::new)
            && !dialect.is_per_folder
            && let Err(at) = files.binary_search_by_key(&own, |file| file.path)
        {
            let (resolution, _) = repository.resolve_path(&map.teams, own, Directory::No)?;
            files.insert(at, file(own, &resolution));
        }
        Ok(Self {
            map,
            repository,
            per_file,
            command,
            files,
        })
    }

    /// The teams of the map.
    pub fn teams(&self) -> &'r Teams {
        &self.map.teams
    }

    /// The files, sorted by path.
    pub fn files(&self) -> &[OwnedFile<'r>] {
        &self.files
    }

    /// What nobody can be said to own, as claims conflict: one refusal for each set of claims.
    pub fn undecided(&self) -> Vec<Refusal> {
        let files = &self.repository.listing.files;
        let mut seen = BTreeSet::new();
        let mut refusals = Vec::new();
        for (file, at) in files.iter().zip(0..) {
            let group = self.repository.resolved.group_of(at);
            let mut is_new = || seen.insert(group.resolution.standing.clone());
            if group.resolution.verdict == Verdict::Conflicting && is_new() {
                refusals.push(Refusal {
                    place: group
                        .resolution
                        .standing
                        .first()
                        .map(|claim| self.repository.claims.get(*claim).place.clone()),
                    message: format!(
                        "{} is claimed for several owners, and no claim is stronger",
                        quoted(file.path)
                    ),
                    help: Some(
                        "settle it in the map; --per-file-fallback writes that nobody owns it"
                            .to_owned(),
                    ),
                });
            }
        }
        refusals
    }

    /// What `forge` calls these teams.
    pub(super) fn handles(&self, teams: &[TeamId], forge: &str) -> Result<Vec<String>, Refusal> {
        let mut handles = Vec::new();
        for id in teams {
            let team = self.teams().get(*id);
            let of_forge = team.handles.iter().find(|(key, _)| key == forge);
            match of_forge {
                Some((_, names)) if !names.is_empty() => handles.extend(names.iter().cloned()),
                _ => {
                    let id = quoted(&team.id.value);
                    return Err(Refusal {
                        place: Some(team.id.place.clone()),
                        message: format!("team {id} has no handle {}", quoted(forge)),
                        help: Some(format!("add `handles: {{{forge}: …}}` to the team")),
                    });
                }
            }
        }
        Ok(handles)
    }

    /// For each file the handles of its owners. All teams without one are told at once.
    pub(super) fn expected(
        &self,
        mut handles: impl FnMut(&[TeamId]) -> Result<Vec<String>, Refusal>,
    ) -> Result<Vec<Arc<BTreeSet<String>>>, Vec<Refusal>> {
        let mut by_owners: BTreeMap<Arc<[TeamId]>, Arc<BTreeSet<String>>> = BTreeMap::new();
        let mut refusals: Vec<Refusal> = Vec::new();
        let mut expected = Vec::with_capacity(self.files.len());
        for OwnedFile { owners, .. } in &self.files {
            if let Some(known) = by_owners.get(owners) {
                expected.push(Arc::clone(known));
                continue;
            }
            let mut names = BTreeSet::new();
            for team in owners.iter() {
                match handles(&[*team]) {
                    Ok(more) => names.extend(more),
                    Err(refusal) if !refusals.contains(&refusal) => refusals.push(refusal),
                    Err(_) => {}
                }
            }
            let names = Arc::new(names);
            expected.push(Arc::clone(&names));
            by_owners.insert(Arc::clone(owners), names);
        }
        match refusals.is_empty() {
            true => Ok(expected),
            false => Err(refusals),
        }
    }
}
