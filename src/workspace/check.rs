//! `check`: reports on a workspace, on a change, or on an ownership file without a map.

use std::path::PathBuf;

use bstr::BString;
use jiff::civil::Date;

use super::{
    Base, ComparedWorkspaces, Error, Places, Workspace,
    baseline::{BaselineFile, BaselineOutcome},
    map_file,
    requested::scope_of,
    standalone,
    target::innermost,
};
use crate::{
    checks::{Context, Scope},
    dialects::Tree,
    finding::Finding,
    git::Changes,
    lint::{CheckedChange, Report, Selection, looks_at_change, unowned_anywhere},
    resolution::ResolvedRepository,
    text::quoted_path,
    transfer::OwnershipChange,
};

/// What to report.
#[derive(Debug, Default)]
pub struct CheckRequest {
    /// Files and directories to report on; everything if empty.
    pub(crate) paths: Vec<PathBuf>,
    /// The checks to run.
    pub(crate) selection: Selection,
    /// Accepted findings.
    pub(crate) baseline: Option<BaselineFile>,
    /// Whether to report pre-existing findings of a change too.
    pub(crate) with_pre_existing: bool,
    /// Whether one finding may replace many others in a report of everything. Programs compare findings one by one.
    pub(crate) is_summarized: bool,
}

/// The result of a check.
#[derive(Debug)]
pub struct Checked {
    /// The findings and the coverage.
    pub(crate) report: Report,
    /// How to write places.
    pub(crate) places: Places,
    /// The comparison with the baseline, if there is one.
    pub(crate) baseline: Option<BaselineOutcome>,
}

impl CheckRequest {
    /// Reports on these files and directories only.
    #[must_use]
    pub fn paths(mut self, paths: impl IntoIterator<Item = impl Into<PathBuf>>) -> Self {
        self.paths = paths.into_iter().map(Into::into).collect();
        self
    }

    /// Returns the file with the baseline, if it is in a repository: the position of the repository, and its path there.
    fn baseline_file(&self, workspace: &Workspace) -> Option<(usize, BString)> {
        let path = std::path::absolute(self.baseline.as_ref()?.path()).ok()?;
        innermost(&workspace.roots, &path)
    }
}

impl Checked {
    /// Returns the findings, sorted by check, then repository, path and place.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.report.findings.iter()
    }

    /// Returns where to fix a finding, as `file:line:column` relative to the directory of the workspace.
    pub fn position(&self, finding: &Finding) -> String {
        self.places.position(&finding.place)
    }
}

impl Workspace {
    /// Runs the checks on all repositories.
    ///
    /// # Errors
    /// If a path of the request does not exist, or a repository cannot be resolved.
    pub fn check(&self, request: &CheckRequest) -> Result<Checked, Error> {
        let selection = &request.selection;
        let report = |context: &Context<'_>| Ok(Report::of(context, selection));
        self.checked(request, selection, report, unowned_anywhere)
    }

    /// Makes the requested report, and compares it with the baseline, if there is one.
    pub(super) fn checked(
        &self,
        request: &CheckRequest,
        selection: &Selection,
        report: impl FnOnce(&Context<'_>) -> Result<Report, Error>,
        unowned_anywhere: impl Fn(&Context<'_>) -> Vec<Finding>,
    ) -> Result<Checked, Error> {
        let scope = scope_of(self, &request.paths)?;
        let repositories = self.repositories()?;
        self.require_file(repositories)?;
        let context = Context::new(&self.map, repositories, self.today, &scope);
        let context = context
            .of_dialect(self.dialect)
            .with_baseline(request.baseline_file(self));
        let mut report = report(&context)?;
        self.warn_of_empty(repositories);
        let unowned = || unowned_anywhere(&context);
        let baseline = request.baseline.as_ref();
        let baseline = baseline.map(|it| it.compare(&mut report, &context, selection, &unowned));
        let baseline = baseline.transpose()?;
        if request.is_summarized {
            report.summarize(&context);
        }
        Ok(Checked {
            report,
            places: self.places(repositories),
            baseline,
        })
    }

    /// Fails if a dialect is selected and no repository has one of its files.
    fn require_file(&self, repositories: &[ResolvedRepository]) -> Result<(), Error> {
        let Some(dialect) = self.dialect else {
            return Ok(());
        };
        let mut with_file = repositories
            .iter()
            .filter(|it| dialect.has_file(&Tree::of_repository(it), &it.listing.files));
        match with_file.next() {
            Some(_) => Ok(()),
            None => Err(Error::no_file(dialect, "the repositories in the map")),
        }
    }

    /// Warns of repositories without files: they are rarely intended.
    fn warn_of_empty(&self, repositories: &[ResolvedRepository]) {
        let is_empty = |it: &&ResolvedRepository| it.listing.files.is_empty();
        for repository in repositories.iter().filter(is_empty) {
            let shown = quoted_path(&repository.root);
            let hint = match repository.listing.from_index {
                true => {
                    "git tracks no files in this directory (run `git add`, or use `--untracked`)"
                }
                false => "it contains no files",
            };
            self.notices.warn(format!("{shown} is empty: {hint}"));
        }
    }
}

impl ComparedWorkspaces {
    /// Runs the checks on both sides to find what the change introduces and fixes.
    ///
    /// # Errors
    /// If a path of the request does not exist, or a repository cannot be resolved.
    pub fn check(&self, request: &CheckRequest) -> Result<Checked, Error> {
        let head = &self.head;
        let selection = &match head.map.is_standalone {
            true => {
                let absence = map_file::absence(&head.here);
                head.note_standalone("checking");
                standalone::selection(&request.selection, &absence)?
            }
            false => request.selection.clone(),
        };
        let baseline = request.baseline_file(head);
        let since = |context: &Context<'_>,
                     base: &Workspace,
                     others: &[Workspace],
                     adds_map: bool,
                     transferred: Option<OwnershipChange<'_>>| {
            let before = |side| before(side, head.today, baseline.clone());
            let others = others
                .iter()
                .map(&before)
                .collect::<Result<Vec<_>, Error>>()?;
            let checked = CheckedChange {
                adds_map,
                ..self.checked.clone()
            };
            let with_pre_existing = request.with_pre_existing;
            Ok::<_, Error>(Report::since(
                context,
                &before(base)?,
                &others,
                selection,
                checked,
                with_pre_existing,
                transferred,
            ))
        };
        let report = |context: &Context<'_>| match &self.base {
            Base::WithoutMap(base) => match self.others()?.split_first() {
                Some((base, others)) => since(context, base, others, false, None),
                None => {
                    head.notices.note(format!(
                        "the base ({}) has no map, so its findings are those with the new map; all findings about the map \
                         itself are treated as new",
                        self.checked.base
                    ));
                    since(context, base, &[], true, None)
                }
            },
            Base::Missing(why) => {
                if let Some((base, others)) = self.others()?.split_first() {
                    return since(context, base, others, false, None);
                }
                let checked = self.checked.clone();
                head.notices.note(format!(
                    "cannot compare with the base ({}) because {why}; all findings are treated as \
                        new",
                    checked.base
                ));
                let why = why.clone();
                Ok(Report::without_base(context, selection, checked, why))
            }
            Base::Resolved(base) => {
                let changes = match looks_at_change(context, selection) {
                    true => Some(self.all_changes()?),
                    false => None,
                };
                let transferred = |side| {
                    let changes = changes.as_ref();
                    let transferred = changes.map(|changes| self.transferred(side, changes));
                    transferred.transpose()
                };
                let mut ours = transferred(base)?;
                let report = since(context, base, &[], false, ours.clone())?;
                // Most changes introduce and fix no finding, so that the other commits do not matter.
                let is_clean = report.findings.iter().all(|it| it.is_pre_existing)
                    && report.change.as_ref().is_none_or(|it| it.fixed.is_empty());
                match is_clean {
                    true => Ok(report),
                    false => match &self.others()?[..] {
                        [] => Ok(report),
                        others => {
                            for other in others {
                                if let (Some(ours), Some(theirs)) = (&mut ours, transferred(other)?)
                                {
                                    ours.retain_changes_since(&theirs);
                                }
                            }
                            since(context, base, others, false, ours)
                        }
                    },
                }
            }
        };
        let mut checked = head.checked(request, selection, report, unowned_anywhere)?;
        standalone::advise_without_map(&head.map, &mut checked.report.findings);
        Ok(checked)
    }

    /// Returns what the change takes from an owner or gives to another, compared with one of the sides before it.
    fn transferred<'w>(
        &'w self,
        before: &'w Workspace,
        changes: &Changes,
    ) -> Result<OwnershipChange<'w>, Error> {
        let (before, after) = (before.side()?, self.head.side()?);
        let top = &self.git.top;
        Ok(OwnershipChange::between(before, after, top, changes))
    }
}

/// Returns a side before a change, all of which findings are compared with.
fn before(
    side: &Workspace,
    today: Date,
    baseline: Option<(usize, BString)>,
) -> Result<Context<'_>, Error> {
    let context = Context::new(&side.map, side.repositories()?, today, &Scope::All);
    Ok(context.of_dialect(side.dialect).with_baseline(baseline))
}
