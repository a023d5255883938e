/// The kinds of components that are found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Kinds {
    /// The kinds that lists include, and the others that the map needs.
    #[default]
    Needed,
    /// All kinds.
    All,
}
