//! The findings that a change introduces.

use bstr::{BStr, BString, ByteSlice};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    ChangeReport, CheckedChange, Report, Selection,
    areas::reports_areas,
    report_ids::identify,
    run_checks::{findings, in_scope, of_change, run, sort},
};
use crate::{
    checks::{self, Check, Context, Scope},
    finding::{Finding, Identity},
    resolution::{ResolvedRepository, Verdict},
    transfer::OwnershipChange,
};

impl Report {
    /// Returns the report of a change: the findings that do not exist in `base`, and the pre-existing
    /// ones if they are requested.
    ///
    /// A finding is introduced if neither `base` nor any of `others` has it, and fixed if all of them have it.
    /// Findings are equal if their identities are. If a check reports a verdict on files, its findings
    /// are new only for files that did not have the verdict before. `transferred` is what the change takes from an
    /// owner or gives to another, if that is known.
    #[must_use]
    pub fn since<'c>(
        context: &Context<'_>,
        base: &Context<'c>,
        others: &[Context<'c>],
        selection: &Selection,
        checked: CheckedChange,
        with_pre_existing: bool,
        transferred: Option<OwnershipChange<'_>>,
    ) -> Self {
        let (mut report, mut before) =
            rayon::join(|| Self::of(context, selection), || run(base, selection));
        let elsewhere: Vec<_> = others.iter().map(|other| run(other, selection)).collect();
        let (mut known, _) = pair(report.findings.iter(), &before.findings);
        for other in &elsewhere {
            let (also_known, _) = pair(report.findings.iter(), &other.findings);
            known
                .iter_mut()
                .zip(also_known)
                .for_each(|(is, also)| *is |= also);
        }
        for (finding, is_baselined) in report.findings.iter_mut().zip(known) {
            // New files in areas are added below. A conflict that only gets new files is found there too.
            finding.is_pre_existing = is_baselined || reports_areas(finding.check);
        }
        let others = others.iter().zip(&elsewhere);
        let others = others.map(|(other, run)| UnreportedFiles::new(other, &run.suppressed));
        let mut bases: Vec<UnreportedFiles<'_, '_>> = others.collect();
        bases.push(UnreportedFiles::new(base, &before.suppressed));
        let verdicts = [Verdict::Unowned, Verdict::Conflicting];
        let is_new = |repository: &str, path: &BStr, verdict| {
            bases
                .iter()
                .all(|base| base.verdict(repository, path) != Some(verdict))
        };
        let files = Scope::Files(with_verdict(context, &verdicts, is_new));
        let fresh = of_files(context, &files, selection, |verdict| verdict.is_some());
        for (finding, at) in positions(&report.findings, fresh) {
            match at {
                Some(at) if !report.findings[at].is_pre_existing => {}
                // The finding may also be about files that had the same verdict before.
                Some(at) if report.findings[at].files == finding.files => {
                    report.findings[at] = finding;
                }
                _ => report.findings.push(finding),
            }
        }
        // A finding that is now only about new files is introduced, and the one about the files before is fixed.
        let still = report.findings.iter().filter(|it| it.is_pre_existing);
        let (_, mut fixed) = pair(still, &before.findings);
        for other in &elsewhere {
            let occurs: FxHashSet<Identity<'_>> =
                other.findings.iter().map(Finding::identity).collect();
            fixed.retain(|finding| occurs.contains(&finding.identity()));
        }
        let head = UnreportedFiles::new(context, &report.suppressed);
        bases.pop();
        let is_fixed = |repository: &str, path: &BStr, verdict| {
            let has =
                |side: &UnreportedFiles<'_, '_>| side.verdict(repository, path) == Some(verdict);
            !has(&head) && bases.iter().all(has)
        };
        let files = Scope::Files(with_verdict(base, &[Verdict::Unowned], is_fixed));
        fixed.retain(|finding| !reports_areas(finding.check));
        let unowned = of_files(base, &files, selection, |it| it == Some(Verdict::Unowned));
        fixed.extend(unowned);
        fixed.retain(|finding| in_scope(context, context.position(finding), finding));
        sort(base, &mut fixed);
        if let Some(mut transferred) = transferred {
            transferred.files.retain(|file| {
                let path = file.path.as_bstr();
                !head.reports(selection, &file.repository, path)
            });
            let about_change = of_change(context, selection, &transferred);
            report.findings.extend(about_change.findings);
            report.suppressed.extend(about_change.suppressed);
        }
        let pre_existing = report
            .findings
            .iter()
            .filter(|finding| finding.is_pre_existing);
        report.change = Some(ChangeReport {
            checked,
            without_base: None,
            pre_existing: pre_existing.count(),
            fixed,
        });
        sort(base, &mut before.findings);
        sort(context, &mut report.findings);
        identify(&mut report.findings, &before.findings);
        if !with_pre_existing {
            report.findings.retain(|finding| !finding.is_pre_existing);
        }
        report
    }

    /// Returns the report of a change that has no base to compare with: all findings are new.
    #[must_use]
    pub fn without_base(
        context: &Context<'_>,
        selection: &Selection,
        checked: CheckedChange,
        why: String,
    ) -> Self {
        Self {
            change: Some(ChangeReport {
                checked,
                without_base: Some(why),
                pre_existing: 0,
                fixed: Vec::new(),
            }),
            ..Self::of(context, selection)
        }
    }
}

/// Returns, for each finding, whether it existed before, and the findings that no longer exist.
fn pair<'f>(
    findings: impl Iterator<Item = &'f Finding>,
    before: &[Finding],
) -> (Vec<bool>, Vec<Finding>) {
    let mut unpaired: FxHashMap<Identity<'_>, Vec<usize>> = FxHashMap::default();
    for (at, finding) in before.iter().enumerate().rev() {
        unpaired.entry(finding.identity()).or_default().push(at);
    }
    let known = findings.map(|finding| {
        let same = unpaired.get_mut(&finding.identity());
        same.is_some_and(|same| same.pop().is_some())
    });
    let known = known.collect();
    let mut rest: Vec<usize> = unpaired.into_values().flatten().collect();
    rest.sort_unstable();
    (
        known,
        rest.into_iter().map(|at| before[at].clone()).collect(),
    )
}

/// Returns the `fresh` findings, each with the position of the equal finding about all files.
fn positions(findings: &[Finding], fresh: Vec<Finding>) -> Vec<(Finding, Option<usize>)> {
    let about_files = findings.iter().enumerate();
    let about_files = about_files.filter(|(_, it)| checks::reported_by(it.check).is_some());
    let known: FxHashMap<Identity<'_>, usize> = about_files
        .map(|(at, finding)| (finding.identity(), at))
        .collect();
    let at = |finding: &Finding| known.get(&finding.identity()).copied();
    let at: Vec<Option<usize>> = fresh.iter().map(at).collect();
    fresh.into_iter().zip(at).collect()
}

/// Returns the findings of the checks with `wanted` verdicts about these files only.
fn of_files(
    context: &Context<'_>,
    files: &Scope,
    selection: &Selection,
    wanted: fn(Option<Verdict>) -> bool,
) -> Vec<Finding> {
    let wanted = |check: &Check| wanted(check.properties.verdict);
    match files {
        Scope::Files(files) if files.iter().all(FxHashSet::is_empty) => Vec::new(),
        _ => findings(&context.within(files), selection, wanted),
    }
}

/// Returns the files of each repository that have one of these verdicts, and that are `wanted`.
fn with_verdict(
    context: &Context<'_>,
    verdicts: &[Verdict],
    wanted: impl Fn(&str, &BStr, Verdict) -> bool,
) -> Vec<FxHashSet<BString>> {
    let of_repository = |(at, repository): (usize, &ResolvedRepository)| {
        let files = repository.listing.files.iter().enumerate();
        files
            .filter(|(position, file)| {
                let verdict = repository.resolved.group_of(*position).resolution.verdict;
                verdicts.contains(&verdict)
                    && context.scope.holds(at, file.path)
                    && wanted(&repository.name, file.path, verdict)
            })
            .map(|(_, file)| file.path.to_owned())
            .collect()
    };
    context.repositories().map(of_repository).collect()
}

/// One side of a change, with the files without an owner that it does not report.
struct UnreportedFiles<'u, 'c> {
    context: &'u Context<'c>,
    /// The suppressed paths of findings, by the name of the repository.
    hidden: FxHashMap<&'u str, FxHashSet<&'u BStr>>,
}

impl<'u, 'c> UnreportedFiles<'u, 'c> {
    fn new(context: &'u Context<'c>, suppressed: &'u [Finding]) -> Self {
        let mut hidden: FxHashMap<&str, FxHashSet<&BStr>> = FxHashMap::default();
        for finding in suppressed.iter().filter(|it| reports_areas(it.check)) {
            if let (Some(name), Some(path)) = (&finding.repository, &finding.path) {
                hidden.entry(&**name).or_default().insert(path.as_bstr());
            }
        }
        Self { context, hidden }
    }

    /// Returns the verdict on a file; `None` if the file does not exist or the verdict is not reported.
    fn verdict(&self, name: &str, path: &BStr) -> Option<Verdict> {
        let mut repositories = self.context.repositories();
        let (of, repository) = repositories.find(|(_, repository)| *repository.name == *name)?;
        let at = repository.listing.files.find(path)?;
        let verdict = repository.resolved.group_of(at).resolution.verdict;
        let is_off = |check: &Check| !check.is_on(self.context, Some(of));
        let is_unreported = verdict == Verdict::Unowned
            && (checks::reporting(verdict).is_none_or(is_off)
                || self.hides(&repository.name, path));
        (!is_unreported).then_some(verdict)
    }

    /// Returns whether a selected check reports the verdict on a file.
    fn reports(&self, selection: &Selection, name: &str, path: &BStr) -> bool {
        let at = |finding: &str| {
            let mut repositories = self.context.repositories();
            repositories.find(|(_, repository)| *repository.name == *finding)
        };
        let check = self.verdict(name, path).and_then(checks::reporting);
        check.is_some_and(|check| {
            selection.holds(check) && check.is_on(self.context, at(name).map(|(at, _)| at))
        })
    }

    fn hides(&self, repository: &str, path: &BStr) -> bool {
        self.hidden.get(repository).is_some_and(|hidden| {
            let mut above = path.find_iter("/").map(|end| path[..=end].as_bstr());
            hidden.contains(path)
                || hidden.contains(BStr::new("."))
                || above.any(|directory| hidden.contains(directory))
        })
    }
}
