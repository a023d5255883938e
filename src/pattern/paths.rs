//! Finds a path that is in all of some languages and in none of others, or proves that no such path
//! exists. The search goes name by name; names that the patterns do not distinguish count as one.

use bstr::BString;
use rustc_hash::FxHashSet;

use super::{
    Alternative, Part, Segment,
    names::{Budget, TooComplex, names},
};

/// Returns the path of a file, with as few names as possible, that at least one alternative of each list in `all`
/// matches, and none of `none`.
///
/// # Errors
/// [`TooComplex`] if that cannot be decided within the limit.
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
    // Start with those that need the fewest names: most have a path of that length.
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

/// Returns the smallest number of names in a path of an alternative.
fn fewest_names(alternative: &Alternative) -> usize {
    let parts = (0..alternative.len()).map(|at| alternative.part(at));
    parts
        .filter(|part| !matches!(part, Part::AnyDepth | Part::End))
        .count()
}

/// Returns such a path for one alternative of each list, with as few names as possible and at most
/// `most`, and its number of names.
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
            let is_end = |(place, list): (&PatternState, &&[&Alternative])| {
                let one = list[place.alternative];
                place
                    .part
                    .is_none_or(|at| matches!(one.part(at), Part::End))
            };
            let is_found = at.iter().zip(all).all(is_end) && !outside.is_end(&live);
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

/// The position in one alternative of a language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct PatternState {
    alternative: usize,
    /// `None` at the end of one that contains this path and everything below.
    part: Option<usize>,
}

/// A state of the search: the start of a path.
struct Visit {
    /// The position by list of `all`.
    at: Vec<PatternState>,
    /// The parts of `none` that may still match.
    live: Vec<u32>,
    from: Option<usize>,
    /// The last name.
    name: Vec<u8>,
    /// The number of names so far.
    names: usize,
}

/// Returns all choices of one alternative of each list such that any two of them meet.
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

/// A name, and the positions it leads to.
type NameWay = (Vec<PatternState>, Vec<u8>);

/// Returns the names that can follow a visit, and the positions they lead to. Among names that lead to the
/// same positions in `all`, only those that match the fewest parts of `none` are tried.
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

/// Returns the parts that can match the next name of an alternative at `part`, and the positions after it.
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
        Part::End => Vec::new(),
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

/// The languages that must not contain the path, as one automaton: each part is a number, and a state
/// is a sorted set of these numbers.
struct Outside<'a> {
    /// The parts of all alternatives: the alternative, and the position in it.
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

    /// Returns the parts that the next name must not match, since the path would be contained, and those to avoid.
    fn parts(&self, live: &[u32]) -> (Vec<Part<'a>>, Vec<Part<'a>>) {
        let matching = live
            .iter()
            .filter(|id| !matches!(self.part(**id), Part::AnyDepth | Part::End));
        let (last, others): (Vec<u32>, Vec<u32>) = matching.partition(|id| self.is_last(**id));
        let parts = |ids: Vec<u32>| ids.into_iter().map(|id| self.part(id)).collect();
        (parts(last), parts(others))
    }

    /// Returns whether some alternative contains the file with the path so far, and nothing below it.
    fn is_end(&self, live: &[u32]) -> bool {
        live.iter().any(|id| matches!(self.part(*id), Part::End))
    }

    /// Returns the live parts after `name`, or `None` if some alternative contains the path and everything below it.
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
