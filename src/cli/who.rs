use std::{
    ffi::OsString,
    io::{self, Read as _},
};

use bstr::ByteSlice as _;

use super::{
    CLEAN, COULD_NOT_RUN, Outcome,
    args::{Global, WhoArguments, WhoFormat},
    terminal::Terminal,
};
use crate::{
    dialects::{self, Dialect},
    outputs::{Palette, who},
    text::quoted,
    workspace::{Error, Workspace, who_by_file},
};

pub(super) fn run(arguments: &WhoArguments, global: &Global, terminal: &Terminal) -> Outcome {
    let typed = || match arguments.stdin {
        true => from_stdin(arguments.null),
        false => Ok(arguments.targets.clone()),
    };
    if let Some(dialect) = arguments.from.as_deref().and_then(dialects::by_name) {
        return by_file(dialect, &typed()?, arguments, global, terminal);
    }
    if arguments.format == WhoFormat::Tsv {
        return Err(Error::new("--format tsv requires --from")
            .help("use `--format json` to get owners from the map"));
    }
    let workspace = Workspace::open_partly(&arguments.only.options(global))?;
    let typed = typed()?;
    let who = terminal.query(&workspace, |workspace| workspace.who(typed))?;
    let (mut replies, errors) = who.replies()?;
    terminal.query(&workspace, |_| {
        who.add_evidence(&mut replies, !arguments.no_history)
    })?;
    for error in &errors {
        terminal.fail(error);
    }
    let holdings = who.holdings();
    let pages = who.team_pages();
    let out = match arguments.format {
        WhoFormat::Json => who::json(&workspace, &replies, &holdings, &pages)?,
        WhoFormat::Human | WhoFormat::Tsv => {
            let palette = Palette(terminal.out.color);
            who::human(&workspace, &who, &replies, &holdings, &pages, palette)
        }
    };
    drop(replies);
    drop(holdings);
    // Dropping a large result would only delay the exit.
    std::mem::forget(who);
    std::mem::forget(workspace);
    let code = match errors.is_empty() {
        true => CLEAN,
        false => COULD_NOT_RUN,
    };
    Ok((out.into_bytes(), code))
}

fn by_file(
    dialect: &Dialect,
    typed: &[OsString],
    arguments: &WhoArguments,
    global: &Global,
    terminal: &Terminal,
) -> Outcome {
    let found = who_by_file(&global.options(), dialect, arguments.file.as_deref(), typed)?;
    terminal.show(&found.notices);
    let out = match arguments.format {
        WhoFormat::Tsv => who::by_file::tsv(typed, &found),
        WhoFormat::Json => who::by_file::json(&found)?,
        WhoFormat::Human => who::by_file::human(typed, &found, Palette(terminal.out.color)),
    };
    Ok((out.into_bytes(), CLEAN))
}

/// Reads targets from standard input, separated by newlines or NUL bytes.
fn from_stdin(null: bool) -> Result<Vec<OsString>, Error> {
    let mut input = Vec::new();
    io::stdin()
        .lock()
        .read_to_end(&mut input)
        .map_err(|error| Error::new(format!("failed to read standard input: {error}")))?;
    input
        .split(|byte| *byte == if null { 0 } else { b'\n' })
        .map(|line| {
            if null {
                line
            } else {
                line.strip_suffix(b"\r").unwrap_or(line)
            }
        })
        .filter(|line| !line.is_empty())
        .map(|line| match line.to_os_str() {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => Err(Error::new(format!(
                "{} is not a valid path on this system",
                quoted(line)
            ))),
        })
        .collect()
}
