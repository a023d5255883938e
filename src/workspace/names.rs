//! Looks up names that a user types, and suggests similar ones.

use super::Error;
use crate::{
    config::{TeamId, Teams},
    text::{did_you_mean, likely, quoted},
};

/// Fails with the first of `words` that is not in `known`.
pub(super) fn all_known(what: &str, words: &[String], known: &[&str]) -> Result<(), Error> {
    match words.iter().find(|word| !known.contains(&word.as_str())) {
        Some(word) => Err(unknown(what, word, likely(word, known), known)),
        None => Ok(()),
    }
}

/// Returns the team with a name.
pub(super) fn team(teams: &Teams, text: &str) -> Result<TeamId, Error> {
    teams.resolve(text).ok_or_else(|| {
        let ids: Vec<&str> = teams.iter().map(|(id, _)| teams.name(id)).collect();
        let near = teams.suggest(text).map(|(near, _)| near);
        unknown("team", text, near, &ids)
    })
}

fn unknown<'n>(
    what: &str,
    text: &str,
    near: impl IntoIterator<Item = &'n str>,
    known: &[&str],
) -> Error {
    let mut known: Vec<String> = known.iter().map(quoted).collect();
    known.sort_unstable();
    let near = did_you_mean(near).map(|near| near + " ");
    let near = near.unwrap_or_default();
    let error = Error::new(format!("unknown {what} {}", quoted(text)));
    error.help(format!("{near}known {what}s: {}", known.join(", ")))
}
