//! Writing for dialects in which the last matching line wins.
//!
//! The map has no order: the stronger claim wins. Where two claims match the same file, the line of the winning
//! claim comes after the other one. Otherwise lines are sorted by path, and lines without effect are dropped. If no
//! order is correct, files are listed one by one or an error is returned.

use bstr::BStr;
use rustc_hash::FxHashMap;

use super::{
    Dialect, OwnerSet, Ownership, Refusal, Written,
    glob::Glob,
    index::Index,
    new_files::Kinds,
    order::{area, sorted},
    ownership::OwnersId,
};
use crate::{
    config::TeamId,
    inventory::mark,
    pattern::Alternative,
    resolution::owner_set,
    text::{Place, and_more, quoted},
};

/// The pattern syntax of a dialect.
pub(super) struct Syntax {
    /// Returns the patterns for an alternative; `None` if the dialect cannot express it.
    pub pattern: fn(&Alternative) -> Option<Vec<String>>,
    /// Returns the pattern for a file.
    pub file: fn(&BStr) -> String,
    /// Parses a pattern.
    pub read: fn(&str) -> Option<Glob>,
    /// Returns whether the forge accepts a handle as an owner.
    pub is_owner: fn(&str) -> bool,
    /// The kinds of owners that it accepts, for help texts.
    pub owners: &'static str,
}

/// Writes the file of a dialect, with lines in an order that gives each file the right owners.
pub(super) fn write(
    ownership: &Ownership<'_>,
    dialect: &Dialect,
    syntax: &Syntax,
) -> Result<Written, Vec<Refusal>> {
    let forge = dialect.forge.as_ref().map_or(dialect.summary, |it| it.name);
    let wrong = format!("not a valid owner for {forge}");
    let handles = |teams: &[TeamId]| {
        ownership.owner_handles(teams, dialect, syntax.is_owner, &wrong, syntax.owners)
    };
    let expected = ownership.expected(handles)?;
    let lines = lines(ownership, syntax, |teams| handles(teams).is_ok())?;
    let text = text(ownership, &lines, handles)?;
    Ok(Written {
        files: vec![(dialect.locations[0].into(), text)],
        expected,
        notes: Vec::new(),
    })
}

/// A line to write.
#[derive(Debug, Clone)]
struct OrderedLine {
    /// The part of the tree that it belongs to, for grouping.
    area: String,
    /// Its pattern in the dialect's syntax.
    pattern: String,
    /// The owners, primary owner first; empty if the files have no owner.
    owners: Vec<TeamId>,
    /// The claim in the map.
    place: Option<Place>,
}

impl OrderedLine {
    fn owner_set(&self) -> Vec<TeamId> {
        owner_set(&self.owners)
    }
}

/// Returns the ordered lines for a repository: those that existing files need, and those for new files where the
/// existing ones allow it. Lines for new files only are skipped if the dialect cannot express them, or if `is_named`
/// returns that an owner has no name on the forge.
fn lines(
    ownership: &Ownership<'_>,
    syntax: &Syntax,
    is_named: impl Fn(&[TeamId]) -> bool,
) -> Result<Vec<OrderedLine>, Vec<Refusal>> {
    let kinds = Kinds::new(ownership);
    if let Some(kinds) = kinds.filter(|kinds| kinds.all().next().is_some())
        && let Ok(lines) = attempt(ownership, syntax, Some(&kinds), &is_named)
    {
        return Ok(lines);
    }
    attempt(ownership, syntax, None, &is_named)
}

fn attempt(
    ownership: &Ownership<'_>,
    syntax: &Syntax,
    kinds: Option<&Kinds<'_>>,
    is_named: impl Fn(&[TeamId]) -> bool,
) -> Result<Vec<OrderedLine>, Vec<Refusal>> {
    let mut refusals = Vec::new();
    let mut lines = Vec::new();
    for ((pattern, claim), is_needed) in sorted(ownership, kinds) {
        let claims = &ownership.repository.claims;
        let claim = claims.get(claim);
        let owners = claim.owners.clone();
        if !is_needed && !is_named(&owners) {
            continue;
        }
        for alternative in claims.patterns()[pattern as usize].alternatives() {
            match (syntax.pattern)(alternative) {
                Some(texts) => lines.extend(texts.into_iter().map(|pattern| OrderedLine {
                    area: area(alternative),
                    pattern,
                    owners: owners.clone(),
                    place: Some(claim.place.clone()),
                })),
                None if ownership.per_file || !is_needed => {}
                None => refusals.push(Refusal {
                    place: Some(claim.place.clone()),
                    message: format!("this dialect has no equivalent of {}", quoted(&claim.about)),
                    help: Some(
                        "rewrite the pattern without character classes, or use \
                        `--per-file-fallback`"
                            .to_owned(),
                    ),
                }),
            }
        }
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let mut classes = classes(ownership, syntax, &lines, kinds);
    drop_redundant_lines(&mut lines, &mut classes);
    let wrong = wrong(&lines, &classes);
    if !wrong.is_empty() && !ownership.per_file {
        return Err(refusals_for(ownership, &lines, &wrong));
    }
    let files = &ownership.files;
    let mut single: Vec<OrderedLine> = wrong
        .iter()
        .map(|(file, _)| OrderedLine {
            area: "files listed individually, because the patterns above cannot assign the right \
                owners to them"
                .to_owned(),
            pattern: (syntax.file)(files[*file].path),
            owners: ownership.owners(&files[*file]).to_vec(),
            place: ownership.place(&files[*file]).cloned(),
        })
        .collect();
    // A `?` in place of a character that cannot be written may match another file as well.
    single.sort_by_key(|line| !line.pattern.contains('?'));
    lines.append(&mut single);
    Ok(lines)
}

/// Files with the same matching lines and the same owners.
struct FileClass {
    lines: Vec<u32>,
    owners: OwnerSet,
    /// The existing files; empty for a kind of new files.
    files: Vec<usize>,
}

fn classes(
    ownership: &Ownership<'_>,
    syntax: &Syntax,
    lines: &[OrderedLine],
    kinds: Option<&Kinds<'_>>,
) -> Vec<FileClass> {
    let globs = lines.iter();
    let globs: Vec<Glob> = globs
        .map(|line| (syntax.read)(&line.pattern).unwrap_or_default())
        .collect();
    let new = || kinds.map(|kinds| kinds.matches(&globs)).unwrap_or_default();
    let (mut classes, new) = rayon::join(|| existing(ownership, globs.clone()), new);
    classes.extend(new.into_iter().map(|(lines, owners)| FileClass {
        lines,
        owners,
        files: Vec::new(),
    }));
    classes
}

/// Returns the classes of the existing files.
fn existing(ownership: &Ownership<'_>, globs: Vec<Glob>) -> Vec<FileClass> {
    let index = Index::new(globs);
    let mut lookup = index.lookup();
    let mut known: FxHashMap<(Vec<u32>, OwnersId), usize> = FxHashMap::default();
    let mut classes: Vec<FileClass> = Vec::new();
    let mut found = Vec::new();
    // Consecutive files are mostly in the same class.
    let mut last = (0, OwnersId::MAX);
    for (file, at) in ownership.files.iter().zip(0..) {
        lookup.all(file.path, &mut found);
        let is_same = last.1 == file.owners && classes[last.0].lines == found;
        if !is_same {
            let key = (found.clone(), file.owners);
            let class = *known.entry(key).or_insert_with(|| {
                classes.push(FileClass {
                    lines: found.clone(),
                    owners: OwnerSet::clone(ownership.owners(file)),
                    files: Vec::new(),
                });
                classes.len() - 1
            });
            last = (class, file.owners);
        }
        classes[last.0].files.push(at);
    }
    classes
}

/// Removes lines that have no effect on any file, the most specific first.
fn drop_redundant_lines(lines: &mut Vec<OrderedLine>, classes: &mut [FileClass]) {
    let mut by_line: Vec<Vec<usize>> = vec![Vec::new(); lines.len()];
    for (class, at) in classes.iter().zip(0..) {
        for line in &class.lines {
            by_line[*line as usize].push(at);
        }
    }
    let mut is_kept = vec![true; lines.len()];
    for at in (0..lines.len()).rev() {
        let owners = |line: Option<&u32>| line.map(|line| lines[*line as usize].owner_set());
        let matters = by_line[at].iter().any(|class| {
            let lines = &classes[*class].lines;
            let mut kept = lines.iter().rev().filter(|line| is_kept[**line as usize]);
            let last = kept.next();
            last.is_some_and(|last| {
                *last as usize == at
                    && owners(Some(last)) != owners(kept.next()).or_else(|| Some(Vec::new()))
            })
        });
        is_kept[at] = matters;
    }
    let mut ids = vec![None; lines.len()];
    for (new, old) in (0..).zip((0..lines.len()).filter(|at| is_kept[*at])) {
        ids[old] = Some(new);
    }
    for class in classes {
        class.lines = class
            .lines
            .iter()
            .filter_map(|line| ids[*line as usize])
            .collect();
    }
    let mut kept = is_kept.into_iter();
    lines.retain(|_| kept.next().unwrap_or_default());
}

/// Returns the files that would get wrong owners, sorted, each with its last matching line.
fn wrong(lines: &[OrderedLine], classes: &[FileClass]) -> Vec<(usize, Option<u32>)> {
    let written = |class: &FileClass| match class.lines.last() {
        Some(line) => lines[*line as usize].owner_set(),
        None => Vec::new(),
    };
    let mut wrong: Vec<(usize, Option<u32>)> = Vec::new();
    for class in classes
        .iter()
        .filter(|class| written(class)[..] != class.owners[..])
    {
        let last = class.lines.last().copied();
        wrong.extend(class.files.iter().map(|file| (*file, last)));
    }
    wrong.sort_unstable();
    wrong
}

/// Returns one refusal for each line that gives files the wrong owners.
fn refusals_for(
    ownership: &Ownership<'_>,
    lines: &[OrderedLine],
    wrong: &[(usize, Option<u32>)],
) -> Vec<Refusal> {
    let files = &ownership.files;
    let mut by_line = wrong.to_vec();
    by_line.sort_by_key(|(file, line)| (*line, *file));
    by_line
        .chunk_by(|(_, a), (_, b)| a == b)
        .filter_map(|chunk| {
            let (file, line) = chunk.first()?;
            let line = line.map(|line| &lines[line as usize]);
            let paths = and_more([quoted(files[*file].path)], chunk.len());
            let message = match line {
                Some(line) => format!(
                    "cannot express the owners that the map assigns to {paths}: whatever the order \
                     of the lines, the last match would be {}",
                    quoted(&line.pattern)
                ),
                None => format!("cannot express the owners that the map assigns to {paths}"),
            };
            let of_line = line.and_then(|line| line.place.clone());
            Some(Refusal {
                place: of_line.or_else(|| ownership.place(&files[*file]).cloned()),
                message,
                help: Some("use `--per-file-fallback` to list these files individually".to_owned()),
            })
        })
        .collect()
}

/// Returns the text of the file: the header, then the lines by area.
fn text(
    ownership: &Ownership<'_>,
    lines: &[OrderedLine],
    mut owners: impl FnMut(&[TeamId]) -> Result<Vec<String>, Refusal>,
) -> Result<String, Vec<Refusal>> {
    let mut text = head(ownership, "# ");
    let mut area = None;
    for line in lines {
        if area != Some(&line.area) {
            area = Some(&line.area);
            text.push('\n');
            if !line.area.is_empty() {
                text += &format!("# {}\n", line.area);
            }
        }
        let owners = owners(&line.owners).map_err(|refusal| vec![refusal])?;
        text += &line.pattern;
        for owner in owners {
            text.push(' ');
            text += &owner;
        }
        text.push('\n');
    }
    Ok(text)
}

/// Returns the header of a generated file as comment lines.
pub(super) fn head(ownership: &Ownership<'_>, comment: &str) -> String {
    let mark = mark(ownership.map.name());
    format!(
        "{comment}{mark} Do not edit it; change the map, then run:\n{comment}  {}\n",
        ownership.command
    )
}
