mod human;
mod json;

use super::{
    CLEAN, Outcome,
    args::{Global, RouteArguments, RouteFormat},
    checkouts,
    session::Session,
    terminal::Terminal,
};
use crate::{coverage::Holdings, outputs::Palette, routing::route};

pub(super) fn run(arguments: &RouteArguments, global: &Global, terminal: &Terminal) -> Outcome {
    let session = Session::open_partly(global)?;
    let repositories = checkouts::resolve(&session, terminal, |_| true)?;
    checkouts::warn_of_missing(&session, terminal, "answered without its components");
    let holdings = Holdings::new(&session.map.teams, &repositories);
    let question = arguments.words.join(" ");
    let answer = route(&session.map.teams, &holdings, &question);
    let out = match arguments.format {
        RouteFormat::Json => json::write(&session, &question, &answer, arguments.emergency)?,
        RouteFormat::Human => {
            let teller = human::Teller {
                map: &session.map,
                palette: Palette(terminal.out.color),
                width: terminal.out.width,
                emergency: arguments.emergency,
            };
            teller.tell(&question, &answer)
        }
    };
    Ok((out.into_bytes(), CLEAN))
}
