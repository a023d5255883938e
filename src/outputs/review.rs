//! Comments of a code review: where a finding can be shown, what its comment says, and how much fits.
//! Code review systems accept comments only on the files of a change, and reject or drop the others.

use std::{collections::BTreeMap, ops::Bound};

use bstr::{BStr, BString, ByteSlice as _};
use serde::Serialize;

use super::{
    Job,
    output_job::{Spot, counted, shortened},
};
use crate::{
    checks,
    finding::{Finding, Severity},
    text::{LineColumn, Place, Span, Unit, code_span, count, quoted},
};

/// Gerrit rejects comments of more than 16,384 UTF-16 units (`change.commentSizeLimit`). Their paths,
/// tags, ids and fixes count too. Zuul passes its comments on to Gerrit. As a text has at least as many
/// bytes as UTF-16 units, sizes are measured in bytes.
pub(super) const COMMENT_LIMIT: usize = 15_000;

/// A review has at most 50 comments, of which one is the summary. All patch sets of a change may have
/// 5,000 (`change.maxComments`).
const MAX_COMMENTS: usize = 49;

/// Comments by file.
pub(super) type Comments<C> = BTreeMap<String, Vec<Comment<C>>>;

/// The part of a file that a comment is about, and its text.
#[derive(Debug, Serialize)]
pub(super) struct Comment<C> {
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<Range>,
    #[serde(flatten)]
    text: C,
}

impl<C> Comment<C> {
    /// A comment on a file as a whole.
    pub(super) fn on_file(text: C) -> Self {
        Self {
            line: None,
            range: None,
            text,
        }
    }

    /// A comment on the words of a place.
    fn on_words(place: &Place, text: C) -> Self {
        let range = Range::of_words(place);
        Self {
            line: range.map(|range| range.end_line),
            range: range.filter(|range| !range.is_empty()),
            text,
        }
    }
}

/// A file that can have the comment on a finding.
#[derive(Debug)]
pub(super) struct Anchor {
    pub path: String,
    /// Whether the place of the finding is in this file.
    pub has_place: bool,
}

/// The comments with the `text` of each finding, most severe first as far as they fit, by file and place;
/// and the other findings.
pub(super) fn comments<'j, C>(
    job: &'j Job<'_>,
    mut text: impl FnMut(&Finding, &Anchor) -> Option<C>,
) -> (Comments<C>, Vec<&'j Finding>) {
    let mut comments: Comments<C> = BTreeMap::new();
    let mut others = Vec::new();
    let mut number = 0;
    for finding in job.by_severity() {
        let anchor = anchor(job, finding).filter(|_| number < MAX_COMMENTS);
        let with_text = anchor.and_then(|anchor| Some((text(finding, &anchor)?, anchor)));
        let Some((text, anchor)) = with_text else {
            others.push(finding);
            continue;
        };
        number += 1;
        let of_file = comments.entry(anchor.path).or_default();
        of_file.push(match anchor.has_place {
            true => Comment::on_words(&finding.place, text),
            false => Comment::on_file(text),
        });
    }
    for comments in comments.values_mut() {
        comments.sort_by_key(|comment| (comment.line, comment.range));
    }
    (comments, others)
}

/// A range as Gerrit and Zuul count it: lines from 1, UTF-16 units from 0, the end exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Range {
    start_line: usize,
    start_character: usize,
    end_line: usize,
    end_character: usize,
}

impl Range {
    /// The range of a place. `None` for a path as a whole.
    pub(super) fn new(place: &Place) -> Option<Self> {
        let [start, end]: [LineColumn; 2] = place.range_in(Unit::Utf16)?;
        Some(Self {
            start_line: start.line,
            start_character: start.column - 1,
            end_line: end.line,
            end_character: end.column - 1,
        })
    }

    /// The range of the words of a place, without the blanks and line breaks around them: it never ends
    /// on a line that the file does not have. `None` also for an empty file.
    fn of_words(place: &Place) -> Option<Self> {
        let Place::Text(source, span) = place else {
            return None;
        };
        let words = place.words();
        let text = source.text().trim_end().len();
        let (from, to) = match words.trim() {
            "" => (0, 0),
            trimmed => {
                let from = words.len() - words.trim_start().len();
                (from, from + trimmed.len())
            }
        };
        let mut span = span.slice(from, to);
        if span.start as usize > text {
            span = Span::new(text, text);
        }
        let place = Place::Text(source.clone(), span);
        Self::new(&place).filter(|_| text > 0)
    }

    fn is_empty(self) -> bool {
        (self.start_line, self.start_character) == (self.end_line, self.end_character)
    }
}

/// The file for the comment on a finding: that of its place or, if the change does not touch that, a file
/// that the finding is about. `None` if it is about the change as a whole, or the change touches no such file.
fn anchor(job: &Job<'_>, finding: &Finding) -> Option<Anchor> {
    if checks::is_about_change(finding.check) {
        return None;
    }
    let place = job.spot(&finding.place);
    let is_file = !place.is_directory();
    let has_place = is_file && touched(job, &place).is_some();
    let mut spots: Vec<Spot> = job.subjects(finding).into_iter().flatten().collect();
    spots.insert(if is_file { 0 } else { spots.len() }, place);
    let path = spots
        .into_iter()
        .find_map(|spot| match spot.is_directory() {
            true => first_inside(job, &spot),
            false => touched(job, &spot),
        })?;
    Some(Anchor {
        path: path.to_str().ok()?.to_owned(),
        has_place,
    })
}

/// The path of a file that can have comments: as far as is known, the change touches it.
pub(super) fn touched(job: &Job<'_>, spot: &Spot) -> Option<BString> {
    let changed = job.reader.changed.as_ref();
    let is_touched = changed.is_none_or(|changed| changed.contains(&spot.path));
    // A path that is not UTF-8 can't be written in JSON.
    (spot.is_inside && is_touched && spot.path.to_str().is_ok()).then(|| spot.path.clone())
}

/// The first file in a directory that the change touches.
fn first_inside(job: &Job<'_>, spot: &Spot) -> Option<BString> {
    if !spot.is_inside || spot.path == "." {
        return None;
    }
    let changed = job.reader.changed.as_ref()?;
    let from: (Bound<&BStr>, Bound<&BStr>) =
        (Bound::Excluded(spot.path.as_bstr()), Bound::Unbounded);
    let inside = changed.range::<BStr, _>(from);
    let mut inside = inside.take_while(|path| path.starts_with(&spot.path));
    inside.find(|path| path.to_str().is_ok()).cloned()
}

/// What a finding demands of the author of the change, in Markdown; the check; and the problem.
fn head(job: &Job<'_>, finding: &Finding) -> String {
    let demand = match finding.weight() {
        _ if job.is_failing(finding) => "Must fix",
        Severity::Error | Severity::Warning => "Optional",
        Severity::Info => "Note",
    };
    format!("**{demand}** ({}): {}", finding.check, finding.marked())
}

/// The text of a comment in Markdown, in at most `limit` bytes: the problem, why it matters, how to fix it, and the
/// places that caused it.
pub(super) fn comment(job: &Job<'_>, finding: &Finding, anchor: &Anchor, limit: usize) -> String {
    /// The line about places that do not fit.
    const RESERVE: usize = 32;
    let mut text = shortened(head(job, finding), limit);
    let impact = checks::by_name(finding.check).map(|check| format!("\n{}", check.impact));
    let help = finding.help();
    let help = help.map(|help| format!("\n\n{}", fenced(&help)));
    for part in [impact, help].into_iter().flatten() {
        if text.len() + part.len() <= limit {
            text += &part;
        }
    }
    if let Some(named) = with_map_name(&text, job).filter(|named| named.len() <= limit) {
        text = named;
    }
    // The message names a path as a whole.
    let is_named = anchor.has_place || matches!(finding.place, Place::Path(..));
    let own = (!is_named).then_some((&finding.place, finding.label.as_str()));
    let related = finding.related.iter();
    let related = related.map(|it| (&it.place, it.message.as_str()));
    let places: Vec<(&Place, &str)> = own.into_iter().chain(related).collect();
    for (at, (place, message)) in places.iter().enumerate() {
        let space = if at == 0 { "\n\n" } else { "\n" };
        let position = code_span(&job.position(place));
        let line = match message.is_empty() {
            true => format!("{space}* {position}"),
            false => format!("{space}* {position}: {message}"),
        };
        if text.len() + line.len() + RESERVE > limit {
            let rest = format!("{space}* and {} more", places.len() - at);
            if text.len() + rest.len() <= limit {
                text += &rest;
            }
            break;
        }
        text += &line;
    }
    text
}

/// The path of the map as a code span. `None` if it is not in the checkout.
pub(super) fn map_name(job: &Job<'_>) -> Option<String> {
    let map = job.reader.map.first()?;
    Some(quoted(map))
}

/// The text with the path of the map after the first `the map`: reviewers may not know where the rules are. `None`
/// if it does not mention the map, or has the path already.
fn with_map_name(text: &str, job: &Job<'_>) -> Option<String> {
    const MAP: &str = "the map";
    let name = map_name(job)?;
    let is_end = |rest: &str| rest.is_empty() || rest.starts_with([' ', ',', ':', ';', '.', '\n']);
    let mut outside = parts_outside_code(text);
    let end = outside.find_map(|(start, part)| {
        let mut found = part
            .match_indices(MAP)
            .map(|(at, _)| start + at + MAP.len());
        found.find(|end| is_end(&text[*end..]))
    })?;
    let has_name = text.contains(&name);
    (!has_name).then(|| format!("{} ({name}){}", &text[..end], &text[end..]))
}

/// The parts of a text in Markdown that are not code, each with its position.
fn parts_outside_code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        let start = at;
        let Some(tick) = rest.find('`') else {
            at = text.len();
            return Some((start, rest));
        };
        let run = rest[tick..]
            .bytes()
            .take_while(|byte| *byte == b'`')
            .count();
        let fence = &rest[tick..tick + run];
        let code = &rest[tick + run..];
        let end = code.find(fence).map_or(code.len(), |end| end + run);
        at += tick + run + end;
        Some((start, &rest[..tick]))
    })
}

/// A help text in Markdown: the YAML after its first line goes between fences, which keep blanks and `*`.
fn fenced(help: &str) -> String {
    let Some((first, yaml)) = help
        .split_once('\n')
        .filter(|(first, _)| first.ends_with(':'))
    else {
        return help.to_owned();
    };
    let runs = yaml.split(|char| char != '`').map(str::len);
    let fence = "`".repeat(runs.max().unwrap_or_default().max(2) + 1);
    let yaml = yaml.trim_end();
    format!("{first}\n\n{fence}yaml\n{yaml}\n{fence}")
}

/// The findings that have no comment of their own, in at most `limit` bytes: how many there are of each
/// severity, then a line for each, then how many of which check are not listed. If there is space, also how to fix
/// each, and the places that caused it.
pub(super) fn summary(job: &Job<'_>, findings: &[&Finding], limit: usize) -> String {
    let head = format!(
        "Findings that are not shown as comments on files: {}\n\n",
        counts(findings).join(", ")
    );
    let detailed = findings.iter().map(|it| line(job, it) + &details(job, it));
    let mut text = head.clone() + &detailed.collect::<String>();
    if text.len() > limit {
        let rest = limit.saturating_sub(head.len());
        text = head + &list(job, findings, rest);
    }
    let named = with_map_name(&text, job).filter(|named| named.len() <= limit);
    named.unwrap_or(text)
}

/// How many of the findings have each severity: `2 errors`, `1 warning`.
pub(super) fn counts(findings: &[&Finding]) -> Vec<String> {
    let of = |severity: Severity| {
        let number = findings.iter().filter(|it| it.weight() == severity).count();
        (number > 0).then(|| counted(number, severity))
    };
    Severity::ALL.into_iter().filter_map(of).collect()
}

/// A line for each finding, in at most `limit` bytes, then how many of which check are not listed.
pub(super) fn list(job: &Job<'_>, findings: &[&Finding], limit: usize) -> String {
    let mut text = String::new();
    let reserve = not_listed(findings).len();
    for (at, finding) in findings.iter().enumerate() {
        let line = line(job, finding);
        if text.len() + line.len() + reserve > limit {
            return text + &not_listed(&findings[at..]);
        }
        text += &line;
    }
    text
}

/// The line of a finding in a list.
fn line(job: &Job<'_>, finding: &Finding) -> String {
    let position = code_span(&job.position(&finding.place));
    format!("* {position}: {}\n", head(job, finding))
}

/// What follows the line of a finding: its help and its related places.
fn details(job: &Job<'_>, finding: &Finding) -> String {
    let help = finding.help();
    let help = help.map(|help| format!("\n{}\n\n", fenced(&help)));
    let related = finding.related.iter().map(|related| {
        let position = code_span(&job.position(&related.place));
        format!("* {position}: {}\n", related.message)
    });
    let text: String = help.into_iter().chain(related).collect();
    let lines = text.split_inclusive('\n');
    // Indented, it belongs to the item of the list.
    lines
        .map(|line| {
            if line == "\n" {
                line.to_owned()
            } else {
                format!("  {line}")
            }
        })
        .collect()
}

fn not_listed(findings: &[&Finding]) -> String {
    let mut by_check: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in findings {
        *by_check.entry(finding.check).or_default() += 1;
    }
    let by_check = by_check.into_iter();
    let by_check: Vec<String> = by_check
        .map(|(check, number)| format!("{number} `{check}`"))
        .collect();
    format!(
        "* and {}, not listed here: {}\n",
        count(findings.len(), "more finding"),
        by_check.join(", ")
    )
}
