use crate::text::Place;

/// Why ownership can't be written as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Where the map says what can't be written.
    pub place: Option<Place>,
    /// What that is.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}
