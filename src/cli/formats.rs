//! Pairs each `--format` with its `--output`.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
};

use clap::{
    Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser as _},
    error::{Error, ErrorKind},
    parser::ValueSource,
    value_parser,
};

use crate::outputs::{self, Host, Output};

/// The requested formats, each with the file it is written to; `None` is standard output. Empty if no
/// format is requested.
#[derive(Debug, Clone, Default)]
pub struct Formats(pub Vec<(&'static Output, Option<PathBuf>)>);

impl Formats {
    /// Returns the files that are written.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.0.iter().filter_map(|(_, file)| file.as_deref())
    }

    /// Returns whether only people read the output.
    pub fn are_for_people(&self) -> bool {
        let mut outputs = self.0.iter();
        outputs.all(|(output, _)| output.name == outputs::DEFAULT.name)
    }

    /// Returns whether any of the formats is for a host that `has` a feature.
    pub fn any_host(&self, has: fn(&Host) -> bool) -> bool {
        self.0.iter().any(|(output, _)| has(&output.host))
    }
}

impl Args for Formats {
    fn augment_args(command: Command) -> Command {
        let values = outputs::ALL
            .iter()
            .map(|output| PossibleValue::new(output.name).help(output.help));
        let format = Arg::new("format")
            .long("format")
            .short('f')
            .value_name("FORMAT")
            .env("OWNLINT_FORMAT")
            .action(ArgAction::Append)
            .value_parser(
                PossibleValuesParser::new(values)
                    .map(|name| outputs::by_name(&name).unwrap_or(outputs::DEFAULT)),
            )
            .help(
                "Output format; can be repeated [default: human, with annotations in GitHub \
                 Actions]",
            );
        let output = Arg::new("output")
            .long("output")
            .short('o')
            .value_name("FILE")
            .action(ArgAction::Append)
            .value_parser(value_parser!(PathBuf))
            .help("Output file for the preceding --format [default: standard output]");
        command.arg(format).arg(output)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Formats {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let formats = values::<&'static Output>(matches, "format");
        let files = values::<PathBuf>(matches, "output");
        let is_typed = matches.value_source("format") == Some(ValueSource::CommandLine);
        pair(formats, files, is_typed)
            .map_err(|message| Error::raw(ErrorKind::ArgumentConflict, message + "\n"))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Returns the values of an argument with their positions on the command line.
fn values<T: Clone + Send + Sync + 'static>(matches: &ArgMatches, name: &str) -> Vec<(usize, T)> {
    let positions = matches.indices_of(name).into_iter().flatten();
    let values = matches.get_many::<T>(name).into_iter().flatten().cloned();
    positions.zip(values).collect()
}

/// Pairs each file with the format before it. With one of each, the order does not matter.
fn pair(
    formats: Vec<(usize, &'static Output)>,
    files: Vec<(usize, PathBuf)>,
    is_typed: bool,
) -> Result<Formats, String> {
    let unpaired = formats.into_iter().map(|(at, output)| (at, output, None));
    let mut paired: Vec<_> = unpaired.collect();
    if paired.is_empty() && !files.is_empty() {
        paired.push((0, outputs::DEFAULT, None));
    }
    let is_free = paired.len() == 1 && (files.len() == 1 || !is_typed);
    for (at, file) in files {
        let mut before = paired.iter_mut().rev();
        let format = before.find(|(of, ..)| is_free || *of < at);
        let shown = file.display().to_string();
        match format {
            None => {
                return Err(format!("--output {shown} must follow its --format"));
            }
            Some((.., Some(_))) => {
                return Err(format!(
                    "--output {shown} has no matching --format: write each pair as `--format \
                     FORMAT --output FILE`"
                ));
            }
            Some((_, _, slot)) => *slot = Some(file),
        }
    }
    let formats: Vec<_> = paired
        .into_iter()
        .map(|(_, output, file)| (output, file.filter(|file| file != OsStr::new("-"))))
        .collect();
    // Annotations follow another format on standard output.
    let is_alone = |output: &Output| output.host.runner.is_none();
    let to_stdout = formats
        .iter()
        .filter(|(output, file)| file.is_none() && is_alone(output));
    let names: Vec<&str> = to_stdout.map(|(output, _)| output.name).collect();
    if let [first, second, ..] = names[..] {
        return Err(format!(
            "{first} and {second} are both written to standard output: add --output FILE to one of \
             the two formats"
        ));
    }
    Ok(Formats(formats))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formats(arguments: &str) -> Result<String, String> {
        let command = Formats::augment_args(Command::new("x").no_binary_name(true))
            .mut_arg("format", |arg| arg.env(None));
        let matches = command
            .try_get_matches_from(arguments.split_whitespace())
            .map_err(|error| error.to_string())?;
        let Formats(formats) =
            Formats::from_arg_matches(&matches).map_err(|error| error.to_string())?;
        let shown = formats.iter().map(|(output, file)| match file {
            Some(file) => format!("{}>{}", output.name, file.display()),
            None => output.name.to_owned(),
        });
        Ok(shown.collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn pairs_each_file_with_the_format_before_it() {
        for (arguments, expected) in [
            ("", ""),
            ("--format json", "json"),
            ("-fjson -o a", "json>a"),
            ("--output a --format json", "json>a"),
            ("--output a", "human>a"),
            ("--format json --output -", "json"),
            ("--format sarif --output a --format human", "sarif>a human"),
            ("--format human --format sarif --output=a", "human sarif>a"),
            ("-f json -o a -f json -o b", "json>a json>b"),
            ("-f human -f github", "human github"),
        ] {
            assert_eq!(formats(arguments).as_deref(), Ok(expected), "{arguments}");
        }
        for (arguments, message) in [
            (
                "--format json --format sarif",
                "both written to standard output",
            ),
            ("-f json -o - -f sarif", "both written to standard output"),
            ("-f json -o a -o b -f human", "no matching --format"),
            ("-o a -f json -f human", "must follow its --format"),
            ("-o a -o b", "no matching --format"),
            ("-f yaml", "possible values"),
        ] {
            let error = formats(arguments).err().unwrap_or_default();
            assert!(error.contains(message), "{arguments}: {error}");
        }
    }
}
