//! Kubernetes' `OWNERS` and `OWNERS_ALIASES`: the approvers, added up from the folder of a file to the root.
//!
//! Source: Prow's package `repoowners`. Only approvers are owners; reviewers and labels are not.

mod aliases;
mod answer;
mod filters;
mod parse;
mod reviewers;
#[cfg(test)]
mod tests;
mod write;

use std::sync::Arc;

pub(super) use answer::as_characters;

use super::{Dialect, Forge, Signature, lines::comment};
use crate::{
    prow::{OWNER_KEYS, is_field},
    text::Source,
};

/// The file with all groups.
const GROUPS: &str = "OWNERS_ALIASES";

/// The dialect.
pub const DIALECT: Dialect = Dialect {
    name: "kubernetes",
    summary: "Kubernetes OWNERS and OWNERS_ALIASES",
    locations: &["OWNERS"],
    is_per_folder: true,
    forge: Some(Forge {
        name: "Kubernetes' Prow",
        handle_key: "kubernetes",
        takes_review_input: false,
    }),
    signature: Some(Signature {
        homes: &[".prow"],
        traces: &[GROUPS, ".prow.yaml", "prow.yaml"],
        is_certain,
        is_assumed: false,
        is_foreign: |_| false,
        yields: false,
    }),
    answer: Some(answer::answer),
    entries: None,
    sections: None,
    has_exempting_lines: true,
    groups: Some(GROUPS),
    reviewers: Some(reviewers::reviewers),
    extra,
    write: write::write,
};

fn is_certain(source: &Arc<Source>) -> bool {
    let is_known = |key: &str| {
        let mut keys = OWNER_KEYS.iter().chain(&["filters", "options"]);
        keys.any(|known| is_field(known, key))
    };
    let mut keys = source
        .text()
        .lines()
        .filter_map(|line| line.split_once(':'));
    keys.any(|(key, _)| is_known(key))
}

/// Returns what a line states besides approvers. Lists of reviewers and so on count by their key.
fn extra(line: &str) -> Option<&'static str> {
    let (key, _) = line.split_once(':').unwrap_or((line, ""));
    Some(match key.trim().trim_matches(['"', '\'']) {
        "reviewers" => "`reviewers` key",
        "required_reviewers" => "`required_reviewers` key",
        "labels" => "`labels` key",
        "emeritus_approvers" => "`emeritus_approvers` key",
        "emeritus_reviewers" => "`emeritus_reviewers` key",
        "security_contacts" => "`security_contacts` key",
        "filters" => "`filters` key",
        "options" => "`options` key",
        _ => return comment(line),
    })
}
