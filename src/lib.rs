//! ownlint: which team owns which part of an infrastructure repository.

pub mod text;

pub mod yaml;

pub mod finding;

pub mod pattern;

pub mod git;

pub mod snapshot;

pub mod config;

pub mod inventory;

pub mod claims;

pub mod resolution;

pub mod coverage;

pub mod foresight;

pub mod handover;

pub mod dialects;

pub mod checks;

pub mod lint;

pub mod routing;

pub mod draft;

pub mod workspace;

pub mod outputs;

pub mod cli;

#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod internals;

#[cfg(test)]
mod testing;
