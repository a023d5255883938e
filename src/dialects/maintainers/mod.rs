//! Linux's MAINTAINERS: every section that matches contributes.
//!
//! Source: the header of the file itself, and the behavior of `get_maintainer.pl`. Only `M:` lines name owners;
//! reviewers and lists are not owners.

mod address;
mod answer;
mod files;
mod parse;
mod pattern;
mod script;
#[cfg(test)]
mod tests;
mod write;

use super::{Dialect, Signature};

/// The program and its options.
const TRACES: &[&str] = &[script::LOCATIONS[0], script::LOCATIONS[1], files::OPTIONS];

/// The dialect.
pub const DIALECT: Dialect = Dialect {
    name: "maintainers",
    summary: "Linux MAINTAINERS",
    locations: &["MAINTAINERS"],
    is_per_folder: false,
    forge: None,
    // Many files with this name are plain texts for people.
    signature: Some(Signature {
        homes: &[],
        traces: TRACES,
        is_certain: |source| source.text().lines().any(|line| line.starts_with("F:")),
        is_assumed: false,
        is_foreign: |_| false,
        yields: false,
    }),
    answer: Some(answer::answer),
    entries: None,
    sections: Some(parse::sections),
    has_exempting_lines: true,
    groups: None,
    reviewers: None,
    extra,
    write: write::write,
};

/// Returns what a line states besides maintainers of paths. Generated files have other titles.
fn extra(line: &str) -> Option<&'static str> {
    let (letter, value) = line.split_once(':').unwrap_or_default();
    Some(match letter {
        "M" | "F" | "X" | "N" => return None,
        "S" if value.trim() == "Maintained" => return None,
        "S" => "`S:` line",
        "R" => "`R:` line",
        "L" => "`L:` line",
        "T" => "`T:` line",
        "K" => "`K:` line",
        "W" => "`W:` line",
        "Q" => "`Q:` line",
        "B" => "`B:` line",
        "C" => "`C:` line",
        "P" => "`P:` line",
        _ if line.trim().is_empty() => return None,
        _ => "title or other line",
    })
}
