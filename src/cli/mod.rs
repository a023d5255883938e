//! The command line: one file a command.

mod args;
mod change;
mod check;
mod completions;
mod diff;
mod explain;
mod progress;
mod reviewers;
mod session;
mod target;
mod who;

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use clap::Parser as _;

pub use args::Cli;
use args::Command;
use session::{Failure, Terminal};

/// Nothing to complain about.
const CLEAN: u8 = 0;

/// Findings at or above what fails the run.
const FINDINGS: u8 = 1;

/// It could not run: usage, an unreadable map, a missing repository.
const COULD_NOT_RUN: u8 = 2;

/// What a command did: what goes to standard output, and the exit code.
type Outcome = Result<(Vec<u8>, u8), Failure>;

/// Runs the program with the arguments of the process.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Asking for help is no error; clap knows which stream it goes to.
            let code = if error.use_stderr() {
                COULD_NOT_RUN
            } else {
                CLEAN
            };
            return match error.print() {
                Ok(()) => ExitCode::from(code),
                Err(_) => ExitCode::from(CLEAN),
            };
        }
    };
    let terminal = Terminal::new(&cli.global);
    let outcome = match &cli.command {
        Command::Check(arguments) => check::run(arguments, &cli.global, &terminal),
        Command::Who(arguments) => who::run(arguments, &cli.global, &terminal),
        Command::Diff(arguments) => diff::run(arguments, &cli.global, &terminal),
        Command::Reviewers(arguments) => reviewers::run(arguments, &cli.global, &terminal),
        Command::Explain(arguments) => explain::run(arguments, &terminal),
        Command::Completions(arguments) => Ok(completions::run(arguments)),
    };
    match outcome {
        Ok((output, code)) => ExitCode::from(write_out(&output, code)),
        Err(failure) => {
            let text = failure.show(&terminal);
            // Nowhere is left to say that this failed.
            let _ = io::stderr().lock().write_all(text.as_bytes());
            ExitCode::from(COULD_NOT_RUN)
        }
    }
}

/// Writes to standard output. A reader who has seen enough is no error.
fn write_out(output: &[u8], code: u8) -> u8 {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(output).and_then(|()| stdout.flush()) {
        Ok(()) => code,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => CLEAN,
        Err(error) => {
            let text = format!("ownlint: failed to write the result: {error}\n");
            let _ = io::stderr().lock().write_all(text.as_bytes());
            COULD_NOT_RUN
        }
    }
}
