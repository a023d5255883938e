//! Finds the teams to ask from the words of a question.

mod escalation;
mod labels;
mod match_kind;
mod phrases;
mod question;
mod reach;
mod retirement;
mod route;
mod search;
#[cfg(test)]
mod tests;
mod words;

pub use escalation::{NO_ESCALATION, by_urgency, escalation_lines, for_emergencies};
pub use match_kind::MatchKind;
pub use reach::{Contact, reach};
pub use retirement::retirement;
pub use route::{Correction, FoundTeam, MatchReason, Route, route};
