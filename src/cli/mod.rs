//! The command line, with one file per command.

mod args;
mod changed;
mod check;
mod completions;
mod components;
mod diff;
mod explain;
mod failure;
mod formats;
mod generate;
mod hook;
mod init;
mod progress;
mod receivers;
mod report;
mod report_files;
mod reviewers;
mod route;
mod schema;
mod selection;
mod teams;
mod terminal;
mod threads;
mod who;

use std::{
    env,
    ffi::OsString,
    io::{self, Write as _},
    process::ExitCode,
};

use clap::Parser as _;

pub use args::Cli;
use args::Command;
use terminal::Terminal;

use crate::{
    text::{printable_lines, steers},
    workspace::Error,
};

/// No findings, or the question was answered.
const CLEAN: u8 = 0;

/// Findings that fail the run.
const FINDINGS: u8 = 1;

/// The command could not run: wrong usage, an unreadable map, a missing repository.
const COULD_NOT_RUN: u8 = 2;

/// The standard output of a command, and its exit code.
type Outcome = Result<(Vec<u8>, u8), Error>;

/// Runs the program with the arguments of the process.
pub fn run() -> ExitCode {
    match completions::answer_shell() {
        Ok(false) => {}
        Ok(true) => return ExitCode::from(CLEAN),
        Err(error) => return ExitCode::from(print_clap_error(&error)),
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return ExitCode::from(print_clap_error(&error)),
    };
    let terminal = Terminal::new(&cli.global);
    match outcome(&cli, &terminal) {
        Ok((output, code)) => ExitCode::from(write_out(&output, code)),
        Err(error) => {
            terminal.fail(&error);
            ExitCode::from(COULD_NOT_RUN)
        }
    }
}

fn outcome(cli: &Cli, terminal: &Terminal) -> Outcome {
    // These resolve nothing, and need no threads.
    let is_simple = matches!(
        cli.command,
        Command::Hook(_) | Command::Explain(_) | Command::Schema(_) | Command::Completions(_)
    );
    if !is_simple {
        threads::start()?;
    }
    match &cli.command {
        Command::Check(arguments) => check::run(arguments, &cli.global, terminal),
        Command::Who(arguments) => who::run(arguments, &cli.global, terminal),
        Command::Route(arguments) => route::run(arguments, &cli.global, terminal),
        Command::Receivers(arguments) => receivers::run(arguments, &cli.global, terminal),
        Command::Teams(arguments) => teams::run(arguments, &cli.global, terminal),
        Command::Components(arguments) => components::run(arguments, &cli.global, terminal),
        Command::Report(arguments) => report::run(arguments, &cli.global, terminal),
        Command::Init(arguments) => init::run(arguments, &cli.global, terminal),
        Command::Generate(arguments) => generate::run(arguments, &cli.global, terminal),
        Command::Diff(arguments) => diff::run(arguments, &cli.global, terminal),
        Command::Reviewers(arguments) => reviewers::run(arguments, &cli.global, terminal),
        Command::Hook(arguments) => hook::run(arguments, &cli.global),
        Command::Explain(arguments) => explain::run(arguments, terminal),
        Command::Schema(arguments) => Ok(schema::run(arguments)),
        Command::Completions(arguments) => completions::run(arguments),
    }
}

/// Prints help to standard output and usage errors to standard error, and returns the exit code.
fn print_clap_error(error: &clap::Error) -> u8 {
    let styled = error.render();
    let text = |choice: anstream::ColorChoice| match choice {
        anstream::ColorChoice::Never => styled.to_string(),
        _ => styled.ansi().to_string(),
    };
    if !error.use_stderr() {
        let text = text(anstream::AutoStream::choice(&io::stdout()));
        return write_out(text.as_bytes(), CLEAN);
    }
    // The text of clap repeats what was typed, between its own escape sequences.
    let is_own = |name: &OsString| name.as_encoded_bytes().starts_with(b"OWNLINT_");
    let variables = env::vars_os().filter(|(name, _)| is_own(name));
    let has_control = env::args_os()
        .chain(variables.map(|(_, value)| value))
        .any(|typed| typed.to_string_lossy().chars().any(steers));
    let text = match has_control {
        true => printable_lines(&styled.to_string()),
        false => text(anstream::AutoStream::choice(&io::stderr())),
    };
    // If this fails, there is no other place to report it.
    let _ = io::stderr().lock().write_all(text.as_bytes());
    COULD_NOT_RUN
}

/// Writes to standard output. A closed pipe is not an error, and does not change the exit code.
fn write_out(output: &[u8], code: u8) -> u8 {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(output).and_then(|()| stdout.flush()) {
        Ok(()) => code,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => code,
        Err(error) => {
            let text = format!("ownlint: failed to write the result: {error}\n");
            let _ = io::stderr().lock().write_all(text.as_bytes());
            COULD_NOT_RUN
        }
    }
}
