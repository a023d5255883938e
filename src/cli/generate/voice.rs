use std::collections::BTreeSet;

use bstr::ByteSlice as _;

use crate::{
    cli::failure::Failure,
    dialects::{Difference, NewFiles, Refusal, Written},
    outputs::{Palette, Places, Tone},
    text::{Place, count, printable, printable_bytes, quoted},
};

/// Says what went wrong.
pub(super) struct Voice {
    pub places: Places,
    pub palette: Palette,
}

impl Voice {
    fn position(&self, place: Option<&Place>) -> String {
        place.map_or_else(String::new, |place| self.places.position(place) + ": ")
    }

    pub fn refused(&self, refusals: &[Refusal]) -> Failure {
        let mut text = String::new();
        let error = self.palette.paint(Tone::Error, "error:");
        let mut helps: Vec<&String> = Vec::new();
        let mut refusals: Vec<&Refusal> = refusals.iter().collect();
        refusals.sort_by(|a, b| a.place.cmp(&b.place));
        for refusal in refusals {
            let position = self.position(refusal.place.as_ref());
            text += &format!("{position}{error} {}\n", refusal.message);
            helps.extend(&refusal.help);
        }
        helps.sort_unstable();
        helps.dedup();
        for help in helps {
            text += &format!("{} {help}\n", self.palette.paint(Tone::Info, "help:"));
        }
        Failure::Told(text)
    }

    /// What will be said of files that are not there yet.
    pub fn new_files(&self, new_files: &NewFiles) -> Vec<String> {
        const SHOWN: usize = 10;
        let differences = new_files.differences.iter();
        let mut notes: Vec<String> = differences
            .take(SHOWN)
            .map(|difference| {
                let path = quoted(&difference.path);
                format!("{path}, if it is ever added: {}", self.told(difference))
            })
            .collect();
        if let Some(more @ 1..) = new_files.differences.len().checked_sub(SHOWN) {
            notes.push(format!(
                "and {} in which new files would get other owners than the map says",
                count(more, "more way")
            ));
        }
        if !new_files.is_complete {
            notes.push(
                "not all kinds of new files could be compared: that takes too much".to_owned(),
            );
        }
        notes
    }

    /// Both answers, and the lines that they come from.
    fn told(&self, difference: &Difference) -> String {
        let names = |owners: &BTreeSet<String>| match owners.is_empty() {
            true => "nobody".to_owned(),
            false => {
                let names = owners.iter().map(|owner| printable(owner));
                names.collect::<Vec<_>>().join(" ")
            }
        };
        let expected = names(&difference.expected);
        let answered = names(&difference.answered);
        let mut text = format!("the map says {expected}, the forge would say {answered}");
        if let Some(place) = &difference.place {
            text += &format!("\n  the map: {}", self.places.position(place));
        }
        for rule in &difference.rules {
            text += &format!("\n  the forge: {}", told(rule));
        }
        text
    }

    pub fn differ(&self, written: &Written, differences: &[Difference]) -> Failure {
        const SHOWN: usize = 20;
        let mut text = String::new();
        let error = self.palette.paint(Tone::Error, "error:");
        let rules = differences.iter().flat_map(|difference| &difference.rules);
        let mut others: Vec<&bstr::BStr> = rules.map(Place::path).collect();
        others.retain(|path| !written.files.iter().any(|(new, _)| new == path));
        others.sort_unstable();
        others.dedup();
        for difference in differences.iter().take(SHOWN) {
            let path = quoted(&difference.path);
            text += &format!("{error} {path}: {}\n", self.told(difference));
        }
        if let Some(more @ 1..) = differences.len().checked_sub(SHOWN) {
            text += &format!("{error} and {}\n", count(more, "more file"));
        }
        for other in others {
            let help = self.palette.paint(Tone::Info, "help:");
            let folder = other.rfind_byte(b'/').map(|slash| &other[..slash]);
            let leave = folder.map(|folder| {
                let folder = printable_bytes(folder);
                format!(", or leave its folder to it with `--leave-out {folder}`")
            });
            text += &format!(
                "{help} {} is there already, and the forge goes by it too: remove it{}\n",
                quoted(other),
                leave.unwrap_or_default()
            );
        }
        text += &format!(
            "{error} what would be written means something else than the map: nothing is written\n"
        );
        Failure::Told(text)
    }
}

/// A line of a file that is not written yet.
fn told(place: &Place) -> String {
    let path = printable_bytes(place.path());
    match place {
        Place::Text(source, span) => {
            let line = source.line_column(span.start).line;
            format!("{path}:{line}: {}", printable(&source.text()[span.range()]))
        }
        Place::Path(..) => path,
    }
}
