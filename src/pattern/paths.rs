//! A path that lies in all of some languages and in none of others, or that there is none: name by
//! name, with an automaton over names whose letters are what the patterns tell apart.

use bstr::BString;
use rustc_hash::FxHashSet;

use super::{
    Alternative, Part, Segment,
    names::{Budget, TooComplex, names},
};

/// A path with as few names as can be that, for each list in `all`, one alternative of it holds, and
/// that none of `none` holds.
///
/// # Errors
/// [`TooComplex`] where that can't be decided within the limit.
pub(super) fn find(
    all: &[&[&Alternative]],
    none: &[&Alternative],
) -> Result<Option<BString>, TooComplex> {
    let mut budget = Budget::default();
    let relevant = none.iter().copied().filter(|alternative| {
        let meets = |other: &&Alternative| alternative.meets(other);
        all.iter().all(|list| list.iter().any(meets))
    });
    let outside = Outside::new(relevant);
    let mut starts = starts(all, &mut budget)?;
    // Most of the first that are tried have a path, mostly of as few names as they can have.
    let fewest = |start: &Vec<PatternState>| {
        let lists = start.iter().zip(all);
        lists
            .map(|(place, list)| fewest_names(list[place.alternative]))
            .max()
    };
    starts.sort_by_cached_key(fewest);
    let mut best: Option<(usize, BString)> = None;
    for start in starts {
        let most = best.as_ref().map_or(usize::MAX, |(names, _)| names - 1);
        if fewest(&start).is_some_and(|fewest| fewest > most) {
            break;
        }
        best = from(start, all, &outside, most, &mut budget)?.or(best);
    }
    Ok(best.map(|(_, path)| path))
}

/// How many names each path of an alternative has at least.
fn fewest_names(alternative: &Alternative) -> usize {
    let parts = (0..alternative.len()).map(|at| alternative.part(at));
    parts.filter(|part| !matches!(part, Part::AnyDepth)).count()
}

/// A path as above, from one alternative of each list, of as few names as can be and `most` at most;
/// with how many it has.
fn from(
    start: Vec<PatternState>,
    all: &[&[&Alternative]],
    outside: &Outside<'_>,
    most: usize,
    budget: &mut Budget,
) -> Result<Option<(usize, BString)>, TooComplex> {
    let mut visits = vec![Visit {
        at: start,
        live: outside.start(),
        from: None,
        name: Vec::new(),
        names: 0,
    }];
    let mut seen = FxHashSet::default();
    let mut done = 0;
    while done < visits.len() && visits[done].names < most {
        let names = visits[done].names + 1;
        for (at, name) in inside(all, outside, &visits[done], budget)? {
            let Some(live) = outside.next(&visits[done].live, &name) else {
                continue;
            };
            let is_found = at.iter().all(|place| place.part.is_none());
            if !is_found && !seen.insert((at.clone(), live.clone())) {
                continue;
            }
            budget.spend()?;
            visits.push(Visit {
                at,
                live,
                from: Some(done),
                name,
                names,
            });
            if is_found {
                return Ok(Some((names, spell(&visits))));
            }
        }
        done += 1;
    }
    Ok(None)
}

/// Where one alternative of a language has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct PatternState {
    alternative: usize,
    /// Nothing at its end: it holds what is here, and everything below.
    part: Option<usize>,
}

/// How much of a path is read.
struct Visit {
    /// By list of `all`.
    at: Vec<PatternState>,
    /// What of the others may still come to hold it.
    live: Vec<u32>,
    from: Option<usize>,
    /// The last name.
    name: Vec<u8>,
    /// How many there are.
    names: usize,
}

/// One alternative of each list, such that any two of them meet.
fn starts(
    all: &[&[&Alternative]],
    budget: &mut Budget,
) -> Result<Vec<Vec<PatternState>>, TooComplex> {
    let mut starts: Vec<Vec<PatternState>> = vec![Vec::new()];
    for list in all {
        let mut longer = Vec::new();
        for start in &starts {
            for (alternative, one) in list.iter().enumerate() {
                let mut before = start.iter().zip(all);
                if before.all(|(place, list)| list[place.alternative].meets(one)) {
                    budget.spend()?;
                    let mut start = start.clone();
                    start.push(PatternState {
                        alternative,
                        part: Some(0),
                    });
                    longer.push(start);
                }
            }
        }
        starts = longer;
    }
    Ok(starts)
}

/// A name, and where it leads.
type NameWay = (Vec<PatternState>, Vec<u8>);

/// The names with which a path may go on from a visit, and where each leads. Of the names that are
/// alike to `all`, only those that bring the others least far are worth a try.
fn inside(
    all: &[&[&Alternative]],
    outside: &Outside<'_>,
    visit: &Visit,
    budget: &mut Budget,
) -> Result<Vec<NameWay>, TooComplex> {
    let mut ways: Vec<(Vec<PatternState>, Vec<Part<'_>>)> = vec![(Vec::new(), Vec::new())];
    for (list, place) in all.iter().zip(&visit.at) {
        let steps = steps(list[place.alternative], place.part);
        let longer = ways.iter().flat_map(|(places, parts)| {
            steps.iter().map(|(part, next)| {
                let next = PatternState {
                    part: *next,
                    ..*place
                };
                (
                    [&places[..], &[next]].concat(),
                    [&parts[..], &[*part]].concat(),
                )
            })
        });
        ways = longer.collect();
    }
    let (avoid, rather_not) = outside.parts(&visit.live);
    let mut found = Vec::new();
    for (places, parts) in ways {
        let globs: Vec<&Segment> = parts
            .iter()
            .filter_map(|part| match part {
                Part::Glob(glob) => Some(*glob),
                _ => None,
            })
            .collect();
        let literal = parts.iter().find_map(|part| match part {
            Part::Name(name) => Some(*name),
            _ => None,
        });
        match literal {
            Some(name) if parts.iter().all(|part| part.matches(name)) => {
                found.push((places, name.to_vec()));
            }
            Some(_) => {}
            None => {
                let names = names(&globs, &avoid, &rather_not, budget)?;
                found.extend(names.into_iter().map(|name| (places.clone(), name)));
            }
        }
    }
    Ok(found)
}

/// What an alternative at `part` asks of the next name, and where that leads.
fn steps(alternative: &Alternative, part: Option<usize>) -> Vec<(Part<'_>, Option<usize>)> {
    let Some(at) = part else {
        return vec![(Part::Any, None)];
    };
    let after = |at: usize| Some(at + 1).filter(|next| *next < alternative.len());
    match alternative.part(at) {
        Part::AnyDepth => vec![
            (alternative.part(at + 1), after(at + 1)),
            (Part::Any, Some(at)),
        ],
        part => vec![(part, after(at))],
    }
}

fn spell(visits: &[Visit]) -> BString {
    let mut names = Vec::new();
    let mut at = visits.last();
    while let Some(visit) = at {
        let from = visit.from.map(|from| &visits[from]);
        if from.is_some() {
            names.push(&visit.name[..]);
        }
        at = from;
    }
    names.reverse();
    bstr::join("/", names).into()
}

/// The languages that must not hold the path, as one automaton: a part of theirs is a number, and a
/// set of those, sorted, is a state.
struct Outside<'a> {
    /// Of all alternatives: the alternative, and the position of the part in it.
    parts: Vec<(&'a Alternative, usize)>,
}

impl<'a> Outside<'a> {
    fn new(alternatives: impl Iterator<Item = &'a Alternative>) -> Self {
        let parts = |of: &'a Alternative| (0..of.len()).map(move |at| (of, at));
        let parts = alternatives.flat_map(parts).collect();
        Self { parts }
    }

    fn start(&self) -> Vec<u32> {
        let mut live = Vec::new();
        let firsts = self
            .parts
            .iter()
            .enumerate()
            .filter(|(_, (_, at))| *at == 0);
        firsts.for_each(|(first, _)| self.reach(&mut live, first));
        live
    }

    fn part(&self, id: u32) -> Part<'a> {
        let (alternative, at) = self.parts[id as usize];
        alternative.part(at)
    }

    fn is_last(&self, id: u32) -> bool {
        let (alternative, at) = self.parts[id as usize];
        at + 1 == alternative.len()
    }

    fn reach(&self, live: &mut Vec<u32>, part: usize) {
        let id = u32::try_from(part).expect("patterns are short");
        live.push(id);
        if matches!(self.part(id), Part::AnyDepth) {
            live.push(id + 1);
        }
    }

    /// What the next name must not match, since it would be held then, and what it rather should not.
    fn parts(&self, live: &[u32]) -> (Vec<Part<'a>>, Vec<Part<'a>>) {
        let asking = live
            .iter()
            .filter(|id| !matches!(self.part(**id), Part::AnyDepth));
        let (last, others): (Vec<u32>, Vec<u32>) = asking.partition(|id| self.is_last(**id));
        let parts = |ids: Vec<u32>| ids.into_iter().map(|id| self.part(id)).collect();
        (parts(last), parts(others))
    }

    /// What is live after `name`; nothing if some alternative holds the path then.
    fn next(&self, live: &[u32], name: &[u8]) -> Option<Vec<u32>> {
        let mut next = Vec::with_capacity(live.len());
        for id in live {
            let part = self.part(*id);
            match part {
                Part::AnyDepth => self.reach(&mut next, *id as usize),
                _ if !part.matches(name) => {}
                _ if self.is_last(*id) => return None,
                _ => self.reach(&mut next, *id as usize + 1),
            }
        }
        next.sort_unstable();
        next.dedup();
        Some(next)
    }
}
