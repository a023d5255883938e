//! The file of `check --baseline`: read before the run, written after it where the user says so.

use std::{
    io,
    path::{Path, PathBuf},
};

use super::Error;
use crate::{
    checks::{self, Scope},
    finding::Finding,
    lint::{Baseline, BaselineEntry, BaselineError, Comparison, Report, Selection},
    text::{count, first_few, quoted_path, read_regular},
};

/// How many findings that are gone are named.
const EXAMPLES: usize = 5;

/// A file that is larger is refused.
const MAX_BYTES: u64 = 64 << 20;

/// A file of findings that were there before, and what it is for.
#[derive(Debug)]
pub struct BaselineFile {
    path: PathBuf,
    /// Whether it is to be brought up to date.
    updates: bool,
    /// Whether the findings that it knows are reported too.
    shows_known: bool,
    baseline: Baseline,
}

/// What came of a baseline.
#[derive(Debug)]
pub(crate) struct BaselineOutcome {
    /// What it is to be from now on.
    pub update: Option<BaselineUpdate>,
    /// Which of its findings are gone, for a person.
    pub stale: Option<String>,
}

/// A baseline that is to be written.
#[derive(Debug)]
pub(crate) struct BaselineUpdate {
    /// The file.
    pub path: PathBuf,
    /// Its text; `None` if that stands there already.
    pub text: Option<String>,
    /// What changes, for a person.
    pub summary: String,
}

impl BaselineFile {
    /// Reads it; one that is yet to be written knows nothing.
    ///
    /// # Errors
    /// Where it can't be read.
    pub fn open(path: &Path, updates: bool, shows_known: bool) -> Result<Self, Error> {
        let baseline = match read_regular(path, MAX_BYTES) {
            Ok(bytes) => Baseline::parse(&bytes).map_err(|error| refusal(path, &error))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound && updates => Baseline::default(),
            Err(error) => return Err(unread(path, &error)),
        };
        Ok(Self {
            path: path.to_path_buf(),
            updates,
            shows_known,
            baseline,
        })
    }

    /// Compares the report with it, or with what it is to be from now on.
    pub(super) fn compare(
        &self,
        report: &mut Report,
        selection: &Selection,
        scope: &Scope,
        unowned_anywhere: &dyn Fn() -> Vec<Finding>,
    ) -> Result<BaselineOutcome, Error> {
        let is_whole = matches!(scope, Scope::All) && report.change.is_none();
        // What was not looked for can't be missed. A check that there is no more finds nothing.
        let judged = |entry: &BaselineEntry| {
            let check = checks::by_name(&entry.check);
            is_whole && check.is_none_or(|check| selection.holds(check))
        };
        let mut now = None;
        if self.updates {
            if !is_whole {
                return Err(Error::new("--update-baseline needs a run on everything")
                    .help("leave out what limits the run to some paths or to a change"));
            }
            let updated = Baseline::of(&report.findings, &self.baseline, |entry| !judged(entry));
            now = Some(updated);
        }
        let known = now.as_ref().unwrap_or(&self.baseline);
        let unowned = (!is_whole && known.has_areas()).then(unowned_anywhere);
        report.compare(known, unowned.as_deref(), self.shows_known, judged);
        Ok(BaselineOutcome {
            update: now.map(|now| self.update(&now)),
            stale: report.baseline.as_ref().and_then(|it| self.stale(it)),
        })
    }

    fn update(&self, now: &Baseline) -> BaselineUpdate {
        let text = now.text();
        let is_same =
            read_regular(&self.path, MAX_BYTES).is_ok_and(|bytes| bytes == text.as_bytes());
        let (added, removed) = (now.more_than(&self.baseline), self.baseline.more_than(now));
        BaselineUpdate {
            path: self.path.clone(),
            text: (!is_same).then_some(text),
            summary: format!(
                "the baseline {} knows {} ({added} added, {removed} removed)",
                quoted_path(&self.path),
                count(now.total(), "finding")
            ),
        }
    }

    fn stale(&self, comparison: &Comparison) -> Option<String> {
        let stale = comparison.resolved.iter();
        let stale: u64 = stale.map(|entry| u64::from(entry.count)).sum();
        if stale == 0 {
            return None;
        }
        let is_part = comparison
            .resolved
            .iter()
            .any(|it| self.baseline.has_rest_of(it));
        let text = format!(
            "{} of the baseline {} {} gone{}; --update-baseline removes what is gone",
            count(stale, "finding"),
            quoted_path(&self.path),
            if stale == 1 { "is" } else { "are" },
            if is_part { ", or gone in part" } else { "" }
        );
        let examples = comparison.resolved.iter().map(|it| it.description());
        let examples = first_few(examples, EXAMPLES, |more| format!("and {more} more"));
        let examples: String = examples.map(|line| format!("\n  {line}")).collect();
        Some(format!("{text}{examples}"))
    }
}

fn unread(path: &Path, error: &io::Error) -> Error {
    let path = quoted_path(path);
    match error.kind() {
        io::ErrorKind::NotFound => Error::new(format!("there is no baseline {path}"))
            .help("--update-baseline writes it, with all that is found now"),
        _ => Error::new(format!("the baseline {path} could not be read: {error}")),
    }
}

fn refusal(path: &Path, error: &BaselineError) -> Error {
    let message = format!("the baseline {} can't be used: {error}", quoted_path(path));
    Error::new(message).help(match error {
        BaselineError::Newer(_) => "a newer baseline needs a newer ownlint",
        BaselineError::Damaged(_) => {
            "restore it, or remove it and have --update-baseline write a new one"
        }
    })
}
