use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use bstr::BString;

use super::{
    CLEAN, COULD_NOT_RUN, FINDINGS, Outcome,
    args::{CheckArguments, FailOn, Global, MinSeverity, ShowPreExisting, TriageOptions},
    changed,
    progress::Progress,
    report_files::{self, ReportFiles},
    selection::selection,
    terminal::Terminal,
};
use crate::{
    config::{Percent, Teams},
    dialects,
    finding::Severity,
    lint::Report,
    outputs::{self, Host, Job, ReportReader},
    text::grouped,
    workspace::{
        BaselineFile, CheckRequest, Checked, Error, MapReport, Options, Subject, TouchedFiles, file,
    },
};

pub(super) fn run(arguments: &CheckArguments, global: &Global, terminal: &Terminal) -> Outcome {
    let plan = Plan::new(arguments)?;
    let options = Options {
        untracked: arguments.untracked,
        dialect: arguments.from.as_deref().and_then(dialects::by_name),
        ..arguments.only.options(global)
    };
    let question = arguments.change.question();
    let what = match question {
        None => "resolving owners",
        Some(_) => "resolving owners before and after the change",
    };
    let progress = Progress::start(terminal, what);
    let subject = match Subject::open(&options, question.as_ref()) {
        Ok(subject) => subject,
        Err(error) => return invalid_map(error, &plan, &options, arguments, terminal),
    };
    drop(progress);
    let workspace = subject.workspace();
    // Checked before any file is written.
    for file in plan.files.formats.files() {
        file::refuse_map_file(file, &workspace.map)?;
    }
    let mut checked = match terminal.query(workspace, |_| subject.check(&plan.request)) {
        Ok(checked) => checked,
        Err(error) => return invalid_map(error, &plan, &options, arguments, terminal),
    };
    let change = checked.report.change.as_ref();
    if change.is_some_and(|change| change.checked.is_empty()) {
        // Not every format says what was checked.
        terminal.note("no files are staged, so no files were checked");
    }
    update_baseline_file(&checked, terminal)?;
    let failed = fails(&checked.report, arguments, terminal);
    let touched = || subject.touched(question.as_ref()?, plan.tests_merges());
    let checkout = workspace.checkout();
    let reader = ReportReader {
        added: match plan.comments_on_lines() {
            true => subject.added_lines()?,
            false => None,
        },
        ..plan.reader(arguments, &workspace.map.files, checkout, touched, failed)
    };
    let teams = &workspace.map.teams;
    report_files::write_files(
        &plan.files,
        &job(&checked, teams, &reader, terminal),
        terminal,
    )?;
    if arguments.show_pre_existing == Some(ShowPreExisting::Files) {
        let findings = &mut checked.report.findings;
        findings.retain(|finding| !finding.is_pre_existing);
    }
    let out = report_files::standard_output(&plan.files, &job(&checked, teams, &reader, terminal));
    // Dropping a large result would only delay the exit.
    std::mem::forget(checked);
    std::mem::forget(subject);
    Ok((out?, if failed { FINDINGS } else { CLEAN }))
}

fn job<'j>(
    checked: &'j Checked,
    teams: &'j Teams,
    reader: &'j ReportReader,
    terminal: &Terminal,
) -> Job<'j> {
    Job {
        report: &checked.report,
        teams,
        places: &checked.places,
        look: terminal.out,
        reader,
    }
}

/// Reports the errors of the map also in the formats that were requested.
fn invalid_map(
    error: Error,
    plan: &Plan,
    options: &Options,
    arguments: &CheckArguments,
    terminal: &Terminal,
) -> Outcome {
    let question = arguments.change.question();
    let Some(map) = MapReport::of(&error, options, question.is_some()) else {
        return Err(error);
    };
    let mut paths = plan.files.formats.files();
    if paths.any(|file| map.files.contains(&file::resolve_links(file))) {
        return Err(error);
    }
    terminal.fail(&error);
    let touched = || TouchedFiles::of(options, question.as_ref()?, plan.tests_merges()).ok();
    let reader = plan.reader(arguments, &map.files, &map.checkout, touched, true);
    let teams = Teams::default();
    let job = job(&map.checked, &teams, &reader, terminal);
    let files = plan.files.without_terminal();
    report_files::write_files(&files, &job, terminal)?;
    Ok((report_files::standard_output(&files, &job)?, COULD_NOT_RUN))
}

/// What the options request, as far as it can be validated without a repository.
struct Plan {
    files: ReportFiles,
    changed: Option<BTreeSet<BString>>,
    request: CheckRequest,
}

impl Plan {
    fn new(arguments: &CheckArguments) -> Result<Self, Error> {
        let label = arguments.gerrit_label.is_some();
        require_output("--gerrit-label", label, |it| it.uses_label, arguments)?;
        let fixes = arguments.gerrit_fixes;
        require_output("--gerrit-fixes", fixes, |it| it.uses_label, arguments)?;
        let changed = arguments.changed_files.is_some();
        require_output(
            "--changed-files",
            changed,
            |it| it.uses_changed_files,
            arguments,
        )?;
        let changed = arguments.changed_files.as_deref().map(changed::read);
        let files = report_files::plan(&arguments.formats, arguments.triage.baseline.as_deref())?;
        Ok(Self {
            changed: changed.transpose()?,
            request: CheckRequest {
                paths: arguments.paths.clone(),
                selection: selection(&arguments.triage)?,
                baseline: baseline(&arguments.triage)?,
                with_pre_existing: arguments.show_pre_existing.is_some(),
                is_summarized: files.formats.are_for_people(),
            },
            files,
        })
    }

    /// Whether what is written is about a merge that a CI system may have made.
    fn tests_merges(&self) -> bool {
        self.files.formats.any_host(|host| host.tests_merges)
    }

    /// Whether a reader of what is written shows findings at lines of the change.
    fn comments_on_lines(&self) -> bool {
        let annotations = self.files.annotations();
        annotations.is_some_and(|output| output.host.comments_on_lines)
            || self.files.formats.any_host(|host| host.comments_on_lines)
    }

    /// What is known of the place where the result is read.
    fn reader(
        &self,
        arguments: &CheckArguments,
        map: &[PathBuf],
        base: &Path,
        touched: impl FnOnce() -> Option<TouchedFiles>,
        failed: bool,
    ) -> ReportReader {
        let is_needed = self.files.formats.any_host(|host| host.uses_changed_files);
        let touched = (self.changed.is_none() && is_needed)
            .then(touched)
            .flatten();
        ReportReader {
            added: None,
            map: in_checkout(map, base),
            base: base.to_path_buf(),
            note: touched.as_ref().and_then(|touched| touched.note),
            changed: self
                .changed
                .clone()
                .or(touched.map(|touched| touched.files)),
            label: arguments.gerrit_label.clone(),
            with_fixes: arguments.gerrit_fixes,
            failed,
            fails_from: fails_from(arguments),
            lists_from: Some(lists_from(arguments)),
            is_overview: is_overview(arguments),
        }
    }
}

/// Returns the paths of files relative to the checkout, for those that are in it.
fn in_checkout(files: &[PathBuf], checkout: &Path) -> Vec<BString> {
    let inside = files
        .iter()
        .filter_map(|file| file.strip_prefix(checkout).ok());
    inside
        .map(|path| path.as_os_str().as_encoded_bytes().into())
        .collect()
}

fn baseline(triage: &TriageOptions) -> Result<Option<BaselineFile>, Error> {
    let path = triage.baseline.as_deref();
    path.map(|path| BaselineFile::open(path, triage.update_baseline, triage.show_baselined))
        .transpose()
}

/// Writes the baseline if `--update-baseline` is given, and prints notes about it.
fn update_baseline_file(checked: &Checked, terminal: &Terminal) -> Result<(), Error> {
    let Some(outcome) = &checked.baseline else {
        return Ok(());
    };
    if let Some(update) = &outcome.update {
        if let Some(text) = &update.text {
            file::replace(&update.path, text.as_bytes())?;
        }
        terminal.note(&update.summary);
    }
    if let Some(resolved) = &outcome.resolved {
        terminal.note(resolved);
    }
    Ok(())
}

/// Rejects an option that `is_given` but that none of the requested formats uses.
fn require_output(
    option: &str,
    is_given: bool,
    uses: fn(&Host) -> bool,
    arguments: &CheckArguments,
) -> Result<(), Error> {
    if !is_given || arguments.formats.any_host(uses) {
        return Ok(());
    }
    let by = outputs::ALL.iter().filter(|output| uses(&output.host));
    let by: Vec<String> = by.map(|it| format!("`--format {}`", it.name)).collect();
    let by = by.join(" or ");
    let error = Error::new(format!("{option} has no effect without {by}"));
    Err(error.help(format!(
        "add {by}; to combine it with another format, put --output FILE directly after {by}"
    )))
}

/// Returns the least severity that fails the run.
fn fails_from(arguments: &CheckArguments) -> Option<Severity> {
    match arguments.fail_on {
        FailOn::Error => Some(Severity::Error),
        FailOn::Warning => Some(Severity::Warning),
        FailOn::Info => Some(Severity::Info),
        FailOn::Never => None,
    }
}

/// Returns the least severity of the findings that are listed for people. Whoever selects findings, or has to know what
/// fails the run or what a change introduces, sees all of them.
fn lists_from(arguments: &CheckArguments) -> Severity {
    let selects = !arguments.triage.only.is_empty() || arguments.change.question().is_some();
    match arguments.min_severity {
        Some(MinSeverity::Error) => Severity::Error,
        Some(MinSeverity::Warning) => Severity::Warning,
        Some(MinSeverity::Info) => Severity::Info,
        None if arguments.verbose || selects || arguments.fail_on == FailOn::Info => Severity::Info,
        None => Severity::Warning,
    }
}

/// Returns whether the run is about everything, and its user selected nothing.
fn is_overview(arguments: &CheckArguments) -> bool {
    let is_default = arguments.min_severity.is_none() && lists_from(arguments) == Severity::Warning;
    let is_of_errors = matches!(arguments.fail_on, FailOn::Error | FailOn::Never);
    is_default && is_of_errors && arguments.paths.is_empty() && arguments.triage.baseline.is_none()
}

/// Returns whether the findings or the coverage fail the run.
fn fails(report: &Report, arguments: &CheckArguments, terminal: &Terminal) -> bool {
    let limit = fails_from(arguments);
    let is_severe = limit.is_some_and(|limit| report.worst().is_some_and(|worst| worst >= limit));
    // The error about low coverage is printed even if the findings fail the run.
    is_low(report, arguments.triage.min_coverage, terminal) || is_severe
}

/// Returns whether the coverage is below `--min-coverage`, and prints an error if so.
fn is_low(report: &Report, required: Option<Percent>, terminal: &Terminal) -> bool {
    let (covered, total) = report.covered();
    let Some(required) = required.filter(|required| !required.is_met(covered, total)) else {
        return false;
    };
    let share = required.share(covered, total);
    let (covered, total) = (grouped(covered), grouped(total));
    let error = Error::new(format!(
        "{share} of the files are covered ({covered} of {total}), but --min-coverage requires \
            {required}"
    ));
    terminal.fail(&error);
    true
}
