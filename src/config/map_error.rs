use super::{reader::Reader, spanned::Text};
use crate::{
    finding::Related,
    pattern::PatternError,
    text::{Place, did_you_mean, quoted},
};

/// One thing wrong with the map.
#[derive(Debug, Clone)]
pub struct MapError {
    /// What is wrong, in one sentence.
    pub message: String,
    /// Where; nothing if there is no text to point at.
    pub place: Option<Place>,
    /// What to do about it.
    pub help: Option<String>,
    /// What it collides with.
    pub related: Vec<Related>,
}

impl MapError {
    /// A fault at `place`.
    pub fn new(place: Place, message: impl Into<String>) -> Self {
        Self {
            place: Some(place),
            ..Self::unplaced(message)
        }
    }

    /// A fault that no text can be shown for.
    pub fn unplaced(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            place: None,
            help: None,
            related: Vec::new(),
        }
    }

    /// That a text, but for `from` bytes at its beginning, is no pattern; `what` it is called.
    pub(super) fn of_pattern(text: &Text, from: usize, what: &str, error: PatternError) -> Self {
        let range = from + error.range.start..from + error.range.end;
        let place = Reader::within(&text.place, &text.value, range);
        let shown = quoted(&text.value);
        Self {
            help: error.help,
            ..Self::new(place, format!("bad {what} {shown}: {}", error.message))
        }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a did-you-mean, where there is something near.
    #[must_use]
    pub fn did_you_mean<'n>(self, near: impl IntoIterator<Item = &'n str>) -> Self {
        match did_you_mean(near) {
            Some(help) => self.help(help),
            None => self,
        }
    }

    /// Adds what it collides with.
    #[must_use]
    pub fn related(mut self, place: Place, message: impl Into<String>) -> Self {
        self.related.push(Related::new(place, message));
        self
    }
}

/// Everything that is wrong with a map, in the order of its text.
#[derive(Debug, thiserror::Error)]
#[error("the map has {} fault(s)", .0.len())]
pub struct MapErrors(pub Vec<MapError>);

impl MapErrors {
    /// Of these faults; what many aliases bring, or is said for all repositories, is wrong once.
    pub fn new(mut errors: Vec<MapError>) -> Self {
        let key = |error: &MapError| (error.place.clone(), error.message.clone());
        errors.sort_by_cached_key(key);
        errors.dedup_by_key(|error| key(error));
        Self(errors)
    }
}
