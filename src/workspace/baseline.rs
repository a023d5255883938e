//! The file of `check --baseline`: read before the run, and written after it with `--update-baseline`.

use std::{
    io,
    path::{Path, PathBuf},
};

use bstr::ByteSlice as _;

use super::Error;
use crate::{
    checks::{self, Context, Scope, USUAL_BASELINE},
    finding::Finding,
    lint::{Baseline, BaselineEntry, BaselineError, Comparison, Report, Selection},
    resolution::Verdict,
    text::{count, first_few, printable, quoted, quoted_path, read_regular},
};

/// How many resolved findings are listed.
const EXAMPLES: usize = 5;

/// A larger file is rejected.
const MAX_BYTES: u64 = 64 << 20;

/// A file of accepted findings, and how to use it.
#[derive(Debug)]
pub struct BaselineFile {
    path: PathBuf,
    /// Whether to update the file.
    updates: bool,
    /// Whether to report baselined findings too.
    shows_baselined: bool,
    baseline: Baseline,
}

/// The result of a comparison with a baseline.
#[derive(Debug)]
pub(crate) struct BaselineOutcome {
    /// The new content of the baseline, if it is updated.
    pub update: Option<BaselineUpdate>,
    /// A message about findings that are resolved.
    pub resolved: Option<String>,
}

/// A baseline to write.
#[derive(Debug)]
pub(crate) struct BaselineUpdate {
    /// The file.
    pub path: PathBuf,
    /// Its text; `None` if the file is up to date.
    pub text: Option<String>,
    /// A message about what changes.
    pub summary: String,
}

impl BaselineFile {
    /// Reads the file. A missing file is an empty baseline if it is to be updated.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn open(path: &Path, updates: bool, shows_baselined: bool) -> Result<Self, Error> {
        let baseline = match read_regular(path, MAX_BYTES) {
            Ok(bytes) => Baseline::parse(&bytes).map_err(|error| refusal(path, &error))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound && updates => Baseline::default(),
            Err(error) => return Err(unread(path, &error)),
        };
        Ok(Self {
            path: path.to_path_buf(),
            updates,
            shows_baselined,
            baseline,
        })
    }

    /// Returns where the file is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Compares the report with the baseline, or with its new content if it is updated.
    pub(super) fn compare(
        &self,
        report: &mut Report,
        context: &Context<'_>,
        selection: &Selection,
        unowned_anywhere: &dyn Fn() -> Vec<Finding>,
    ) -> Result<BaselineOutcome, Error> {
        let is_whole = matches!(context.scope, Scope::All) && report.change.is_none();
        let map = context.map;
        // Of the other repositories, and of the map as a whole, this run may find nothing.
        let is_checked = |name: &Option<String>| {
            let names = map.repositories.iter().map(|it| printable(&it.name));
            !map.is_narrowed() || names.map(Some).any(|it| it == *name)
        };
        // Entries that this run could not find are not resolved. A check that no longer exists finds nothing.
        let is_covered = |entry: &BaselineEntry| {
            let check = checks::by_name(&entry.check);
            is_whole
                && is_checked(&entry.repository)
                && check.is_none_or(|check| selection.holds(check))
        };
        let mut updated = None;
        if self.updates {
            if !is_whole {
                return Err(Error::new("`--update-baseline` requires a full run").help(
                    "remove the arguments that limit the run to certain paths or to a change",
                ));
            }
            let keep = |entry: &_| !is_covered(entry);
            updated = Some(Baseline::of(&report.findings, &self.baseline, keep));
        }
        let baseline = updated.as_ref().unwrap_or(&self.baseline);
        let unowned = (!is_whole && baseline.has_areas()).then(unowned_anywhere);
        report.compare(
            baseline,
            unowned.as_deref(),
            self.shows_baselined,
            is_covered,
        );
        Ok(BaselineOutcome {
            update: updated.map(|updated| self.update(&updated, context)),
            resolved: report.baseline.as_ref().and_then(|it| self.resolved(it)),
        })
    }

    fn update(&self, updated: &Baseline, context: &Context<'_>) -> BaselineUpdate {
        let text = updated.text();
        let is_same =
            read_regular(&self.path, MAX_BYTES).is_ok_and(|bytes| bytes == text.as_bytes());
        let added = updated.more_than(&self.baseline);
        let removed = self.baseline.more_than(updated);
        BaselineUpdate {
            path: self.path.clone(),
            text: (!is_same).then_some(text),
            summary: format!(
                "baseline {} contains {} ({added} added, {removed} removed){}",
                quoted_path(&self.path),
                count(updated.total(), "finding"),
                exemption(context).unwrap_or_default()
            ),
        }
    }

    fn resolved(&self, comparison: &Comparison) -> Option<String> {
        let resolved = comparison.resolved.iter();
        let resolved: u64 = resolved.map(|entry| u64::from(entry.count)).sum();
        if resolved == 0 {
            return None;
        }
        let is_part = comparison
            .resolved
            .iter()
            .any(|it| self.baseline.has_rest_of(it));
        let text = format!(
            "{} in baseline {} {} {}resolved; use `--update-baseline` to remove resolved findings",
            count(resolved, "finding"),
            quoted_path(&self.path),
            if resolved == 1 { "is" } else { "are" },
            if is_part { "fully or partially " } else { "" }
        );
        let examples = comparison.resolved.iter().map(|it| it.description());
        let examples = first_few(examples, EXAMPLES, |more| format!("and {more} more"));
        let examples: String = examples.map(|line| format!("\n  {line}")).collect();
        Some(format!("{text}{examples}"))
    }
}

/// Says which exemption the baseline file needs in runs that do not know that it is one, for the end of a sentence.
fn exemption(context: &Context<'_>) -> Option<String> {
    let (at, path) = context.baseline()?;
    let repository = context.repositories.get(*at)?;
    let path = path.as_bstr();
    let verdict = repository.resolve_path(&context.map.teams, path, false);
    let is_unowned = verdict.is_ok_and(|(found, _)| found.verdict == Verdict::Unowned);
    let needs_exemption = is_unowned && path != USUAL_BASELINE && !context.map.is_standalone;
    needs_exemption.then(|| {
        format!(
            "; add an exemption for {} to the map, so that runs without `--baseline` accept the file, or name it {}",
            quoted(path),
            quoted(USUAL_BASELINE)
        )
    })
}

fn unread(path: &Path, error: &io::Error) -> Error {
    let path = quoted_path(path);
    match error.kind() {
        io::ErrorKind::NotFound => Error::new(format!("baseline {path} does not exist"))
            .help("use `--update-baseline` to create it from the current findings"),
        _ => Error::new(format!("failed to read baseline {path}: {error}")),
    }
}

fn refusal(path: &Path, error: &BaselineError) -> Error {
    let message = format!("baseline {} cannot be used: {error}", quoted_path(path));
    Error::new(message).help(match error {
        BaselineError::Newer(_) => "upgrade ownlint, because a newer version wrote this file",
        BaselineError::Damaged(_) => {
            "restore the file, or delete it and create a new one with `--update-baseline`"
        }
    })
}
