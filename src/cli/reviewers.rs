use super::{
    CLEAN, Outcome,
    args::{Global, ReviewersArguments, ReviewersFormat},
    terminal::Terminal,
};
use crate::{
    dialects,
    outputs::reviewers,
    workspace::{ComparedWorkspaces, Error, Workspace},
};

pub(super) fn run(arguments: &ReviewersArguments, global: &Global, terminal: &Terminal) -> Outcome {
    let requested = arguments.forge.as_deref();
    let forge = match arguments.format {
        ReviewersFormat::Gerrit => dialects::forges()
            .find(|forge| forge.takes_review_input)
            .map(|forge| forge.handle_key),
        _ => requested,
    };
    if requested.is_some() && requested != forge {
        return Err(Error::new(
            "`--format gerrit` can be used only with `--forge gerrit`",
        ));
    }
    let options = arguments.only.options(global);
    let found = match arguments.change.question() {
        Some(question) => {
            let compared = ComparedWorkspaces::open(&options, &question)?;
            terminal.query(&compared.head, |_| compared.reviewers(forge))?
        }
        None => {
            let workspace = Workspace::open_or_standalone(&options)?;
            terminal.query(&workspace, |it| it.reviewers(&arguments.paths, forge))?
        }
    };
    let out = match arguments.format {
        ReviewersFormat::Lines => reviewers::lines(&found, forge),
        ReviewersFormat::Json => reviewers::json(&found)?,
        ReviewersFormat::Gerrit => reviewers::review_input(&found)?,
    };
    Ok((out.into_bytes(), CLEAN))
}
