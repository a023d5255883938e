//! ownlint: which team owns which part of an infrastructure repository.

pub mod text;

pub mod yaml;

pub mod finding;

pub mod pattern;

pub mod config;
