//! `reviewers`: the teams that own what a change touches, before and after.

mod json;

use std::collections::BTreeMap;

use bstr::ByteSlice as _;

use super::{
    CLEAN, Outcome,
    args::{Forge, Global, ReviewersArguments, ReviewersFormat},
    change::{Base, Question, Sides},
    failure::Failure,
    session::Session,
    target::{Target, There},
    teams::retirement,
    terminal::Terminal,
};
use crate::{
    config::{Map, Team},
    handover::{Fate, Holding, Moment, fates, smallest_cover},
    inventory::list,
    resolution::{Directory, RepositoryError, ResolvedRepository},
    text::{MAX_SUGGESTIONS, join, printable_bytes, quoted},
};

/// A team that owns something of what is touched.
struct Reviewer {
    team: String,
    name: String,
    /// What the forge calls it; what it is called everywhere, without a forge.
    handles: Vec<(String, Vec<String>)>,
    files: usize,
    /// Whether it is one of the smallest set that speaks for everything.
    is_needed: bool,
}

/// Everything that is told.
struct Told {
    reviewers: Vec<Reviewer>,
    files: usize,
    /// Paths of which no team is known.
    without: Vec<String>,
    /// Owners that are no more, and whom to ask instead.
    retired: BTreeMap<String, String>,
}

/// Who has one touched file: before, and after.
type Hands = (String, Vec<Holding>);

pub(super) fn run(arguments: &ReviewersArguments, global: &Global, terminal: &Terminal) -> Outcome {
    let forge = match arguments.format {
        ReviewersFormat::Gerrit => Some(Forge::Gerrit),
        _ => arguments.forge,
    };
    if arguments.forge.is_some_and(|asked| Some(asked) != forge) {
        return Err(Failure::new(
            "`--format gerrit` is for the forge gerrit only",
        ));
    }
    let told = match Question::new(&arguments.change) {
        Some(question) => {
            let sides = Sides::resolve(&question, global, false)?;
            let before = match &sides.base {
                Base::Resolved(side) => Some(side.moment()),
                Base::Nothing(_) => None,
            };
            let after: Moment<'_> = sides.head.moment();
            let fates = fates(before, after, &sides.git.top, &sides.changes);
            let touched = fates.iter().filter(|fate| is_touched(fate));
            let hands: Vec<Hands> = touched
                .map(|fate| {
                    let both = vec![(*fate.before).clone(), (*fate.after).clone()];
                    (printable_bytes(&fate.path), both)
                })
                .collect();
            let maps = [Some(after.map), before.map(|before| before.map)];
            Told::new(&hands, maps.into_iter().flatten().collect(), forge)
        }
        None => {
            let session = Session::open(global)?;
            let hands = of_paths(&session, arguments, terminal)?;
            Told::new(&hands, vec![&session.map], forge)
        }
    };
    told.warn(forge, terminal);
    let out = match arguments.format {
        ReviewersFormat::Lines => told.lines(forge),
        ReviewersFormat::Json => json::write(&told)?,
        ReviewersFormat::Gerrit => json::review_input(&told)?,
    };
    Ok((out.into_bytes(), CLEAN))
}

/// A change of the map touches what it hands over.
fn is_touched(fate: &Fate) -> bool {
    let is_new = matches!(*fate.before, Holding::Absent);
    let is_gone = matches!(*fate.after, Holding::Absent);
    fate.is_touched || !(is_new || is_gone || fate.before.is_same(&fate.after))
}

fn of_paths(
    session: &Session,
    arguments: &ReviewersArguments,
    terminal: &Terminal,
) -> Result<Vec<Hands>, Failure> {
    let are_few = arguments.paths.len() <= MAX_SUGGESTIONS;
    let mut repositories: Vec<Option<ResolvedRepository>> = Vec::new();
    repositories.resize_with(session.roots.len(), || None);
    let mut hands = Vec::new();
    for typed in &arguments.paths {
        let target = Target::new(session, typed)?;
        let slot = &mut repositories[target.repository];
        let repository = match slot {
            Some(repository) => repository,
            none => none.insert(open(session, target.repository).map_err(|e| session.failure(e))?),
        };
        let holding = |resolution| Holding::new(repository, &session.map.teams, resolution);
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
            let there = target.find(session, &repository.listing).there;
            if let Some(note) = there.note() {
                let near = (are_few && there == There::Nowhere)
                    .then(|| target.near(typed.as_os_str(), files))
                    .flatten()
                    .map(|near| format!("; {near}"));
                let near = near.unwrap_or_default();
                let typed = printable_bytes(typed.as_os_str().as_encoded_bytes());
                terminal.warn_at(&typed, &format!("{note}{near}"));
            }
            let path = target.path.as_bstr();
            let (resolution, _) = repository
                .resolve_path(&session.map.teams, path, Directory::No)
                .map_err(|error| session.failure(error))?;
            hands.push((printable_bytes(path), vec![holding(&resolution)]));
        }
    }
    hands.sort_by(|a, b| a.0.cmp(&b.0));
    hands.dedup();
    Ok(hands)
}

fn open(session: &Session, at: usize) -> Result<ResolvedRepository, RepositoryError> {
    let listing = list(&session.roots[at], false).map_err(RepositoryError::Listing)?;
    session.resolve(at, listing)
}

impl Told {
    /// Who is to look at these files, for a retired team its successor; teams are looked up in the first
    /// map that has them.
    fn new(hands: &[Hands], maps: Vec<&Map>, forge: Option<Forge>) -> Self {
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
            .flat_map(|(_, sides)| sides.iter().map(Holding::teams))
            .collect();
        let needed = smallest_cover(&groups);
        let mut teams: Vec<&String> = groups.iter().copied().flatten().collect();
        teams.sort_unstable();
        teams.dedup();
        let reviewer = |id: &String| {
            let has = |holding: &Holding| holding.teams().contains(id);
            let touched = hands.iter().filter(|(_, sides)| sides.iter().any(has));
            let team: Option<&Team> = known(id).map(|(teams, id)| teams.get(id));
            let handles = team.map_or(Vec::new(), |team| team.handles.clone());
            Reviewer {
                team: id.clone(),
                name: team.map_or(id.clone(), |team| team.display_name().to_owned()),
                handles: handles
                    .into_iter()
                    .filter(|(of, _)| forge.is_none_or(|forge| forge.name() == of))
                    .collect(),
                files: touched.count(),
                is_needed: needed.contains(&id.as_str()),
            }
        };
        let mut reviewers: Vec<Reviewer> = teams.into_iter().map(reviewer).collect();
        reviewers.sort_by_key(|it| (!it.is_needed, std::cmp::Reverse(it.files)));
        let nobody = |sides: &[Holding]| sides.iter().all(|side| side.teams().is_empty());
        Self {
            reviewers,
            files: hands.len(),
            without: hands
                .iter()
                .filter(|(_, sides)| nobody(sides) && !sides.contains(&Holding::Exempt))
                .map(|(path, _)| path.clone())
                .collect(),
            retired,
        }
    }

    /// One handle a line, or one team.
    fn lines(&self, forge: Option<Forge>) -> String {
        let of = |reviewer: &Reviewer| match forge {
            None => vec![reviewer.team.clone()],
            Some(_) => reviewer.all_handles().map(str::to_owned).collect(),
        };
        let mut seen: Vec<String> = Vec::new();
        for handle in self.reviewers.iter().flat_map(of) {
            if !seen.contains(&handle) {
                seen.push(handle);
            }
        }
        seen.into_iter().map(|line| line + "\n").collect()
    }

    /// Says whom nobody can be asked for.
    fn warn(&self, forge: Option<Forge>, terminal: &Terminal) {
        for (team, end) in &self.retired {
            terminal.warn(&format!("team `{team}` is {end}"));
        }
        if let Some(forge) = forge {
            for reviewer in self.reviewers.iter().filter(|it| it.handles.is_empty()) {
                let (team, forge) = (&reviewer.team, forge.name());
                terminal.warn(&format!(
                    "team `{team}` has no handle for {forge} in the map"
                ));
            }
        }
        if let Some(first) = self.without.first() {
            let more = match self.without.len() - 1 {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            terminal.warn(&format!("nobody owns {}{more}", quoted(first)));
        }
    }
}

impl Reviewer {
    fn all_handles(&self) -> impl Iterator<Item = &str> {
        let handles = self.handles.iter().flat_map(|(_, handles)| handles);
        handles.map(String::as_str)
    }
}
