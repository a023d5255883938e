use super::words::words;
use crate::config::Escalation;

/// The ways to reach the organisation in the order of the map, which is that of urgency; with
/// `emergency`, the way for emergencies before all others.
pub fn by_urgency(escalation: &[Escalation], emergency: bool) -> Vec<&Escalation> {
    let mut ways: Vec<&Escalation> = escalation.iter().collect();
    if emergency && let Some(first) = for_emergencies(escalation) {
        ways.sort_by_key(|way| !std::ptr::eq(*way, first));
    }
    ways
}

/// The way for emergencies, if the map names one.
pub fn for_emergencies(escalation: &[Escalation]) -> Option<&Escalation> {
    escalation.iter().find(|way| is_for_emergencies(&way.when))
}

/// Whether a case is that of an emergency, and not that of none.
fn is_for_emergencies(when: &str) -> bool {
    let words = words(when);
    let speaks = |word: &String| word == "emergency" || word == "emergencies";
    let denies = |word: &String| ["no", "non", "not"].contains(&word.as_str());
    let at = words.iter().position(speaks);
    at.is_some_and(|at| !words[..at].iter().any(denies))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_emergency_is_none() {
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
