//! `check`: the report on a workspace, on a change, or on an ownership file without a map.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use bstr::{BStr, BString, ByteSlice as _};

use super::{
    Base, ChangeQuestion, ComparedWorkspaces, Error, Options, Places, Workspace,
    baseline::{BaselineFile, BaselineOutcome},
    standalone::Standalone,
    target::{Target, There},
};
use crate::{
    checks::{Context, Scope},
    config::without_dots,
    finding::Finding,
    inventory::Files,
    lint::{Report, Selection, unowned_anywhere},
    resolution::ResolvedRepository,
    text::quoted_path,
};

/// What to report.
#[derive(Debug, Default)]
pub struct CheckRequest {
    /// Files and directories to report on; everything if there are none.
    pub(crate) paths: Vec<PathBuf>,
    /// The checks to run.
    pub(crate) selection: Selection,
    /// Findings that were there before.
    pub(crate) baseline: Option<BaselineFile>,
    /// Whether findings that are older than the change are reported too.
    pub(crate) with_old: bool,
}

/// What can be checked.
#[derive(Debug)]
pub(crate) enum Subject {
    /// A map and its repositories.
    Workspace(Box<Workspace>),
    /// What a change introduces.
    Change(Box<ComparedWorkspaces>),
    /// An ownership file, where there is no map.
    OwnershipFile(Box<Standalone>),
}

/// What a check came to.
#[derive(Debug)]
pub struct Checked {
    /// The findings and the coverage.
    pub(crate) report: Report,
    /// How to write places.
    pub(crate) places: Places,
    /// What came of the baseline, if there is one.
    pub(crate) baseline: Option<BaselineOutcome>,
}

impl CheckRequest {
    /// Reports on these files and directories only.
    #[must_use]
    pub fn paths(mut self, paths: impl IntoIterator<Item = impl Into<PathBuf>>) -> Self {
        self.paths = paths.into_iter().map(Into::into).collect();
        self
    }
}

impl Checked {
    /// The findings, by check, then repository, path and place.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.report.findings.iter()
    }

    /// Where a finding is to be fixed, as `file:line:column` from the directory of the workspace.
    pub fn position(&self, finding: &Finding) -> String {
        self.places.position(&finding.place)
    }
}

impl Subject {
    /// Opens what the options and the question name: without a question a workspace or, where there is
    /// no map, the ownership file that is there.
    ///
    /// # Errors
    /// Where it can't be opened.
    pub fn open(options: &Options, question: Option<&ChangeQuestion>) -> Result<Self, Error> {
        if let Some(question) = question {
            let change = ComparedWorkspaces::open(options, question)?;
            return Ok(Self::Change(Box::new(change)));
        }
        if options.find_map().is_none()
            && let Some(standalone) = Standalone::find(options)?
        {
            return Ok(Self::OwnershipFile(Box::new(standalone)));
        }
        Ok(Self::Workspace(Box::new(Workspace::open(options)?)))
    }

    /// The workspace that is reported on.
    pub fn workspace(&self) -> &Workspace {
        match self {
            Self::Workspace(workspace) => workspace,
            Self::Change(change) => &change.head,
            Self::OwnershipFile(standalone) => &standalone.workspace,
        }
    }

    /// The files that git says the change touches, where it speaks of the checkout that a review is
    /// about.
    pub(crate) fn touched(&self) -> Option<BTreeSet<BString>> {
        let Self::Change(change) = self else {
            return None;
        };
        let is_same = change.head.checkout() == change.git.top;
        let after = change.changes.iter().filter_map(|it| it.after.as_ref());
        is_same.then(|| after.map(|entry| entry.path.clone()).collect())
    }

    /// Runs the checks.
    ///
    /// # Errors
    /// Where a path of the request is not there, or a repository can't be resolved.
    pub fn check(&self, request: &CheckRequest) -> Result<Checked, Error> {
        match self {
            Self::Workspace(workspace) => workspace.check(request),
            Self::Change(change) => change.check(request),
            Self::OwnershipFile(standalone) => standalone.check(request),
        }
    }
}

impl Workspace {
    /// Runs the checks on all repositories.
    ///
    /// # Errors
    /// Where a path of the request is not there, or a repository can't be resolved.
    pub fn check(&self, request: &CheckRequest) -> Result<Checked, Error> {
        let requested = Requested::new(self, &request.paths)?;
        let repositories = self.repositories()?;
        let scope = requested.scope(self, repositories)?;
        let context = Context::new(&self.map, repositories, self.today, &scope);
        let report = Report::of(&context, &request.selection);
        self.warn_of_empty(repositories);
        let unowned = || unowned_anywhere(&context);
        let checked = self.checked(report, request, &request.selection, &scope, &unowned);
        // Taking a large result apart takes longer than the process has left to live.
        std::mem::forget(context);
        checked
    }

    /// Completes a report: compares it with the baseline, if there is one.
    pub(super) fn checked(
        &self,
        mut report: Report,
        request: &CheckRequest,
        selection: &Selection,
        scope: &Scope,
        unowned_anywhere: &dyn Fn() -> Vec<Finding>,
    ) -> Result<Checked, Error> {
        let baseline = request.baseline.as_ref();
        let baseline =
            baseline.map(|it| it.compare(&mut report, selection, scope, unowned_anywhere));
        Ok(Checked {
            report,
            places: self.places(self.repositories()?),
            baseline: baseline.transpose()?,
        })
    }

    /// A repository without files is rarely what was meant.
    fn warn_of_empty(&self, repositories: &[ResolvedRepository]) {
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
            self.notices.warn(format!("{shown} is empty: {hint}"));
        }
    }
}

impl ComparedWorkspaces {
    /// Runs the checks on both sides: what the change introduces, and what it fixes.
    ///
    /// # Errors
    /// Where a path of the request is not there.
    pub fn check(&self, request: &CheckRequest) -> Result<Checked, Error> {
        let head = &self.head;
        let requested = Requested::new(head, &request.paths)?;
        let repositories = head.repositories()?;
        let scope = requested.scope(head, repositories)?;
        let context = Context::new(&head.map, repositories, head.today, &scope);
        let (selection, against) = (&request.selection, self.against.clone());
        let report = match &self.base {
            Base::Missing(why) => {
                head.notices
                    .note(format!("compared with {against}: {why}: everything is new"));
                Report::since_nothing(&context, selection, against, why.clone())
            }
            Base::Resolved(base) => {
                let repositories = base.repositories()?;
                let before = Context::new(&base.map, repositories, head.today, &Scope::All);
                Report::since(&context, &before, selection, against, request.with_old)
            }
        };
        head.warn_of_empty(repositories);
        let unowned = || unowned_anywhere(&context);
        head.checked(report, request, selection, &scope, &unowned)
    }
}

/// What the user asks to report on.
pub(super) enum Requested<'a> {
    Everything,
    /// These paths, as typed and as they lie in repositories, and the map where it is among them.
    Paths(Vec<(&'a Path, Target)>, bool),
}

impl<'a> Requested<'a> {
    /// Finds the paths in repositories.
    pub fn new(workspace: &Workspace, paths: &'a [PathBuf]) -> Result<Self, Error> {
        if paths.is_empty() {
            return Ok(Self::Everything);
        }
        let mut targets = Vec::new();
        let mut with_map = false;
        for typed in paths {
            let is_of_map = workspace
                .map
                .is_made_of(&without_dots(&workspace.here.join(typed)));
            with_map |= is_of_map;
            match Target::new(workspace, typed) {
                Ok(target) => {
                    let root = &workspace.roots[target.repository];
                    with_map |= target.path.is_empty() && workspace.map.directory.starts_with(root);
                    targets.push((typed.as_path(), target));
                }
                // The map may well lie outside of what it covers.
                Err(_) if is_of_map => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Self::Paths(targets, with_map))
    }

    /// The same, as checks ask for it; all of it has to be there.
    pub fn scope(
        self,
        workspace: &Workspace,
        repositories: &[ResolvedRepository],
    ) -> Result<Scope, Error> {
        let Self::Paths(targets, with_map) = self else {
            return Ok(Scope::All);
        };
        let mut paths: Vec<(usize, BString)> = Vec::with_capacity(targets.len());
        for (typed, target) in targets {
            let listing = &repositories[target.repository].listing;
            let shown = || quoted_path(typed);
            match target.find(workspace, listing).there {
                There::Nowhere => {
                    let near = target.near(typed.as_os_str(), &listing.files);
                    let who = || "`ownlint who` answers for files that do not exist yet".to_owned();
                    let error = Error::new(format!("there is no {}", shown()));
                    return Err(error.help(near.unwrap_or_else(who)));
                }
                There::Unknown(why) => {
                    return Err(Error::new(format!("{} can't be looked at: {why}", shown())));
                }
                There::Untracked | There::File | There::Directory => {}
            }
            let path = covering(&listing.files, target.path.as_bstr()).unwrap_or_else(|| {
                let shown = shown();
                workspace
                    .notices
                    .warn(format!("no file of the repository is in {shown}"));
                target.path.as_bstr()
            });
            paths.push((target.repository, path.to_owned()));
        }
        Ok(Scope::Paths(paths, with_map))
    }
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
