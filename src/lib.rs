//! ownlint: which team owns which part of an infrastructure repository.

pub mod text;

pub mod yaml;

pub mod finding;

pub mod pattern;

pub mod config;

pub mod inventory;

pub mod claims;

pub mod resolution;

pub mod foresight;

pub mod checks;

pub mod report;

pub mod outputs;

pub mod cli;
