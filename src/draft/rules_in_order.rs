//! Derives rules from lines of which the last match wins, in each section. In a map the more precise claim wins; where
//! the order of the lines differs from that, a rule gets a priority.

use std::collections::{BTreeMap, BTreeSet};

use bstr::BStr;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{
    DraftRule,
    expected_owners::{ExpectedOwners, OwnersId},
    intersection::intersection,
    priorities::{Order, priorities},
};
use crate::{
    dialects::{OwnershipLine, matching},
    pattern::{Language, Overlaps, Pattern, PatternId, PatternTree, Relation},
};

/// How many other lines a note names.
const NAMED: usize = 2;

/// By section, the last matching line.
type Winners = Vec<Option<u32>>;

/// What becomes a rule: the paths for which certain lines of the sections win.
struct Step {
    winners: Winners,
    patterns: Vec<Pattern>,
    owners: OwnersId,
}

/// Returns the rules for `entries`; those without effect become no rule.
pub fn rules(entries: &[OwnershipLine], expected: &ExpectedOwners<'_>) -> Vec<DraftRule> {
    let paths = expected.paths();
    let matching = matching(entries, &paths);
    let patterns = exact_patterns(entries, &paths, &matching);
    let steps = steps(entries, &patterns, &matching, expected);
    let orders = orders(&steps);
    let priorities = priorities(steps.len(), &orders);
    merged(entries, &steps, &orders, &priorities, expected)
}

/// Returns the pattern of each line in the map; `None` if the map has no equivalent.
fn exact_patterns(
    entries: &[OwnershipLine],
    paths: &[&BStr],
    matching: &[Vec<u32>],
) -> Vec<Option<Pattern>> {
    let mut patterns: Vec<Option<Pattern>> =
        entries.iter().map(OwnershipLine::map_pattern).collect();
    let known: Vec<u32> = (0..)
        .zip(&patterns)
        .filter_map(|(id, it)| it.as_ref().map(|_| id))
        .collect();
    let tree = PatternTree::new(patterns.iter().flatten());
    let mut walker = tree.walk();
    let mut wrong = BTreeSet::new();
    for (path, by_line) in paths.iter().zip(matching) {
        let by_pattern: BTreeSet<u32> = walker.matches(path, false, |ids| {
            ids.iter().map(|id| known[*id as usize]).collect()
        });
        let by_line: BTreeSet<u32> = by_line.iter().copied().collect();
        wrong.extend(by_pattern.symmetric_difference(&by_line).copied());
    }
    drop(walker);
    for id in wrong {
        patterns[id as usize] = None;
    }
    patterns
}

/// Returns a step for all lines that win together for a path, in an order in which the last match wins.
fn steps(
    entries: &[OwnershipLine],
    patterns: &[Option<Pattern>],
    matching: &[Vec<u32>],
    expected: &ExpectedOwners<'_>,
) -> Vec<Step> {
    let mut paths_of: BTreeMap<Winners, Vec<usize>> = BTreeMap::new();
    for (at, winners) in winners(entries, matching).into_iter().enumerate() {
        if winners.iter().any(Option::is_some) {
            paths_of.entry(winners).or_default().push(at);
        }
    }
    let steps = paths_of.into_iter().map(|(winners, paths)| {
        let lines = winners.iter().flatten();
        let mut of_lines = lines.map(|id| patterns[*id as usize].clone());
        let both = |one: Option<Pattern>, other| intersection(&one?, &other?);
        let first = of_lines.next().flatten();
        let patterns = match of_lines.fold(first, both) {
            Some(pattern) => vec![pattern],
            None => {
                let files = paths.iter().filter_map(|at| expected.files.get(*at));
                files.filter_map(|file| expected.only(file)).collect()
            }
        };
        Step {
            owners: expected.id(paths[0]),
            winners,
            patterns,
        }
    });
    // A rule without patterns would be about new files only.
    steps.filter(|step| !step.patterns.is_empty()).collect()
}

/// Returns the winners for each path, given all lines that match it.
fn winners(entries: &[OwnershipLine], matching: &[Vec<u32>]) -> Vec<Winners> {
    let sections: BTreeSet<usize> = entries.iter().map(|entry| entry.section).collect();
    let sections: BTreeMap<usize, usize> = sections.into_iter().zip(0..).collect();
    let winners = |matched: &Vec<u32>| {
        let mut winners: Winners = vec![None; sections.len()];
        for id in matched {
            // Sorted, so the last one remains.
            winners[sections[&entries[*id as usize].section]] = Some(*id);
        }
        winners
    };
    matching.iter().map(winners).collect()
}

/// Returns which steps must win against which.
fn orders(steps: &[Step]) -> Vec<Order> {
    let all: Vec<(usize, &Pattern)> = steps
        .iter()
        .enumerate()
        .flat_map(|(at, step)| step.patterns.iter().map(move |pattern| (at, pattern)))
        .collect();
    let languages: Vec<Language<'_>> = all.iter().map(|(_, one)| Language::of([*one])).collect();
    let index = Overlaps::new((0..).zip(all.iter().map(|(_, pattern)| *pattern)));
    let key = |pattern: &Pattern| (pattern.text().to_string(), pattern.is_of_files());
    let by_text: FxHashMap<_, usize> = all.iter().map(|(at, one)| (key(one), *at)).collect();
    // A later step can decide about all paths that two patterns have in common.
    let is_decided = |one: &Pattern, other: &Pattern, later: usize| {
        let both = intersection(one, other).map(|both| key(&both));
        both.is_some_and(|both| by_text.get(&both).is_some_and(|at| *at > later))
    };
    let of = |(id, (later, pattern)): (usize, &(usize, &Pattern))| -> Vec<Order> {
        let others = index.of(pattern).into_iter();
        let order = |other: PatternId| {
            let (earlier, other_pattern) = all[other as usize];
            if !must_win(&steps[*later], &steps[earlier]) {
                return None;
            }
            let relation = languages[id].relation(&languages[other as usize]);
            let is_settled = match relation {
                Ok(Relation::Disjoint) => true,
                Ok(Relation::Overlapping) => is_decided(pattern, other_pattern, *later),
                _ => false,
            };
            (!is_settled).then_some(Order {
                earlier,
                later: *later,
                needs_higher: relation != Ok(Relation::Inside),
            })
        };
        others.filter_map(order).collect()
    };
    let orders = all.par_iter().enumerate().flat_map_iter(of);
    let mut strictest: FxHashMap<(usize, usize), Order> = FxHashMap::default();
    for order in orders.collect::<Vec<_>>() {
        let known = strictest
            .entry((order.earlier, order.later))
            .or_insert(order);
        known.needs_higher |= order.needs_higher;
    }
    let mut orders: Vec<Order> = strictest.into_values().collect();
    orders.sort_unstable_by_key(|order| (order.later, order.earlier));
    orders
}

/// Returns whether one step must win against another: in each section, its line comes later or is the same.
fn must_win(step: &Step, other: &Step) -> bool {
    step.owners != other.owners
        && step.winners != other.winners
        && step
            .winners
            .iter()
            .zip(&other.winners)
            .all(|(own, other)| own >= other)
}

/// Returns a rule for each step, or one for several adjacent steps that differ only in their patterns.
fn merged(
    entries: &[OwnershipLine],
    steps: &[Step],
    orders: &[Order],
    priorities: &[i64],
    expected: &ExpectedOwners<'_>,
) -> Vec<DraftRule> {
    let reasons = reasons(entries, steps, orders, priorities);
    let mut rules: Vec<(OwnersId, DraftRule, &str)> = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        let comments = step.winners.iter().flatten();
        let comments: Vec<&str> = comments
            .filter_map(|id| entries[*id as usize].comment.as_deref())
            .collect();
        let comment = comments.join(" ");
        let reason = &*reasons[at];
        if let Some((owners, last, last_reason)) = rules.last_mut()
            && (*owners, last.priority, *last_reason) == (step.owners, priorities[at], reason)
            && comment.is_empty()
        {
            last.patterns.extend(step.patterns.iter().cloned());
            continue;
        }
        let note = match (comment.is_empty(), reason.is_empty()) {
            (true, true) => None,
            (false, true) => Some(comment),
            (true, false) => Some(reason.to_owned()),
            (false, false) => Some(format!("{comment} ({reason})")),
        };
        let rule = DraftRule {
            patterns: step.patterns.clone(),
            owners: expected.owners(step.owners).to_vec(),
            priority: priorities[at],
            note,
        };
        rules.push((step.owners, rule, reason));
    }
    rules.into_iter().map(|(_, rule, _)| rule).collect()
}

/// Returns for each step why it has a priority; empty without one.
fn reasons(
    entries: &[OwnershipLine],
    steps: &[Step],
    orders: &[Order],
    priorities: &[i64],
) -> Vec<String> {
    let mut others: Vec<Vec<usize>> = vec![Vec::new(); steps.len()];
    let (strict, weak): (Vec<Order>, Vec<Order>) = orders.iter().partition(|it| it.needs_higher);
    for Order { earlier, later, .. } in strict {
        if priorities[later] > 0 {
            others[later].push(earlier);
        }
        if priorities[earlier] < 0 {
            others[earlier].push(later);
        }
    }
    // Others pass their priority on.
    let is_alone: Vec<bool> = others.iter().map(Vec::is_empty).collect();
    for Order { earlier, later, .. } in weak {
        if priorities[later] == priorities[earlier] && priorities[later] != 0 {
            let (at, other) = match priorities[later] > 0 {
                true => (later, earlier),
                false => (earlier, later),
            };
            if is_alone[at] {
                others[at].push(other);
            }
        }
    }
    let name = |at: &usize| {
        let line = steps[*at].winners.iter().flatten().next_back();
        let words = line.map_or("", |id| entries[*id as usize].place.words());
        format!("`{}`", words.split([' ', '\t']).next().unwrap_or(words))
    };
    let reason = |(others, priority): (Vec<usize>, &i64)| {
        let names: Vec<String> = others.iter().take(NAMED).map(name).collect();
        let more = if others.len() > NAMED {
            " and others"
        } else {
            ""
        };
        match (names.is_empty(), *priority > 0) {
            (true, _) => String::new(),
            (false, true) => format!("overrides {}{more}", names.join(", ")),
            (false, false) => format!("overridden by {}{more}", names.join(", ")),
        }
    };
    others.into_iter().zip(priorities).map(reason).collect()
}

#[cfg(test)]
mod tests {
    use bstr::ByteSlice as _;

    use super::*;
    use crate::dialects::{Tree, by_name};

    fn draft_of(dialect: &str, codeowners: &str, files: &[&str]) -> Vec<String> {
        let path = "CODEOWNERS".into();
        let tree = Tree::in_memory([(path, codeowners.as_bytes().to_vec())]);
        let dialect = by_name(dialect).unwrap();
        let files: Vec<&BStr> = files.iter().map(|path| path.as_bytes().as_bstr()).collect();
        let entries = dialect.entries.unwrap()(&tree);
        let submodules = BTreeSet::new();
        let expected = ExpectedOwners::new(dialect, &tree, &files, submodules);
        let shown = |rule: &DraftRule| {
            let patterns = rule.patterns.iter().map(|pattern| {
                let files = if pattern.is_of_files() { "files " } else { "" };
                format!("{files}{}", pattern.text())
            });
            let note = rule.note.as_deref().map(|note| format!(" {note}"));
            format!(
                "{} {} {}{}",
                patterns.collect::<Vec<_>>().join(","),
                rule.owners.join(","),
                rule.priority,
                note.unwrap_or_default()
            )
        };
        rules(&entries, &expected).iter().map(shown).collect()
    }

    fn draft(codeowners: &str, files: &[&str]) -> Vec<String> {
        draft_of("github", codeowners, files)
    }

    #[test]
    fn adds_priorities_only_where_needed() {
        let files = ["a/x", "a/q.sql", "a/b/y", "a/b/z.sql"];
        let lines = "/a/ @a\n*.sql @dba\n/a/b/ @b\n";
        assert_eq!(
            draft(lines, &files),
            [
                "a/ @a 0",
                "**/*.sql @dba 1 overrides `/a/`",
                "a/b/ @b 2 overrides `*.sql`"
            ]
        );
        // A new file can match both patterns.
        assert_eq!(
            draft(lines, &["a/x", "a/b/y", "q.sql", "a/c"]),
            draft(lines, &files)
        );
        let lines = "* @all\n*.sql @dba\n/a/ @a\n/b/ @b\n/c/ @c\n";
        assert_eq!(
            draft(lines, &["x.sql", "x", "a/x", "b/x", "c/x"]),
            [
                "** @all -1 overridden by `*.sql`",
                "**/*.sql @dba -1 overridden by `/a/`, `/b/` and others",
                "a/ @a 0",
                "b/ @b 0",
                "c/ @c 0",
            ]
        );
        assert_eq!(draft("/a/ @a\n*.sql @a\n", &files), ["a/,**/*.sql @a 0"]);
    }

    #[test]
    fn the_owners_of_sections_add_up() {
        let lines = "* @all\n/a/ @a\n[Data] @dba\n*.sql\n/a/\n!/a/b/\n";
        assert_eq!(
            draft_of("gitlab", lines, &["x.sql", "a/x", "a/b/x.sql"]),
            [
                "** @all 0",
                "files **/*.sql @all,@dba 0",
                "a/ @a,@dba 1 overrides `*.sql`",
                "a/b/ @a 1 overrides `*.sql`",
            ]
        );
    }

    #[test]
    fn omits_fully_overridden_lines() {
        assert_eq!(draft("/a/b/ @b\n/a/ @a\n", &["a/b/x", "a/y"]), ["a/ @a 0"]);
    }

    #[test]
    fn lines_for_files_become_patterns_for_files() {
        assert_eq!(
            draft("* @all\n/docs/* @docs\n", &["docs/x", "docs/y/z"]),
            ["** @all 0", "files docs/* @docs 0"]
        );
    }
}
