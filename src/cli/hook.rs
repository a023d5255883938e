use super::{
    CLEAN, Outcome,
    args::{Global, HookAction, HookArguments},
};
use crate::workspace::GitHooks;

pub(super) fn run(arguments: &HookArguments, global: &Global) -> Outcome {
    let lines = match &arguments.action {
        HookAction::Install(arguments) => {
            let options = arguments.only.options(global);
            GitHooks::at(&options)?.install(&options, arguments.shared)?
        }
        HookAction::Uninstall => GitHooks::at(&global.options())?.uninstall()?,
    };
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    Ok((text.into_bytes(), CLEAN))
}
