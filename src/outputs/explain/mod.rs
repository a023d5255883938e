//! The outputs of `explain`: what checks find, why it matters and how to fix it.

pub(crate) mod human;
pub(crate) mod markdown;
