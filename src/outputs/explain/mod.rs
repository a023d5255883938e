//! What checks find, why it matters and how to mend it: for a person, or as the document in `docs/`.

pub(crate) mod human;
pub(crate) mod markdown;
