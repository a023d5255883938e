//! The lines of an ownership file that have no effect on the files of a repository, or less than their author may expect.

use std::{collections::BTreeSet, sync::Arc};

use bstr::{BString, ByteSlice as _};

use super::{Dialect, OwnershipLine, Tree, glob::Glob, index::Index, lines::Line};
use crate::{
    inventory::{Files, is_generated},
    pattern::{Language, Pattern},
    text::Place,
};

/// The lines without an effect in the file of a dialect, in their order in the file.
#[derive(Debug, Default)]
pub struct IdleLines {
    /// The lines that match no files.
    pub unmatched: Vec<UnmatchedLine>,
    /// The lines that match files, but decide nothing, whatever files are added.
    pub overridden: Vec<OverriddenLine>,
    /// The lines that may be meant for a whole directory.
    pub shallow: Vec<ShallowLine>,
}

/// A line such as `docs/*`, which decides only about the files directly in a directory, although no later line decides
/// about all files in its subdirectories.
#[derive(Debug)]
pub struct ShallowLine {
    /// Its pattern as written.
    pub place: Place,
    /// The number of files in subdirectories that have other owners and that a line for the whole directory would decide.
    pub files: u64,
    /// The first of them.
    pub example: BString,
}

/// A line that matches no files.
#[derive(Debug)]
pub struct UnmatchedLine {
    /// The closest pattern in the map; `None` if the map has no similar pattern.
    pub pattern: Option<String>,
    /// Its pattern as written.
    pub place: Place,
}

/// A line that others override.
#[derive(Debug)]
pub struct OverriddenLine {
    /// The line.
    pub place: Place,
    /// The last of the lines that match the same paths and decide.
    pub by: Place,
    /// Whether that line has the same pattern.
    pub is_repeated: bool,
    /// Whether that line matches all files.
    pub is_by_catch_all: bool,
}

/// How a line fares with the files of a repository.
#[derive(Debug, Clone, Default)]
struct Fate {
    is_matching: bool,
    is_deciding: bool,
    /// As long as it decides nothing: the lines that decide files that it matches.
    deciding: Vec<u32>,
}

/// If more lines than these decide the files of a line, it is not examined further.
const MAX_DECIDING: usize = 8;

/// Returns the lines without an effect in a repository's file of a dialect. A generated file has none, because its lines
/// follow the map.
pub fn idle_lines(dialect: &Dialect, tree: &Tree<'_>, files: &Files) -> IdleLines {
    let lines = dialect.entries.map_or_else(Vec::new, |lines| lines(tree));
    if let Some(Place::Text(source, _)) = lines.first().map(|line| &line.place)
        && is_generated(source.text())
    {
        return IdleLines::default();
    }
    let index = Index::new(lines.iter().map(|line| line.glob.clone()).collect());
    let fates = fates(&lines, &index, files);
    let mut idle = IdleLines {
        shallow: shallow(&lines, &fates, &index, files),
        ..IdleLines::default()
    };
    for (line, fate) in lines.iter().zip(&fates) {
        if fate.is_matching
            && !fate.is_deciding
            && let Some(by) = overriding(&line.glob, &fate.deciding, &index)
        {
            let glob = index.glob(by);
            idle.overridden.push(OverriddenLine {
                place: line.place.clone(),
                by: lines[by as usize].place.clone(),
                is_repeated: *glob == line.glob,
                is_by_catch_all: glob.matches_all_in(b""),
            });
        }
    }
    // Several globs can come from one line, and follow each other.
    let mut fates = fates.into_iter();
    for line in lines.chunk_by(|a, b| a.place == b.place) {
        let of_line = fates.by_ref().take(line.len());
        if of_line.filter(|fate| fate.is_matching).count() == 0 {
            idle.unmatched.push(UnmatchedLine {
                pattern: line[0].pattern.clone(),
                place: pattern_place(&line[0].place),
            });
        }
    }
    idle.unmatched.sort_by(|a, b| a.place.cmp(&b.place));
    idle.overridden.sort_by(|a, b| a.place.cmp(&b.place));
    idle
}

/// Returns the place of the pattern in a line.
fn pattern_place(line: &Place) -> Place {
    match line {
        Place::Text(source, span) => {
            let (text, span) = (line.words(), *span);
            let (pattern, _) = Line { text, span, source }.split_pattern();
            Place::Text(Arc::clone(source), pattern.span)
        }
        Place::Path(..) => line.clone(),
    }
}

fn fates(lines: &[OwnershipLine], index: &Index, files: &Files) -> Vec<Fate> {
    let section = |id: &u32| lines[*id as usize].section;
    let mut fates = vec![Fate::default(); lines.len()];
    let mut lookup = index.lookup();
    let mut found: Vec<u32> = Vec::new();
    for file in files.iter() {
        lookup.all(file.path, &mut found);
        // The last line of a section decides. Exclusions come last.
        for of_section in found.chunk_by(|a, b| section(a) == section(b)) {
            let Some((deciding, others)) = of_section.split_last() else {
                continue;
            };
            let fate = &mut fates[*deciding as usize];
            (fate.is_matching, fate.is_deciding) = (true, true);
            for id in others {
                let fate = &mut fates[*id as usize];
                fate.is_matching = true;
                let is_open = !fate.is_deciding && fate.deciding.len() <= MAX_DECIDING;
                if is_open && !fate.deciding.contains(deciding) {
                    fate.deciding.push(*deciding);
                }
            }
        }
    }
    fates
}

fn shallow(
    lines: &[OwnershipLine],
    fates: &[Fate],
    index: &Index,
    files: &Files,
) -> Vec<ShallowLine> {
    let mut lookup = index.lookup();
    let mut found: Vec<u32> = Vec::new();
    let mut shallow = Vec::new();
    for (id, (line, _)) in (0..)
        .zip(lines.iter().zip(fates))
        .filter(|(_, (_, fate))| fate.is_deciding)
    {
        let Some(directory) = directory_of(line) else {
            continue;
        };
        let deeper = files.under(directory.as_bstr()).filter_map(|at| {
            let path = files.get(at).path;
            path[directory.len()..].contains(&b'/').then_some(path)
        });
        let mut taken = deeper.filter(|path| {
            lookup.all(path, &mut found);
            let of_section = found
                .iter()
                .filter(|id| lines[**id as usize].section == line.section);
            // Later lines would decide about the file even if this one were about the whole directory.
            match of_section.max() {
                Some(deciding) if *deciding >= id => false,
                Some(deciding) => !has_same_owners(&lines[*deciding as usize], line),
                None => !line.owners.is_empty(),
            }
        });
        if let Some(example) = taken.next() {
            shallow.push(ShallowLine {
                place: pattern_place(&line.place),
                example: example.into(),
                files: 1 + taken.count() as u64,
            });
        }
    }
    shallow
}

/// Returns the directory, with a final `/`, of a line for exactly the files directly in it; `None` for other lines and for
/// the root, which such a line means on purpose.
fn directory_of(line: &OwnershipLine) -> Option<BString> {
    let directory = line.pattern.as_deref()?.strip_suffix('*')?;
    let path = Pattern::parse(directory.strip_suffix('/')?)
        .ok()?
        .literal_path()?;
    let directory = BString::from([&path[..], b"/"].concat());
    let below = |name: &[u8]| line.glob.matches(&[&directory[..], name].concat());
    (!path.is_empty() && below(b"\x01") && !below(b"\x01/\x01")).then_some(directory)
}

fn has_same_owners(one: &OwnershipLine, other: &OwnershipLine) -> bool {
    let set = |line: &OwnershipLine| -> BTreeSet<String> { line.owners.iter().cloned().collect() };
    set(one) == set(other)
}

/// Returns the last of the lines that decide all paths that a glob can match; `None` if others may decide some.
fn overriding(glob: &Glob, deciding: &[u32], index: &Index) -> Option<u32> {
    let last = *deciding.iter().max()?;
    if deciding.len() > MAX_DECIDING {
        return None;
    }
    if let Some(same) = deciding.iter().find(|by| index.glob(**by) == glob) {
        return Some(*same);
    }
    let pattern = |glob: &Glob| Some(Pattern::of("", vec![glob.with_all_content()?]));
    // These patterns also match everything inside directories, which the globs must do too.
    let whole = deciding.iter().map(|by| index.glob(*by));
    let whole = whole.filter(|glob| glob.holds_content());
    let all: Vec<Pattern> = whole.filter_map(pattern).collect();
    let own = pattern(glob)?;
    let is_within = Language::of([&own]).is_within(&Language::of(&all));
    is_within.is_ok_and(|is_within| is_within).then_some(last)
}

#[cfg(test)]
mod tests {
    use bstr::{BStr, BString};
    use proptest::prelude::*;

    use super::*;
    use crate::{
        dialects::by_name,
        inventory::{FileKind, FilesBuilder},
    };

    fn line() -> impl Strategy<Value = String> {
        let pattern = prop::sample::select(vec![
            "*", "/*", "**", "a", "/a", "/a/", "a/", "a/b", "/a/*", "/a/**", "a/**/b", "*.c",
            "/a/*.c", "b/*", "?", "/b",
        ]);
        let owners = prop::sample::select(vec!["@x", "@y", "@x @y", ""]);
        (pattern, owners)
            .prop_map(|(pattern, owners)| format!("{pattern} {owners}").trim().to_owned())
    }

    fn path() -> impl Strategy<Value = String> {
        prop::collection::vec(prop::sample::select(vec!["a", "b", "x.c", "new"]), 1..4)
            .prop_map(|names| names.join("/"))
    }

    /// Returns the owners of paths by a file, without the places.
    fn owners(dialect: &Dialect, text: &str, paths: &[String]) -> Vec<Vec<String>> {
        let tree = tree(dialect, text);
        let paths: Vec<&BStr> = paths.iter().map(BStr::new).collect();
        let answers = (dialect.answer.unwrap())(&tree, &paths);
        (0..answers.len())
            .map(|at| answers.of(at).owners.to_vec())
            .collect()
    }

    fn tree(dialect: &Dialect, text: &str) -> Tree<'static> {
        let path = BString::from(dialect.locations[0]);
        Tree::in_memory([(path, text.as_bytes().to_vec())])
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        /// Without the idle lines, no path of the repository has other owners. Without the overridden ones, no path at all.
        #[test]
        fn idle_lines_have_no_effect(
            lines in prop::collection::vec(line(), 1..8),
            section in 0..10_usize,
            dialect in prop::sample::select(vec!["github", "gitlab", "bitbucket", "gitea"]),
            paths in prop::collection::btree_set(path(), 1..10),
            others in prop::collection::vec(path(), 20),
        ) {
            let dialect = by_name(dialect).unwrap();
            let mut lines = lines;
            if dialect.name == "gitlab" && section < lines.len() {
                lines.insert(section, "[s]".to_owned());
            }
            let paths: Vec<String> = paths.into_iter().collect();
            let mut files = FilesBuilder::default();
            for path in &paths {
                files.push(path.as_bytes(), FileKind::Regular);
            }
            let files = files.build();
            let text = lines.join("\n");
            let idle = idle_lines(dialect, &tree(dialect, &text), &files);
            let without = |places: &[&Place]| {
                let gone = places.iter().map(|place| match place {
                    Place::Text(source, span) => source.line_column(span.start).line - 1,
                    Place::Path(..) => unreachable!("a line"),
                });
                let gone: Vec<usize> = gone.collect();
                let kept = lines.iter().enumerate().filter(|(at, _)| !gone.contains(at));
                kept.map(|(_, line)| line.as_str()).collect::<Vec<_>>().join("\n")
            };
            let unmatched: Vec<&Place> = idle.unmatched.iter().map(|line| &line.place).collect();
            let overridden: Vec<&Place> = idle.overridden.iter().map(|line| &line.place).collect();
            prop_assert_eq!(owners(dialect, &without(&unmatched), &paths), owners(dialect, &text, &paths));
            let others: Vec<String> = others.into_iter().chain(paths).collect();
            prop_assert_eq!(owners(dialect, &without(&overridden), &others), owners(dialect, &text, &others));
        }
    }
}
