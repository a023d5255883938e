use crate::text::Place;

/// A reason why ownership cannot be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The place in the map that cannot be written.
    pub place: Option<Place>,
    /// What cannot be written.
    pub message: String,
    /// How to fix it.
    pub help: Option<String>,
}
