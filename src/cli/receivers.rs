use super::{
    CLEAN, Outcome,
    args::{Global, ReceiversArguments, RouteFormat},
    terminal::Terminal,
};
use crate::{
    outputs::{Palette, receivers},
    workspace::{ReceiversRequest, Workspace},
};

pub(super) fn run(arguments: &ReceiversArguments, global: &Global, terminal: &Terminal) -> Outcome {
    let workspace = Workspace::open_partly(&global.options())?;
    let request = ReceiversRequest {
        subjects: arguments.subjects.clone(),
        labels: arguments.labels.clone(),
    };
    let answers = terminal.query(&workspace, |workspace| workspace.receivers(&request))?;
    let out = match arguments.format {
        RouteFormat::Json => receivers::json(&workspace, &answers)?,
        RouteFormat::Human => {
            let places = workspace.places(workspace.repositories()?);
            let palette = Palette(terminal.out.color);
            receivers::human(&workspace, &answers, &places, palette)
        }
    };
    Ok((out.into_bytes(), CLEAN))
}
