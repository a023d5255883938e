use crate::config::{Retired, Teams};

/// Since when a team is no more, and whom to ask.
pub fn retirement(retired: &Retired, teams: &Teams) -> String {
    let ask = match retired.successor {
        Some(successor) => format!("ask {}", teams.name(teams.successor(successor))),
        None => "nobody took over".to_owned(),
    };
    format!("{}: {ask}", retired.told())
}
