//! One file a check: one question asked of the resolved ownership.

mod case_mismatch;
mod check;
mod conflicting_owners;
mod context;
mod dead_exemption;
mod dead_rule;
mod declaration_mismatch;
mod duplicate_rule;
mod entry;
mod expired_exemption;
mod near;
mod never_wins_today;
mod overlapping_rules;
mod overtaken;
mod redundant_rule;
mod shadowed_rule;
mod unanchored_habit;
mod uncovered_directory;
mod unknown_declared_team;
mod unowned_component;
mod unowned_path;
mod unreadable_declaration;
mod unreadable_path;

pub use check::Check;
pub use context::{Context, Scope};

/// All checks, what hurts most first. Reports keep this order.
pub const ALL: &[&Check] = &[
    // What pages the wrong people.
    &conflicting_owners::CHECK,
    &unowned_path::CHECK,
    &unowned_component::CHECK,
    // What is said, but doesn't reach.
    &unknown_declared_team::CHECK,
    &unreadable_declaration::CHECK,
    &unreadable_path::CHECK,
    &declaration_mismatch::CHECK,
    // What will hurt when a file is added.
    &overlapping_rules::CHECK,
    &uncovered_directory::CHECK,
    // What is not what it looks like.
    &unanchored_habit::CHECK,
    &case_mismatch::CHECK,
    &shadowed_rule::CHECK,
    &duplicate_rule::CHECK,
    &never_wins_today::CHECK,
    &redundant_rule::CHECK,
    // What has outlived its reason.
    &expired_exemption::CHECK,
    &dead_rule::CHECK,
    &dead_exemption::CHECK,
];

/// The check of a name.
pub fn by_name(name: &str) -> Option<&'static Check> {
    ALL.iter().copied().find(|check| check.name == name)
}

/// The names of all checks.
pub fn names() -> Vec<&'static str> {
    ALL.iter().map(|check| check.name).collect()
}
