use super::{
    CLEAN, Outcome,
    args::{ExplainArguments, ExplainFormat},
    terminal::Terminal,
};
use crate::{
    checks::{self, Check},
    outputs::{
        Palette,
        explain::{human, markdown},
    },
    text::{did_you_mean, likely, quoted},
    workspace::Error,
};

pub(super) fn run(arguments: &ExplainArguments, terminal: &Terminal) -> Outcome {
    let palette = Palette(terminal.out.color);
    let check = arguments.check.as_ref().map(|name| check(name));
    let text = match (arguments.format, check.transpose()?) {
        (ExplainFormat::Human, None) => human::list(palette),
        (ExplainFormat::Human, Some(check)) => human::check(check, palette, terminal.out.width),
        (ExplainFormat::Markdown, None) => markdown::document(),
        (ExplainFormat::Markdown, Some(check)) => markdown::check(check),
    };
    Ok((text.into_bytes(), CLEAN))
}

/// Returns the check with the name that a user typed.
pub(super) fn check(name: &str) -> Result<&'static Check, Error> {
    checks::by_name(name).ok_or_else(|| {
        let error = Error::new(format!("unknown check {}", quoted(name)));
        let near = did_you_mean(likely(name, &checks::names()));
        error.help(near.unwrap_or_else(|| "`ownlint explain` lists all checks".to_owned()))
    })
}
