use crate::text::Place;

/// A value of the map and where it stands.
#[derive(Debug, Clone)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub place: Place,
}

/// A string of the map.
pub(super) type Text = Spanned<String>;
