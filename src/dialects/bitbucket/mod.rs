//! Bitbucket's CODEOWNERS: the last match wins.
//!
//! Source: Atlassian's documentation of code owners in Bitbucket Cloud and Bitbucket Data Center. It does not describe
//! lines without owners, so ownlint neither gives them a meaning nor writes them.

mod owner;
mod parse;
mod write;

use std::sync::Arc;

use self::owner::owner_problem;
use super::{
    Dialect, Forge, Signature,
    lines::{comment, is_blank, lines},
    pattern_line,
};
use crate::text::Source;

/// The dialect.
pub const DIALECT: Dialect = Dialect {
    name: "bitbucket",
    summary: "Bitbucket CODEOWNERS",
    locations: &[".bitbucket/CODEOWNERS"],
    is_per_folder: false,
    forge: Some(Forge {
        name: "Bitbucket",
        handle_key: "bitbucket",
        takes_review_input: false,
    }),
    signature: Some(Signature {
        homes: &[".bitbucket"],
        traces: &[],
        is_certain: |_| false,
        is_assumed: false,
        is_foreign,
        yields: true,
    }),
    answer: Some(|tree, paths| pattern_line::answer(tree, &DIALECT, parse::parse, paths)),
    entries: Some(|tree| pattern_line::entries(tree, DIALECT.locations, parse::parse)),
    sections: None,
    has_exempting_lines: false,
    groups: None,
    reviewers: None,
    extra: comment,
    write: write::write,
};

/// Returns whether a file has the syntax of Mibex Software's app for Bitbucket, which can read the same file: groups,
/// names in quotes, merge checks and settings.
fn is_foreign(source: &Arc<Source>) -> bool {
    let lines = lines(source, &mut Vec::new());
    let lines = lines.into_iter().filter(|line| !line.text.starts_with('#'));
    lines
        .flat_map(|line| line.words(is_blank).collect::<Vec<_>>())
        .any(|word| {
            let mut starts = ["@@", "@\"", "CODEOWNERS.", "Check(", "OverallCheck("].iter();
            starts.any(|start| word.text.starts_with(start))
        })
}
