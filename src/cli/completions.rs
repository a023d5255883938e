use clap::CommandFactory as _;

use super::{CLEAN, Cli, args::CompletionsArguments};

pub(super) fn run(arguments: &CompletionsArguments) -> (Vec<u8>, u8) {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "ownlint", &mut script);
    (script, CLEAN)
}
