use super::{
    CLEAN, Outcome,
    args::{Global, ListFormat, TeamsArguments},
    terminal::Terminal,
};
use crate::{outputs::teams, workspace::Workspace};

pub(super) fn run(arguments: &TeamsArguments, global: &Global, terminal: &Terminal) -> Outcome {
    let workspace = Workspace::open_partly(&global.options())?;
    let holdings = terminal.query(&workspace, Workspace::holdings)?;
    let all = &workspace.map.teams;
    let out = match arguments.format {
        ListFormat::Table => {
            let pages = terminal.query(&workspace, Workspace::team_pages)?;
            let places = workspace.places(workspace.repositories()?);
            teams::table(all, &holdings, &pages, &places, terminal.out)
        }
        ListFormat::Json => {
            let pages = terminal.query(&workspace, Workspace::team_pages)?;
            teams::json(&workspace, &holdings, &pages)?
        }
        ListFormat::Csv => teams::csv(all, &holdings),
    };
    Ok((out.into_bytes(), CLEAN))
}
