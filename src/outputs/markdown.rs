//! Markdown as GitHub and GitLab show it, for comments and summaries: figures, then findings by check.

use super::{Host, Job, Output, bars::percent};
use crate::{
    checks,
    finding::Finding,
    resolution::Verdict,
    text::{count, joined, quoted},
};

pub(super) const OUTPUT: Output = Output {
    name: "markdown",
    help: "for comments and summaries",
    host: Host::ANY,
    write,
};

fn write(job: &Job<'_>) -> serde_json::Result<String> {
    Ok(within(job, usize::MAX))
}

/// The whole, or as many findings as fit into so many bytes, most severe first, and how many are left.
pub(crate) fn within(job: &Job<'_>, limit: usize) -> String {
    /// What the words about findings that are left may take.
    const RESERVE: usize = 200;
    let mut text = head(job);
    let mut told = 0;
    let findings = job.by_severity();
    // Findings of a check and severity stand together.
    for alike in findings.chunk_by(|a, b| (a.check, a.weight()) == (b.check, b.weight())) {
        let mut table = heading(alike);
        for (at, finding) in alike.iter().enumerate() {
            table += &row(job, finding);
            if text.len() + table.len() > limit.saturating_sub(RESERVE) {
                let left = findings.len() - told;
                let are = if left == 1 { "is" } else { "are" };
                text += &format!("\n{} {are} not shown.\n", count(left, "more finding"));
                return text;
            }
            told += 1;
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
        "\n### {} `{}` × {}\n\n{}\n\n| where | what | remedy |\n|---|---|---|\n",
        first.weight().name(),
        first.check,
        alike.len(),
        rich(summary)
    )
}

fn row(job: &Job<'_>, finding: &Finding) -> String {
    let help = finding.help.as_deref().unwrap_or_default();
    format!(
        "| {} | {} | {} |\n",
        code_cell(job.position(&finding.place)),
        rich(&finding.marked()),
        rich(help).replace('\n', "<br>"),
    )
}

/// A name as code, whatever is in it, in a cell of a table.
pub(crate) fn code_cell(name: impl AsRef<[u8]>) -> String {
    // Tables are cut before code is looked for, but know this escape.
    quoted(name).replace('|', "\\|")
}

/// Words with names between backticks: names become code, and nothing in the rest is markup.
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

/// Where so many backticks in a row begin, and no more.
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

/// Words that mean nothing but themselves.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            // Forges look for mentions in what they show, where no escape is left, but in one element.
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
    fn names_are_code_and_nothing_else_is_markup() {
        assert_eq!(rich("`a_b` has *no* owner"), "`a_b` has \\*no\\* owner");
        assert_eq!(rich("`a|b`"), "`a\\|b`");
        assert_eq!(rich("``` `a@o/t`` ```: `b"), "``` `a@o/t`` ```: \\`b");
        assert_eq!(rich("`` a`@o/t ``|`b`"), "`` a`@o/t ``\\|`b`");
        assert_eq!(rich("`a`@o/t` is ``"), "`a`<span>@</span>o/t\\` is \\`\\`");
        assert_eq!(rich("`a`<b>`c`"), "`a`&lt;b&gt;`c`");
    }
}
