//! Writing for dialects in which the last matching line wins.
//!
//! The map has no order: the stronger claim wins. Where two claims match the same path, the line of the winning
//! claim comes after the other one. Otherwise lines are sorted by path, and redundant lines are dropped. If no order
//! is correct for the existing files, these are listed one by one or an error is returned.

use std::collections::BTreeSet;

use bstr::{BStr, BString};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{
    Dialect, OwnerSet, Ownership, Refusal, TeamNames, Written,
    glob::Glob,
    index::Index,
    order::{Order, OrderedPattern, area},
    ownership::OwnersId,
};
use crate::{
    config::TeamId,
    inventory::mark,
    pattern::{Alternative, Extent, Language, Overlaps, Pattern, TooComplex},
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
    /// Whether files can be left without an owner if a weaker pattern matches them.
    pub can_disown: bool,
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
    write_with(ownership, dialect, syntax, Ok)
}

/// Like [`write()`], for a dialect with other rules: `convert` returns the lines to write instead of lines of which the last
/// match wins.
pub(super) fn write_with(
    ownership: &Ownership<'_>,
    dialect: &Dialect,
    syntax: &Syntax,
    convert: impl FnOnce(Vec<OrderedLine>) -> Result<Vec<OrderedLine>, Vec<Refusal>>,
) -> Result<Written, Vec<Refusal>> {
    let forge = dialect.forge.as_ref().map_or(dialect.summary, |it| it.name);
    let wrong = format!("not a valid owner for {forge}");
    let names = TeamNames::new(ownership.teams(), |team| {
        ownership.owner_handles(team, dialect, syntax.is_owner, &wrong, syntax.owners)
    });
    let expected = ownership.expected(&names)?;
    let lines = lines(ownership, forge, syntax, &names)?;
    let text = text(ownership, &convert(lines.lines)?, &names)?;
    Ok(Written {
        files: vec![(dialect.locations[0].into(), text)],
        expected,
        names,
        notes: Vec::new(),
        samples: lines.samples,
        is_complete: lines.is_complete,
    })
}

/// A line to write.
#[derive(Debug, Clone)]
pub(super) struct OrderedLine {
    /// The part of the tree that it belongs to, for grouping.
    pub area: String,
    /// Its pattern in the dialect's syntax.
    pub pattern: String,
    /// The owners, primary owner first; empty if the files have no owner.
    pub owners: Vec<TeamId>,
    /// The claim in the map.
    pub place: Option<Place>,
    /// The position of its pattern in the order; `None` for a single file.
    pub position: Option<usize>,
    /// The positions of the patterns that contain its pattern, sorted.
    pub around: Vec<usize>,
}

impl OrderedLine {
    pub fn owner_set(&self) -> Vec<TeamId> {
        owner_set(&self.owners)
    }
}

/// The lines of a file.
struct Lines {
    lines: Vec<OrderedLine>,
    /// Paths of new files that may get other owners than in the map.
    samples: Vec<BString>,
    /// Whether all other new files get the owners that the map assigns.
    is_complete: bool,
}

/// Returns the ordered lines for a repository: one for each pattern that decides about any path. A pattern that no
/// existing file needs is skipped if the dialect cannot express it, or if an owner has no name on the forge.
fn lines(
    ownership: &Ownership<'_>,
    forge: &str,
    syntax: &Syntax,
    names: &TeamNames,
) -> Result<Lines, Vec<Refusal>> {
    let claims = &ownership.repository.claims;
    let mut order = Order::new(ownership);
    let spelled: Vec<SpelledPattern> = order
        .patterns
        .par_iter()
        .with_min_len(256)
        .map(|one| {
            let can_have_owners = match one.owners.is_empty() {
                true => syntax.can_disown,
                false => names.has_all(&one.owners),
            };
            match one.is_needed || can_have_owners {
                true => SpelledPattern::new(ownership, syntax, one),
                false => SpelledPattern::default(),
            }
        })
        .collect();
    let index = order.index();
    let is_decisive = decisive(ownership, &order, &index, &spelled);
    let mut refusals = Vec::new();
    let mut lines: Vec<OrderedLine> = Vec::new();
    let mut last: FxHashMap<&str, usize> = FxHashMap::default();
    let mut samples = std::mem::take(&mut order.samples);
    let mut is_complete = order.is_complete;
    for (at, spelled) in spelled
        .iter()
        .enumerate()
        .filter(|(at, _)| is_decisive[*at])
    {
        let one = &order.patterns[at];
        let claim = claims.get(one.claim);
        if spelled.is_partial && one.is_needed && !ownership.per_file {
            refusals.push(Refusal {
                place: Some(claim.place.clone()),
                message: format!("this dialect has no equivalent of {}", quoted(&claim.about)),
                help: Some(format!(
                    "rewrite the pattern without character classes, or {}",
                    ownership.use_fallback()
                )),
            });
        }
        if one.owners.is_empty() && one.is_needed && !syntax.can_disown {
            refusals.push(Refusal {
                place: Some(claim.place.clone()),
                message: format!(
                    "{forge} does not document how to leave files without an owner, so {} would have the owners of \
                     another rule",
                    quoted(&claim.about)
                ),
                help: Some("assign an owner to these files".to_owned()),
            });
        }
        if !spelled.is_exact {
            let differing = spelled.differing(ownership, syntax, &order, &index, at);
            is_complete &= differing.is_ok();
            samples.extend(differing.unwrap_or_default());
        }
        for (area, pattern) in &spelled.texts {
            // The last of equal patterns decides, and GitLab would read it at the place of the first.
            last.insert(pattern, lines.len());
            lines.push(OrderedLine {
                area: area.clone(),
                pattern: pattern.clone(),
                owners: one.owners.clone(),
                place: Some(claim.place.clone()),
                position: Some(at),
                around: one.around.clone(),
            });
        }
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let lines: Vec<OrderedLine> = (lines.into_iter().enumerate())
        .filter(|(at, line)| last.get(&*line.pattern) == Some(at))
        .map(|(_, line)| line)
        .collect();
    let mut classes = classes(ownership, syntax, &lines);
    let mut is_kept = vec![true; lines.len()];
    // A line that only new files need must not change the owners of existing ones.
    let wrong = loop {
        let wrong = wrong(&lines, &classes);
        let decide = wrong.iter().filter_map(|(_, line)| *line);
        let unneeded: BTreeSet<u32> = decide
            .filter(|line| {
                let position = lines[*line as usize].position;
                position.is_some_and(|at| !order.patterns[at].is_needed)
            })
            .collect();
        if unneeded.is_empty() {
            break wrong;
        }
        for line in &unneeded {
            is_kept[*line as usize] = false;
            let position = lines[*line as usize].position;
            let paths = position.map(|at| {
                SpelledPattern::default().differing(ownership, syntax, &order, &index, at)
            });
            is_complete &= !matches!(paths, Some(Err(_)));
            samples.extend(paths.into_iter().flatten().flatten());
        }
        for class in &mut classes {
            class.lines.retain(|line| !unneeded.contains(line));
        }
    };
    if !wrong.is_empty() && !ownership.per_file {
        return Err(refusals_for(ownership, &lines, &wrong));
    }
    let files = &ownership.files;
    let unowned = wrong.iter().filter(|(file, _)| {
        let owners = ownership.owners(&files[*file]);
        owners.is_empty() && !syntax.can_disown
    });
    let unowned: Vec<(usize, Option<u32>)> = unowned.copied().collect();
    if !unowned.is_empty() {
        return Err(refusals_for(ownership, &lines, &unowned));
    }
    let mut single: Vec<OrderedLine> = wrong
        .iter()
        .map(|(file, _)| OrderedLine {
            area: "files listed individually, because the patterns above cannot assign the right \
                owners to them"
                .to_owned(),
            pattern: (syntax.file)(files[*file].path),
            owners: ownership.owners(&files[*file]).to_vec(),
            place: ownership.place(&files[*file]).cloned(),
            position: None,
            around: Vec::new(),
        })
        .collect();
    // A `?` in place of a character that cannot be written may match another file as well.
    single.sort_by_key(|line| !line.pattern.contains('?'));
    let kept = lines
        .into_iter()
        .zip(is_kept)
        .filter(|(_, is_kept)| *is_kept);
    let mut lines: Vec<OrderedLine> = kept.map(|(line, _)| line).collect();
    lines.append(&mut single);
    Ok(Lines {
        lines,
        samples,
        is_complete,
    })
}

/// A pattern of the map in the dialect's syntax.
#[derive(Default)]
struct SpelledPattern {
    /// The area and the text of each pattern.
    texts: Vec<(String, String)>,
    /// Whether the dialect cannot express a part of the pattern.
    is_partial: bool,
    /// Whether they match the same paths as the pattern in the map, except below existing files.
    is_exact: bool,
    /// The paths that they match; `None` if they are exact or if there are none.
    written: Option<Pattern>,
}

impl SpelledPattern {
    fn new(ownership: &Ownership<'_>, syntax: &Syntax, one: &OrderedPattern) -> Self {
        let patterns = ownership.repository.claims.patterns();
        let pattern = &patterns[one.pattern as usize];
        let mut spelled = Self::default();
        let file = ownership.existing_file(pattern);
        for alternative in pattern.alternatives() {
            let Some(mut texts) = (syntax.pattern)(alternative) else {
                spelled.is_partial = true;
                continue;
            };
            if let Some(file) = file {
                texts.retain(|text| (syntax.read)(text).is_some_and(|glob| glob.matches(file)));
            }
            let area = area(alternative);
            spelled
                .texts
                .extend(texts.into_iter().map(|text| (area.clone(), text)));
        }
        let written = written(&spelled.globs(syntax));
        spelled.is_exact = !spelled.is_partial && is_exact(pattern, &written, file.is_some());
        spelled.written = (!spelled.is_exact).then_some(written);
        spelled
    }

    fn globs(&self, syntax: &Syntax) -> Vec<Glob> {
        let globs = self
            .texts
            .iter()
            .filter_map(|(_, text)| (syntax.read)(text));
        globs.collect()
    }

    /// Returns paths that only the pattern in the map at position `at` matches, or only these texts.
    fn differing(
        &self,
        ownership: &Ownership<'_>,
        syntax: &Syntax,
        order: &Order<'_>,
        index: &Overlaps<'_>,
        at: usize,
    ) -> Result<Vec<BString>, TooComplex> {
        let own = order.language(at);
        let one = &order.patterns[at];
        let written = written(&self.globs(syntax));
        // Other patterns can hide the difference, so try to avoid all of them, or at least those inside.
        let mut overlapping = index.of(order.pattern(at));
        overlapping.extend(index.of(&written));
        overlapping.sort_unstable();
        overlapping.dedup();
        let written = Language::of([&written]);
        let overlapping = overlapping.iter().map(|other| *other as usize);
        let overlapping =
            overlapping.filter(|other| *other != at && one.around.binary_search(other).is_err());
        let others: [Vec<&Language<'_>>; 3] = [
            overlapping
                .take(MAX_AVOIDED)
                .map(|at| order.language(at))
                .collect(),
            one.inside
                .iter()
                .take(MAX_AVOIDED)
                .map(|at| order.language(*at))
                .collect(),
            Vec::new(),
        ];
        let mut paths = Vec::new();
        for (all, none) in [(own, &written), (&written, own)] {
            for others in &others {
                paths.extend(ownership.new_path(&[all], &[&[none], &others[..]].concat())?);
            }
        }
        Ok(paths)
    }
}

/// The maximum number of other patterns that a sample avoids.
const MAX_AVOIDED: usize = 50;

/// Returns the pattern that matches the same paths as globs.
fn written(globs: &[Glob]) -> Pattern {
    let mut alternatives: Vec<Alternative> = Vec::with_capacity(globs.len());
    for alternative in globs.iter().filter_map(Glob::pattern) {
        match alternatives.last_mut() {
            // Together they match a path and everything inside.
            Some(last)
                if (last.extent, alternative.extent) == (Extent::File, Extent::Inside)
                    && last.steps == alternative.steps =>
            {
                last.extent = Extent::Whole;
            }
            _ => alternatives.push(alternative),
        }
    }
    Pattern::of("", alternatives)
}

/// Returns whether `written` matches the same paths as a pattern, except inside it if it is the path of an existing
/// file.
fn is_exact(pattern: &Pattern, written: &Pattern, is_of_existing: bool) -> bool {
    let [pattern, written] = match is_of_existing {
        true => [pattern, written].map(Pattern::with_content),
        false => [pattern, written].map(Pattern::clone),
    };
    if pattern.alternatives() == written.alternatives() {
        return true;
    }
    let [own, written] = [&pattern, &written].map(|pattern| Language::of([pattern]));
    own.has_same_files(&written) == Ok(true)
}

/// The maximum number of overlapping patterns to examine for redundant lines.
const MAX_OVERLAPS: usize = 20_000_000;

/// Returns for each pattern whether some path would get other owners without its line. A line is redundant if an
/// earlier one with the same owners matches all its paths, and no line between them matches some of these paths and has
/// other owners. Beyond a limit, lines count as decisive.
fn decisive(
    ownership: &Ownership<'_>,
    order: &Order<'_>,
    index: &Overlaps<'_>,
    spelled: &[SpelledPattern],
) -> Vec<bool> {
    let patterns = &order.patterns;
    let pattern = |at: usize| order.pattern(at);
    let owners: Vec<Vec<TeamId>> = patterns.iter().map(|one| owner_set(&one.owners)).collect();
    let is_cover = |cover: usize, at: usize| spelled[cover].is_exact && owners[cover] == owners[at];
    let positions: Vec<usize> = (0..patterns.len())
        .filter(|at| {
            let mut around = patterns[*at].around.iter();
            owners[*at].is_empty() || around.any(|cover| is_cover(*cover, *at))
        })
        .collect();
    let inexact = (0..).zip(spelled);
    let inexact = Overlaps::new(inexact.filter_map(|(at, one)| Some((at, one.written.as_ref()?))));
    // By position: the earlier lines with other owners that match some of its paths.
    let mut between: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
    let mut left = MAX_OVERLAPS;
    for part in positions.chunks(1_024) {
        let found: Vec<(usize, Vec<usize>)> = part
            .par_iter()
            .map(|at| {
                let own = pattern(*at);
                let file = ownership.existing_file(own);
                let is_met = |one: &Pattern| file.is_none_or(|file| one.matches(file, false));
                let by_pattern = index.of(own).into_iter();
                let by_pattern = by_pattern.filter(|other| is_met(pattern(*other as usize)));
                let written = inexact.of(own).into_iter();
                let written = written.filter(|other| {
                    spelled[*other as usize]
                        .written
                        .as_ref()
                        .is_some_and(is_met)
                });
                let found: Vec<u32> = by_pattern.chain(written).collect();
                let others = found.iter().map(|other| *other as usize);
                let others = others.filter(|other| other < at && owners[*other] != owners[*at]);
                (found.len(), others.collect())
            })
            .collect();
        let count: usize = found.iter().map(|(count, _)| count).sum();
        if count > left {
            break;
        }
        left -= count;
        between.extend(
            part.iter()
                .copied()
                .zip(found.into_iter().map(|(_, others)| others)),
        );
    }
    let mut is_decisive = vec![true; patterns.len()];
    for at in 0..patterns.len() {
        let mut around = patterns[at].around.iter().rev().copied();
        let cover = around.find(|cover| is_decisive[*cover] && spelled[*cover].is_exact);
        let is_same = match cover {
            Some(cover) => owners[cover] == owners[at],
            None => owners[at].is_empty(),
        };
        let is_after = |other: usize| cover.is_none_or(|cover| other > cover);
        is_decisive[at] = !is_same
            || between.get(&at).is_none_or(|others| {
                others
                    .iter()
                    .any(|other| is_after(*other) && is_decisive[*other])
            });
    }
    is_decisive
}

/// Files with the same matching lines and the same owners.
struct FileClass {
    lines: Vec<u32>,
    owners: OwnerSet,
    files: Vec<usize>,
}

/// Returns the classes of the existing files.
fn classes(ownership: &Ownership<'_>, syntax: &Syntax, lines: &[OrderedLine]) -> Vec<FileClass> {
    let globs = lines.iter();
    let globs = globs.map(|line| (syntax.read)(&line.pattern).unwrap_or_default());
    let index = Index::new(globs.collect());
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
                help: Some(format!(
                    "{} to list these files individually",
                    ownership.use_fallback()
                )),
            })
        })
        .collect()
}

/// Returns the text of the file: the header, then the lines by area.
fn text(
    ownership: &Ownership<'_>,
    lines: &[OrderedLine],
    names: &TeamNames,
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
        let owners = names
            .of_all(&line.owners)
            .map_err(|refusal| vec![refusal])?;
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
        "{comment}{mark} Do not edit this file; change the map, then run:\n{comment}  {}\n",
        ownership.command
    )
}
