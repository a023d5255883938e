mod csv;
mod human;
mod json;
mod markdown;
mod prometheus;

use super::{
    CLEAN, Outcome,
    args::{Global, ReportArguments, ReportFormat},
    checkouts, file,
    session::Session,
    terminal::Terminal,
};
use crate::{
    coverage::{Overview, RepositoryOverview, TeamShare},
    outputs::Look,
    resolution::Verdict,
};

/// Verdicts in the order in which they are told.
const VERDICTS: [Verdict; 4] = [
    Verdict::Owned,
    Verdict::Exempt,
    Verdict::Unowned,
    Verdict::Conflicting,
];

pub(super) fn run(arguments: &ReportArguments, global: &Global, terminal: &Terminal) -> Outcome {
    if let Some(path) = &arguments.output {
        file::require_parent(path)?;
    }
    // Figures that silently leave a repository out would look like a change of ownership.
    let session = Session::open(global)?;
    if let Some(path) = &arguments.output {
        file::spare_map(path, &session.map)?;
    }
    let repositories = checkouts::resolve(&session, terminal, |_| true)?;
    let overview = Overview::new(&session.map.teams, &repositories);
    let look = Look {
        color: terminal.out.color && arguments.output.is_none(),
        ..terminal.out
    };
    let text = match arguments.format {
        ReportFormat::Human => human::write(&overview, look),
        ReportFormat::Markdown => markdown::write(&overview),
        ReportFormat::Csv => csv::write(&overview),
        ReportFormat::Json => json::write(&overview)?,
        ReportFormat::Prometheus => prometheus::write(&overview),
    };
    match &arguments.output {
        None => Ok((text.into_bytes(), CLEAN)),
        Some(path) => file::replace(path, text.as_bytes()).map(|()| (Vec::new(), CLEAN)),
    }
}

/// The teams that own something, those with the most files first.
fn owning(repository: &RepositoryOverview) -> Vec<&TeamShare> {
    let teams = repository.teams.iter();
    let mut owning: Vec<&TeamShare> = teams.filter(|share| share.files > 0).collect();
    // The order of equals, that of their ids, stays.
    owning.sort_by_key(|share| std::cmp::Reverse(share.files));
    owning
}
