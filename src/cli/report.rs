use super::{
    CLEAN, Outcome,
    args::{Global, ReportArguments, ReportFormat},
    terminal::Terminal,
};
use crate::{
    outputs::{Look, report},
    workspace::{Workspace, file},
};

pub(super) fn run(arguments: &ReportArguments, global: &Global, terminal: &Terminal) -> Outcome {
    if let Some(path) = &arguments.output {
        file::require_parent(path)?;
    }
    // Figures without a missing repository would look like a change of ownership.
    let workspace = Workspace::open(&arguments.only.options(global))?;
    if let Some(path) = &arguments.output {
        file::refuse_map_file(path, &workspace.map)?;
    }
    let overview = terminal.query(&workspace, |workspace| workspace.overview(arguments.group))?;
    let look = Look {
        color: terminal.out.color && arguments.output.is_none(),
        ..terminal.out
    };
    let pages = terminal.query(&workspace, Workspace::team_pages)?;
    let places = workspace.places(workspace.repositories()?);
    let text = match arguments.format {
        ReportFormat::Human => report::human(&overview, &pages, &places, look),
        ReportFormat::Markdown => report::markdown(&overview, &pages, &places),
        ReportFormat::Csv => report::csv(&overview, &pages),
        ReportFormat::Json => report::json(&overview, &pages)?,
        ReportFormat::Prometheus => report::prometheus(&overview, &pages),
    };
    match &arguments.output {
        None => Ok((text.into_bytes(), CLEAN)),
        Some(path) => {
            file::replace(path, text.as_bytes())?;
            Ok((Vec::new(), CLEAN))
        }
    }
}
