//! The answers of `who` about people who are in no team in the map.

use bstr::ByteSlice as _;
use serde::Serialize;

use crate::{
    outputs::{Palette, Tone, path_text},
    text::{count, first_few, joined, printable, printable_bytes},
    workspace::{PersonAnswer, PersonHolding},
};

/// The maximum number of directories and files in the text.
const TOP: usize = 6;

/// Returns the answer as text for a terminal.
pub(super) fn render(answer: &PersonAnswer<'_>, palette: Palette) -> String {
    let mut lines = vec![
        palette.paint(Tone::Strong, &printable(&answer.name)),
        "  a person in ownership files who is in no team in the map".to_owned(),
    ];
    for holding in &answer.holdings {
        let kind = match holding.is_trusted {
            true => "trusted",
            false => "which the map only compares",
        };
        let within = match &*holding.repository.name {
            "." => String::new(),
            name => format!(" in {}", printable(name)),
        };
        let files = count(holding.files(), "file");
        let dialect = holding.dialect;
        lines.push(format!(
            "  owns {files}{within} by the {dialect} files ({kind})"
        ));
        let paths = holding.subtrees.iter().map(|subtree| {
            let files = match subtree.path.ends_with_str("/") {
                true => format!(" ({})", count(subtree.files.len(), "file")),
                false => String::new(),
            };
            format!("    {}{files}", printable_bytes(subtree.path))
        });
        let more = |more| palette.paint(Tone::Faint, &format!("    and {more} more"));
        lines.push(joined(first_few(paths, TOP, more), "\n"));
    }
    lines.join("\n") + "\n"
}

/// The answer in JSON.
#[derive(Serialize)]
pub(super) struct PersonAnswerEntry<'a> {
    /// The question as typed.
    query: String,
    /// The name in the ownership files.
    person: &'a str,
    owns: Vec<PersonHoldingEntry<'a>>,
}

#[derive(Serialize)]
struct PersonHoldingEntry<'a> {
    repository: &'a str,
    dialect: &'static str,
    /// Whether the map trusts the ownership files, or only compares them.
    policy: &'static str,
    files: usize,
    /// Directories, which end in `/`, and files.
    paths: Vec<String>,
}

impl<'a> PersonAnswerEntry<'a> {
    pub fn new(answer: &'a PersonAnswer<'_>) -> Self {
        Self {
            query: path_text(answer.question.typed.as_encoded_bytes()),
            person: &answer.name,
            owns: answer
                .holdings
                .iter()
                .map(PersonHoldingEntry::new)
                .collect(),
        }
    }
}

impl<'a> PersonHoldingEntry<'a> {
    fn new(holding: &'a PersonHolding<'_>) -> Self {
        let paths = holding.subtrees.iter();
        Self {
            repository: &holding.repository.name,
            dialect: holding.dialect,
            policy: match holding.is_trusted {
                true => "trust",
                false => "compare",
            },
            files: holding.files(),
            paths: paths.map(|subtree| path_text(subtree.path)).collect(),
        }
    }
}
