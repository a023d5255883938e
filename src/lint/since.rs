//! The findings of a change: those that its base did not have.

use bstr::{BStr, BString, ByteSlice};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    ChangeReport, Report, Selection,
    areas::are_of,
    run_checks::{findings, in_scope, sort, tell},
};
use crate::{
    checks::{self, Check, Context, Scope},
    finding::{Finding, Identity},
    resolution::{ResolvedRepository, Verdict},
};

impl Report {
    /// What is to be told of a change: findings that `base` did not have, and the old ones if they are
    /// asked for.
    ///
    /// Findings are the same by their fingerprints. Of the checks that are about files, a finding is
    /// new for the files that were not in that state before, and for them only.
    #[must_use]
    pub fn since(
        context: &Context<'_>,
        base: &Context<'_>,
        selection: &Selection,
        said: String,
        with_old: bool,
    ) -> Self {
        let (mut report, before) =
            rayon::join(|| Self::of(context, selection), || tell(base, selection));
        let (known, mut fixed) = pair(&report.findings, &before.findings);
        for (finding, is_baselined) in report.findings.iter_mut().zip(known) {
            // What is new of an area is told below. A new file that joins two claims is told by theirs.
            finding.is_pre_existing = is_baselined || are_of(finding.check);
        }
        let untold = UnreportedFiles::new(base, &before.suppressed);
        let verdicts = [Verdict::Unowned, Verdict::Conflicting];
        let files = Scope::Files(worse(context, &untold, &verdicts));
        let fresh = of_files(context, &files, selection, |verdict| verdict.is_some());
        for (finding, at) in positions(&report.findings, fresh) {
            match at {
                Some(at) if !report.findings[at].is_pre_existing => {}
                // Unowned files are told by directories, which others of them may be in.
                Some(at)
                    if !are_of(finding.check) || report.findings[at].files == finding.files =>
                {
                    report.findings[at] = finding;
                }
                _ => report.findings.push(finding),
            }
        }
        let untold = UnreportedFiles::new(context, &report.suppressed);
        let files = Scope::Files(worse(base, &untold, &[Verdict::Unowned]));
        fixed.retain(|finding| !are_of(finding.check));
        let unowned = of_files(base, &files, selection, |it| it == Some(Verdict::Unowned));
        fixed.extend(unowned);
        fixed.retain(|finding| in_scope(context, context.position(finding), finding));
        sort(base, &mut fixed);
        let pre_existing = report
            .findings
            .iter()
            .filter(|finding| finding.is_pre_existing);
        report.change = Some(ChangeReport {
            base: said,
            without_base: None,
            pre_existing: pre_existing.count(),
            fixed,
        });
        if !with_old {
            report.findings.retain(|finding| !finding.is_pre_existing);
        }
        sort(context, &mut report.findings);
        report
    }

    /// What is to be told of a change where nothing can be compared: everything.
    #[must_use]
    pub fn since_nothing(
        context: &Context<'_>,
        selection: &Selection,
        said: String,
        why: String,
    ) -> Self {
        Self {
            change: Some(ChangeReport {
                base: said,
                without_base: Some(why),
                pre_existing: 0,
                fixed: Vec::new(),
            }),
            ..Self::of(context, selection)
        }
    }
}

/// Which of the findings were there before, and which of those are no more.
fn pair(findings: &[Finding], before: &[Finding]) -> (Vec<bool>, Vec<Finding>) {
    let mut unpaired: FxHashMap<Identity<'_>, Vec<usize>> = FxHashMap::default();
    for (at, finding) in before.iter().enumerate().rev() {
        unpaired.entry(finding.identity()).or_default().push(at);
    }
    let known = findings.iter().map(|finding| {
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

/// Findings about files that are `fresh`, each with the position of the same one about all files.
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

/// What the checks that report some verdicts find about these files only.
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

/// The files that have one of some verdicts, which they do not have at the `other` side, or where it
/// is not told; by repository.
fn worse(
    context: &Context<'_>,
    other: &UnreportedFiles<'_, '_>,
    verdicts: &[Verdict],
) -> Vec<FxHashSet<BString>> {
    let of_repository = |(at, repository): (usize, &ResolvedRepository)| {
        let mut same = other.context.repositories();
        let same = same.find(|(_, other)| other.name == repository.name);
        let files = repository.listing.files.iter().enumerate();
        files
            .filter(|(position, file)| {
                let verdict = repository.resolved.group_of(*position).resolution.verdict;
                verdicts.contains(&verdict)
                    && context.scope.holds(at, file.path)
                    && same.and_then(|same| other.told(same, file.path)) != Some(verdict)
            })
            .map(|(_, file)| file.path.to_owned())
            .collect()
    };
    context.repositories().map(of_repository).collect()
}

/// A side of a change, and which of its files are without an owner and it does not say so.
struct UnreportedFiles<'u, 'c> {
    context: &'u Context<'c>,
    /// By name of the repository: what is hidden there, as findings write it.
    hidden: FxHashMap<&'u str, FxHashSet<&'u BStr>>,
}

impl<'u, 'c> UnreportedFiles<'u, 'c> {
    fn new(context: &'u Context<'c>, suppressed: &'u [Finding]) -> Self {
        let mut hidden: FxHashMap<&str, FxHashSet<&BStr>> = FxHashMap::default();
        for finding in suppressed.iter().filter(|it| are_of(it.check)) {
            if let (Some(name), Some(path)) = (&finding.repository, &finding.path) {
                hidden.entry(&**name).or_default().insert(path.as_bstr());
            }
        }
        Self { context, hidden }
    }

    /// The verdict on a file of a repository; nothing if it is not there, or that is not told.
    fn told(&self, (of, repository): (usize, &ResolvedRepository), path: &BStr) -> Option<Verdict> {
        let at = repository.listing.files.find(path)?;
        let verdict = repository.resolved.group_of(at).resolution.verdict;
        let is_off = |check: &Check| !check.is_on(self.context, Some(of));
        let is_untold = verdict == Verdict::Unowned
            && (checks::reporting(verdict).is_none_or(is_off)
                || self.hides(&repository.name, path));
        (!is_untold).then_some(verdict)
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
