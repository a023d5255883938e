use crate::text::Place;

/// A value in the map and its place.
#[derive(Debug, Clone)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// The place.
    pub place: Place,
}

impl<T> Spanned<T> {
    /// Returns another value with the same place.
    pub(super) fn with<U>(&self, value: U) -> Spanned<U> {
        let place = self.place.clone();
        Spanned { value, place }
    }
}

/// A string in the map.
pub(super) type Text = Spanned<String>;
