//! Markdown for comments and summaries on GitHub and GitLab: figures, then findings by check.

use super::{Host, Job, Output, bars::percent};
use crate::{
    checks,
    finding::Finding,
    resolution::Verdict,
    text::{count, joined, quoted},
};

pub(super) const OUTPUT: Output = Output {
    name: "markdown",
    help: "Markdown for comments and summaries",
    host: Host::ANY,
    write,
};

fn write(job: &Job<'_>) -> serde_json::Result<String> {
    Ok(within(job, usize::MAX))
}

/// Returns the report within `limit` bytes: the most severe findings first, then the number of the others.
pub(crate) fn within(job: &Job<'_>, limit: usize) -> String {
    /// The space for the last line, in bytes.
    const RESERVE: usize = 200;
    let mut text = head(job);
    let mut shown = 0;
    let findings = job.by_severity();
    // Findings with the same check and severity are adjacent.
    for alike in findings.chunk_by(|a, b| (a.check, a.weight()) == (b.check, b.weight())) {
        let mut table = heading(alike);
        for (at, finding) in alike.iter().enumerate() {
            table += &row(job, finding);
            if text.len() + table.len() > limit.saturating_sub(RESERVE) {
                let rest = findings.len() - shown;
                let are = if rest == 1 { "is" } else { "are" };
                text += &format!("\n{} {are} not shown.\n", count(rest, "more finding"));
                return text;
            }
            shown += 1;
            if at + 1 == alike.len() {
                text += &table;
            } else {
                text += &std::mem::take(&mut table);
            }
        }
    }
    text
}

fn head(job: &Job<'_>) -> String {
    let mut text = format!("## Ownership: {}\n", job.counts());
    if let Some(change) = &job.report.change {
        text += &format!("\nchecked: {}\n", plain(&change.checked.to_string()));
    }
    if let Some(not_checked) = &job.report.not_checked {
        text += &format!("\nnot checked: {}\n", rich(&not_checked.to_string()));
    }
    if let Some(note) = job.without_line() {
        text += &format!("\n{note}\n");
    }
    if job.look.quiet || job.report.repositories.is_empty() {
        return text;
    }
    text += "\n| repository | files | covered | owned | exempt | unowned | conflicting |\n";
    text += "|---|--:|--:|--:|--:|--:|--:|\n";
    for repository in &job.report.repositories {
        let files = &repository.coverage.files;
        text += &format!(
            "| {} | {} | {} | {} |\n",
            code_cell(&*repository.title()),
            files.total(),
            percent(files.covered(), files.total()),
            joined(Verdict::ALL.map(|it| files.of(it).to_string()), " | "),
        );
    }
    text
}

fn heading(alike: &[&Finding]) -> String {
    let Some(first) = alike.first() else {
        return String::new();
    };
    let summary = checks::by_name(first.check).map_or("", |check| check.summary);
    format!(
        "\n### {} `{}` × {}\n\n{}\n\n| location | finding | help |\n|---|---|---|\n",
        first.weight().name(),
        first.check,
        alike.len(),
        rich(summary)
    )
}

fn row(job: &Job<'_>, finding: &Finding) -> String {
    let help = finding.help().unwrap_or_default();
    format!(
        "| {} | {} | {} |\n",
        code_cell(job.position(&finding.place)),
        rich(&finding.marked()),
        rich(&help).replace('\n', "<br>"),
    )
}

/// Returns a name as code for a table cell, with any characters in it escaped.
pub(crate) fn code_cell(name: impl AsRef<[u8]>) -> String {
    // Tables are split into cells before code is parsed, but this escape works in both.
    quoted(name).replace('|', "\\|")
}

/// Converts text with names in backticks: names become code, and all other markup is escaped.
fn rich(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('`') {
        let (before, from) = rest.split_at(start);
        let inside = from.trim_start_matches('`');
        let fence = &from[..from.len() - inside.len()];
        out += &plain(before);
        if let Some(end) = closing(inside, fence.len()) {
            let name = &inside[..end];
            let padded = name.strip_prefix(' ').and_then(|it| it.strip_suffix(' '));
            out += &code_cell(padded.filter(|name| name.contains('`')).unwrap_or(name));
            rest = &inside[end + fence.len()..];
        } else {
            out += &plain(fence);
            rest = inside;
        }
    }
    out + &plain(rest)
}

/// Returns the position of the first run of exactly that many backticks.
fn closing(text: &str, backticks: usize) -> Option<usize> {
    let mut at = 0;
    while let Some(start) = text[at..].find('`') {
        let from = &text[at + start..];
        let run = from.len() - from.trim_start_matches('`').len();
        if run == backticks {
            return Some(at + start);
        }
        at += start + run;
    }
    None
}

/// Escapes the markup in a text.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            // Forges look for mentions in the rendered text, where escapes have no effect; an element does.
            '@' => out.push_str("<span>@</span>"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '!' | '$' => {
                out.push('\\');
                out.push(char);
            }
            char => out.push(char),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_all_markup_except_names() {
        assert_eq!(rich("`a_b` has *no* owner"), "`a_b` has \\*no\\* owner");
        assert_eq!(rich("`a|b`"), "`a\\|b`");
        assert_eq!(rich("``` `a@o/t`` ```: `b"), "``` `a@o/t`` ```: \\`b");
        assert_eq!(rich("`` a`@o/t ``|`b`"), "`` a`@o/t ``\\|`b`");
        assert_eq!(rich("`a`@o/t` is ``"), "`a`<span>@</span>o/t\\` is \\`\\`");
        assert_eq!(rich("`a`<b>`c`"), "`a`&lt;b&gt;`c`");
    }
}
