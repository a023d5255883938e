//! `reviewers`: the teams that own what a change touches, before and after.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use bstr::ByteSlice as _;

use super::{
    Base, ComparedWorkspaces, Error, Workspace,
    notices::Notices,
    target::{Target, There},
};
use crate::{
    config::{Map, Team},
    resolution::ResolvedRepository,
    routing::retirement,
    text::{MAX_SUGGESTIONS, and_more, join, printable_bytes, quoted},
    transfer::{FileTransition, OwnerState, fates, smallest_cover},
};

/// A team that owns something of what is touched.
#[derive(Debug)]
pub struct Reviewer {
    /// Its id.
    pub team: String,
    /// What people call it.
    pub name: String,
    /// What the forge calls it; what it is called everywhere, without a forge.
    pub handles: Vec<(String, Vec<String>)>,
    /// How many of the touched files it owns.
    pub files: usize,
    /// Whether it is one of the smallest set that speaks for everything.
    pub is_needed: bool,
}

/// The teams that own what is touched.
#[derive(Debug)]
pub struct Reviewers {
    /// The teams, those that are needed first.
    pub reviewers: Vec<Reviewer>,
    /// How many files are touched.
    pub files: usize,
    /// Paths of which no team is known.
    pub without: Vec<String>,
    /// Owners that are no more, and whom to ask instead.
    retired: BTreeMap<String, String>,
}

/// Who has one touched file: before, and after.
type Hands = (String, Vec<OwnerState>);

impl ComparedWorkspaces {
    /// The teams that own what the change touches, before and after; named as `forge` names them, if
    /// there is one.
    ///
    /// # Errors
    /// Never: both sides are resolved.
    pub fn reviewers(&self, forge: Option<&str>) -> Result<Reviewers, Error> {
        let before = match &self.base {
            Base::Resolved(base) => Some(base.moment()?),
            Base::Missing(_) => None,
        };
        let after = self.head.moment()?;
        let fates = fates(before, after, &self.git.top, &self.changes);
        let touched = fates.iter().filter(|fate| is_touched(fate));
        let hands: Vec<Hands> = touched
            .map(|fate| {
                let both = vec![(*fate.before).clone(), (*fate.after).clone()];
                (printable_bytes(&fate.path), both)
            })
            .collect();
        let maps = [Some(after.map), before.map(|before| before.map)];
        let maps = maps.into_iter().flatten().collect();
        let reviewers = Reviewers::new(&hands, maps, forge);
        reviewers.warn(forge, &self.head.notices);
        Ok(reviewers)
    }
}

impl Workspace {
    /// The teams that own files and directories; named as `forge` names them, if there is one.
    ///
    /// # Errors
    /// Where a path is in no repository of the map, or a repository can't be resolved.
    pub fn reviewers(&self, paths: &[PathBuf], forge: Option<&str>) -> Result<Reviewers, Error> {
        let hands = self.hands(paths)?;
        let reviewers = Reviewers::new(&hands, vec![&self.map], forge);
        reviewers.warn(forge, &self.notices);
        Ok(reviewers)
    }

    /// Who has the files of these paths.
    fn hands(&self, paths: &[PathBuf]) -> Result<Vec<Hands>, Error> {
        let are_few = paths.len() <= MAX_SUGGESTIONS;
        let targets = paths.iter().map(|typed| Target::new(self, typed));
        let targets: Vec<Result<Target, Error>> = targets.collect();
        let is_needed = |at: usize| targets.iter().flatten().any(|it| it.repository == at);
        let needed: Vec<usize> = (0..self.roots.len()).filter(|at| is_needed(*at)).collect();
        let resolved = self.resolve(is_needed)?;
        let repositories: BTreeMap<usize, &ResolvedRepository> =
            needed.into_iter().zip(&resolved).collect();
        let mut hands = Vec::new();
        for (typed, target) in paths.iter().zip(&targets) {
            let target = target.as_ref().map_err(Clone::clone)?;
            let repository = repositories[&target.repository];
            let holding = |resolution| OwnerState::new(repository, &self.map.teams, resolution);
            let files = &repository.listing.files;
            let own = files.find(target.path.as_bstr());
            let inside = files.under(&join(target.path.as_bstr(), b""));
            let all: Vec<usize> = own.into_iter().chain(inside).collect();
            for at in &all {
                let resolution = &repository.resolved.group_of(*at).resolution;
                hands.push((
                    printable_bytes(files.get(*at).path),
                    vec![holding(resolution)],
                ));
            }
            if all.is_empty() {
                let there = target.find(self, &repository.listing).there;
                if let Some(note) = there.note() {
                    let near = (are_few && there == There::Nowhere)
                        .then(|| target.near(typed.as_os_str(), files))
                        .flatten()
                        .map(|near| format!("; {near}"));
                    let near = near.unwrap_or_default();
                    let typed = printable_bytes(typed.as_os_str().as_encoded_bytes());
                    self.notices.warn_at(typed, format!("{note}{near}"));
                }
                let path = target.path.as_bstr();
                let (resolution, _) = repository
                    .resolve_path(&self.map.teams, path, false)
                    .map_err(|error| self.error(error))?;
                hands.push((printable_bytes(path), vec![holding(&resolution)]));
            }
        }
        hands.sort_by(|a, b| a.0.cmp(&b.0));
        hands.dedup();
        Ok(hands)
    }
}

/// A change of the map touches what it hands over.
fn is_touched(fate: &FileTransition) -> bool {
    let is_new = matches!(*fate.before, OwnerState::Absent);
    let is_gone = matches!(*fate.after, OwnerState::Absent);
    fate.is_touched || !(is_new || is_gone || fate.before.is_same(&fate.after))
}

impl Reviewers {
    /// Who is to look at these files, for a retired team its successor; teams are looked up in the first
    /// map that has them.
    fn new(hands: &[Hands], maps: Vec<&Map>, forge: Option<&str>) -> Self {
        let known = |id: &str| {
            let mut found = maps.iter().map(|map| (&map.teams, map.teams.by_id(id)));
            found.find_map(|(teams, id)| Some((teams, id?)))
        };
        let mut retired = BTreeMap::new();
        let mut successor = |id: &String| {
            let Some((teams, team)) = known(id) else {
                return id.clone();
            };
            if let Some(end) = &teams.get(team).retired {
                retired
                    .entry(id.clone())
                    .or_insert_with(|| retirement(end, teams));
            }
            teams.name(teams.successor(team)).to_owned()
        };
        let hands: Vec<Hands> = hands
            .iter()
            .map(|(path, sides)| {
                let sides = sides.iter().map(|side| side.given(&mut successor));
                (path.clone(), sides.collect())
            })
            .collect();
        // Whoever had it and whoever gets it both have a say.
        let groups: Vec<&[String]> = hands
            .iter()
            .flat_map(|(_, sides)| sides.iter().map(OwnerState::teams))
            .collect();
        let needed = smallest_cover(&groups);
        let teams: BTreeSet<&String> = groups.iter().copied().flatten().collect();
        let reviewer = |id: &String| {
            let has = |holding: &OwnerState| holding.teams().contains(id);
            let touched = hands.iter().filter(|(_, sides)| sides.iter().any(has));
            let team: Option<&Team> = known(id).map(|(teams, id)| teams.get(id));
            let handles = team.map_or(Vec::new(), |team| team.handles.clone());
            Reviewer {
                team: id.clone(),
                name: team.map_or(id.clone(), |team| team.display_name().to_owned()),
                handles: handles
                    .into_iter()
                    .filter(|(of, _)| forge.is_none_or(|forge| forge == of))
                    .collect(),
                files: touched.count(),
                is_needed: needed.contains(&id.as_str()),
            }
        };
        let mut reviewers: Vec<Reviewer> = teams.into_iter().map(reviewer).collect();
        reviewers.sort_by_key(|it| (!it.is_needed, std::cmp::Reverse(it.files)));
        let nobody = |sides: &[OwnerState]| sides.iter().all(|side| side.teams().is_empty());
        Self {
            reviewers,
            files: hands.len(),
            without: hands
                .iter()
                .filter(|(_, sides)| nobody(sides) && !sides.contains(&OwnerState::Exempt))
                .map(|(path, _)| path.clone())
                .collect(),
            retired,
        }
    }

    /// Says whom nobody can be asked for.
    fn warn(&self, forge: Option<&str>, notices: &Notices) {
        for (team, end) in &self.retired {
            notices.warn(format!("team `{team}` is {end}"));
        }
        if let Some(forge) = forge {
            for reviewer in self.reviewers.iter().filter(|it| it.handles.is_empty()) {
                let team = &reviewer.team;
                notices.warn(format!(
                    "team `{team}` has no handle for {forge} in the map"
                ));
            }
        }
        if let Some(first) = self.without.first() {
            let shown = and_more([quoted(first)], self.without.len());
            notices.warn(format!("nobody owns {shown}"));
        }
    }
}

impl Reviewer {
    /// All its handles.
    pub fn all_handles(&self) -> impl Iterator<Item = &str> {
        let handles = self.handles.iter().flat_map(|(_, handles)| handles);
        handles.map(String::as_str)
    }
}
