//! Completion in shells. The script for a shell runs the program for each word, so that names in the map are completed
//! too.

mod bash;
pub(super) mod candidates;

use std::env;

use clap::{Command, CommandFactory as _, ValueEnum};
use clap_complete::{
    CompleteEnv,
    env::{Elvish, EnvCompleter, Fish, Powershell, Shells, Zsh},
};

use super::{CLEAN, Cli, Outcome, args::CompletionsArguments};
use crate::workspace::Error;
use bash::Bash;

/// The environment variable that names the shell that asks for candidates.
const VARIABLE: &str = "OWNLINT_COMPLETE";

const SHELLS: [&dyn EnvCompleter; 5] = [&Bash, &Zsh, &Fish, &Elvish, &Powershell];

/// A shell.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Shell {
    /// bash 4.4 or later
    Bash,
    /// zsh
    Zsh,
    /// fish
    Fish,
    /// Elvish
    Elvish,
    /// PowerShell
    Powershell,
}

/// Answers a shell that asks for candidates. Returns whether one does.
///
/// # Errors
/// If the candidates cannot be written.
pub(super) fn answer_shell() -> Result<bool, clap::Error> {
    let shells = CompleteEnv::with_factory(|| without_hidden(Cli::command()))
        .var(VARIABLE)
        .shells(Shells(&SHELLS));
    shells.try_complete(env::args_os(), env::current_dir().ok().as_deref())
}

/// Makes hidden options impossible to type, because they would be candidates if no other option matches.
fn without_hidden(command: Command) -> Command {
    let command = command.mut_args(|argument| match argument.is_hide_set() {
        true => {
            let name = format!("\0{}", argument.get_id());
            argument.long(&*name.leak())
        }
        false => argument,
    });
    command.mut_subcommands(without_hidden)
}

pub(super) fn run(arguments: &CompletionsArguments) -> Outcome {
    let mut script = Vec::new();
    let shell: &dyn EnvCompleter = match arguments.shell {
        Shell::Bash => &Bash,
        Shell::Zsh => &Zsh,
        Shell::Fish => &Fish,
        Shell::Elvish => &Elvish,
        Shell::Powershell => &Powershell,
    };
    let written = shell.write_registration(VARIABLE, "ownlint", "ownlint", "ownlint", &mut script);
    written.map_err(|error| Error::new(error.to_string()))?;
    Ok((script, CLEAN))
}
