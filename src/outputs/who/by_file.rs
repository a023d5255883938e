//! The outputs of `who --from`: the owners of paths in an ownership file.

use serde::Serialize;

use super::reading::{self, ReadingEntry};
use crate::{
    dialects::Answer,
    outputs::{Location, Palette, Tone, document, path_text},
    text::{joined, printable, printable_bytes},
    workspace::{FileAnswers, FilePath},
};

/// Returns one line per path: the path, a tab and the owners, separated by spaces. Spaces in an owner are escaped.
pub(crate) fn tsv(found: &FileAnswers) -> String {
    let mut out = String::new();
    for (path, at) in found.paths.iter().zip(0..) {
        let path = printable_bytes(path.typed.as_encoded_bytes());
        let owners = found.answers.of(at).sorted().into_iter();
        let owners = owners.map(|owner| printable(owner).replace(' ', "\\u{20}"));
        out += &format!("{path}\t{}\n", joined(owners, " "));
    }
    out
}

#[derive(Serialize)]
struct FileAnswerEntry<'a> {
    path: String,
    /// How the path was understood, if this is not obvious.
    understood_as: Option<ReadingEntry>,
    owners: &'a [String],
    rules: Vec<DecidingLineEntry>,
}

/// A line of the file that determines the owners.
#[derive(Serialize)]
struct DecidingLineEntry {
    text: String,
    location: Location,
}

/// Returns the answers as JSON.
pub(crate) fn json(found: &FileAnswers) -> serde_json::Result<String> {
    let entry = |(FilePath { path, reading, .. }, at): (&FilePath, usize)| {
        let answer = found.answers.of(at);
        FileAnswerEntry {
            path: path_text(path),
            understood_as: ReadingEntry::new(reading, None),
            owners: &answer.owners,
            rules: answer
                .rules
                .iter()
                .map(|place| DecidingLineEntry {
                    text: place.words().to_owned(),
                    location: Location::new(place),
                })
                .collect(),
        }
    };
    let entries: Vec<FileAnswerEntry<'_>> = found.paths.iter().zip(0..).map(entry).collect();
    document("answers", entries)
}

/// Returns the answers as text for a terminal.
pub(crate) fn human(found: &FileAnswers, palette: Palette) -> String {
    let answers = found.paths.iter().zip(0..).map(|(path, at)| {
        let FilePath { typed, reading, .. } = path;
        let path = printable_bytes(typed.as_encoded_bytes());
        let mut lines = vec![palette.paint(Tone::Strong, &path)];
        let reading = reading::line(reading, ".", None);
        lines.extend(reading.map(|text| format!("  {}", palette.paint(Tone::Faint, &text))));
        let Answer { owners, rules, .. } = found.answers.of(at);
        lines.push(match (&owners[..], &rules[..]) {
            ([], []) => format!(
                "  {}",
                palette.paint(Tone::Error, "unowned: no line matches")
            ),
            ([], _) => format!("  {}", palette.paint(Tone::Error, "unowned")),
            _ => {
                let names = owners.iter().map(|owner| printable(owner));
                let names = names.map(|name| palette.paint(Tone::Good, &name));
                format!("  owned by {}", joined(names, ", "))
            }
        });
        for place in rules {
            let position = palette.paint(Tone::Faint, &found.places.position(place));
            lines.push(format!("  {position}  {}", printable(place.words())));
        }
        lines.join("\n") + "\n"
    });
    joined(answers, "\n")
}
