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
impl<T> Spanned<T> {
    /// Another value in the same place.
    pub(super) fn with<U>(&self, value: U) -> Spanned<U> {
        let place = self.place.clone();
        Spanned { value, place }
    }
}

pub(super) type Text = Spanned<String>;
