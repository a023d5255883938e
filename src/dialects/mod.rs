//! Other tools' ownership files: one file or directory a dialect, which reads it and says what the
//! forge would answer for a path.

mod answers;
mod dialect;
mod folders;
mod gerrit;
mod github;
mod gitlab;
mod glob;
mod index;
mod kubernetes;
mod lines;
mod maintainers;
mod problem;
mod regexes;
mod tree;

pub use answers::{Answer, Answers};
pub use dialect::Dialect;
pub use problem::Problem;
pub use tree::Tree;

/// All dialects.
pub const ALL: &[&Dialect] = &[
    &github::DIALECT,
    &gitlab::DIALECT,
    &gerrit::DIALECT,
    &kubernetes::DIALECT,
    &maintainers::DIALECT,
];

/// The dialect of this name.
pub fn by_name(name: &str) -> Option<&'static Dialect> {
    ALL.iter().copied().find(|dialect| dialect.name == name)
}
