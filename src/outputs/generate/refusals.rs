//! Formats the reasons why an ownership file cannot be written.

use std::collections::BTreeSet;

use bstr::{BStr, ByteSlice as _};

use crate::{
    dialects::{Difference, Refusal, Written},
    outputs::{Palette, Tone},
    text::{Place, count, first_few, printable_bytes, quoted},
    workspace::Places,
    workspace::{Unwritable, WhyUnwritable, both_answers},
};

/// Returns the reasons why an ownership file was not written.
pub(crate) fn unwritable(unwritable: &Unwritable, palette: Palette) -> String {
    match &unwritable.why {
        WhyUnwritable::Refusals(refusals) => refused(refusals, &unwritable.places, palette),
        WhyUnwritable::Differences {
            written,
            differences,
        } => differ(unwritable, written, differences, palette),
    }
}

fn refused(refusals: &[Refusal], places: &Places, palette: Palette) -> String {
    let mut text = String::new();
    let error = palette.paint(Tone::Error, "error:");
    let mut helps: BTreeSet<&String> = BTreeSet::new();
    let mut refusals: Vec<&Refusal> = refusals.iter().collect();
    refusals.sort_by(|a, b| a.place.cmp(&b.place));
    for refusal in refusals {
        let position = refusal.place.as_ref();
        let position = position.map_or(String::new(), |place| places.position(place) + ": ");
        text += &format!("{position}{error} {}\n", refusal.message);
        helps.extend(&refusal.help);
    }
    for help in helps {
        text += &format!("{} {help}\n", palette.paint(Tone::Info, "help:"));
    }
    text
}

fn differ(
    unwritable: &Unwritable,
    written: &Written,
    differences: &[Difference],
    palette: Palette,
) -> String {
    let places = &unwritable.places;
    const SHOWN: usize = 20;
    let mut text = String::new();
    let error = palette.paint(Tone::Error, "error:");
    let rules = differences.iter().flat_map(|difference| {
        let failure = difference.failure.iter().map(|failure| &failure.place);
        failure.chain(&difference.rules)
    });
    let is_other = |path: &&BStr| !written.files.iter().any(|(new, _)| new == path);
    let others: BTreeSet<&BStr> = rules.map(Place::path).filter(is_other).collect();
    let answers = differences.iter().map(|difference| {
        let path = quoted(&difference.path);
        format!("{path}: {}", both_answers(difference, places))
    });
    for line in first_few(answers, SHOWN, |more| {
        format!("and {}", count(more, "more file"))
    }) {
        text += &format!("{error} {line}\n");
    }
    for other in others {
        let help = palette.paint(Tone::Info, "help:");
        let folder = other.rfind_byte(b'/').map(|slash| &other[..slash]);
        let keep = folder.map(|folder| {
            let folder = printable_bytes(folder);
            match unwritable.is_listed {
                true => format!(", or list `{folder}` under `keep_existing` in the map"),
                false => format!(", or keep it with `--keep-existing {folder}`"),
            }
        });
        text += &format!(
            "{help} remove {}, which the forge also reads{}\n",
            quoted(other),
            keep.unwrap_or_default()
        );
    }
    text += &format!(
        "{error} the generated file would assign different owners from the map, so it was not written\n"
    );
    text
}
