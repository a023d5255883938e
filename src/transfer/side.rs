use crate::{config::Map, resolution::ResolvedRepository};

/// One side of a change.
#[derive(Debug, Clone, Copy)]
pub struct Side<'m> {
    /// Its map.
    pub map: &'m Map,
    /// The repositories of that map.
    pub repositories: &'m [ResolvedRepository],
}
