use crate::config::{Retired, Teams};

/// Since when a team is no more, and whom to ask.
pub fn retirement(retired: &Retired, teams: &Teams) -> String {
    let since = retired.since.as_ref();
    let since = since.map(|since| format!(" since {}", since.value));
    let ask = match retired.successor {
        Some(successor) => format!("ask {}", teams.name(teams.successor(successor))),
        None => "nobody took over".to_owned(),
    };
    format!("retired{}: {ask}", since.unwrap_or_default())
}
