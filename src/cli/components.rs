use super::{
    CLEAN, Outcome,
    args::{ComponentsArguments, Global, ListFormat},
    terminal::Terminal,
};
use crate::{
    outputs::components,
    workspace::{ComponentFilter, Workspace},
};

pub(super) fn run(
    arguments: &ComponentsArguments,
    global: &Global,
    terminal: &Terminal,
) -> Outcome {
    let workspace = Workspace::open_partly(&arguments.only.options(global))?;
    let filter = ComponentFilter {
        kinds: arguments.kind.clone(),
        all_kinds: arguments.all_kinds,
        teams: arguments.team.clone(),
        states: arguments.state.clone(),
    };
    let resolved = terminal.query(&workspace, |workspace| workspace.components(&filter))?;
    let teams = &workspace.map.teams;
    if arguments.group {
        let groups = resolved.groups();
        let out = match arguments.format {
            ListFormat::Table => components::groups_table(&groups, teams, terminal.out),
            ListFormat::Json => components::groups_json(&groups, teams)?,
            ListFormat::Csv => components::groups_csv(&groups, teams),
        };
        return Ok((out.into_bytes(), CLEAN));
    }
    let reports = resolved.reports();
    let out = match arguments.format {
        ListFormat::Table => components::table(&reports, teams, &resolved.places(), terminal.out),
        ListFormat::Json => components::json(&reports, teams)?,
        ListFormat::Csv => components::csv(&reports, teams),
    };
    Ok((out.into_bytes(), CLEAN))
}
