use super::words::words;
use crate::{
    config::{Escalation, Organization},
    text::printable,
};

/// What is shown if a map has no contacts of the organization.
pub const NO_ESCALATION: &str =
    "the map has no escalation contacts: `organization.escalation` is empty";

/// Returns the lines about whom to contact: a title with the name of the organization, and the contacts.
pub fn escalation_lines(
    title: &str,
    organization: &Organization,
    contacts: &[&Escalation],
) -> (String, String) {
    let name = organization.name.as_ref();
    let name = name.map(|name| format!(" ({})", printable(name)));
    let contacts = contacts.iter();
    let contacts =
        contacts.map(|way| format!("  {}: {}\n", printable(&way.when), printable(&way.via)));
    let title = format!("{title}{}", name.unwrap_or_default());
    (title, contacts.collect())
}

/// Returns the escalation contacts in the order of the map, most urgent first. With `emergency`, the
/// contact for emergencies is first.
pub fn by_urgency(escalation: &[Escalation], emergency: bool) -> Vec<&Escalation> {
    let mut ways: Vec<&Escalation> = escalation.iter().collect();
    if emergency && let Some(first) = for_emergencies(escalation) {
        ways.sort_by_key(|way| !std::ptr::eq(*way, first));
    }
    ways
}

/// Returns the contact for emergencies. `None` if the map has none.
pub fn for_emergencies(escalation: &[Escalation]) -> Option<&Escalation> {
    escalation.iter().find(|way| is_for_emergencies(&way.when))
}

/// Returns whether a case is an emergency, and not "no emergency" or "not an emergency".
fn is_for_emergencies(when: &str) -> bool {
    let words = words(when);
    let names_emergency = |word: &String| word == "emergency" || word == "emergencies";
    let is_negation = |word: &String| ["no", "non", "not"].contains(&word.as_str());
    let at = words.iter().position(names_emergency);
    at.is_some_and(|at| !words[..at].iter().any(is_negation))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distinguishes_emergencies_from_negated_ones() {
        for (when, expected) in [
            ("an emergency", true),
            ("Emergencies only", true),
            ("not an emergency, and the team is unknown", false),
            ("non-emergency", false),
            ("urgent", false),
        ] {
            assert_eq!(is_for_emergencies(when), expected, "{when}");
        }
    }
}
