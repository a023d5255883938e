//! Markdown as GitHub and GitLab show it, for comments and summaries: figures, then findings by check.

use std::io;

use super::{Job, Output, bars::percent};
use crate::{
    checks,
    finding::{Finding, Help},
    resolution::Verdict,
    text::printable,
};

pub(super) const OUTPUT: Output = Output {
    name: "markdown",
    help: "for comments and summaries",
    write,
};

fn write(job: &Job<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    out.write_all(within(job, usize::MAX).as_bytes())
}

/// The whole, or as many findings as fit into so many bytes, most severe first, and how many are left.
pub(crate) fn within(job: &Job<'_>, limit: usize) -> String {
    /// What the words about findings that are left may take.
    const RESERVE: usize = 200;
    let mut text = head(job);
    let mut told = 0;
    let findings = job.by_severity();
    // Findings of a check and severity stand together.
    for alike in findings.chunk_by(|a, b| (a.check, a.severity) == (b.check, b.severity)) {
        let mut table = heading(alike);
        for (at, finding) in alike.iter().enumerate() {
            table += &row(job, finding);
            if text.len() + table.len() > limit.saturating_sub(RESERVE) {
                text += &format!("\n{} more findings are not shown.\n", findings.len() - told);
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
        let coverage = &repository.coverage;
        let of = |verdict| coverage.files(verdict);
        let covered = of(Verdict::Owned) + of(Verdict::Exempt);
        text += &format!(
            "| {} | {} | {} | {} | {} | {} | {} |\n",
            code(&printable(&repository.name)),
            coverage.total(),
            percent(covered, coverage.total()),
            of(Verdict::Owned),
            of(Verdict::Exempt),
            of(Verdict::Unowned),
            of(Verdict::Conflicting),
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
        first.severity.name(),
        first.check,
        alike.len(),
        rich(summary)
    )
}

fn row(job: &Job<'_>, finding: &Finding) -> String {
    let help = finding.help.as_ref().map(Help::text).unwrap_or_default();
    format!(
        "| {} | {} | {} |\n",
        code(&job.position(&finding.place)),
        rich(&finding.message),
        rich(&help).replace('\n', "<br>"),
    )
}

/// A code span in a table. `text` is on one line.
fn code(text: &str) -> String {
    // The fence has to be longer than any in it, and a backtick at its side needs a blank.
    let longest = text
        .split(|char| char != '`')
        .map(str::len)
        .max()
        .unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let pad = if longest > 0 { " " } else { "" };
    // Tables are cut before code is looked for, but know this escape.
    let text = text.replace('|', "\\|");
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Words with names between backticks: names become code, and nothing in the rest is markup. If a name
/// has backticks itself, nothing is code.
fn rich(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return plain(text);
    }
    let parts = parts.iter().enumerate().map(|(at, part)| match at % 2 {
        0 => plain(part),
        _ if part.is_empty() => "\\`\\`".to_owned(),
        _ => code(part),
    });
    parts.collect()
}

fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
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
        assert_eq!(rich("`a`b` is"), "\\`a\\`b\\` is");
        assert_eq!(rich("`a`<b>`c`"), "`a`&lt;b&gt;`c`");
        assert_eq!(code("a`b"), "`` a`b ``");
        assert_eq!(code("</script>"), "`</script>`");
    }
}
