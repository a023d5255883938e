use std::collections::BTreeSet;

use bstr::BString;

use super::{
    CLEAN, FINDINGS, Outcome,
    args::{CheckArguments, FailOn, Global, TriageOptions},
    changed,
    progress::Progress,
    report_files::{self, ReportFiles},
    selection::selection,
    terminal::Terminal,
};
use crate::{
    config::Percent,
    finding::Severity,
    lint::Report,
    outputs::{self, Host, Job, ReportReader},
    workspace::{BaselineFile, CheckRequest, Checked, Error, Options, Subject, file},
};

pub(super) fn run(arguments: &CheckArguments, global: &Global, terminal: &Terminal) -> Outcome {
    let plan = Plan::new(arguments)?;
    let options = Options {
        untracked: arguments.untracked,
        ..global.options()
    };
    let question = arguments.change.question();
    let what = match question {
        None => "resolving owners",
        Some(_) => "resolving owners before and after",
    };
    let progress = Progress::start(terminal, what);
    let subject = Subject::open(&options, question.as_ref())?;
    drop(progress);
    let workspace = subject.workspace();
    // Before anything is written.
    for file in plan.deliveries.formats.files() {
        file::spare_map(file, &workspace.map)?;
    }
    let checked = terminal.noticing(workspace, |_| subject.check(&plan.request))?;
    settle_baseline(&checked, terminal)?;
    let failed = fails(&checked.report, arguments, terminal);
    let reader = ReportReader {
        base: workspace.checkout().to_path_buf(),
        changed: plan.changed.or_else(|| subject.touched()),
        label: arguments.gerrit_label.clone(),
        failed,
    };
    let job = Job {
        report: &checked.report,
        teams: &workspace.map.teams,
        places: &checked.places,
        look: terminal.out,
        reader: &reader,
    };
    let out = report_files::all(&plan.deliveries, &job, terminal);
    // Taking a large result apart takes longer than the process has left to live.
    std::mem::forget(checked);
    std::mem::forget(subject);
    Ok((out?, if failed { FINDINGS } else { CLEAN }))
}

/// What the options ask for that needs no repository: known before anything is read.
struct Plan {
    deliveries: ReportFiles,
    changed: Option<BTreeSet<BString>>,
    request: CheckRequest,
}

impl Plan {
    fn new(arguments: &CheckArguments) -> Result<Self, Error> {
        let label = arguments.gerrit_label.is_some();
        heeded("--gerrit-label", label, |it| it.uses_label, arguments)?;
        let changed = arguments.changed_files.is_some();
        heeded(
            "--changed-files",
            changed,
            |it| it.uses_changed_files,
            arguments,
        )?;
        let changed = arguments.changed_files.as_deref().map(changed::read);
        Ok(Self {
            deliveries: report_files::plan(
                &arguments.formats,
                arguments.living.baseline.as_deref(),
            )?,
            changed: changed.transpose()?,
            request: CheckRequest {
                paths: arguments.paths.clone(),
                selection: selection(&arguments.living)?,
                baseline: baseline(&arguments.living)?,
                with_old: arguments.show_pre_existing,
            },
        })
    }
}

fn baseline(living: &TriageOptions) -> Result<Option<BaselineFile>, Error> {
    let path = living.baseline.as_deref();
    path.map(|path| BaselineFile::open(path, living.update_baseline, living.show_baselined))
        .transpose()
}

/// Brings the baseline up to date where that was asked for, and says what came of it.
fn settle_baseline(checked: &Checked, terminal: &Terminal) -> Result<(), Error> {
    let Some(outcome) = &checked.baseline else {
        return Ok(());
    };
    if let Some(update) = &outcome.update {
        if let Some(text) = &update.text {
            file::replace(&update.path, text.as_bytes())?;
        }
        terminal.note(&update.summary);
    }
    if let Some(stale) = &outcome.stale {
        terminal.note(stale);
    }
    Ok(())
}

/// Refuses an option that `is_given` and that none of the formats to be written heeds: it would do
/// nothing.
fn heeded(
    option: &str,
    is_given: bool,
    uses: fn(&Host) -> bool,
    arguments: &CheckArguments,
) -> Result<(), Error> {
    let mut formats = arguments.formats.0.iter();
    if !is_given || formats.any(|(output, _)| uses(&output.host)) {
        return Ok(());
    }
    let by = outputs::ALL.iter().filter(|output| uses(&output.host));
    let by: Vec<String> = by.map(|it| format!("`--format {}`", it.name)).collect();
    let by = by.join(" or ");
    let error = Error::new(format!("{option} does nothing without {by}"));
    Err(error.help(format!(
        "add {by}; beside another format, with an --output FILE"
    )))
}

/// Whether the findings, or what is covered, are what the user fails the run for.
fn fails(report: &Report, arguments: &CheckArguments, terminal: &Terminal) -> bool {
    let limit = match arguments.fail_on {
        FailOn::Error => Some(Severity::Error),
        FailOn::Warning => Some(Severity::Warning),
        FailOn::Info => Some(Severity::Info),
        FailOn::Never => None,
    };
    let is_severe = limit.is_some_and(|limit| report.worst().is_some_and(|worst| worst >= limit));
    is_severe || is_low(report, arguments.living.min_coverage, terminal)
}

/// Whether less is owned or exempt than the user asks for; says so.
fn is_low(report: &Report, asked: Option<Percent>, terminal: &Terminal) -> bool {
    let (covered, total) = report.covered();
    let Some(asked) = asked.filter(|asked| !asked.is_met(covered, total)) else {
        return false;
    };
    let share = asked.share(covered, total);
    let error = Error::new(format!(
        "{share} of the files are covered ({covered} of {total}), and --min-coverage asks for {asked}"
    ));
    terminal.fail(&error);
    true
}
