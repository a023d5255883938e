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
    outputs::{
        Palette,
        who::{self, MapAnswers},
    },
    text::quoted,
    workspace::{Error, MapQuestions, UnansweredQuestion, who_by_file},
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
    let (maps, of_other_maps) = MapQuestions::all(&arguments.only.options(global), typed()?)?;
    let mut opened = Vec::with_capacity(maps.len());
    for questions in &maps {
        let typed = questions.typed.iter().cloned();
        let who = terminal.query(&questions.workspace, |workspace| workspace.who(typed))?;
        opened.push((questions, who));
    }
    let mut answers = Vec::with_capacity(opened.len());
    for (questions, who) in &opened {
        let (mut replies, unanswered) = who.replies()?;
        terminal.query(&questions.workspace, |_| {
            who.add_evidence(&mut replies, !arguments.no_history)
        })?;
        let pages = terminal.query(&questions.workspace, |_| who.team_pages(&replies))?;
        answers.push(MapAnswers {
            workspace: &questions.workspace,
            who,
            other_map: questions.other_map.as_deref(),
            replies,
            unanswered,
            holdings: who.holdings(),
            pages,
        });
    }
    let mut code = report(&of_other_maps, terminal);
    for of in &answers {
        code = code.max(report(&of.unanswered, terminal));
        if let Some(help) = of.who.help_for_names(&of.unanswered) {
            terminal.write(&format!("\nhelp: {}\n", help.replace('\n', "\n      ")));
        }
        if !of.unanswered.is_empty() {
            terminal.write(&who::escalation(&of.workspace.map));
        }
    }
    let out = match arguments.format {
        WhoFormat::Json => who::json(&answers, &of_other_maps)?,
        WhoFormat::Human | WhoFormat::Tsv => who::human(&answers, Palette(terminal.out.color)),
    };
    drop(answers);
    // Dropping a large result would only delay the exit.
    std::mem::forget(opened);
    std::mem::forget(maps);
    Ok((out.into_bytes(), code))
}

/// Reports why questions have no answer, and returns the exit code.
fn report(unanswered: &[UnansweredQuestion], terminal: &Terminal) -> u8 {
    for question in unanswered {
        terminal.fail(&question.error);
    }
    code(unanswered)
}

/// Returns the exit code if some questions have no answer.
fn code<T>(unanswered: &[T]) -> u8 {
    match unanswered.is_empty() {
        true => CLEAN,
        false => COULD_NOT_RUN,
    }
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
    for error in &found.errors {
        terminal.fail(error);
    }
    let out = match arguments.format {
        WhoFormat::Tsv => who::by_file::tsv(&found),
        WhoFormat::Json => who::by_file::json(&found)?,
        WhoFormat::Human => who::by_file::human(&found, Palette(terminal.out.color)),
    };
    Ok((out.into_bytes(), code(&found.errors)))
}

/// Reads targets from standard input, separated by newlines or NUL bytes.
fn from_stdin(null: bool) -> Result<Vec<OsString>, Error> {
    let mut input = Vec::new();
    io::stdin()
        .lock()
        .read_to_end(&mut input)
        .map_err(|error| Error::new(format!("failed to read standard input: {error}")))?;
    input
        .strip_prefix(b"\xEF\xBB\xBF")
        .unwrap_or(&input)
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
