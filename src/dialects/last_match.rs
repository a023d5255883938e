//! Writing for dialects in which the last line that matches decides.
//!
//! The map has no order: the stronger claim wins. Wherever two claims meet on a file, the line of the
//! one that stands goes behind the line of the other; as far as that leaves a choice, lines are
//! sorted by path. A line that changes nothing is left out. Where no order fits, files are named one
//! by one or writing is refused.

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
    inventory::MARK,
    pattern::Alternative,
    resolution::owner_set,
    text::{Place, and_more, quoted},
};

/// How a dialect writes what a line is about.
pub(super) struct Syntax {
    /// The lines for what a pattern matches; nothing if it can't be said.
    pub pattern: fn(&Alternative) -> Option<Vec<String>>,
    /// The line for a file.
    pub file: fn(&BStr) -> String,
    /// What a line matches.
    pub read: fn(&str) -> Option<Glob>,
    /// Whether a handle is an owner to the forge.
    pub is_owner: fn(&str) -> bool,
    /// What an owner may be.
    pub owners: &'static str,
}

/// The file of a dialect, its lines in an order that gives each file its owners.
pub(super) fn write(
    ownership: &Ownership<'_>,
    dialect: &Dialect,
    syntax: &Syntax,
) -> Result<Written, Vec<Refusal>> {
    let forge = dialect.forge.as_ref().map_or(dialect.summary, |it| it.name);
    let wrong = format!("no owner on {forge}");
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

/// A line.
#[derive(Debug, Clone)]
struct OrderedLine {
    /// The part of the tree that it is about, for grouping.
    area: String,
    /// What it is about, in the dialect's own syntax.
    pattern: String,
    /// The owners, the primary one first; none says that nobody owns what matches.
    owners: Vec<TeamId>,
    /// Where the map says so.
    place: Option<Place>,
}

impl OrderedLine {
    fn owner_set(&self) -> Vec<TeamId> {
        owner_set(&self.owners)
    }
}

/// The lines for a repository, in order: those that files of today need, and as far as these leave
/// room, those that new files need. What only the latter need is left out where it can't be said, or
/// where `is_named` says that the forge has no name for an owner.
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
                    message: format!("{} can't be said in this dialect", quoted(&claim.about)),
                    help: Some("write it without classes, or use --per-file-fallback".to_owned()),
                }),
            }
        }
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let mut classes = classes(ownership, syntax, &lines, kinds);
    keep_what_counts(&mut lines, &mut classes);
    let unfit = unfit(&lines, &classes);
    if !unfit.is_empty() && !ownership.per_file {
        return Err(refused(ownership, &lines, &unfit));
    }
    let files = &ownership.files;
    let mut single: Vec<OrderedLine> = unfit
        .iter()
        .map(|(file, _)| OrderedLine {
            area: "files that no line above fits".to_owned(),
            pattern: (syntax.file)(files[*file].path),
            owners: ownership.owners(&files[*file]).to_vec(),
            place: ownership.place(&files[*file]).cloned(),
        })
        .collect();
    // A wildcard that stands for a character which can't be written may hit a neighbour.
    single.sort_by_key(|line| !line.pattern.contains('?'));
    lines.append(&mut single);
    Ok(lines)
}

/// Files that the same lines match and the same teams own.
struct FileClass {
    lines: Vec<u32>,
    owners: OwnerSet,
    /// Of today; none for a kind of new files.
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
    let of_new = || kinds.map(|kinds| kinds.meeting(&globs)).unwrap_or_default();
    let (mut classes, new) = rayon::join(|| of_files(ownership, globs.clone()), of_new);
    classes.extend(new.into_iter().map(|(lines, owners)| FileClass {
        lines,
        owners,
        files: Vec::new(),
    }));
    classes
}

/// The classes of the files of today.
fn of_files(ownership: &Ownership<'_>, globs: Vec<Glob>) -> Vec<FileClass> {
    let index = Index::new(globs);
    let mut lookup = index.lookup();
    let mut known: FxHashMap<(Vec<u32>, OwnersId), usize> = FxHashMap::default();
    let mut classes: Vec<FileClass> = Vec::new();
    let mut found = Vec::new();
    // Neighbours are mostly in the class of the file before.
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

/// Leaves out lines without which every file has the same owners, the most special first.
fn keep_what_counts(lines: &mut Vec<OrderedLine>, classes: &mut [FileClass]) {
    let mut of_line: Vec<Vec<usize>> = vec![Vec::new(); lines.len()];
    for (class, at) in classes.iter().zip(0..) {
        for line in &class.lines {
            of_line[*line as usize].push(at);
        }
    }
    let mut is_kept = vec![true; lines.len()];
    for at in (0..lines.len()).rev() {
        let owners = |line: Option<&u32>| line.map(|line| lines[*line as usize].owner_set());
        let counts = of_line[at].iter().any(|class| {
            let lines = &classes[*class].lines;
            let mut kept = lines.iter().rev().filter(|line| is_kept[**line as usize]);
            let last = kept.next();
            last.is_some_and(|last| {
                *last as usize == at
                    && owners(Some(last)) != owners(kept.next()).or_else(|| Some(Vec::new()))
            })
        });
        is_kept[at] = counts;
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

/// The files that do not get their owners, sorted, with the line that decides about them.
fn unfit(lines: &[OrderedLine], classes: &[FileClass]) -> Vec<(usize, Option<u32>)> {
    let given = |class: &FileClass| match class.lines.last() {
        Some(line) => lines[*line as usize].owner_set(),
        None => Vec::new(),
    };
    let mut unfit: Vec<(usize, Option<u32>)> = Vec::new();
    for class in classes
        .iter()
        .filter(|class| given(class)[..] != class.owners[..])
    {
        let last = class.lines.last().copied();
        unfit.extend(class.files.iter().map(|file| (*file, last)));
    }
    unfit.sort_unstable();
    unfit
}

/// One refusal for each line that gives files the wrong owners.
fn refused(
    ownership: &Ownership<'_>,
    lines: &[OrderedLine],
    unfit: &[(usize, Option<u32>)],
) -> Vec<Refusal> {
    let files = &ownership.files;
    let mut by_line = unfit.to_vec();
    by_line.sort_by_key(|(file, line)| (*line, *file));
    by_line
        .chunk_by(|(_, a), (_, b)| a == b)
        .filter_map(|alike| {
            let (file, line) = alike.first()?;
            let line = line.map(|line| &lines[line as usize]);
            let paths = and_more([quoted(files[*file].path)], alike.len());
            let message = match line {
                Some(line) => format!(
                    "no order of lines gives {paths} the owners of the map: {} matches last",
                    quoted(&line.pattern)
                ),
                None => format!("no line gives {paths} the owners of the map"),
            };
            let of_line = line.and_then(|line| line.place.clone());
            Some(Refusal {
                place: of_line.or_else(|| ownership.place(&files[*file]).cloned()),
                message,
                help: Some("--per-file-fallback writes a line for each such file".to_owned()),
            })
        })
        .collect()
}

/// The text of a file: head, then the lines by area.
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

/// What a generated file says of itself, in comments.
pub(super) fn head(ownership: &Ownership<'_>, comment: &str) -> String {
    format!(
        "{comment}{MARK} Do not edit it; change the map, then run:\n{comment}  {}\n",
        ownership.command
    )
}
