mod csv;
mod json;
mod table;

use super::{
    CLEAN, Outcome,
    args::{ComponentsArguments, Global, ListFormat},
    checkouts,
    failure::Failure,
    session::Session,
    terminal::Terminal,
};
use crate::{
    config::{TeamId, Teams},
    coverage::ComponentReport,
    inventory::{State, detectors},
    outputs::Places,
    text::{did_you_mean, likely, quoted},
};

pub(super) fn run(
    arguments: &ComponentsArguments,
    global: &Global,
    terminal: &Terminal,
) -> Outcome {
    let session = Session::open_partly(global)?;
    let filter = Filter::new(arguments, &session)?;
    session.require(|at| filter.wants_repository(at))?;
    let repositories = checkouts::resolve(&session, terminal, |at| filter.wants_repository(at))?;
    let teams = &session.map.teams;
    let mut components = ComponentReport::all(teams, &repositories);
    components.retain(|component| filter.wants(component));
    let places = Places::new(&session.map, &repositories, &session.here);
    let out = match arguments.format {
        ListFormat::Table => table::write(&components, teams, &places, terminal.out),
        ListFormat::Json => json::write(&components, teams)?,
        ListFormat::Csv => csv::write(&components, teams),
    };
    Ok((out.into_bytes(), CLEAN))
}

/// Which components are asked for; an empty list means any.
struct Filter {
    kinds: Vec<&'static str>,
    teams: Vec<TeamId>,
    states: Vec<State>,
    repository: Option<usize>,
}

impl Filter {
    fn new(arguments: &ComponentsArguments, session: &Session) -> Result<Self, Failure> {
        let map = &session.map;
        let kinds = map.kinds(&detectors::kinds());
        let kind = |text: &String| match kinds.iter().find(|kind| *kind == text) {
            Some(kind) => Ok(*kind),
            None => Err(unknown("kind of component", text, &kinds)),
        };
        let team = |text: &String| {
            map.teams
                .resolve(text)
                .ok_or_else(|| unknown_team(session, text))
        };
        let state = |text: &String| {
            let all = State::ALL.iter().copied();
            let mut named = all.filter(|state| state.name() == text);
            let known = State::ALL.map(State::name);
            named.next().ok_or_else(|| unknown("state", text, &known))
        };
        Ok(Self {
            kinds: arguments.kind.iter().map(kind).collect::<Result<_, _>>()?,
            teams: arguments.team.iter().map(team).collect::<Result<_, _>>()?,
            states: arguments
                .state
                .iter()
                .map(state)
                .collect::<Result<_, _>>()?,
            repository: arguments
                .repository
                .as_ref()
                .map(|name| session.repository(name))
                .transpose()?,
        })
    }

    fn wants_repository(&self, at: usize) -> bool {
        self.repository.is_none_or(|wanted| wanted == at)
    }

    fn wants(&self, report: &ComponentReport<'_>) -> bool {
        let owners = &report.resolution.owners;
        (self.kinds.is_empty() || self.kinds.contains(&report.component.kind))
            && (self.teams.is_empty() || self.teams.iter().any(|team| owners.contains(team)))
            && (self.states.is_empty() || self.states.contains(&report.state))
    }
}

fn unknown(what: &str, text: &str, known: &[&str]) -> Failure {
    no_such(what, text, likely(text, known), known)
}

fn no_such<'n>(
    what: &str,
    text: &str,
    near: impl IntoIterator<Item = &'n str>,
    known: &[&str],
) -> Failure {
    let mut known: Vec<String> = known.iter().map(quoted).collect();
    known.sort_unstable();
    let near = did_you_mean(near).map(|near| near + " ");
    let near = near.unwrap_or_default();
    let failure = Failure::new(format!("there is no {what} {}", quoted(text)));
    failure.help(format!("{near}known are {}", known.join(", ")))
}

/// The failure of a name that stands for no team.
pub(super) fn unknown_team(session: &Session, text: &str) -> Failure {
    let teams = &session.map.teams;
    let ids: Vec<&str> = teams.iter().map(|(id, _)| teams.name(id)).collect();
    let near = teams.suggest(text).map(|(near, _)| near);
    no_such("team", text, near, &ids)
}

/// The owners as ids, or why there are none.
fn owners(report: &ComponentReport<'_>, teams: &Teams, between: &str) -> String {
    teams.names(&report.resolution.owners).join(between)
}

/// The hints that name somebody, in words.
fn hints(report: &ComponentReport<'_>, teams: &Teams) -> Vec<String> {
    let hints = report.hints.iter();
    hints.filter_map(|guess| guess.told(teams)).collect()
}
