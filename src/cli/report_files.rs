//! Writes each output to its file, as requested by the user or implied by the CI service.

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

/// The outputs to write.
#[derive(Debug, Clone)]
pub(super) struct ReportFiles {
    pub formats: Formats,
    /// Annotations, printed to standard output after the output for people.
    annotations: Option<(&'static Output, Runner)>,
    /// The summary file of the CI step, if there are annotations, and its maximum size.
    summary: Option<(PathBuf, u64)>,
}

impl ReportFiles {
    /// Returns the output for annotations, if there is one besides the formats.
    pub fn annotations(&self) -> Option<&'static Output> {
        self.annotations.map(|(output, _)| output)
    }

    /// Returns all outputs but the one for people at the terminal.
    pub fn without_terminal(&self) -> Self {
        let mut rest = self.clone();
        rest.formats
            .0
            .retain(|(output, file)| file.is_some() || output.name != outputs::DEFAULT.name);
        rest
    }
}

/// Returns the requested outputs, or else the default output. In a CI service that supports them, the
/// default adds annotations and a summary.
///
/// # Errors
/// If two outputs have the same file, or one has the file of the `baseline`.
pub(super) fn plan(requested: &Formats, baseline: Option<&Path>) -> Result<ReportFiles, Error> {
    let mut formats = requested.clone();
    let mut annotations = None;
    if formats.0.is_empty() {
        let mut runners = outputs::ALL
            .iter()
            .filter_map(|output| Some((*output, output.host.runner?)));
        annotations =
            runners.find(|(_, runner)| env::var_os(runner.variable).is_some_and(|is| is == "true"));
        formats.0.push((outputs::DEFAULT, None));
    } else if formats.0.iter().filter(|(_, file)| file.is_none()).count() > 1 {
        let is_annotating = |(output, file): &(&Output, Option<PathBuf>)| {
            file.is_none() && output.host.runner.is_some()
        };
        let at = formats.0.iter().position(is_annotating);
        let output = at.map(|at| formats.0.remove(at).0);
        annotations = output.and_then(|output| Some((output, output.host.runner?)));
    }
    let mut places = Vec::new();
    baseline.map_or(Ok(()), file::refuse_links)?;
    let baseline = baseline.map(file::resolve_links);
    for file in formats.files() {
        file::require_parent(file)?;
        let place = file::resolve_links(file);
        let shown = || quoted_path(file);
        if baseline.as_ref() == Some(&place) {
            let message = format!("{} is the baseline", shown());
            return Err(Error::new(message).help("choose another file for --output"));
        }
        if places.contains(&place) {
            let message = format!("two formats would be written to the same file, {}", shown());
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

/// Writes the outputs that have a file, and prints notes about the findings that an output does not contain.
pub(super) fn write_files(
    outputs: &ReportFiles,
    job: &Job<'_>,
    terminal: &Terminal,
) -> Result<(), Error> {
    let look = terminal.file;
    let job = Job { look, ..*job };
    let mut files = Vec::new();
    for (output, path) in &outputs.formats.0 {
        let comments_on_lines = output.host.comments_on_lines;
        let notes = [
            output.host.limit.and_then(|limit| job.cut(limit)),
            comments_on_lines.then(|| job.without_change()).flatten(),
        ];
        for note in notes.into_iter().flatten() {
            terminal.note(&format!("{}: {note}", output.name));
        }
        if let Some(path) = path {
            files.push((path, rendered(output, &job)?));
        }
    }
    let files = files.iter().map(|(path, text)| ((*path).clone(), &**text));
    file::replace_all(&files.collect::<Vec<_>>())
}

/// Returns the text for standard output, and appends to the summary of the CI step.
pub(super) fn standard_output(outputs: &ReportFiles, job: &Job<'_>) -> Result<Vec<u8>, Error> {
    let mut formats = outputs.formats.0.iter();
    let mut stdout = match formats.find(|(_, path)| path.is_none()) {
        Some((output, _)) => rendered(output, job)?,
        None => Vec::new(),
    };
    if let Some((output, runner)) = outputs.annotations {
        if !stdout.is_empty() {
            stdout = (runner.shield)(&stdout);
        }
        stdout.extend(rendered(output, job)?);
    }
    if let Some((path, limit)) = &outputs.summary {
        append_summary(path, *limit, job)?;
    }
    Ok(stdout)
}

fn rendered(output: &Output, job: &Job<'_>) -> Result<Vec<u8>, Error> {
    let text = (output.write)(job);
    let text =
        text.map_err(|error| Error::new(format!("failed to write {}: {error}", output.name)));
    Ok(text?.into_bytes())
}

/// Appends to the summary of the step, as far as there is room.
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
