use std::{
    cell::{Cell, OnceCell},
    sync::Arc,
};

use bstr::BStr;
use rustc_hash::FxHashMap;

use super::{
    DIALECT, globs,
    parse::{Rule, parse},
};
use crate::{
    claims::DecidingLine,
    dialects::{
        Answer, Answers, FileProblem, Tree, file_problem::too_large as too_large_together,
        glob::Glob, index::Index, kubernetes::as_characters, statement, tree::is_directory,
    },
    pattern::{Language, Pattern},
    regexes::{Backtracking, Regexes},
    text::{Place, Source, quoted},
};

/// The number of expressions that are evaluated by backtracking.
const MAX_BACKTRACKING: usize = 500;

/// The number of paths for which an expression may take too long, before ownlint gives it up.
const MAX_TIMEOUTS: u32 = 5;

/// Returns the answers of Gitea for `paths`. For a directory, only the lines that match everything in it count.
pub(super) fn answer(tree: &Tree<'_>, paths: &[&BStr]) -> Answers {
    Answers::from_first(tree, DIALECT.locations, paths, |source, answers| {
        let rules = parse(tree, source, &mut answers.problems);
        let matchers = Matchers::new(source, &rules, paths, &mut answers.problems);
        let mut lookup = matchers.index.lookup();
        let lines: Vec<OnceCell<Arc<DecidingLine>>> = vec![OnceCell::new(); rules.len()];
        let deciding = |id: &u32| {
            let at = *id as usize;
            Arc::clone(lines[at].get_or_init(|| deciding_line(source, &rules[at]).into()))
        };
        let (mut found, mut key) = (Vec::new(), Vec::new());
        for path in paths {
            key.clear();
            if is_directory(path) {
                let all = (0..).zip(&rules);
                let owning = all.filter(|(_, rule)| owns_all_in(rule, path));
                key.extend(owning.map(|(id, _)| id));
            } else {
                lookup.all(path, &mut found);
                matchers.owning(path, &found, &mut key);
            }
            answers.push(&key, || {
                let rules = || key.iter().map(|id| &rules[*id as usize]);
                let owners = rules().flat_map(|rule| rule.owners.iter().map(String::as_str));
                let place = |rule: &Rule| Place::Text(Arc::clone(source), rule.span);
                let deciding = key.iter().map(deciding).collect();
                Answer::new(owners, rules().map(place).collect())
                    .stating(statement::statement(deciding, Vec::new()))
            });
        }
        for (id, timeouts) in &matchers.timeouts {
            if timeouts.get() > 0 {
                let rule = &rules[*id as usize];
                let message = format!(
                    "comparing {} with some paths takes very long, and Gitea gives up after 150 ms: ownlint treats these \
                     paths as not matching",
                    quoted(&rule.text)
                );
                let problem = FileProblem::new(source, rule.pattern, message);
                answers.problems.push(problem);
            }
        }
    })
}

/// How much longer the globs for a file may be than the file.
const MAX_GROWTH: usize = 1 << 22;

/// Returns the line of a rule. If globs cannot express it, it can apply to all paths.
fn deciding_line(source: &Arc<Source>, rule: &Rule) -> DecidingLine {
    let globs = match rule.is_negated {
        true => None,
        false => globs::split(&rule.expression).map(|(_, globs)| globs),
    };
    let globs = globs.unwrap_or_default();
    let globs: Vec<&Glob> = globs.iter().collect();
    let mark = if rule.is_negated { "!" } else { "" };
    let about = format!("{mark}{}", rule.text);
    let place = Place::Text(Arc::clone(source), rule.span);
    let owners = statement::names(&rule.owners, &place);
    statement::line(&about, &globs, owners, place)
}

/// How to compare paths with an expression that globs cannot express.
enum Matcher {
    /// The ids of expressions in the automaton, each with whether it must not match.
    Automaton(Vec<(u32, bool)>),
    /// By backtracking.
    Backtracking(Backtracking),
    /// It is too complex.
    Never,
}

/// Compares paths with the expressions of a file. Most can be expressed as globs, of which an index finds those that
/// match.
struct Matchers {
    index: Index,
    /// By glob, the rules that it belongs to, and those that exclude what it matches.
    rules_of: Vec<(Vec<u32>, Vec<u32>)>,
    /// The other rules.
    others: Vec<(u32, Matcher)>,
    regexes: Regexes,
    /// The rules that are evaluated by backtracking, each with the number of paths that took too long.
    timeouts: Vec<(u32, Cell<u32>)>,
    /// The rules whose owners own the paths that do not match.
    negated: Vec<u32>,
}

impl Matchers {
    fn new(
        source: &Arc<Source>,
        rules: &[Rule],
        paths: &[&BStr],
        problems: &mut Vec<FileProblem>,
    ) -> Self {
        let is_ascii = paths.iter().all(|path| path.is_ascii());
        // Globs do not distinguish line breaks from other characters.
        let has_newline = paths.iter().any(|path| path.contains(&b'\n'));
        let mut globs: Vec<Glob> = Vec::new();
        let mut ids: FxHashMap<Glob, usize> = FxHashMap::default();
        let mut rules_of: Vec<(Vec<u32>, Vec<u32>)> = Vec::new();
        let mut hirs = Vec::new();
        let mut others = Vec::new();
        let mut left = source.text().len() + MAX_GROWTH;
        let mut fits = |globs: &[Glob]| {
            let length: usize = globs.iter().map(|glob| glob.tokens.len()).sum();
            let rest = left.checked_sub(length);
            left = rest.unwrap_or(left);
            rest.is_some()
        };
        for (id, rule) in (0..).zip(rules) {
            let as_globs = globs::split(&rule.expression).filter(|_| !has_newline);
            let as_globs = as_globs.filter(|(excluded, own)| fits(excluded) && fits(own));
            let Some((excluded, own)) = as_globs else {
                let conditions = rule.expression.conditions(is_ascii);
                let ids = conditions.map(|conditions| {
                    let conditions = conditions.into_iter();
                    conditions
                        .map(|condition| {
                            let id = u32::try_from(hirs.len()).unwrap_or(u32::MAX);
                            hirs.push((id, condition.hir));
                            (id, condition.is_negated)
                        })
                        .collect::<Vec<_>>()
                });
                others.push((id, ids));
                continue;
            };
            let mut position = |glob: Glob| {
                *ids.entry(glob).or_insert_with_key(|glob| {
                    globs.push(glob.clone());
                    rules_of.push(Default::default());
                    globs.len() - 1
                })
            };
            let own: Vec<usize> = own.into_iter().map(&mut position).collect();
            let excluded: Vec<usize> = excluded.into_iter().map(&mut position).collect();
            own.into_iter().for_each(|glob| rules_of[glob].0.push(id));
            excluded
                .into_iter()
                .for_each(|glob| rules_of[glob].1.push(id));
        }
        let (regexes, too_large) = Regexes::new(hirs);
        let is_in = |id: &u32| too_large.binary_search(id).is_err();
        let mut timeouts = Vec::new();
        let mut ignored: Vec<&Rule> = Vec::new();
        let mut matcher = |(id, ids): (u32, Option<Vec<(u32, bool)>>)| {
            let rule = &rules[id as usize];
            match ids {
                Some(ids) if ids.iter().all(|(id, _)| is_in(id)) => {
                    return (id, Matcher::Automaton(ids));
                }
                None if timeouts.len() < MAX_BACKTRACKING => {
                    if let Ok(expression) = rule.expression.backtracking() {
                        timeouts.push((id, Cell::new(0)));
                        return (id, Matcher::Backtracking(expression));
                    }
                }
                _ => {}
            }
            ignored.push(rule);
            (id, Matcher::Never)
        };
        let others = others.into_iter().map(&mut matcher).collect();
        if let Some((first, more)) = ignored.split_first() {
            let message = too_large_together(&first.text, more.len());
            problems.push(FileProblem::new(source, first.pattern, message));
        }
        let negated = (0..).zip(rules).filter(|(_, rule)| rule.is_negated);
        Self {
            index: Index::new(globs),
            rules_of,
            others,
            regexes,
            timeouts,
            negated: negated.map(|(id, _)| id).collect(),
        }
    }

    /// Returns the rules whose owners own a path, by the globs that match it.
    fn owning(&self, path: &BStr, found: &[u32], owning: &mut Vec<u32>) {
        let of_found = || found.iter().map(|glob| &self.rules_of[*glob as usize]);
        owning.extend(of_found().flat_map(|(rules, _)| rules));
        owning.sort_unstable();
        owning.dedup();
        owning
            .retain(|rule| !of_found().any(|(_, excluding)| excluding.binary_search(rule).is_ok()));
        if !self.others.is_empty() {
            let text = as_characters(path);
            let mut ids = Vec::new();
            self.regexes.all(text.as_bytes(), &mut ids);
            let others = self
                .others
                .iter()
                .filter(|(id, matcher)| self.is_match(*id, matcher, &text, &ids));
            owning.extend(others.map(|(id, _)| *id));
            owning.sort_unstable();
        }
        if !self.negated.is_empty() {
            let others = self
                .negated
                .iter()
                .filter(|rule| owning.binary_search(rule).is_err());
            let others: Vec<u32> = others.copied().collect();
            owning.retain(|rule| self.negated.binary_search(rule).is_err());
            owning.extend(others);
            owning.sort_unstable();
        }
    }

    fn is_match(&self, rule: u32, matcher: &Matcher, text: &str, found: &[u32]) -> bool {
        match matcher {
            Matcher::Automaton(ids) => {
                let mut ids = ids.iter();
                ids.all(|(id, is_negated)| found.binary_search(id).is_ok() != *is_negated)
            }
            Matcher::Backtracking(expression) => {
                let at = self.timeouts.binary_search_by_key(&rule, |(rule, _)| *rule);
                let timeouts = at.ok().map(|at| &self.timeouts[at].1);
                let Some(timeouts) = timeouts.filter(|count| count.get() < MAX_TIMEOUTS) else {
                    return false;
                };
                expression.is_match(text).unwrap_or_else(|| {
                    timeouts.set(timeouts.get() + 1);
                    false
                })
            }
            Matcher::Never => false,
        }
    }
}

/// Returns whether the owners in a line own everything in a directory; `false` if that is not certain.
fn owns_all_in(rule: &Rule, directory: &BStr) -> bool {
    if rule.is_negated {
        return globs::whole(&rule.expression).is_some_and(|globs| avoid(&globs, directory));
    }
    let Some((excluded, globs)) = globs::split(&rule.expression) else {
        return false;
    };
    globs.iter().any(|glob| glob.matches_all_in(directory)) && avoid(&excluded, directory)
}

/// Returns whether globs match nothing in a directory.
fn avoid(globs: &[Glob], directory: &BStr) -> bool {
    let inside = Pattern::literal(directory);
    let globs = globs.iter().filter_map(Glob::outline).collect();
    let globs = Pattern::of("", globs);
    let both = [Language::of([&inside]), Language::of([&globs])];
    Language::path(&[&both[0], &both[1]], &[]) == Ok(None)
}
