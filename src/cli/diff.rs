use super::{
    CLEAN, Outcome,
    args::{DiffArguments, DiffFormat, Global},
    progress::Progress,
    terminal::Terminal,
};
use crate::{
    outputs::{Palette, diff},
    workspace::{ChangeQuestion, ComparedWorkspaces},
};

pub(super) fn run(arguments: &DiffArguments, global: &Global, terminal: &Terminal) -> Outcome {
    let question = match (&arguments.from, &arguments.to) {
        (Some(from), Some(to)) => ChangeQuestion::Between(from.clone(), to.clone()),
        (Some(from), None) => ChangeQuestion::From(from.clone()),
        (None, _) => ChangeQuestion::Staged,
    };
    let progress = Progress::start(terminal, "resolving owners before and after the change");
    let compared = ComparedWorkspaces::open(&arguments.only.options(global), &question)?;
    let changes = compared.diff()?;
    drop(progress);
    terminal.show(&compared.head.take_notices());
    let out = match arguments.format {
        DiffFormat::Human => diff::human(&changes, Palette(terminal.out.color)),
        DiffFormat::Json => diff::json(&changes)?,
        DiffFormat::Markdown => diff::markdown(&changes),
    };
    Ok((out.into_bytes(), CLEAN))
}
