//! The `ownlint` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    ownlint::cli::run()
}
