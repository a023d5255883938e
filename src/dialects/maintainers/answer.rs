use std::sync::Arc;

use bstr::{BStr, ByteSlice};

use super::{
    DIALECT,
    parse::{MaintainersSection, parse},
    pattern::{self, SectionPattern},
};
use crate::{
    dialects::{
        Answer, Answers, FileProblem, FileProblemKind, Tree,
        glob::Glob,
        index::{Index, Lookup},
        lines::Line,
        regexes::Regexes,
    },
    text::{Place, Source, quoted},
};

/// What the file says of `paths`.
pub(super) fn answer(tree: &Tree<'_>, paths: &[&BStr]) -> Answers {
    let mut answers = Answers::default();
    let Some(source) = tree.first(DIALECT.locations, &mut answers.problems) else {
        return Answers::same(paths.len(), answers.problems);
    };
    answers.read.push(source.path.clone());
    let sections = parse(&source, &mut answers.problems);
    let matcher = Matcher::new(tree, &source, &sections, &mut answers.problems);
    let mut lookup = matcher.globs.lookup();
    let (mut found, mut key) = (Vec::new(), Vec::new());
    for path in paths {
        matcher.all(path, &mut lookup, &mut found);
        key.clear();
        // Sorted by section. One that excludes the path contributes nothing; else its first line.
        for of_section in found.chunk_by(|a, b| a.section == b.section) {
            let excluded = of_section.iter().any(|claim| claim.excludes);
            let first = of_section.first().filter(|_| !excluded);
            key.extend(first.map(|claim| claim.id));
        }
        answers.push(&key, || {
            let found = || key.iter().map(|id| &matcher.claims[*id as usize]);
            let sections = found().map(|claim| &sections[claim.section as usize]);
            let owners = sections.flat_map(|section| section.maintainers.iter());
            let rules = found().map(|claim| claim.place.clone());
            Answer::new(owners.map(|line| line.text), rules.collect())
        });
    }
    answers.finish()
}

/// A line that speaks of paths.
struct PathLine {
    section: u32,
    excludes: bool,
    place: Place,
    /// How many `/` a path must have.
    slashes: Option<usize>,
}

/// A claim that matches a path.
struct MatchedLine {
    section: u32,
    id: u32,
    excludes: bool,
}

struct Matcher {
    claims: Vec<PathLine>,
    globs: Index,
    of_glob: Vec<u32>,
    regexes: Regexes,
    of_regex: Vec<u32>,
    names: Regexes,
    of_name: Vec<u32>,
}

impl Matcher {
    fn new(
        tree: &Tree<'_>,
        source: &Arc<Source>,
        sections: &[MaintainersSection<'_>],
        problems: &mut Vec<FileProblem>,
    ) -> Self {
        let mut claims = Vec::new();
        let (mut globs, mut of_glob): (Vec<Glob>, Vec<u32>) = Default::default();
        let (mut regexes, mut of_regex): (Vec<String>, Vec<u32>) = Default::default();
        let (mut names, mut of_name): (Vec<&str>, Vec<u32>) = Default::default();
        let mut add = |section: u32, excludes, line: &Line<'_>, slashes| {
            claims.push(PathLine {
                section,
                excludes,
                place: Place::Text(Arc::clone(source), line.span),
                slashes,
            });
            u32::try_from(claims.len() - 1).unwrap_or(u32::MAX)
        };
        for (section, at) in sections.iter().zip(0..) {
            let excluded = section.excluded.iter().map(|line| (line, true));
            let files = section.files.iter().map(|line| (line, false));
            for (line, excludes) in excluded.chain(files) {
                let is_directory = !line.text.ends_with('/')
                    && !line.text.contains(['*', '?'])
                    && tree.is_directory(BStr::new(line.text));
                match pattern::parse(line.text, is_directory) {
                    SectionPattern::Glob(glob) => {
                        globs.push(glob);
                        of_glob.push(add(at, excludes, line, None));
                    }
                    SectionPattern::Regex(regex, slashes) => {
                        regexes.push(regex);
                        of_regex.push(add(at, excludes, line, slashes));
                    }
                }
            }
            for line in &section.names {
                names.push(line.text);
                of_name.push(add(at, false, line, None));
            }
        }
        let (regexes, faults) = Regexes::new(regexes.iter().map(String::as_str), false);
        let mut wrong: Vec<(u32, String)> = Vec::new();
        wrong.extend(
            faults
                .into_iter()
                .map(|(at, reason)| (of_regex[at], reason)),
        );
        let (names, faults) = Regexes::new(names, true);
        wrong.extend(faults.into_iter().map(|(at, reason)| (of_name[at], reason)));
        for (id, reason) in wrong {
            let place = claims[id as usize].place.clone();
            let shown = match &place {
                Place::Text(source, span) => quoted(&source.text()[span.range()]),
                Place::Path(..) => String::new(),
            };
            let message = format!("{shown} is no regular expression: {reason}: it is ignored");
            problems.push(FileProblem {
                place,
                message,
                kind: FileProblemKind::Line,
            });
        }
        Self {
            claims,
            globs: Index::new(globs),
            of_glob,
            regexes,
            of_regex,
            names,
            of_name,
        }
    }

    fn all(&self, path: &BStr, lookup: &mut Lookup<'_>, found: &mut Vec<MatchedLine>) {
        found.clear();
        let mut ids = Vec::new();
        let mut add = |id: u32| {
            let claim = &self.claims[id as usize];
            let fits = |slashes| path.find_iter("/").count() == slashes;
            if claim.slashes.is_none_or(fits) {
                found.push(MatchedLine {
                    section: claim.section,
                    id,
                    excludes: claim.excludes,
                });
            }
        };
        lookup.all(path, &mut ids);
        ids.iter().for_each(|at| add(self.of_glob[*at as usize]));
        self.regexes.all(path, &mut ids);
        ids.iter().for_each(|at| add(self.of_regex[*at as usize]));
        self.names.all(path, &mut ids);
        ids.iter().for_each(|at| add(self.of_name[*at as usize]));
        found.sort_unstable_by_key(|found| found.id);
    }
}
