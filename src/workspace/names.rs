//! Names that a user types, and errors for those that nothing has.

use super::Error;
use crate::{
    config::{TeamId, Teams},
    text::{did_you_mean, likely, quoted},
};

/// Fails with the first of these words that is none of the `known` ones.
pub(super) fn all_known(what: &str, words: &[String], known: &[&str]) -> Result<(), Error> {
    match words.iter().find(|word| !known.contains(&word.as_str())) {
        Some(word) => Err(no_such(what, word, likely(word, known), known)),
        None => Ok(()),
    }
}

/// The team that a name stands for.
pub(super) fn team(teams: &Teams, text: &str) -> Result<TeamId, Error> {
    teams.resolve(text).ok_or_else(|| {
        let ids: Vec<&str> = teams.iter().map(|(id, _)| teams.name(id)).collect();
        let near = teams.suggest(text).map(|(near, _)| near);
        no_such("team", text, near, &ids)
    })
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
