//! The candidates for the values of arguments. If the map cannot be read, only names that do not depend on it are known.

use std::{env, ffi::OsStr};

use clap::{CommandFactory as _, FromArgMatches as _};
use clap_complete::{CompletionCandidate, PathCompleter, engine::ValueCompleter as _};

use super::super::{Cli, args::Global};
use crate::{
    checks,
    config::Team,
    inventory::{State, detectors},
    workspace::{ComponentFilter, Workspace},
};

/// The checks, with what each of them finds.
pub(in crate::cli) fn checks() -> Vec<CompletionCandidate> {
    let all = checks::ALL.iter();
    all.map(|check| CompletionCandidate::new(check.name).help(Some(check.summary.into())))
        .collect()
}

/// The states of declarations.
pub(in crate::cli) fn states() -> Vec<CompletionCandidate> {
    let all = State::ALL.into_iter();
    all.map(|state| CompletionCandidate::new(state.name()))
        .collect()
}

/// The kinds of components.
pub(in crate::cli) fn kinds() -> Vec<CompletionCandidate> {
    let kinds = kind_names().into_iter();
    kinds.map(CompletionCandidate::new).collect()
}

fn kind_names() -> Vec<&'static str> {
    let known = detectors::kinds();
    match workspace() {
        Some(workspace) => workspace.map.kinds(&known),
        None => known,
    }
}

/// The repositories that the map lists.
pub(in crate::cli) fn repositories() -> Vec<CompletionCandidate> {
    let workspace = workspace();
    let repositories = workspace.iter().flat_map(|it| &it.map.repositories);
    let listed = repositories.filter(|repository| repository.place.is_some());
    listed
        .map(|repository| CompletionCandidate::new(&*repository.name))
        .collect()
}

/// The teams, by id.
pub(in crate::cli) fn teams() -> Vec<CompletionCandidate> {
    let workspace = workspace();
    let teams = workspace.iter().flat_map(|it| it.map.teams.iter());
    let candidate = |team: &Team| {
        let name = team.name.as_ref().map(|name| name.value.clone().into());
        CompletionCandidate::new(&team.id.value).help(name)
    };
    teams.map(|(_, team)| candidate(team)).collect()
}

/// Paths, teams and components. Components only if their kind was typed, because they have to be searched for.
pub(in crate::cli) fn targets(typed: &OsStr) -> Vec<CompletionCandidate> {
    let mut candidates = PathCompleter::any().complete(typed);
    let Some(typed) = typed.to_str() else {
        return candidates;
    };
    let names = match typed.split_once(':') {
        Some((kind, _)) => components(kind),
        None => {
            let kinds = kind_names().into_iter();
            let kinds = kinds.map(|kind| CompletionCandidate::new(format!("{kind}:")));
            teams().into_iter().chain(kinds).collect()
        }
    };
    let is_possible = |it: &CompletionCandidate| {
        it.get_value()
            .to_str()
            .is_some_and(|it| it.starts_with(typed))
    };
    candidates.extend(names.into_iter().filter(is_possible));
    candidates
}

fn components(kind: &str) -> Vec<CompletionCandidate> {
    let Some(workspace) = workspace() else {
        return Vec::new();
    };
    let filter = ComponentFilter {
        kinds: vec![kind.to_owned()],
        ..ComponentFilter::default()
    };
    let Ok(resolved) = workspace.components(&filter) else {
        return Vec::new();
    };
    let reports = resolved.reports().into_iter();
    reports
        .map(|report| CompletionCandidate::new(report.component.id()))
        .collect()
}

/// Opens the map that the typed command line selects.
fn workspace() -> Option<Workspace> {
    let words = env::args_os().skip_while(|word| word != "--").skip(1);
    let command = Cli::command().ignore_errors(true);
    let matches = command.try_get_matches_from(words).ok()?;
    let mut innermost = &matches;
    while let Some((_, inner)) = innermost.subcommand() {
        innermost = inner;
    }
    let global = Global::from_arg_matches(innermost).ok()?;
    Workspace::open_partly(&global.options()).ok()
}
