use std::sync::Arc;

use bstr::{BStr, ByteSlice};
use regex_automata::util::syntax;

use super::{
    DIALECT,
    parse::{MaintainersSection, parse},
    pattern::{self, SectionPattern},
};
use crate::{
    dialects::{
        Answer, Answers, FileProblem, Tree,
        file_problem::too_large,
        glob::Glob,
        index::{Index, Lookup},
        lines::Line,
    },
    regexes::Regexes,
    text::{Place, quoted},
};

/// Returns the answers of the file for `paths`.
pub(super) fn answer(tree: &Tree<'_>, paths: &[&BStr]) -> Answers {
    Answers::from_first(tree, DIALECT.locations, paths, |source, answers| {
        let sections = parse(source, &mut answers.problems);
        let matcher = Matcher::new(tree, &sections, &mut answers.problems);
        let mut lookup = matcher.globs.lookup();
        let (mut found, mut key) = (Vec::new(), Vec::new());
        let line = |id: &u32| &matcher.lines[*id as usize];
        for path in paths {
            matcher.all(path, &mut lookup, &mut found);
            key.clear();
            // Sorted by section. A section counts with its first matching line, unless one of its lines excludes the path.
            for of_section in found.chunk_by(|a, b| line(a).section == line(b).section) {
                let excluded = of_section.iter().any(|id| line(id).excludes);
                key.extend(of_section.first().filter(|_| !excluded));
            }
            answers.push(&key, || {
                let found = || key.iter().map(line);
                let owners = found().flat_map(|line| &sections[line.section].maintainers);
                let rules = found().map(|line| Place::Text(Arc::clone(source), line.written.span));
                Answer::new(owners.map(|line| line.text), rules.collect())
            });
        }
    })
}

/// A line with a pattern.
struct PathLine<'s> {
    section: usize,
    excludes: bool,
    written: Line<'s>,
    /// The number of `/` that a path must have.
    slashes: Option<usize>,
}

/// Finds the lines that match a path; the position of a line is its id.
struct Matcher<'s> {
    lines: Vec<PathLine<'s>>,
    globs: Index,
    lines_of_globs: Vec<u32>,
    regexes: Regexes,
    names: Regexes,
}

impl<'s> Matcher<'s> {
    fn new(
        tree: &Tree<'_>,
        sections: &[MaintainersSection<'s>],
        problems: &mut Vec<FileProblem>,
    ) -> Self {
        let mut lines = Vec::new();
        let (mut globs, mut lines_of_globs): (Vec<Glob>, Vec<u32>) = Default::default();
        let mut regexes: Vec<(u32, String)> = Vec::new();
        let mut names: Vec<(u32, &str)> = Vec::new();
        let mut add = |section, excludes, written: &Line<'s>, slashes| {
            lines.push(PathLine {
                section,
                excludes,
                written: *written,
                slashes,
            });
            u32::try_from(lines.len() - 1).unwrap_or(u32::MAX)
        };
        for (at, section) in sections.iter().enumerate() {
            let excluded = section.excluded.iter().map(|line| (line, true));
            let files = section.files.iter().map(|line| (line, false));
            for (line, excludes) in excluded.chain(files) {
                let is_directory = !line.text.ends_with('/')
                    && !line.text.contains(['*', '?'])
                    && tree.is_directory(BStr::new(line.text));
                match pattern::parse(line.text, is_directory) {
                    SectionPattern::Glob(glob) => {
                        globs.push(glob);
                        lines_of_globs.push(add(at, excludes, line, None));
                    }
                    SectionPattern::Regex(regex, slashes) => {
                        regexes.push((add(at, excludes, line, slashes), regex));
                    }
                }
            }
            let of_section = section.names.iter();
            names.extend(of_section.map(|line| (add(at, false, line, None), line.text)));
        }
        let mut parse = |text: &str, id: u32, is_extended: bool| {
            let syntax = syntax::Config::new()
                .utf8(false)
                .ignore_whitespace(is_extended)
                .nest_limit(100);
            let parsed = syntax::parse_with(text, &syntax);
            let report = |error: &regex_syntax::Error| {
                let written = lines[id as usize].written;
                let shown = quoted(written.text);
                let reason = reason(error);
                let message = format!("invalid regular expression {shown} is ignored: {reason}");
                problems.push(written.problem(message));
            };
            let hir = parsed.inspect_err(report).ok()?;
            Some((id, hir))
        };
        let regexes = regexes.iter();
        let parsed = regexes.filter_map(|(id, text)| parse(text, *id, false));
        let (regexes, mut beyond) = Regexes::new(parsed);
        let parsed = names.iter().filter_map(|(id, text)| parse(text, *id, true));
        let (names, more) = Regexes::new(parsed);
        beyond.extend(more);
        if let [first, others @ ..] = &beyond[..] {
            let written = lines[*first as usize].written;
            problems.push(written.problem(too_large(written.text, others.len())));
        }
        Self {
            lines,
            globs: Index::new(globs),
            lines_of_globs,
            regexes,
            names,
        }
    }

    /// Collects the ids of all lines that match, sorted.
    fn all(&self, path: &BStr, lookup: &mut Lookup<'_>, found: &mut Vec<u32>) {
        lookup.all(path, found);
        for id in &mut *found {
            *id = self.lines_of_globs[*id as usize];
        }
        let mut ids = Vec::new();
        for regexes in [&self.regexes, &self.names] {
            regexes.all(path, &mut ids);
            found.append(&mut ids);
        }
        let fits = |slashes| path.find_iter("/").count() == slashes;
        found.retain(|id| self.lines[*id as usize].slashes.is_none_or(fits));
        found.sort_unstable();
    }
}

/// Returns the last line of an error: the cause without the marked position.
fn reason(error: &regex_syntax::Error) -> String {
    let text = error.to_string();
    let last = text.lines().last().unwrap_or_default();
    last.trim_start_matches("error: ").to_owned()
}
