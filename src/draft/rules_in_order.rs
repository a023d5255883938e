//! Rules from lines of which the last one that matches decides. In a map the more precise claim
//! decides; where that is not what the order of lines comes to, a rule gets a priority.

use std::collections::{BTreeMap, BTreeSet};

use bstr::BStr;
use rustc_hash::FxHashMap;

use super::{DraftRule, rule::set};
use crate::{
    dialects::{Answers, OwnershipLine, matching},
    pattern::{Language, Pattern, PatternTree, escape},
};

/// A line, or files that no line fits, on the way to a rule.
struct DraftStep<'e> {
    /// The line.
    entry: Option<&'e OwnershipLine>,
    patterns: Vec<Pattern>,
    owners: Vec<String>,
    set: BTreeSet<String>,
    /// Whether it names files one by one.
    is_listed: bool,
    priority: i64,
}

/// The rules for `entries`, and the entries that decide about no file and became none. Nothing, if
/// what nobody owns can't be told from what a priority gives away.
pub fn rules<'e>(
    entries: &'e [OwnershipLine],
    files: &[&BStr],
    answers: &Answers,
) -> Option<(Vec<DraftRule>, Vec<&'e OwnershipLine>)> {
    let matching = matching(entries, files);
    let order = order(entries, &matching);
    let mut rank = vec![0; entries.len()];
    for (at, entry) in order.iter().enumerate() {
        rank[*entry as usize] = at;
    }
    // From here on a line is known by its position in the order that decides.
    let matched: Vec<Vec<usize>> = matching
        .iter()
        .map(|of| {
            let mut ranks: Vec<usize> = of.iter().map(|id| rank[*id as usize]).collect();
            ranks.sort_unstable();
            ranks
        })
        .collect();
    let wanted: Vec<BTreeSet<String>> = (0..files.len())
        .map(|at| set(&answers.of(at).owners))
        .collect();
    let mut steps = steps(entries, &order, files, answers, &matched, &wanted);
    let mut meeting = as_patterns(&mut steps, files, &matched);
    single(&mut steps, &mut meeting, files, answers, &wanted);
    let decides: BTreeSet<usize> = meeting.iter().filter_map(|of| of.last().copied()).collect();
    prioritize(&mut steps, &meeting, &decides)?;
    let left_out = steps
        .iter()
        .enumerate()
        .filter(|(at, _)| !decides.contains(at));
    let left_out = left_out.filter_map(|(_, step)| step.entry).collect();
    let mut rules: Vec<DraftRule> = Vec::new();
    for step in decides.iter().map(|at| &steps[*at]) {
        let texts = step
            .patterns
            .iter()
            .map(|pattern| pattern.text().to_string());
        let note = step.entry.and_then(|entry| entry.comment.clone());
        match rules.last_mut() {
            Some(last)
                if note.is_none()
                    && last.priority == step.priority
                    && set(&last.owners) == step.set =>
            {
                last.paths.extend(texts);
            }
            _ => rules.push(DraftRule {
                paths: texts.collect(),
                owners: step.owners.clone(),
                priority: step.priority,
                note,
            }),
        }
    }
    Some((rules, left_out))
}

/// The entries in an order in which the last one that matches decides. Sections do not know of each
/// other: of their next lines the one that matches most goes first.
fn order(entries: &[OwnershipLine], matched: &[Vec<u32>]) -> Vec<u32> {
    let mut counts = vec![0_usize; entries.len()];
    for id in matched.iter().flatten() {
        counts[*id as usize] += 1;
    }
    let mut sections: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
    for (id, entry) in (0..).zip(entries) {
        sections.entry(entry.section).or_default().push(id);
    }
    // The next one of each stands at the end.
    sections.values_mut().for_each(|of| of.reverse());
    let mut order = Vec::with_capacity(entries.len());
    let next = |sections: &BTreeMap<usize, Vec<u32>>| {
        let heads = sections
            .iter()
            .filter_map(|(at, rest)| Some((*at, *rest.last()?)));
        heads.max_by_key(|(at, id)| (counts[*id as usize], std::cmp::Reverse(*at)))
    };
    while let Some((section, id)) = next(&sections) {
        order.push(id);
        if let Some(rest) = sections.get_mut(&section) {
            rest.pop();
        }
    }
    order
}

/// A step for each line, with the owners that most of the files it is the last for have.
fn steps<'e>(
    entries: &'e [OwnershipLine],
    order: &[u32],
    files: &[&BStr],
    answers: &Answers,
    matched: &[Vec<usize>],
    wanted: &[BTreeSet<String>],
) -> Vec<DraftStep<'e>> {
    let mut votes: Vec<BTreeMap<&BTreeSet<String>, (usize, usize)>> =
        vec![BTreeMap::new(); order.len()];
    for at in 0..files.len() {
        if let Some(last) = matched[at].last() {
            votes[*last].entry(&wanted[at]).or_insert((0, at)).0 += 1;
        }
    }
    let step = |(id, votes): (&u32, BTreeMap<_, (usize, usize)>)| {
        let entry = &entries[*id as usize];
        let most = votes
            .values()
            .max_by_key(|(count, at)| (*count, std::cmp::Reverse(*at)));
        let owners = match most {
            Some((_, at)) => answers.of(*at).owners.clone(),
            None => entry.owners.clone(),
        };
        let pattern = entry.pattern.as_deref();
        let pattern = pattern.and_then(|text| Pattern::parse(text).ok());
        DraftStep {
            entry: Some(entry),
            set: set(&owners),
            owners,
            is_listed: pattern.is_none(),
            patterns: pattern.into_iter().collect(),
            priority: 0,
        }
    };
    order.iter().zip(votes).map(step).collect()
}

/// Which steps meet on each file, once those whose pattern is about other files than their line are
/// lists of the files that they decide about.
fn as_patterns(
    steps: &mut [DraftStep<'_>],
    files: &[&BStr],
    matched: &[Vec<usize>],
) -> Vec<Vec<usize>> {
    let with_pattern: Vec<usize> = (0..steps.len())
        .filter(|at| !steps[*at].is_listed)
        .collect();
    let tree = PatternTree::new(with_pattern.iter().map(|at| &steps[*at].patterns[0]));
    let mut walker = tree.walk();
    for (path, matched) in files.iter().zip(matched) {
        let by_pattern: BTreeSet<usize> = walker.matches(path, false, |ids| {
            ids.iter().map(|id| with_pattern[*id as usize]).collect()
        });
        let by_line: BTreeSet<usize> = matched.iter().copied().collect();
        for differs in by_pattern.symmetric_difference(&by_line) {
            steps[*differs].is_listed = true;
            steps[*differs].patterns.clear();
        }
    }
    let meeting = files.iter().zip(matched).map(|(path, matched)| {
        let last = matched.last().copied();
        let mut of = matched.clone();
        of.retain(|at| !steps[*at].is_listed || Some(*at) == last);
        if let Some(last) = last.filter(|at| steps[*at].is_listed) {
            steps[last].patterns.extend(Pattern::parse(&escape(path)));
        }
        of
    });
    meeting.collect()
}

/// Adds steps for files that do not have the owners of the last line that matches them.
fn single(
    steps: &mut Vec<DraftStep<'_>>,
    meeting: &mut [Vec<usize>],
    files: &[&BStr],
    answers: &Answers,
    wanted: &[BTreeSet<String>],
) {
    let mut of_owners: BTreeMap<&BTreeSet<String>, usize> = BTreeMap::new();
    for (at, of) in meeting.iter_mut().enumerate() {
        if of.last().is_none_or(|last| steps[*last].set == wanted[at]) {
            continue;
        }
        let step = *of_owners.entry(&wanted[at]).or_insert_with(|| {
            steps.push(DraftStep {
                entry: None,
                patterns: Vec::new(),
                owners: answers.of(at).owners.clone(),
                set: wanted[at].clone(),
                is_listed: true,
                priority: 0,
            });
            steps.len() - 1
        });
        steps[step]
            .patterns
            .extend(Pattern::parse(&escape(files[at])));
        of.push(step);
    }
}

/// Gives the steps that decide the priorities that it takes, and no higher ones.
fn prioritize(
    steps: &mut [DraftStep<'_>],
    meeting: &[Vec<usize>],
    decides: &BTreeSet<usize>,
) -> Option<()> {
    let mut stronger: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    let mut seen: BTreeSet<&[usize]> = BTreeSet::new();
    for of in meeting.iter().filter(|of| seen.insert(of)) {
        let Some((last, others)) = of.split_last() else {
            continue;
        };
        let differs = |at: &&usize| decides.contains(at) && steps[**at].set != steps[*last].set;
        stronger
            .entry(*last)
            .or_default()
            .extend(others.iter().filter(differs));
    }
    let mut known = FxHashMap::default();
    // Of a pair the later one decides: whatever it depends on has its priority already.
    for (at, others) in stronger {
        let mut priority = 0;
        for other in others {
            let refines = *known
                .entry((at, other))
                .or_insert_with(|| refines(&steps[at], &steps[other]));
            priority = priority.max(steps[other].priority + i64::from(!refines));
        }
        // An exemption has no priority.
        if priority > 0 && steps[at].owners.is_empty() {
            return None;
        }
        steps[at].priority = priority;
    }
    Some(())
}

/// Whether `a` is about less than `b`, so that it is the stronger one.
fn refines(a: &DraftStep<'_>, b: &DraftStep<'_>) -> bool {
    if a.is_listed {
        return !b
            .patterns
            .iter()
            .any(|pattern| a.patterns.contains(pattern));
    }
    let (a, b) = (Language::of(&a.patterns), Language::of(&b.patterns));
    a.is_within(&b) == Ok(true) && b.is_within(&a) == Ok(false)
}

#[cfg(test)]
mod tests {
    use bstr::ByteSlice as _;

    use super::*;
    use crate::dialects::{Tree, by_name};

    fn drafted(codeowners: &str, files: &[&str]) -> Vec<String> {
        let path = "CODEOWNERS".into();
        let tree = Tree::in_memory([(path, codeowners.as_bytes().to_vec())]);
        let dialect = by_name("github").unwrap();
        let files: Vec<&BStr> = files.iter().map(|path| path.as_bytes().as_bstr()).collect();
        let entries = dialect.entries.unwrap()(&tree);
        let answers = dialect.answer.unwrap()(&tree, &files);
        let (rules, _) = rules(&entries, &files, &answers).unwrap();
        let shown = |rule: &DraftRule| {
            format!(
                "{} {} {}",
                rule.paths.join(","),
                rule.owners.join(","),
                rule.priority
            )
        };
        rules.iter().map(shown).collect()
    }

    #[test]
    fn order_becomes_refinement_and_priority_only_where_needed() {
        let files = ["a/x", "a/q.sql", "a/b/y", "a/b/z.sql"];
        let lines = "/a/ @a\n*.sql @dba\n/a/b/ @b\n";
        assert_eq!(
            drafted(lines, &files),
            ["a/ @a 0", "**/*.sql @dba 1", "a/b/ @b 2"]
        );
        assert_eq!(
            drafted(lines, &["a/x", "a/b/y", "q.sql", "a/c"]),
            ["a/ @a 0", "**/*.sql @dba 0", "a/b/ @b 0"]
        );
    }

    #[test]
    fn what_a_later_line_takes_whole_is_left_out() {
        assert_eq!(
            drafted("/a/b/ @b\n/a/ @a\n", &["a/b/x", "a/y"]),
            ["a/ @a 0"]
        );
    }

    #[test]
    fn what_a_map_has_no_pattern_for_is_named() {
        assert_eq!(
            drafted("* @all\n/docs/* @docs\n", &["docs/x", "docs/y/z"]),
            ["** @all 0", "docs/x @docs 0"]
        );
    }
}
