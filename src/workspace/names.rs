//! Errors for names that nothing has.

use super::Error;
use crate::{
    config::Teams,
    text::{did_you_mean, likely, quoted},
};

/// The error of a word that is none of the `known` ones.
pub(super) fn unknown(what: &str, text: &str, known: &[&str]) -> Error {
    no_such(what, text, likely(text, known), known)
}

/// The error of a name that stands for no team.
pub(super) fn unknown_team(teams: &Teams, text: &str) -> Error {
    let ids: Vec<&str> = teams.iter().map(|(id, _)| teams.name(id)).collect();
    let near = teams.suggest(text).map(|(near, _)| near);
    no_such("team", text, near, &ids)
}

fn no_such<'n>(
    what: &str,
    text: &str,
    near: impl IntoIterator<Item = &'n str>,
    known: &[&str],
) -> Error {
    let mut known: Vec<String> = known.iter().map(quoted).collect();
    known.sort_unstable();
    let near = did_you_mean(near).map(|near| near + " ");
    let near = near.unwrap_or_default();
    let error = Error::new(format!("there is no {what} {}", quoted(text)));
    error.help(format!("{near}known are {}", known.join(", ")))
}
