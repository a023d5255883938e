//! Which outputs go where, by what the user says and by the place where this runs.

use std::{
    env,
    fs::OpenOptions,
    io::Write as _,
    path::{Path, PathBuf},
};

use super::{formats::Formats, terminal::Terminal};
use crate::{
    outputs::{self, Job, Output, Runner, markdown_within},
    text::quoted_path,
    workspace::{Error, file},
};

/// What is to be written.
#[derive(Debug)]
pub(super) struct ReportFiles {
    pub formats: Formats,
    /// Annotations go to standard output too, after what is for people.
    annotations: Option<(&'static Output, Runner)>,
    /// The file of the step's summary, where annotations are made, and how large it may be.
    summary: Option<(PathBuf, u64)>,
}

/// What is to be written: what was asked for; else what a person reads, in a CI service that takes
/// them with annotations and a summary. None of it may take the place of another, or of the `baseline`.
pub(super) fn plan(asked: &Formats, baseline: Option<&Path>) -> Result<ReportFiles, Error> {
    let mut formats = asked.clone();
    let mut annotations = None;
    if formats.0.is_empty() {
        let mut runners = outputs::ALL
            .iter()
            .filter_map(|output| Some((*output, output.host.runner?)));
        annotations =
            runners.find(|(_, runner)| env::var_os(runner.variable).is_some_and(|is| is == "true"));
        formats.0.push((outputs::DEFAULT, None));
    }
    let mut places = Vec::new();
    let baseline = baseline.map(file::place);
    for file in formats.files() {
        file::require_parent(file)?;
        let place = file::place(file);
        let shown = || quoted_path(file);
        if baseline.as_ref() == Some(&place) {
            let message = format!("{} is the baseline", shown());
            return Err(Error::new(message).help("--output names another file to write"));
        }
        if places.contains(&place) {
            let message = format!("two formats would both go to {}", shown());
            return Err(Error::new(message));
        }
        places.push(place);
    }
    let annotating = annotations.map(|(_, runner)| runner);
    let runner = annotating.or_else(|| formats.0.iter().find_map(|(it, _)| it.host.runner));
    let summary = runner.and_then(|runner| {
        let path = env::var_os(runner.summary_variable).filter(|path| !path.is_empty());
        Some((path?.into(), runner.summary_limit))
    });
    Ok(ReportFiles {
        formats,
        annotations,
        summary,
    })
}

/// Writes files, and returns what goes to standard output.
pub(super) fn all(
    deliveries: &ReportFiles,
    job: &Job<'_>,
    terminal: &Terminal,
) -> Result<Vec<u8>, Error> {
    let mut stdout = Vec::new();
    let mut files = Vec::new();
    for (output, path) in &deliveries.formats.0 {
        match path {
            Some(path) => {
                let look = terminal.file;
                files.push((path, written(output, &Job { look, ..*job })?));
            }
            None => stdout = written(output, job)?,
        }
    }
    let files = files.iter().map(|(path, text)| ((*path).clone(), &**text));
    file::replace_all(&files.collect::<Vec<_>>())?;
    if let Some((output, runner)) = deliveries.annotations {
        if !stdout.is_empty() {
            stdout = (runner.shield)(&stdout);
        }
        stdout.extend(written(output, job)?);
    }
    if let Some((path, limit)) = &deliveries.summary {
        append_summary(path, *limit, job)?;
    }
    Ok(stdout)
}

fn written(output: &Output, job: &Job<'_>) -> Result<Vec<u8>, Error> {
    let text = (output.write)(job);
    let text =
        text.map_err(|error| Error::new(format!("failed to write {}: {error}", output.name)));
    Ok(text?.into_bytes())
}

/// Adds to what the step has told already, as far as there is room.
fn append_summary(path: &Path, limit: u64, job: &Job<'_>) -> Result<(), Error> {
    let taken = path.metadata().map_or(0, |about| about.len());
    let room = limit.saturating_sub(taken);
    let text = markdown_within(job, usize::try_from(room).unwrap_or(usize::MAX));
    if text.len() as u64 > room {
        return Ok(());
    }
    let file = OpenOptions::new().append(true).create(true).open(path);
    let result = file.and_then(|mut file| file.write_all(text.as_bytes()));
    result.map_err(|error| {
        let shown = quoted_path(path);
        Error::new(format!("failed to write the summary {shown}: {error}"))
    })
}
