//! Text for a terminal: findings by check with their source lines, then the coverage.

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use textwrap::core::display_width;

use super::{
    Diagnostic, Host, Job, Output, Palette, Renderer, Tone,
    bars::{bar, percent, verdicts},
    output_job::counted,
};
use crate::{
    checks,
    config::Teams,
    coverage::RepositoryCoverage,
    finding::{Finding, Severity},
    lint::{ChangeReport, Report},
    text::{Place, count, grouped, joined, printable, printable_lines, quoted},
    workspace::Places,
};

pub(super) const OUTPUT: Output = Output {
    name: "human",
    help: "human-readable, for the terminal",
    host: Host::ANY,
    write,
};

fn tone(severity: Severity) -> Tone {
    match severity {
        Severity::Error => Tone::Error,
        Severity::Warning => Tone::Warning,
        Severity::Info => Tone::Info,
    }
}

/// In an overview, of more warnings of a check only the first one is drawn.
const MOST_DRAWN: usize = 5;

/// In an overview, so many teams with the most files are shown.
const TEAMS: usize = 10;

/// A finding that replaces many others is shown with at most as many related places.
const RELATED: usize = 10;

/// Returns the sign before a finding, the same as miette uses.
fn sign(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "×",
        Severity::Warning => "⚠",
        Severity::Info => "☞",
    }
}

fn write(job: &Job<'_>) -> serde_json::Result<String> {
    let Job {
        report,
        places,
        look,
        reader,
        ..
    } = *job;
    let fit = |text: String| match look.wraps {
        true => wrapped(&text, look.width),
        false => text,
    };
    let palette = Palette(look.color);
    let renderer = Renderer::new(look);
    let mut out = String::new();
    let mut counted = String::new();
    for findings in report.findings.chunk_by(|a, b| a.check == b.check) {
        let (findings, others): (Vec<&Finding>, Vec<&Finding>) =
            findings.iter().partition(|finding| {
                reader
                    .lists_from
                    .is_none_or(|from| finding.severity >= from)
            });
        if !others.is_empty() {
            counted += &(heading(&others, palette) + "\n");
        }
        if findings.is_empty() {
            continue;
        }
        let check = findings[0].check;
        out += &fit(heading(&findings, palette) + "\n\n");
        let (drawn, listed): (Vec<&Finding>, Vec<&Finding>) = findings
            .into_iter()
            .partition(|finding| matches!(finding.place, Place::Text(..)));
        let mut groups = by_cause(drawn);
        let is_warning =
            |group: &Vec<&Finding>| group.iter().all(|it| it.severity < Severity::Error);
        let is_shortened =
            reader.is_overview && groups.len() > MOST_DRAWN && groups.iter().all(is_warning);
        let mut more = 0;
        if is_shortened {
            more = groups.iter().map(Vec::len).sum::<usize>() - 1;
            groups.truncate(1);
        }
        // Rendering one takes longer than writing all.
        let draw = |alike: &Vec<&Finding>| {
            let (first, others) = alike.split_first()?;
            let is_one = checks::by_name(first.check).is_some_and(|it| it.properties.one_finding);
            let (diagnostic, more) = match is_one {
                _ if is_shortened => (Diagnostic::without_related(first, places), String::new()),
                true => (
                    Diagnostic::without_related(first, places),
                    more_places(first, places, palette),
                ),
                false => (
                    Diagnostic::of_finding(first, places),
                    same(others, places, palette),
                ),
            };
            let drawn = renderer.render(&diagnostic);
            let drawn = drawn.trim_end_matches('\n');
            Some(format!("{drawn}\n{more}\n"))
        };
        let drawn: Vec<Option<String>> = groups.par_iter().with_min_len(8).map(draw).collect();
        out.extend(drawn.into_iter().flatten());
        if more > 0 {
            let hint = format!(
                "  and {} more; use `-v` to list all findings, or `--only {check}`",
                grouped(more)
            );
            out += &fit(format!("{}\n\n", palette.paint(Tone::Faint, &hint)));
        }
        out += &fit(list(&listed, places, palette));
    }
    if !counted.is_empty() {
        let hint = "  use `--min-severity info` to list these findings";
        out += &fit(format!("{counted}{}\n\n", palette.paint(Tone::Faint, hint)));
    }
    if look.quiet {
        return Ok(out);
    }
    let mut summary = String::new();
    if let Some(change) = &report.change {
        summary += &fixed(change, places, palette);
    }
    for repository in &report.repositories {
        summary += &coverage(report, job.teams, repository, reader.is_overview, palette);
    }
    summary += &totals(report, palette);
    if let Some(note) = job.without_line() {
        summary += &(palette.paint(Tone::Faint, &note) + "\n");
    }
    Ok(out + &fit(summary))
}

/// Returns the line about findings of one check.
fn heading(findings: &[&Finding], palette: Palette) -> String {
    let Some(first) = findings.first() else {
        return String::new();
    };
    let worst = findings.iter().map(|finding| finding.severity).max();
    let worst = worst.unwrap_or(first.severity);
    let summary = checks::by_name(first.check).map_or("", |check| check.summary);
    let pre_existing = match findings
        .iter()
        .filter(|finding| finding.is_pre_existing)
        .count()
    {
        0 => String::new(),
        count if count == findings.len() => " pre-existing".to_owned(),
        count => format!(", including {count} pre-existing"),
    };
    format!(
        "{} {} {}",
        palette.paint(tone(worst), &format!("{}[{}]", worst.name(), first.check)),
        palette.paint(Tone::Strong, &format!("× {}{pre_existing}", findings.len())),
        palette.paint(Tone::Faint, summary),
    )
}

/// Wraps the lines that are wider than the terminal. The following lines are indented a little more.
fn wrapped(text: &str, width: usize) -> String {
    let one = |line: &str| {
        let (text, end) = match line.strip_suffix('\n') {
            Some(text) => (text, "\n"),
            None => (line, ""),
        };
        if display_width(text) <= width {
            return line.to_owned();
        }
        let indent = " ".repeat(text.len() - text.trim_start().len() + 2);
        let options = textwrap::Options::new(width)
            .subsequent_indent(&indent)
            .break_words(false)
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        textwrap::wrap(text, options).join("\n") + end
    };
    text.split_inclusive('\n').map(one).collect()
}

/// Groups the findings of one check by cause, in the order of the first finding of each group.
fn by_cause(findings: Vec<&Finding>) -> Vec<Vec<&Finding>> {
    let is_one_cause = findings
        .first()
        .and_then(|first| checks::by_name(first.check))
        .is_some_and(|check| check.properties.one_cause);
    let mut groups: Vec<Vec<&Finding>> = Vec::new();
    let mut known: FxHashMap<(Option<&str>, &str), usize> = FxHashMap::default();
    for finding in findings {
        if !is_one_cause || finding.subject.is_empty() {
            groups.push(vec![finding]);
            continue;
        }
        let cause = (finding.repository.as_deref(), finding.subject.as_str());
        let at = *known.entry(cause).or_insert(groups.len());
        match groups.get_mut(at) {
            Some(group) => group.push(finding),
            None => groups.push(vec![finding]),
        }
    }
    groups
}

/// How many other places of a finding are listed.
const MAX_PLACES: usize = 10;

/// Lists the other places of a finding, one per line.
fn more_places(finding: &Finding, places: &Places, palette: Palette) -> String {
    let related = finding.related.iter();
    let others = related.map(|it| (places.position(&it.place), printable(&it.message)));
    let mut shown = listed(others.collect(), palette);
    let heading_and_places = shown.match_indices('\n').nth(MAX_PLACES);
    let more = finding.related.len().saturating_sub(MAX_PLACES);
    if let Some((end, _)) = heading_and_places.filter(|_| more > 0) {
        shown.truncate(end + 1);
        shown += &format!(
            "    and {} (use `--format json` to list all)\n",
            count(more, "more place")
        );
    }
    shown
}

/// Lists further findings with the same cause, one per line.
fn same(findings: &[&Finding], places: &Places, palette: Palette) -> String {
    let others = findings.iter().map(|finding| {
        let component = finding.component.as_deref().unwrap_or_default();
        (places.position(&finding.place), printable(component))
    });
    listed(others.collect(), palette)
}

/// Lists places with their descriptions.
fn listed(others: Vec<(String, String)>, palette: Palette) -> String {
    if others.is_empty() {
        return String::new();
    }
    let heading = format!("the same in {}:", count(others.len(), "more place"));
    let mut out = format!("  {}\n", palette.paint(Tone::Info, &heading));
    for (place, description) in others {
        let description = palette.paint(Tone::Faint, &description);
        out += &format!("    {place}  {description}\n");
    }
    out
}

/// Lists findings about whole paths, one per line, with the help once at the end.
fn list(findings: &[&Finding], places: &Places, palette: Palette) -> String {
    let mut out = String::new();
    for finding in findings {
        let mark = match finding.is_pre_existing {
            true => palette.paint(Tone::Faint, "·"),
            false => palette.paint(tone(finding.severity), sign(finding.severity)),
        };
        let file = places.file(&finding.place);
        // The message starts with the path in its repository: show it relative to the current directory.
        let path = quoted(finding.place.path());
        let suffix = palette.paint(Tone::Faint, finding.mark());
        let message = printable(&finding.message);
        out += &match message.strip_prefix(&path) {
            Some(rest) => format!("  {mark} {file}{rest}{suffix}\n"),
            // The path is already in the message.
            None if message.contains(&*quoted(&file)) => format!("  {mark} {message}{suffix}\n"),
            None => {
                let place = palette.paint(Tone::Faint, &file);
                format!("  {mark} {message}{suffix}  {place}\n")
            }
        };
        // The message of a finding that replaces many names a few of them.
        let related = finding.related.iter();
        for related in related.filter(|_| !finding.is_rolled_up || finding.related.len() <= RELATED)
        {
            out += &format!(
                "      {} ({})\n",
                printable(&related.message),
                palette.paint(Tone::Faint, &places.position(&related.place))
            );
        }
    }
    let mut helps = findings.iter().filter_map(|finding| finding.help());
    if let Some(first) = helps.next() {
        let which = if helps.any(|help| help != first) {
            " for the first finding"
        } else {
            ""
        };
        let indented = printable_lines(&first).replace('\n', "\n        ");
        let heading = palette.paint(Tone::Info, &format!("help{which}:"));
        out += &format!("\n  {heading} {indented}\n");
    }
    if !findings.is_empty() {
        out.push('\n');
    }
    out
}

/// Lists the findings that the change fixes, one per line.
fn fixed(change: &ChangeReport, places: &Places, palette: Palette) -> String {
    if change.fixed.is_empty() {
        return String::new();
    }
    let heading = format!("fixed × {}", change.fixed.len());
    let mut out = format!("{}\n\n", palette.paint(Tone::Good, &heading));
    for finding in &change.fixed {
        out += &format!(
            "  {} {}: {}  {}\n",
            palette.paint(Tone::Good, "✓"),
            finding.check,
            printable(&finding.message),
            palette.paint(Tone::Faint, &places.file(&finding.place)),
        );
    }
    out + "\n"
}

/// Returns which change was checked, and the number of introduced, pre-existing and fixed findings.
fn change_totals(report: &Report, change: &ChangeReport, palette: Palette) -> String {
    let new = report
        .findings
        .iter()
        .filter(|finding| !finding.is_pre_existing);
    let checked = format!("checked: {}", printable(&change.checked.to_string()));
    let text = format!(
        "{} introduced, {} pre-existing, {} fixed",
        new.count(),
        change.pre_existing,
        change.fixed.len()
    );
    format!("{checked}\n{}\n", palette.paint(Tone::Strong, &text))
}

fn coverage(
    report: &Report,
    names: &Teams,
    repository: &RepositoryCoverage,
    is_overview: bool,
    palette: Palette,
) -> String {
    let coverage = &repository.coverage;
    let total = coverage.files.total();
    let name = repository.title();
    let covered = coverage.files.covered();
    let (filled, rest) = bar(covered, total);
    let tone = match covered == total {
        true => Tone::Good,
        false => Tone::Warning,
    };
    let mut out = format!(
        "{}  {}{}  {} of {} covered\n  {}\n",
        palette.paint(Tone::Strong, &printable(&name)),
        palette.paint(tone, &filled),
        palette.paint(Tone::Faint, &rest),
        percent(covered, total),
        count(total, "file"),
        verdicts(&coverage.files, palette),
    );
    // For a change, the distribution over teams is not of interest.
    if report.change.is_some() {
        return out + "\n";
    }
    let mut teams: Vec<(&str, u64)> = coverage
        .teams
        .iter()
        .map(|(team, files)| (names.name(*team), *files))
        .collect();
    teams.sort_by_key(|(team, files)| (std::cmp::Reverse(*files), *team));
    let more = match is_overview && teams.len() > TEAMS + 1 {
        true => teams.split_off(TEAMS).len(),
        false => 0,
    };
    let wide = teams
        .iter()
        .map(|(team, _)| team.len())
        .max()
        .unwrap_or_default();
    let digits = total.to_string().len();
    for (team, files) in teams {
        let (filled, _) = bar(files, total);
        out += &format!(
            "  {team:<wide$}  {files:>digits$}  {:>6}  {}\n",
            percent(files, total),
            palette.paint(Tone::Good, &filled)
        );
    }
    if more > 0 {
        let hint = format!("  and {more} more teams: run `ownlint report`");
        out += &(palette.paint(Tone::Faint, &hint) + "\n");
    }
    let kinds = coverage
        .kinds
        .iter()
        .map(|(kind, counts)| format!("{kind} {} of {}", counts.verdicts.covered(), counts.total));
    if !coverage.kinds.is_empty() {
        let heading = palette.paint(Tone::Faint, "components:");
        out += &format!("  {heading} {}\n", joined(kinds, ", "));
    }
    out + "\n"
}

fn totals(report: &Report, palette: Palette) -> String {
    let not_checked = report.not_checked.as_ref();
    let mut change = not_checked.map_or(String::new(), |it| format!("not checked: {it}\n"));
    if let Some(of_change) = &report.change {
        change += &change_totals(report, of_change, palette);
    }
    let hidden = hidden(report, palette);
    let new: Vec<&Finding> = report.counting().collect();
    if new.is_empty() {
        let is_all = report.baseline.as_ref().is_none_or(|it| it.baselined == 0);
        let none = match report.change {
            None if is_all => "no findings",
            _ => "no new findings",
        };
        return format!("{change}{}{hidden}\n", palette.paint(Tone::Good, none));
    }
    let counts = report.counts();
    let counts =
        counts.map(|(severity, number)| palette.paint(tone(severity), &counted(number, severity)));
    let by_check = new
        .chunk_by(|a, b| a.check == b.check)
        .map(|findings| format!("{} {}", findings.len(), findings[0].check));
    let (counts, by_check) = (joined(counts, ", "), joined(by_check, ", "));
    let hint = "run `ownlint explain CHECK` to see why a check matters and how to fix its findings";
    let hint = palette.paint(Tone::Faint, hint);
    format!("{change}{counts}: {by_check}{hidden}\n{hint}\n")
}

/// Returns the number of suppressed and baselined findings.
fn hidden(report: &Report, palette: Palette) -> String {
    let baselined = report.baseline.as_ref().map_or(0, |it| it.baselined);
    let counts = [
        (report.suppressed.len() as u64, "suppressed"),
        (baselined, "baselined"),
    ];
    let counts = counts.into_iter().filter(|(count, _)| *count > 0);
    let counts = joined(counts.map(|(count, what)| format!("{count} {what}")), ", ");
    match counts.is_empty() {
        true => counts,
        false => palette.paint(Tone::Faint, &format!(" ({counts})")),
    }
}
