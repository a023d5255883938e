//! Derives rules from lines of which the last match wins. In a map the more precise claim wins; where
//! the order of the lines differs from that, a rule gets a priority.

use std::collections::{BTreeMap, BTreeSet};

use bstr::BStr;
use rustc_hash::FxHashMap;

use super::{DraftRule, rule::set};
use crate::{
    dialects::{Answers, OwnershipLine, matching},
    pattern::{Language, Pattern, PatternTree, escape},
};

/// An intermediate rule: a line, or files that no line matches correctly.
struct DraftStep<'e> {
    /// The line.
    entry: Option<&'e OwnershipLine>,
    patterns: Vec<Pattern>,
    owners: Vec<String>,
    set: BTreeSet<String>,
    /// Whether it lists files one by one.
    is_listed: bool,
    priority: i64,
}

/// Returns the rules for `entries`, and the entries without effect, which became no rule.
pub fn rules<'e>(
    entries: &'e [OwnershipLine],
    files: &[&BStr],
    answers: &Answers,
) -> (Vec<DraftRule>, Vec<&'e OwnershipLine>) {
    let matching = matching(entries, files);
    let order = order(entries, &matching);
    let mut rank = vec![0; entries.len()];
    for (at, entry) in order.iter().enumerate() {
        rank[*entry as usize] = at;
    }
    // From here on, a line is identified by its position in this order.
    let matched: Vec<Vec<usize>> = matching
        .iter()
        .map(|of| {
            let mut ranks: Vec<usize> = of.iter().map(|id| rank[*id as usize]).collect();
            ranks.sort_unstable();
            ranks
        })
        .collect();
    let expected: Vec<BTreeSet<String>> = (0..files.len())
        .map(|at| set(&answers.of(at).owners))
        .collect();
    let mut steps = steps(entries, &order, files, answers, &matched, &expected);
    let mut by_file = as_patterns(&mut steps, files, &matched);
    add_listed(&mut steps, &mut by_file, files, answers, &expected);
    let winning: BTreeSet<usize> = by_file.iter().filter_map(|of| of.last().copied()).collect();
    prioritize(&mut steps, &by_file, &winning);
    let unused = steps
        .iter()
        .enumerate()
        .filter(|(at, _)| !winning.contains(at));
    let unused = unused.filter_map(|(_, step)| step.entry).collect();
    let mut rules: Vec<DraftRule> = Vec::new();
    for step in winning.iter().map(|at| &steps[*at]) {
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
    (rules, unused)
}

/// Returns the entries in an order in which the last match wins. Sections are independent: of the next entry
/// of each section, the one with the most matches comes first.
fn order(entries: &[OwnershipLine], matched: &[Vec<u32>]) -> Vec<u32> {
    let mut counts = vec![0_usize; entries.len()];
    for id in matched.iter().flatten() {
        counts[*id as usize] += 1;
    }
    let mut sections: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
    for (id, entry) in (0..).zip(entries) {
        sections.entry(entry.section).or_default().push(id);
    }
    // The next entry of each section is at the end.
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

/// Returns a step for each line, with the most frequent owners of the files for which it matches last.
fn steps<'e>(
    entries: &'e [OwnershipLine],
    order: &[u32],
    files: &[&BStr],
    answers: &Answers,
    matched: &[Vec<usize>],
    expected: &[BTreeSet<String>],
) -> Vec<DraftStep<'e>> {
    let mut votes: Vec<BTreeMap<&BTreeSet<String>, (usize, usize)>> =
        vec![BTreeMap::new(); order.len()];
    for at in 0..files.len() {
        if let Some(last) = matched[at].last() {
            votes[*last].entry(&expected[at]).or_insert((0, at)).0 += 1;
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

/// Returns the steps that match each file, after replacing patterns that match other files than their line
/// with lists of the files for which the line wins.
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
    let by_file = files.iter().zip(matched).map(|(path, matched)| {
        let last = matched.last().copied();
        let mut of = matched.clone();
        of.retain(|at| !steps[*at].is_listed || Some(*at) == last);
        if let Some(last) = last.filter(|at| steps[*at].is_listed) {
            steps[last].patterns.extend(Pattern::parse(&escape(path)));
        }
        of
    });
    by_file.collect()
}

/// Adds steps for files with other owners than their last matching line.
fn add_listed(
    steps: &mut Vec<DraftStep<'_>>,
    by_file: &mut [Vec<usize>],
    files: &[&BStr],
    answers: &Answers,
    expected: &[BTreeSet<String>],
) {
    let mut of_owners: BTreeMap<&BTreeSet<String>, usize> = BTreeMap::new();
    for (at, of) in by_file.iter_mut().enumerate() {
        if of
            .last()
            .is_none_or(|last| steps[*last].set == expected[at])
        {
            continue;
        }
        let step = *of_owners.entry(&expected[at]).or_insert_with(|| {
            steps.push(DraftStep {
                entry: None,
                patterns: Vec::new(),
                owners: answers.of(at).owners.clone(),
                set: expected[at].clone(),
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

/// Gives winning steps the lowest priorities that are sufficient.
fn prioritize(steps: &mut [DraftStep<'_>], by_file: &[Vec<usize>], winning: &BTreeSet<usize>) {
    let mut stronger: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    let mut seen: BTreeSet<&[usize]> = BTreeSet::new();
    for of in by_file.iter().filter(|of| seen.insert(of)) {
        let Some((last, others)) = of.split_last() else {
            continue;
        };
        let differs = |at: &&usize| winning.contains(at) && steps[**at].set != steps[*last].set;
        stronger
            .entry(*last)
            .or_default()
            .extend(others.iter().filter(differs));
    }
    let mut known = FxHashMap::default();
    // The later step of a pair wins, and all steps it depends on already have their priority.
    for (at, others) in stronger {
        let mut priority = 0;
        for other in others {
            let refines = *known
                .entry((at, other))
                .or_insert_with(|| refines(&steps[at], &steps[other]));
            priority = priority.max(steps[other].priority + i64::from(!refines));
        }
        steps[at].priority = priority;
    }
}

/// Returns whether `a` matches fewer paths than `b` and so is the stronger one.
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

    fn draft(codeowners: &str, files: &[&str]) -> Vec<String> {
        let path = "CODEOWNERS".into();
        let tree = Tree::in_memory([(path, codeowners.as_bytes().to_vec())]);
        let dialect = by_name("github").unwrap();
        let files: Vec<&BStr> = files.iter().map(|path| path.as_bytes().as_bstr()).collect();
        let entries = dialect.entries.unwrap()(&tree);
        let answers = dialect.answer.unwrap()(&tree, &files);
        let (rules, _) = rules(&entries, &files, &answers);
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
    fn adds_priorities_only_where_needed() {
        let files = ["a/x", "a/q.sql", "a/b/y", "a/b/z.sql"];
        let lines = "/a/ @a\n*.sql @dba\n/a/b/ @b\n";
        assert_eq!(
            draft(lines, &files),
            ["a/ @a 0", "**/*.sql @dba 1", "a/b/ @b 2"]
        );
        assert_eq!(
            draft(lines, &["a/x", "a/b/y", "q.sql", "a/c"]),
            ["a/ @a 0", "**/*.sql @dba 0", "a/b/ @b 0"]
        );
    }

    #[test]
    fn omits_fully_overridden_lines() {
        assert_eq!(draft("/a/b/ @b\n/a/ @a\n", &["a/b/x", "a/y"]), ["a/ @a 0"]);
    }

    #[test]
    fn lists_files_if_the_map_has_no_pattern() {
        assert_eq!(
            draft("* @all\n/docs/* @docs\n", &["docs/x", "docs/y/z"]),
            ["** @all 0", "docs/x @docs 0"]
        );
    }
}
