//! The checks, one file for each.

mod alert_without_team;
mod by_product;
mod case_mismatch;
mod check;
mod compared_files;
mod conflicting_owners;
mod context;
mod declaration_mismatch;
mod default_owner;
mod duplicate_alert;
mod duplicate_rule;
mod expired_exemption;
mod filed_names;
mod former_team_name;
mod generated_files;
mod introduced;
mod invalid_notification_route;
mod invalid_ownership_line;
mod linked_owner_mismatch;
mod low_coverage;
mod map_entry;
mod misplaced_codeowners;
mod missing_contact;
mod missing_globstar;
mod missing_member;
mod name_key;
mod near;
mod nearest_pattern;
mod orphan_member;
mod outdated_ownership_file;
mod overlapping_rules;
mod overridden;
mod overridden_ownership_line;
mod overridden_rule;
mod owner_changed;
mod ownership_file_mismatch;
mod ownership_file_too_large;
mod ownership_files;
mod person_not_team;
mod placeholder_owner;
mod priority;
mod properties;
mod redundant_alias;
mod redundant_rule;
mod rejected_ownership_file;
mod removal;
mod respell;
mod retired_team;
mod rolled_up;
mod scope;
mod shadowed_rule;
mod split_component;
mod summarized;
mod team_candidates;
mod too_many_owners;
mod uncovered_directory;
mod unknown_catalog_owner;
mod unknown_declared_team;
mod unknown_team_in_notification_route;
mod unlisted_generated_file;
mod unmatched_alternative;
mod unmatched_exemption;
mod unmatched_ownership_line;
mod unmatched_rule;
mod unowned_component;
mod unowned_path;
mod unreachable_notification_route;
mod unread_ownership_file;
mod unreadable_declaration;
mod unreadable_path;
mod unrouted_alerts;
mod unused_alias;
mod unused_codeowners;
mod unused_receiver;
mod unused_suppression;
mod unused_team;
mod used;

pub use check::Check;
pub use compared_files::ComparedFiles;
pub use context::{Context, KnownComponent, USUAL_BASELINE};
pub use introduced::raise_introduced;
pub use properties::{Properties, RollUp};
pub use rolled_up::{UnownedFiles, named};
pub use scope::Scope;
pub use used::Used;

use crate::resolution::Verdict;

/// All checks, the most important ones first. Reports keep this order.
pub const ALL: &[&Check] = &[
    // Files and components without a clear owner.
    &conflicting_owners::CHECK,
    &unowned_path::CHECK,
    &unowned_component::CHECK,
    &low_coverage::CHECK,
    // What a change does to the owners.
    &owner_changed::CHECK,
    // Declarations, contacts and ownership files that do not have the intended effect.
    &unknown_declared_team::CHECK,
    &unknown_catalog_owner::CHECK,
    &placeholder_owner::CHECK,
    &person_not_team::CHECK,
    &missing_contact::CHECK,
    &unreadable_declaration::CHECK,
    &unreadable_path::CHECK,
    &outdated_ownership_file::CHECK,
    &unlisted_generated_file::CHECK,
    &ownership_file_mismatch::CHECK,
    &ownership_file_too_large::CHECK,
    &misplaced_codeowners::CHECK,
    &unread_ownership_file::CHECK,
    &unused_codeowners::CHECK,
    &rejected_ownership_file::CHECK,
    &invalid_ownership_line::CHECK,
    &unmatched_ownership_line::CHECK,
    &overridden_ownership_line::CHECK,
    &declaration_mismatch::CHECK,
    // Alerts that do not reach the team that they name.
    &unrouted_alerts::CHECK,
    &unknown_team_in_notification_route::CHECK,
    &invalid_notification_route::CHECK,
    &unreachable_notification_route::CHECK,
    &unused_receiver::CHECK,
    &alert_without_team::CHECK,
    &duplicate_alert::CHECK,
    // Components whose parts or owners do not fit together.
    &too_many_owners::CHECK,
    &split_component::CHECK,
    &linked_owner_mismatch::CHECK,
    &missing_member::CHECK,
    &orphan_member::CHECK,
    // Problems that appear when a file is added.
    &overlapping_rules::CHECK,
    &uncovered_directory::CHECK,
    &default_owner::CHECK,
    // Rules that do not do what they seem to do.
    &missing_globstar::CHECK,
    &case_mismatch::CHECK,
    &shadowed_rule::CHECK,
    &duplicate_rule::CHECK,
    &overridden_rule::CHECK,
    &redundant_rule::CHECK,
    // Entries that are no longer needed.
    &retired_team::CHECK,
    &former_team_name::CHECK,
    &expired_exemption::CHECK,
    &unmatched_rule::CHECK,
    &unmatched_exemption::CHECK,
    &unused_suppression::CHECK,
    &unused_team::CHECK,
    &unused_alias::CHECK,
    &redundant_alias::CHECK,
];

/// Returns the check with a name.
pub fn by_name(name: &str) -> Option<&'static Check> {
    ALL.iter().copied().find(|check| check.name == name)
}

/// Returns the check that reports a verdict.
pub fn reporting(verdict: Verdict) -> Option<&'static Check> {
    let mut all = ALL.iter().copied();
    all.find(|check| check.properties.verdict == Some(verdict))
}

/// Returns the verdict that a check reports.
pub fn reported_by(name: &str) -> Option<Verdict> {
    by_name(name)?.properties.verdict
}

/// Returns whether the findings of a check are about a change as a whole.
pub fn is_about_change(name: &str) -> bool {
    by_name(name).is_some_and(|check| check.properties.check_change.is_some())
}

/// Returns the names of all checks.
pub fn names() -> Vec<&'static str> {
    ALL.iter().map(|check| check.name).collect()
}
