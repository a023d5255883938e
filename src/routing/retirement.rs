use crate::config::{Retired, Teams};

/// Returns since when a team is retired, and which team to ask instead.
pub fn retirement(retired: &Retired, teams: &Teams) -> String {
    let ask = match retired.successor {
        Some(successor) => format!("ask {}", teams.name(teams.successor(successor))),
        None => "it has no successor".to_owned(),
    };
    format!("{}: {ask}", retired.text())
}
