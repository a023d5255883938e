//! Suggests owners for unowned files by their recent authors. All results are guesses.

use std::collections::{BTreeMap, BTreeSet};

use bstr::{BStr, BString, ByteSlice as _};
use rustc_hash::FxHashMap;

use super::DraftTeams;
use crate::git::Authored;

/// The maximum number of files of a commit that counts: larger ones say little about each file.
const SWEEPING: usize = 300;

/// The minimum number of commits for a guess.
const FEWEST: usize = 3;

/// The minimum number of commits to a team's files for an author to count as a member.
const MEMBER: usize = 5;

/// The maximum number of authors in a guess.
const NAMED: usize = 2;

/// The authors of changes to unowned files.
#[derive(Debug)]
pub struct Evidence<'e> {
    /// The commits that changed each unowned file.
    touched: BTreeMap<&'e BStr, Vec<usize>>,
    commits: Vec<&'e Authored>,
    /// The team of the author of each commit.
    teams: Vec<Option<String>>,
}

/// The main authors of a folder or file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guess {
    /// A team with at least half of the commits.
    pub team: Option<String>,
    /// The number of commits by the team.
    pub by_team: usize,
    /// The authors with the most commits: name and number.
    pub authors: Vec<(String, usize)>,
    /// The number of all commits.
    pub commits: usize,
}

impl<'e> Evidence<'e> {
    /// Collects evidence from the latest commits. `files` are the existing files with their owners, primary
    /// owner first, or without owners.
    pub fn new(
        history: &'e [Authored],
        files: &[(&'e BStr, Vec<&str>)],
        teams: &DraftTeams,
    ) -> Self {
        let by_path: FxHashMap<&BStr, &[&str]> = files
            .iter()
            .map(|(path, owners)| (*path, &owners[..]))
            .collect();
        let counts = |commit: &&Authored| {
            !commit.name.ends_with("[bot]") && (1..=SWEEPING).contains(&commit.paths.len())
        };
        let commits: Vec<&Authored> = history.iter().filter(counts).collect();
        let frequent_authors = frequent_authors(&commits, &by_path);
        let team_of = |commit: &&Authored| {
            let team = teams.of_person(&commit.email);
            team.or_else(|| frequent_authors.get(&person(commit)).cloned())
        };
        let teams = commits.iter().map(team_of).collect();
        let mut touched: BTreeMap<&BStr, Vec<usize>> = BTreeMap::new();
        let unowned = files.iter().filter(|(_, owners)| owners.is_empty());
        touched.extend(unowned.map(|(path, _)| (*path, Vec::new())));
        for (commit, at) in commits.iter().zip(0..) {
            for path in &commit.paths {
                if let Some(of_path) = touched.get_mut(path.as_bstr()) {
                    of_path.push(at);
                }
            }
        }
        Self {
            touched,
            commits,
            teams,
        }
    }

    /// Returns the number of commits that count.
    pub fn commits(&self) -> usize {
        self.commits.len()
    }

    /// Returns the main authors of a folder (path with a final `/`) or a file; `None` if it has too few
    /// commits.
    pub fn about(&self, place: &[u8]) -> Option<Guess> {
        let is_inside =
            |path: &BStr| path == place || (place.ends_with(b"/") && path.starts_with(place));
        let from = self.touched.range(place.as_bstr()..);
        let inside = from.take_while(|(path, _)| is_inside(path));
        let commits: BTreeSet<usize> = inside.flat_map(|(_, commits)| commits).copied().collect();
        if commits.len() < FEWEST {
            return None;
        }
        let mut by_team: BTreeMap<&String, usize> = BTreeMap::new();
        let mut by_author: BTreeMap<BString, (usize, &String)> = BTreeMap::new();
        for at in &commits {
            if let Some(team) = &self.teams[*at] {
                *by_team.entry(team).or_default() += 1;
            }
            let commit = self.commits[*at];
            by_author
                .entry(person(commit))
                .or_insert((0, &commit.name))
                .0 += 1;
        }
        let best = by_team
            .into_iter()
            .max_by_key(|(team, count)| (*count, std::cmp::Reverse(*team)));
        let best = best.filter(|(_, count)| *count >= FEWEST && 2 * count >= commits.len());
        let mut authors: Vec<(usize, &String)> = by_author.into_values().collect();
        authors.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
        authors.truncate(NAMED);
        Some(Guess {
            team: best.map(|(team, _)| team.clone()),
            by_team: best.map_or(0, |(_, count)| count),
            authors: authors
                .into_iter()
                .map(|(count, name)| (name.clone(), count))
                .collect(),
            commits: commits.len(),
        })
    }

    /// Collects the parts of an unowned folder or file that mostly one team changed.
    pub fn guesses(&self, place: &[u8], found: &mut Vec<(Vec<u8>, Guess)>) {
        let Some(guess) = self.about(place) else {
            return;
        };
        if guess.team.is_some() {
            found.push((place.to_vec(), guess));
            return;
        }
        if !place.ends_with(b"/") {
            return;
        }
        let mut parts: Vec<&[u8]> = Vec::new();
        let from = self.touched.range(place.as_bstr()..);
        for (path, _) in from.take_while(|(path, _)| path.starts_with(place)) {
            let end = path[place.len()..].find_byte(b'/');
            let part = &path[..end.map_or(path.len(), |slash| place.len() + slash + 1)];
            let part = part.as_bytes();
            if parts.last() != Some(&part) {
                parts.push(part);
            }
        }
        for part in parts {
            self.guesses(part, found);
        }
    }
}

/// Identifies the author of a commit by their address, in lower case.
fn person(commit: &Authored) -> BString {
    commit.email.to_lowercase().into()
}

/// Returns the team of each author who mostly changes files of one team.
fn frequent_authors(
    commits: &[&Authored],
    owners: &FxHashMap<&BStr, &[&str]>,
) -> FxHashMap<BString, String> {
    let mut counts: BTreeMap<BString, (usize, BTreeMap<&str, usize>)> = BTreeMap::new();
    for commit in commits {
        let touched = commit.paths.iter();
        let touched = touched.filter_map(|path| owners.get(path.as_bstr())?.first());
        let teams: BTreeSet<&str> = touched.copied().collect();
        if teams.is_empty() {
            continue;
        }
        let (all, by_team) = counts.entry(person(commit)).or_default();
        *all += 1;
        for team in teams {
            *by_team.entry(team).or_default() += 1;
        }
    }
    let mostly = |(person, (all, by_team)): (BString, (usize, BTreeMap<&str, usize>))| {
        let (team, count) = by_team.into_iter().max_by_key(|(_, count)| *count)?;
        (count >= MEMBER && 3 * count >= 2 * all).then(|| (person, team.to_owned()))
    };
    counts.into_iter().filter_map(mostly).collect()
}
