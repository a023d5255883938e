use crate::text::Place;

/// A reason why ownership can't be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The place in the map that can't be written.
    pub place: Option<Place>,
    /// What can't be written.
    pub message: String,
    /// How to fix it.
    pub help: Option<String>,
}
