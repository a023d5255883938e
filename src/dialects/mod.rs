//! Ownership files of other tools, one module per dialect: parsing, the answers that a forge would give,
//! and writing.

mod answers;
mod backstage;
mod bitbucket;
mod detect;
mod dialect;
mod extras;
mod family;
mod file_problem;
mod folder_owners;
mod folders;
mod forge;
mod gerrit;
mod gitea;
mod github;
mod gitlab;
mod glob;
mod header;
mod idle_lines;
mod ignore_lines;
mod ignore_pattern;
mod index;
mod kubernetes;
mod last_match;
mod lines;
mod locations;
mod lost_approvers;
mod maintainers;
mod markdown;
mod new_files;
mod order;
mod owner_section;
mod ownership;
mod ownership_line;
mod pattern_line;
mod proof;
mod refusal;
mod signature;
mod spelling;
mod statement;
mod team_names;
#[cfg(test)]
mod tests;
mod tree;
mod unintended;

pub use answers::{Answer, Answers};
pub use detect::{by_authority, governing, paths_to_query, reason, uncounted};
pub use dialect::Dialect;
pub use extras::Extras;
pub use file_problem::{FileProblem, FileProblemKind};
pub use forge::Forge;
pub use header::{Generated, command, generated, has_command};
pub use idle_lines::{IdleLines, OverriddenLine, UnmatchedLine, idle_lines};
pub use locations::{Misplaced, Sign, misplaced, unused_files};
pub use lost_approvers::{LostApprovers, lost_approvers};
pub use new_files::{NewFiles, compare_new_files};
pub use owner_section::OwnerSection;
pub use ownership::{OwnerSet, Ownership, Written};
pub use ownership_line::{OwnershipLine, comments, matching, without_valid_owners};
pub use proof::{Difference, prove};
pub use refusal::Refusal;
pub use signature::Signature;
pub use statement::read_statements;
pub use team_names::TeamNames;
pub use tree::Tree;

use crate::config::OutputDialect;

/// All dialects. Dialects that share a file name are adjacent, with the assumed one first.
pub const ALL: &[&Dialect] = &[
    &github::DIALECT,
    &gitlab::DIALECT,
    &gitea::DIALECT,
    &bitbucket::DIALECT,
    &gerrit::DIALECT,
    &kubernetes::DIALECT,
    &maintainers::DIALECT,
    &backstage::DIALECT,
    &markdown::DIALECT,
];

/// Returns all forges.
pub fn forges() -> impl Iterator<Item = Forge> {
    ALL.iter().filter_map(|dialect| dialect.forge)
}

/// Returns the keys under `handles` for names of teams on forges.
pub fn handle_keys() -> Vec<&'static str> {
    forges().map(|forge| forge.handle_key).collect()
}

/// Returns the names of the dialects that say who owns paths.
pub fn names() -> Vec<&'static str> {
    let dialects = ALL.iter().filter(|dialect| dialect.answer.is_some());
    dialects.map(|dialect| dialect.name).collect()
}

/// Returns what a map must know about each dialect.
pub fn outputs() -> Vec<OutputDialect> {
    let output = |dialect: &&Dialect| OutputDialect {
        name: dialect.name,
        location: dialect.locations[0],
        is_per_folder: dialect.is_per_folder,
        lists_files: dialect.answer.is_some(),
    };
    ALL.iter().map(output).collect()
}

/// Returns the dialect with this name.
pub fn by_name(name: &str) -> Option<&'static Dialect> {
    ALL.iter().copied().find(|dialect| dialect.name == name)
}
