mod bare;
mod introduced;

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use bstr::{BStr, ByteSlice as _};
use rayon::prelude::*;

use super::{
    CLEAN, FINDINGS, Outcome,
    ahead::Ahead,
    args::{CheckArguments, FailOn, Global},
    baseline::BaselineFile,
    change::Question,
    changed,
    deliver::{self, Deliveries},
    failure::Failure,
    file,
    progress::Progress,
    selection::selection,
    session::{Session, map_path},
    target::{Target, There},
    terminal::Terminal,
};
use crate::{
    checks::{Context, Scope},
    config::{Map, Percent, without_dots},
    finding::{Finding, Severity},
    inventory::Files,
    lint::{Report, Selection, unowned_anywhere},
    outputs::{Job, Places, Reader},
    resolution::{RepositoryError, ResolvedRepository},
    text::quoted_path,
};

use bare::Bare;

pub(super) fn run(arguments: &CheckArguments, global: &Global, terminal: &Terminal) -> Outcome {
    let plan = Plan::new(arguments)?;
    if let Some(question) = Question::new(&arguments.change) {
        return introduced::run(&question, plan, arguments, global, terminal);
    }
    if map_path(global).is_none()
        && let Some(bare) = Bare::find(arguments, global)?
    {
        return bare.check(plan, arguments, global, terminal);
    }
    let ahead = Ahead::start(global, arguments.untracked);
    let session = Session::open(global)?;
    plan.spare(&session.map)?;
    let asked = asked(&session, &arguments.paths)?;
    let progress = Progress::start(terminal, "resolving owners".to_owned());
    let repositories: Vec<Result<ResolvedRepository, RepositoryError>> = session
        .roots
        .par_iter()
        .enumerate()
        .map(|(at, root)| {
            let listing = ahead.list(root).map_err(RepositoryError::Listing)?;
            session.resolve(at, listing)
        })
        .collect();
    let repositories = session.all(repositories)?;
    let scope = scope(&session, asked, &repositories, terminal)?;
    let context = Context::new(&session.map, &repositories, session.today, &scope);
    let mut report = Report::of(&context, &plan.selection);
    drop(progress);
    warn_of_empty(&repositories, terminal);
    let places = Places::new(&session.map, &repositories, &session.here);
    let unowned = || unowned_anywhere(&context);
    plan.compare(&mut report, &scope, &unowned, terminal)?;
    let outcome = finish(report, &places, &session, plan, arguments, terminal);
    // Taking a large result apart takes longer than the process has left to live.
    std::mem::forget(context);
    std::mem::forget(repositories);
    std::mem::forget(session);
    outcome
}

/// What the options ask for that needs no repository: known before anything is read.
struct Plan<'a> {
    deliveries: Deliveries,
    changed: Option<BTreeSet<bstr::BString>>,
    selection: Selection,
    baseline: Option<BaselineFile<'a>>,
}

impl<'a> Plan<'a> {
    fn new(arguments: &'a CheckArguments) -> Result<Self, Failure> {
        let label = arguments.gerrit_label.is_some();
        heeded("--gerrit-label", label, &["gerrit"], arguments)?;
        let changed = arguments.changed_files.is_some();
        heeded("--changed-files", changed, &["gerrit", "zuul"], arguments)?;
        let changed = arguments.changed_files.as_deref().map(changed::read);
        Ok(Self {
            deliveries: deliver::plan(&arguments.formats, arguments.living.baseline.as_deref())?,
            changed: changed.transpose()?,
            selection: selection(&arguments.living)?,
            baseline: BaselineFile::open(&arguments.living)?,
        })
    }

    /// Refuses to write over a file of the map, before anything is written.
    fn spare(&self, map: &Map) -> Result<(), Failure> {
        let mut files = self.deliveries.files();
        files.try_for_each(|file| file::spare_map(file, map))
    }

    /// Compares the report with the baseline, if there is one.
    fn compare(
        &self,
        report: &mut Report<'_>,
        scope: &Scope,
        unowned_anywhere: &dyn Fn() -> Vec<Finding>,
        terminal: &Terminal,
    ) -> Result<(), Failure> {
        match &self.baseline {
            Some(baseline) => {
                baseline.compare(report, &self.selection, scope, unowned_anywhere, terminal)
            }
            None => Ok(()),
        }
    }
}

/// Refuses an option that `is_given` and that none of the formats to be written heeds: it would do
/// nothing.
fn heeded(
    option: &str,
    is_given: bool,
    by: &[&str],
    arguments: &CheckArguments,
) -> Result<(), Failure> {
    let mut formats = arguments.formats.0.iter();
    if !is_given || formats.any(|(output, _)| by.contains(&output.name)) {
        return Ok(());
    }
    let by: Vec<String> = by.iter().map(|name| format!("`--format {name}`")).collect();
    let by = by.join(" or ");
    let failure = Failure::new(format!("{option} does nothing without {by}"));
    Err(failure.help(format!(
        "add {by}; beside another format, with an --output FILE"
    )))
}

/// Writes the report and judges it.
fn finish(
    report: Report<'_>,
    places: &Places,
    session: &Session,
    plan: Plan<'_>,
    arguments: &CheckArguments,
    terminal: &Terminal,
) -> Outcome {
    let fails = match arguments.fail_on {
        FailOn::Error => Some(Severity::Error),
        FailOn::Warning => Some(Severity::Warning),
        FailOn::Info => Some(Severity::Info),
        FailOn::Never => None,
    };
    let failed = fails.is_some_and(|limit| report.worst().is_some_and(|worst| worst >= limit));
    let failed = failed || is_low(&report, arguments.living.min_coverage, terminal);
    let reader = Reader {
        base: deliver::base(&session.here, &session.roots),
        changed: plan.changed,
        label: arguments.gerrit_label.clone(),
        failed,
    };
    let job = Job {
        report: &report,
        places,
        look: terminal.out,
        reader: &reader,
    };
    let out = deliver::all(&plan.deliveries, &job, terminal)?;
    let code = if failed { FINDINGS } else { CLEAN };
    std::mem::forget(report);
    Ok((out, code))
}

/// Whether less is owned or exempt than the user asks for; says so.
fn is_low(report: &Report<'_>, asked: Option<Percent>, terminal: &Terminal) -> bool {
    let (covered, total) = report.covered();
    let Some(asked) = asked.filter(|asked| !asked.is_met(covered, total)) else {
        return false;
    };
    let share = asked.share(covered, total);
    let failure = Failure::new(format!(
        "{share} of the files are covered ({covered} of {total}), and --min-coverage asks for {asked}"
    ));
    failure.tell(terminal);
    true
}

/// What the user asked about.
enum Asked<'a> {
    Everything,
    /// These paths, as typed and as they lie in repositories, and the map where it is among them.
    Paths(Vec<(&'a Path, Target)>, bool),
}

fn asked<'a>(session: &Session, paths: &'a [PathBuf]) -> Result<Asked<'a>, Failure> {
    if paths.is_empty() {
        return Ok(Asked::Everything);
    }
    let mut targets = Vec::new();
    let mut with_map = false;
    for typed in paths {
        let is_of_map = session
            .map
            .is_made_of(&without_dots(&session.here.join(typed)));
        with_map |= is_of_map;
        match Target::new(session, typed) {
            Ok(target) => {
                let root = &session.roots[target.repository];
                with_map |= target.path.is_empty() && session.map.directory.starts_with(root);
                targets.push((typed.as_path(), target));
            }
            // The map may well lie outside of what it covers.
            Err(_) if is_of_map => {}
            Err(failure) => return Err(failure),
        }
    }
    Ok(Asked::Paths(targets, with_map))
}

/// What was asked, as checks ask for it; all of it has to be there.
fn scope(
    session: &Session,
    asked: Asked<'_>,
    repositories: &[ResolvedRepository],
    terminal: &Terminal,
) -> Result<Scope, Failure> {
    let Asked::Paths(targets, with_map) = asked else {
        return Ok(Scope::All);
    };
    let mut paths = Vec::with_capacity(targets.len());
    for (typed, target) in targets {
        let listing = &repositories[target.repository].listing;
        let shown = || quoted_path(typed);
        match target.find(session, listing).there {
            There::Nowhere => {
                let near = target.near(typed.as_os_str(), &listing.files);
                let who = || "`ownlint who` answers for files that do not exist yet".to_owned();
                let failure = Failure::new(format!("there is no {}", shown()));
                return Err(failure.help(near.unwrap_or_else(who)));
            }
            There::Unknown(why) => {
                return Err(Failure::new(format!(
                    "{} can't be looked at: {why}",
                    shown()
                )));
            }
            There::Untracked | There::File | There::Directory => {}
        }
        let path = covering(&listing.files, target.path.as_bstr()).unwrap_or_else(|| {
            terminal.warn(&format!("no file of the repository is in {}", shown()));
            target.path.as_bstr()
        });
        paths.push((target.repository, path.to_owned()));
    }
    Ok(Scope::Paths(paths, with_map))
}

/// What of a repository answers for a path: the path itself, if there are files in it, or the
/// submodule that it lies in.
fn covering<'p>(files: &Files, path: &'p BStr) -> Option<&'p BStr> {
    let has_files = path.is_empty() && !files.is_empty() || files.holds(path);
    let mut above = path.rfind_iter("/").map(|end| path[..end].as_bstr());
    match has_files {
        true => Some(path),
        false => above.find(|path| files.find(path).is_some()),
    }
}

/// A repository without files is rarely what was meant.
fn warn_of_empty(repositories: &[ResolvedRepository], terminal: &Terminal) {
    for repository in repositories {
        if !repository.listing.files.is_empty() {
            continue;
        }
        let shown = quoted_path(&repository.root);
        let hint = if repository.listing.from_index {
            "git tracks no files there: `git add` some, or use --untracked"
        } else {
            "there are no files there"
        };
        terminal.warn(&format!("{shown} is empty: {hint}"));
    }
}
