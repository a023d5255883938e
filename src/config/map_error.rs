use super::{reader::Reader, spanned::Text};
use crate::{
    finding::Related,
    pattern::PatternError,
    text::{Place, count, did_you_mean, quoted},
};

/// An error in the map.
#[derive(Debug, Clone)]
pub struct MapError {
    /// The problem, in one sentence.
    pub message: String,
    /// Where it is; `None` if there is no text to point at.
    pub place: Option<Place>,
    /// How to fix it.
    pub help: Option<String>,
    /// Other places that it conflicts with.
    pub related: Vec<Related>,
}

impl MapError {
    /// Creates an error at `place`.
    pub fn new(place: Place, message: impl Into<String>) -> Self {
        Self {
            place: Some(place),
            ..Self::unplaced(message)
        }
    }

    /// Creates an error without a place.
    pub fn unplaced(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            place: None,
            help: None,
            related: Vec::new(),
        }
    }

    /// Creates the error that `text`, from byte `from` on, is not a valid pattern. Messages call it `what`.
    pub(super) fn of_pattern(text: &Text, from: usize, what: &str, error: PatternError) -> Self {
        let range = from + error.range.start..from + error.range.end;
        let place = Reader::within(&text.place, &text.value, range);
        let shown = quoted(&text.value);
        Self {
            help: error.help,
            ..Self::new(place, format!("invalid {what} {shown}: {}", error.message))
        }
    }

    /// Adds how to fix it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a "did you mean" help if there is a similar name.
    #[must_use]
    pub fn did_you_mean<'n>(self, near: impl IntoIterator<Item = &'n str>) -> Self {
        match did_you_mean(near) {
            Some(help) => self.help(help),
            None => self,
        }
    }

    /// Adds a place that it conflicts with.
    #[must_use]
    pub fn related(mut self, place: Place, message: impl Into<String>) -> Self {
        self.related.push(Related::new(place, message));
        self
    }
}

/// All errors of a map, in the order of its text.
#[derive(Debug, thiserror::Error)]
#[error("the map has {}", count(.0.len(), "error"))]
pub struct MapErrors(pub Vec<MapError>);

impl MapErrors {
    /// Sorts the errors and removes duplicates, which aliases and settings for all repositories cause.
    pub fn new(mut errors: Vec<MapError>) -> Self {
        let key = |error: &MapError| (error.place.clone(), error.message.clone());
        errors.sort_by_cached_key(key);
        errors.dedup_by_key(|error| key(error));
        Self(errors)
    }
}
