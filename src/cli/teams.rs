use super::{
    CLEAN, Outcome,
    args::{Global, ListFormat, TeamsArguments},
    terminal::Terminal,
};
use crate::{outputs::teams, workspace::Workspace};

pub(super) fn run(arguments: &TeamsArguments, global: &Global, terminal: &Terminal) -> Outcome {
    let workspace = Workspace::open_partly(&global.options())?;
    let holdings = terminal.query(&workspace, Workspace::holdings)?;
    let out = match arguments.format {
        ListFormat::Table => teams::table(&workspace.map.teams, &holdings, terminal.out),
        ListFormat::Json => teams::json(&workspace, &holdings)?,
        ListFormat::Csv => teams::csv(&workspace.map.teams, &holdings),
    };
    Ok((out.into_bytes(), CLEAN))
}
