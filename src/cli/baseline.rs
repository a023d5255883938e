//! The file of `check --baseline`: read before the run, written after it where the user says so.

use std::{io, path::Path};

use super::{args::Living, failure::Failure, file, terminal::Terminal};
use crate::{
    checks::{self, Scope},
    finding::Finding,
    lint::{Baseline, BaselineError, Comparison, Entry, Report, Selection},
    text::{count, quoted_path, read_regular},
};

/// How many findings that are gone are named.
const EXAMPLES: usize = 5;

/// A file that is larger is refused.
const MAX_BYTES: u64 = 64 << 20;

/// The file that the user names, and what it knows.
pub(super) struct BaselineFile<'a> {
    arguments: &'a Living,
    path: &'a Path,
    baseline: Baseline,
}

impl<'a> BaselineFile<'a> {
    /// Reads it; one that is yet to be written knows nothing.
    pub fn open(arguments: &'a Living) -> Result<Option<Self>, Failure> {
        let Some(path) = arguments.baseline.as_deref() else {
            return Ok(None);
        };
        let baseline = match read_regular(path, MAX_BYTES) {
            Ok(bytes) => Baseline::parse(&bytes).map_err(|error| refusal(path, &error))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound && arguments.update_baseline => {
                Baseline::default()
            }
            Err(error) => return Err(unread(path, &error)),
        };
        Ok(Some(Self {
            arguments,
            path,
            baseline,
        }))
    }

    /// Compares the report with it, after it was brought up to date where the user says so.
    pub fn compare(
        &self,
        report: &mut Report<'_>,
        selection: &Selection,
        scope: &Scope,
        unowned_anywhere: &dyn Fn() -> Vec<Finding>,
        terminal: &Terminal,
    ) -> Result<(), Failure> {
        let is_whole = matches!(scope, Scope::All) && report.change.is_none();
        // What was not looked for can't be missed. A check that there is no more finds nothing.
        let judged = |entry: &Entry| {
            let check = checks::by_name(&entry.check);
            is_whole && check.is_none_or(|check| selection.holds(check))
        };
        let mut now = None;
        if self.arguments.update_baseline {
            if !is_whole {
                return Err(Failure::new("--update-baseline needs a run on everything")
                    .help("leave out what limits the run to some paths or to a change"));
            }
            let updated = Baseline::of(&report.findings, &self.baseline, |entry| !judged(entry));
            self.update(&updated, terminal)?;
            now = Some(updated);
        }
        let known = now.as_ref().unwrap_or(&self.baseline);
        let unowned = (!is_whole && known.has_areas()).then(unowned_anywhere);
        let shown = self.arguments.show_known;
        report.compare(known, unowned.as_deref(), shown, judged);
        if let Some(comparison) = &report.baseline {
            self.tell_stale(comparison, terminal);
        }
        Ok(())
    }

    fn update(&self, now: &Baseline, terminal: &Terminal) -> Result<(), Failure> {
        let text = now.text();
        let is_same =
            read_regular(self.path, MAX_BYTES).is_ok_and(|bytes| bytes == text.as_bytes());
        if !is_same {
            file::replace(self.path, text.as_bytes())?;
        }
        let (added, removed) = (now.more_than(&self.baseline), self.baseline.more_than(now));
        let text = format!(
            "the baseline {} knows {} ({added} added, {removed} removed)",
            quoted_path(self.path),
            count(now.total(), "finding")
        );
        terminal.note(&text);
        Ok(())
    }

    fn tell_stale(&self, comparison: &Comparison, terminal: &Terminal) {
        let stale = comparison.stale.iter();
        let stale: u64 = stale.map(|entry| u64::from(entry.count)).sum();
        if stale == 0 {
            return;
        }
        let is_part = comparison
            .stale
            .iter()
            .any(|it| self.baseline.knows_more(it));
        let text = format!(
            "{} of the baseline {} {} gone{}; --update-baseline removes what is gone",
            count(stale, "finding"),
            quoted_path(self.path),
            if stale == 1 { "is" } else { "are" },
            if is_part { ", or gone in part" } else { "" }
        );
        let examples = comparison.stale.iter().take(EXAMPLES);
        let examples: String = examples.map(|it| format!("\n  {}", it.told())).collect();
        let more = match comparison.stale.len().saturating_sub(EXAMPLES) {
            0 => String::new(),
            more => format!("\n  and {more} more"),
        };
        terminal.note(&format!("{text}{examples}{more}"));
    }
}

fn unread(path: &Path, error: &io::Error) -> Failure {
    let path = quoted_path(path);
    match error.kind() {
        io::ErrorKind::NotFound => Failure::new(format!("there is no baseline {path}"))
            .help("--update-baseline writes it, with all that is found now"),
        _ => Failure::new(format!("the baseline {path} could not be read: {error}")),
    }
}

fn refusal(path: &Path, error: &BaselineError) -> Failure {
    let message = format!("the baseline {} can't be used: {error}", quoted_path(path));
    Failure::new(message).help(match error {
        BaselineError::Newer(_) => "a newer baseline needs a newer ownlint",
        BaselineError::Damaged(_) => {
            "restore it, or remove it and have --update-baseline write a new one"
        }
    })
}
