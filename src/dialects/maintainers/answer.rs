use std::sync::Arc;

use bstr::{BStr, ByteSlice};
use regex_syntax::hir::Hir;
use rustc_hash::FxHashMap;

use super::{
    files,
    parse::{MaintainersSection, Value, parse},
    pattern::SectionPattern,
    script::Script,
};
use crate::{
    claims::FileStatement,
    dialects::{
        Answer, Answers, FileProblem, FileProblemKind, Tree,
        file_problem::{expressions, too_large},
        glob::Glob,
        index::{Index, Lookup},
        lines::Line,
        statement,
        tree::is_directory,
    },
    regexes::{
        Backtracking, Expression, ExpressionError, Regexes,
        perl::{self, PerlSyntax},
    },
    text::{Place, quoted},
};

/// Returns the answers of the files for `paths`.
pub(super) fn answer(tree: &Tree<'_>, paths: &[&BStr]) -> Answers {
    let script = Script::of(tree);
    let mut problems = Vec::new();
    let sources = files::sources(tree, &script, &mut problems);
    Answers::from_sources(&sources, problems, paths, |answers| {
        let sections = parse(&sources, &script, &mut answers.problems);
        let mut matcher = MatcherBuilder::new(tree, &script, paths, &mut answers.problems);
        matcher.add_all(&sections);
        let matcher = matcher.build();
        let mut search = Search {
            lookup: matcher.globs.lookup(),
            matcher: &matcher,
            too_late: vec![false; matcher.backtracking.len()],
        };
        let (mut found, mut key) = (Vec::new(), Vec::new());
        let line = |id: &u32| &matcher.lines[*id as usize];
        for path in paths {
            search.all(path, &mut found);
            key.clear();
            if let Some(failing) = matcher.failing(&found) {
                // No line has the second id.
                answers.push(&[failing.id, u32::MAX], || {
                    Answer::failing(failing.problem.clone())
                });
                continue;
            }
            // Sorted by section. A section counts with its first matching line, unless one of its lines excludes the path.
            for of_section in found.chunk_by(|a, b| line(a).section == line(b).section) {
                let excluded = of_section.iter().any(|id| line(id).excludes);
                key.extend(of_section.first().filter(|_| !excluded));
            }
            answers.push(&key, || {
                let found = || key.iter().map(line);
                let owners = found().flat_map(|line| &sections[line.section].maintainers);
                let owners = owners.flat_map(|(_, owners)| owners);
                let place = |line: &PathLine<'_>| {
                    Place::Text(Arc::clone(line.written.source), line.written.span)
                };
                Answer::new(owners.map(String::as_str), found().map(place).collect())
                    .stating(stated(&matcher, &sections, &key))
            });
        }
        answers.problems.extend(search.problem());
    })
}

/// Returns what the sections of lines state. An orphaned section names nobody, and the section for the rest counts only
/// alone. Lines that globs cannot express can apply to all paths.
fn stated(
    matcher: &Matcher<'_>,
    sections: &[MaintainersSection<'_>],
    found: &[u32],
) -> Option<Box<FileStatement>> {
    let section = |id: u32| &sections[matcher.lines[id as usize].section];
    let is_rest_alone = found.iter().all(|id| section(*id).is_rest);
    let mut deciding = Vec::new();
    for id in found.iter().copied() {
        let of = section(id);
        if of.is_orphan || of.maintainers.is_empty() || of.is_rest && !is_rest_alone {
            continue;
        }
        let mut owners = Vec::new();
        for (line, names) in &of.maintainers {
            let place = Place::Text(Arc::clone(line.source), line.span);
            owners.extend(statement::names(names, &place));
        }
        let written = matcher.lines[id as usize].written;
        let place = Place::Text(Arc::clone(written.source), written.span);
        let globs = matcher.lines_of_globs.binary_search(&id);
        let globs: Vec<&Glob> = globs
            .map(|at| matcher.globs.glob(u32::try_from(at).unwrap_or(u32::MAX)))
            .into_iter()
            .collect();
        deciding.push(statement::line(written.text, &globs, owners, place).into());
    }
    statement::statement(deciding, Vec::new())
}

/// A line with a pattern.
struct PathLine<'s> {
    section: usize,
    excludes: bool,
    written: Line<'s>,
    /// The number of `/` that a path must have.
    slashes: Option<usize>,
}

/// A line with an expression that Perl rejects.
struct FailingLine {
    id: u32,
    problem: FileProblem,
}

/// Finds the lines that match a path; the position of a line is its id.
struct Matcher<'s> {
    lines: Vec<PathLine<'s>>,
    globs: Index,
    lines_of_globs: Vec<u32>,
    regexes: Regexes,
    /// The lines whose expressions need backtracking.
    backtracking: Vec<(u32, Backtracking)>,
    /// The first line of each section for which the program fails, sorted.
    failing: Vec<FailingLine>,
}

/// How many expressions may need backtracking.
const MAX_BACKTRACKING: usize = 100;

/// The expression that an empty one stands for: the last one that matched, which is that of an entry.
const LAST_MATCH: &[u8] = br"^([A-Z]):\s*(.*)";

struct MatcherBuilder<'s, 'p> {
    tree: &'p Tree<'p>,
    script: &'p Script,
    problems: &'p mut Vec<FileProblem>,
    /// Whether no path contains a byte beyond ASCII.
    are_ascii: bool,
    /// Whether no path contains such a byte or a line break.
    are_plain: bool,
    lines: Vec<PathLine<'s>>,
    globs: Vec<Glob>,
    lines_of_globs: Vec<u32>,
    regexes: Vec<(u32, Hir)>,
    backtracking: Vec<(u32, Backtracking)>,
    /// The lines that ownlint cannot evaluate, and why.
    unsupported: Vec<(u32, &'static str)>,
    /// The lines with an expression that Perl rejects, and why.
    rejected: Vec<(u32, &'static str)>,
}

impl<'s, 'p> MatcherBuilder<'s, 'p> {
    fn new(
        tree: &'p Tree<'p>,
        script: &'p Script,
        paths: &[&BStr],
        problems: &'p mut Vec<FileProblem>,
    ) -> Self {
        let are_ascii = paths.iter().all(|path| path.is_ascii());
        let has_break = || paths.iter().any(|path| path.contains(&b'\n'));
        Self {
            tree,
            script,
            problems,
            are_ascii,
            are_plain: are_ascii && !has_break(),
            lines: Vec::new(),
            globs: Vec::new(),
            lines_of_globs: Vec::new(),
            regexes: Vec::new(),
            backtracking: Vec::new(),
            unsupported: Vec::new(),
            rejected: Vec::new(),
        }
    }

    fn add_all(&mut self, sections: &[MaintainersSection<'s>]) {
        for (section, at) in sections.iter().zip(0..) {
            let excluded = section.excluded.iter().map(|value| (value, true));
            let files = section.files.iter().map(|value| (value, false));
            for (value, excludes) in excluded.chain(files) {
                self.add_pattern(at, excludes, value);
            }
            for value in &section.names {
                self.add_name(at, value);
            }
            for value in &section.keywords {
                self.check_keyword(value);
            }
        }
    }

    fn add_pattern(&mut self, section: usize, excludes: bool, value: &Value<'s>) {
        let pattern = SectionPattern::new(&value.bytes, self.script, self.tree);
        if let Some(message) = self.unintended(value, &pattern) {
            self.problems.push(value.line.problem(message));
        }
        match pattern.glob(self.script, self.are_plain) {
            Some(glob) => {
                let id = self.add_line(section, excludes, value, None);
                self.globs.push(glob);
                self.lines_of_globs.push(id);
            }
            None => {
                let id = self.add_line(section, excludes, value, pattern.slashes);
                self.add_expression(id, &[b"^", &*pattern.regex].concat(), false);
            }
        }
    }

    fn add_name(&mut self, section: usize, value: &Value<'s>) {
        let id = self.add_line(section, false, value, None);
        if value.bytes.is_empty() {
            let message = "`N:` has no value, so `get_maintainer.pl` searches for another expression in its place";
            self.problems.push(value.line.problem(message));
            self.add_expression(id, LAST_MATCH, false);
        } else {
            self.add_expression(id, &value.bytes, true);
        }
    }

    /// Checks an expression that the program searches for in patches, but not in paths.
    fn check_keyword(&mut self, value: &Value<'s>) {
        let syntax = self.syntax(true);
        if let Err(ExpressionError::Rejected(reason)) = perl::parse(&value.bytes, syntax) {
            let message = format!(
                "{} is an invalid regular expression: {reason}. `get_maintainer.pl` fails unless you use `--no-keywords`",
                quoted(value.line.text)
            );
            self.problems.push(value.line.problem(message));
        }
    }

    fn syntax(&self, is_extended: bool) -> PerlSyntax {
        PerlSyntax {
            is_extended,
            is_decoded: self.script.is_decoded,
        }
    }

    fn add_line(
        &mut self,
        section: usize,
        excludes: bool,
        value: &Value<'s>,
        slashes: Option<usize>,
    ) -> u32 {
        self.lines.push(PathLine {
            section,
            excludes,
            written: value.line,
            slashes,
        });
        u32::try_from(self.lines.len() - 1).unwrap_or(u32::MAX)
    }

    fn add_expression(&mut self, id: u32, text: &[u8], is_extended: bool) {
        let syntax = self.syntax(is_extended);
        let add = |parsed: Expression| match parsed.hir(self.are_ascii) {
            Some(hir) => {
                self.regexes.push((id, hir));
                Ok(())
            }
            None if self.backtracking.len() == MAX_BACKTRACKING => Err(
                ExpressionError::Unsupported("too many expressions need backtracking"),
            ),
            None => {
                self.backtracking.push((id, parsed.backtracking()?));
                Ok(())
            }
        };
        match perl::parse(text, syntax).and_then(add) {
            Ok(()) => {}
            Err(ExpressionError::Unsupported(reason)) => self.unsupported.push((id, reason)),
            Err(ExpressionError::Rejected(reason)) => self.rejected.push((id, reason)),
        }
    }

    /// Returns the lines with an expression that Perl rejects.
    fn failing(&self) -> Vec<FailingLine> {
        let is_valid = |id: u32| {
            self.rejected
                .binary_search_by_key(&id, |(id, _)| *id)
                .is_err()
        };
        // By section, the first valid line that excludes paths.
        let mut excluding: FxHashMap<usize, u32> = FxHashMap::default();
        for (line, id) in self.lines.iter().zip(0..) {
            if line.excludes && is_valid(id) {
                excluding.entry(line.section).or_insert(id);
            }
        }
        let lines = self.rejected.iter().map(|&(id, reason)| {
            let line = &self.lines[id as usize];
            let is_after = excluding.get(&line.section).is_some_and(|it| *it < id);
            let which = match (is_after, line.excludes) {
                (false, _) => "all paths",
                (true, true) => "all paths that no `X:` line before it excludes",
                (true, false) => "all paths that no `X:` line of the section excludes",
            };
            let written = line.written;
            let message = format!(
                "{} is an invalid regular expression: {reason}. `get_maintainer.pl` fails for {which}",
                quoted(written.text)
            );
            let problem = FileProblem {
                kind: FileProblemKind::Failing,
                ..written.problem(message)
            };
            FailingLine { id, problem }
        });
        lines.collect()
    }

    /// Returns why a pattern probably does not match what its author intended.
    fn unintended(&self, value: &Value<'_>, pattern: &SectionPattern) -> Option<String> {
        let text = value.line.text;
        let shown = quoted(text);
        let names = || text.split('/');
        let is_literal = || !text.contains(['*', '?', '[', '(', '|', '\\', '$', '^', '+', '{']);
        Some(if text.is_empty() {
            "an entry without a value matches all files in the root directory".to_owned()
        } else if text.ends_with(char::is_whitespace) {
            format!("{shown} ends with whitespace, which is part of the pattern")
        } else if text.starts_with('/') {
            format!("{shown} matches no files, because no path starts with `/`")
        } else if text.contains("//")
            || names().any(|name| matches!(name, "." | "..")) && text != "." && text != ".."
        {
            format!("{shown} matches no files, because no path contains `//`, `./` or `../`")
        } else if self.script.is_decoded && !value.bytes.is_ascii() {
            format!(
                "{shown} matches no files, because `get_maintainer.pl` decodes patterns, but not paths"
            )
        } else if !pattern.regex.ends_with(b"/")
            && is_literal()
            && text != "."
            && self.tree.is_directory(BStr::new(text))
        {
            format!(
                "{shown} matches no files in this directory: a directory with a dot in its name needs a `/` at the end"
            )
        } else {
            return None;
        })
    }

    fn build(self) -> Matcher<'s> {
        let line = |id: u32| self.lines[id as usize].written;
        if let [(first, reason), others @ ..] = &self.unsupported[..] {
            let written = line(*first);
            let which = expressions(written.text, others.len());
            let message = format!(
                "ownlint cannot evaluate the regular expression {which}, and assumes that no path matches: {reason}"
            );
            self.problems.push(written.problem(message));
        }
        let mut failing = self.failing();
        let problems = failing.iter().map(|it| it.problem.clone());
        self.problems.extend(problems);
        let section = |it: &FailingLine| self.lines[it.id as usize].section;
        failing.dedup_by(|next, first| section(next) == section(first));
        let (regexes, beyond) = Regexes::new(self.regexes);
        if let [first, others @ ..] = &beyond[..] {
            let written = line(*first);
            self.problems
                .push(written.problem(too_large(written.text, others.len())));
        }
        Matcher {
            globs: Index::new(self.globs),
            lines_of_globs: self.lines_of_globs,
            regexes,
            backtracking: self.backtracking,
            lines: self.lines,
            failing,
        }
    }
}

impl Matcher<'_> {
    /// Returns the line for which the program fails, if it evaluates such a line for the path that the lines in `found`
    /// match: it evaluates those that exclude paths, up to the first that matches, and all others if none matches.
    fn failing(&self, found: &[u32]) -> Option<&FailingLine> {
        let section = |id: u32| self.lines[id as usize].section;
        self.failing.iter().find(|failing| {
            let section_of_failing = section(failing.id);
            let first = found.partition_point(|id| section(*id) < section_of_failing);
            let first = found.get(first);
            let is_excluding = |id: &&u32| {
                let line = &self.lines[**id as usize];
                line.section == section_of_failing && line.excludes
            };
            first.filter(is_excluding).is_none_or(|id| *id > failing.id)
        })
    }
}

/// The search for the lines that match paths.
struct Search<'m, 's> {
    matcher: &'m Matcher<'s>,
    lookup: Lookup<'m>,
    /// Which of the expressions with backtracking took too long for a path.
    too_late: Vec<bool>,
}

impl Search<'_, '_> {
    /// Collects the ids of all lines that match, sorted.
    fn all(&mut self, path: &BStr, found: &mut Vec<u32>) {
        let matcher = self.matcher;
        match is_directory(path) {
            true => {
                found.clear();
                found.extend(matcher.globs.all_of_directory(path));
            }
            false => self.lookup.all(path, found),
        }
        for id in &mut *found {
            *id = matcher.lines_of_globs[*id as usize];
        }
        let mut ids = Vec::new();
        matcher.regexes.all(path, &mut ids);
        found.append(&mut ids);
        for ((id, expression), too_late) in matcher.backtracking.iter().zip(&mut self.too_late) {
            // Another attempt could take as long.
            let is_match = (!*too_late).then(|| expression.is_match_in_bytes(path));
            match is_match {
                Some(Some(true)) => found.push(*id),
                Some(None) => *too_late = true,
                Some(Some(false)) | None => {}
            }
        }
        let fits = |slashes| path.find_iter("/").count() == slashes;
        found.retain(|id| matcher.lines[*id as usize].slashes.is_none_or(fits));
        found.sort_unstable();
    }

    /// Returns the problem of expressions that took too long.
    fn problem(&self) -> Option<FileProblem> {
        let expressions_of = self.matcher.backtracking.iter().zip(&self.too_late);
        let late = expressions_of.filter(|(_, too_late)| **too_late);
        let late: Vec<u32> = late.map(|((id, _), _)| *id).collect();
        let [first, others @ ..] = &late[..] else {
            return None;
        };
        let written = self.matcher.lines[*first as usize].written;
        let which = expressions(written.text, others.len());
        Some(written.problem(format!(
            "evaluating the regular expression {which} takes too long, so ownlint assumes that some paths do not match"
        )))
    }
}
