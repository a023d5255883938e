//! Checks explained in Markdown: `docs/checks.md` is what this prints.

use crate::checks::{self, Check};

const HEAD: &str = "\
# Checks

What `ownlint check` finds, what hurts most first. This page is what `ownlint explain --format markdown` prints.

The severity is that unless the map says otherwise, under `checks`; there, `off` silences a check.
Some checks weigh a part of their findings less, and say so; what the map says holds for all of them.
";

/// All checks, with a table in front.
pub(crate) fn document() -> String {
    let mut text = format!("{HEAD}\n| check | severity | finds |\n|---|---|---|\n");
    for check in checks::ALL {
        let Check {
            name,
            severity,
            summary,
            ..
        } = check;
        let severity = severity.name();
        text += &format!("| [`{name}`](#{name}) | {severity} | {summary} |\n");
    }
    for check in checks::ALL {
        text += &format!("\n{}", self::check(check));
    }
    text
}

/// One check.
pub(crate) fn check(check: &Check) -> String {
    let Check {
        name,
        summary,
        what,
        why,
        fix,
        example,
        ..
    } = check;
    let severity = check.severity.name();
    format!(
        "## {name}\n\nSeverity: {severity}\n\n**What it finds.** {summary} {what}\n\n**Why it matters.** {why}\n\n\
         **How to fix it.** {fix}\n\n```yaml\n{example}\n```\n"
    )
}
