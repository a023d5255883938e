//! Explains checks in Markdown: generates `docs/checks.md`.

use crate::checks::{self, Check};

const HEAD: &str = "# Checks

`ownlint check` runs the following checks. Checks for the most harmful problems come first. To \
print this page, run
`ownlint explain --format markdown`.

Under `checks`, the map can change the severity of a check; `off` disables the check. As described \
below, some checks lower the severity of
some findings. If the map sets a severity for a check, that severity applies to all findings of \
the check.
";

/// Returns a page with a table of all checks, followed by the checks in full.
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

/// Returns the section about one check.
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
        "## {name}\n\nSeverity: {severity}\n\n**What it finds.** {summary} {what}\n\n**Why it \
         matters.** {why}\n\n**How to fix it.** {fix}\n\n```yaml\n{example}\n```\n"
    )
}
