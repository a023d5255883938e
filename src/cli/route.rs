use super::{
    CLEAN, Outcome,
    args::{Global, RouteArguments, RouteFormat},
    terminal::Terminal,
};
use crate::{
    outputs::{Palette, route},
    workspace::Workspace,
};

pub(super) fn run(arguments: &RouteArguments, global: &Global, terminal: &Terminal) -> Outcome {
    let workspace = Workspace::open_partly(&global.options())?;
    let question = arguments.words.join(" ");
    let answer = terminal.query(&workspace, |workspace| workspace.route(&question))?;
    let pages = terminal.query(&workspace, Workspace::team_pages)?;
    let out = match arguments.format {
        RouteFormat::Json => {
            route::json(&workspace, &question, &answer, arguments.emergency, &pages)?
        }
        RouteFormat::Human => {
            let text = route::RouteText {
                map: &workspace.map,
                pages: &pages,
                places: workspace.places(workspace.repositories()?),
                palette: Palette(terminal.out.color),
                width: terminal.out.width,
                emergency: arguments.emergency,
            };
            text.render(&question, &answer)
        }
    };
    Ok((out.into_bytes(), CLEAN))
}
