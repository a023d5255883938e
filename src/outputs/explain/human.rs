//! Explains checks at a terminal.

use crate::{
    checks::{self, Check},
    outputs::{Palette, Tone},
};

/// Returns a list of all checks, one per line.
pub(crate) fn list(palette: Palette) -> String {
    let wide = checks::ALL
        .iter()
        .map(|check| check.name.len())
        .max()
        .unwrap_or_default();
    let lines = checks::ALL.iter().map(|check| {
        let name = palette.paint(Tone::Strong, &format!("{:<wide$}", check.name));
        format!("{name}  {:<7}  {}\n", check.severity.name(), check.summary)
    });
    lines.collect()
}

/// Explains one check.
pub(crate) fn check(check: &Check, palette: Palette, width: usize) -> String {
    let mut text = format!(
        "{} (default severity: {})\n",
        palette.paint(Tone::Strong, check.name),
        check.severity.name(),
    );
    let mut part = |heading: &str, paragraph: &str| {
        let paragraph = textwrap::fill(paragraph, width.min(100));
        let heading = palette.paint(Tone::Faint, heading);
        text += &format!("\n{heading}\n{paragraph}\n");
    };
    part(
        "What it finds:",
        &format!("{} {}", check.summary, check.what),
    );
    part("Why it matters:", check.why);
    part("How to fix it:", check.fix);
    let heading = palette.paint(Tone::Faint, "Example:");
    text + &format!("\n{heading}\n{}\n", textwrap::indent(check.example, "    "))
}
